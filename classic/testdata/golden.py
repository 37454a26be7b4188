"""Writes golden.json: data, and what scikit-learn and statsmodels make of it.

    python -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6 statsmodels==0.14.6
    venv/bin/python golden.py

The data are drawn here; the three classes of "flowers" have about the means and covariances of Fisher's irises.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import scipy.stats
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier

VERSIONS = {"sklearn": "1.9.1", "numpy": "2.4.6", "statsmodels": "0.14.6"}
found = {"sklearn": sklearn.__version__, "numpy": np.__version__, "statsmodels": statsmodels.__version__}
if found != VERSIONS:
    sys.exit(f"golden.py is for {VERSIONS}, here are {found}")

rng = np.random.default_rng(20)


def flowers():
    means = [[5.0, 3.4, 1.5, 0.25], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]]
    sd = [[0.35, 0.38, 0.17, 0.1], [0.52, 0.31, 0.47, 0.2], [0.64, 0.32, 0.55, 0.27]]
    corr = np.array([[1, 0.6, 0.65, 0.45], [0.6, 1, 0.45, 0.5], [0.65, 0.45, 1, 0.65], [0.45, 0.5, 0.65, 1]])
    x = np.concatenate([rng.multivariate_normal(m, corr * np.outer(s, s), 50) for m, s in zip(means, sd)])
    y = np.repeat([0, 1, 2], 50)
    order = rng.permutation(150)
    return np.round(x, 1)[order], y[order]


def two():
    """Features of very different sizes, one far from 0, classes of one and three quarters."""
    n = 240
    z = rng.normal(size=(n, 5))
    z[:, 1] += 0.6 * z[:, 0]
    x = np.column_stack([z[:, 0], z[:, 1] * 100, 1950 + 20 * z[:, 2], (z[:, 3] > 0.3) * 1.0, z[:, 4] * 0.1])
    logit = -1.6 + 1.2 * z[:, 0] - 0.8 * z[:, 1] + 0.5 * z[:, 2] + 1.1 * (z[:, 3] > 0.3)
    y = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    return np.round(x, 4), np.where(y == 1, 7, -2)  # any labels will do


def moons():
    n = 600
    t = rng.uniform(0, np.pi, n)
    y = np.arange(n) % 2
    x = np.where(y[:, None] == 0, np.column_stack([np.cos(t), np.sin(t)]), np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)]))
    return np.round(x + rng.normal(size=(n, 2)) * 0.25, 4), y


def regression(name, x, y, **options):
    """Newton's method, for the digits, and L-BFGS with the tolerance of the comparison, which has to come to the same."""
    options = {"C": 1.0} | options
    m = LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=10000, **options).fit(x, y)
    if options["C"] != np.inf and np.abs(x).max() < 10:
        other = LogisticRegression(tol=1e-10, max_iter=10000, **options).fit(x, y)
        assert np.abs(other.coef_ - m.coef_).max() < 1e-4, (name, other.coef_, m.coef_)
    o = {}
    if options["C"] == np.inf:
        o["no_penalty"] = True
    else:
        o["C"] = options["C"]
    if options.get("fit_intercept") is False:
        o["no_intercept"] = True
    if options.get("class_weight") == "balanced":
        o["balanced"] = True
    elif "class_weight" in options:
        o["class_weight"] = {str(k): v for k, v in options["class_weight"].items()}
    return {"name": name, "options": o, "coef": m.coef_.tolist(), "intercept": np.broadcast_to(m.intercept_, (len(m.coef_),)).tolist(),
            "proba": m.predict_proba(x[:25]).tolist(), "decision": m.decision_function(x[:25]).tolist(), "score": m.score(x, y)}


def wald_two(x, y):
    z = (x - x.mean(axis=0)) / x.std(axis=0)  # statsmodels does not scale by itself
    r = sm.Logit((y == y.max()).astype(int), sm.add_constant(z)).fit(disp=0, tol=1e-14, maxiter=100)
    cov = np.asarray(r.cov_params())
    a = np.zeros((x.shape[1] + 1, x.shape[1] + 1))  # back to the features as they are
    a[0, 0] = 1
    for j in range(x.shape[1]):
        a[j + 1, j + 1] = 1 / x.std(axis=0)[j]
        a[0, j + 1] = -x.mean(axis=0)[j] / x.std(axis=0)[j]
    beta, se = a @ r.params, np.sqrt(np.diag(a @ cov @ a.T))
    p = 2 * scipy.stats.norm.sf(np.abs(beta / se))
    return {"se": se[1:].tolist(), "z": (beta / se)[1:].tolist(), "p": p[1:].tolist(), "intercept": [se[0], beta[0] / se[0], p[0]]}


def wald_three(x, y):
    """statsmodels takes the first class for reference; here coefficients add up to 0 over the classes."""
    r = sm.MNLogit(y, sm.add_constant(x)).fit(disp=0, method="newton", tol=1e-14, maxiter=200)
    k, d = 3, x.shape[1] + 1
    cov = np.asarray(r.cov_params())  # classes 1 and 2, one after the other, the constant first
    full = np.zeros((k * d, (k - 1) * d))
    for c in range(k):
        for other in range(1, k):
            full[c * d:(c + 1) * d, (other - 1) * d:other * d] = np.eye(d) * ((c == other) - 1 / k)
    beta = (full @ np.asarray(r.params).T.reshape(-1)).reshape(k, d)
    se = np.sqrt(np.diag(full @ cov @ full.T)).reshape(k, d)
    return {"coef": beta[:, 1:].tolist(), "se": se[:, 1:].tolist(), "intercept_se": se[:, 0].tolist()}


def networks(name, train, test, **options):
    score, loss = [], []
    for seed in range(20):
        m = MLPClassifier(random_state=seed, **options).fit(*train)
        score.append(m.score(*test))
        loss.append(m.loss_)
    print(name, min(score), np.mean(score), max(score), "loss", min(loss), np.mean(loss), max(loss))
    return {"name": name, "hidden_sizes": list(options["hidden_layer_sizes"]), "activation": options["activation"],
            "max_epochs": options["max_iter"], "learning_rate": options["learning_rate_init"], "score": score, "loss": loss}


def main():
    warnings.simplefilter("ignore")  # about max_iter of the networks
    fx, fy = flowers()
    tx, ty = two()
    mx, my = moons()
    overlap = fx[:, :2]  # the first two features do not separate any classes
    out = {"versions": VERSIONS}
    out["data"] = {name: {"x": x.ravel().tolist(), "y": y.tolist(), "features": x.shape[1]}
                   for name, x, y in [("flowers", fx, fy), ("overlap", overlap, fy), ("two", tx, ty), ("moons", mx, my)]}
    out["regressions"] = {
        "flowers": [regression(f"C = {c}", fx, fy, C=c) for c in [0.01, 1.0, 100.0]]
        + [regression("balanced", fx[:120], fy[:120], class_weight="balanced"),
           regression("weights", fx, fy, class_weight={0: 0.5, 2: 3.0}),
           regression("no intercept", fx, fy, fit_intercept=False)],
        "overlap": [regression("no penalty", overlap, fy, C=np.inf)],
        "two": [regression(f"C = {c}", tx, ty, C=c) for c in [0.001, 0.1, 1.0, 10.0, 1000.0]]
        + [regression("balanced", tx, ty, class_weight="balanced"),
           regression("weights", tx, ty, class_weight={-2: 0.25, 7: 2.0}, C=0.5),
           regression("no intercept", tx, ty, fit_intercept=False),
           regression("no penalty", tx, ty, C=np.inf)],
    }
    out["wald"] = {"two": wald_two(tx, ty), "overlap": wald_three(overlap, fy)}
    folds = StratifiedKFold(4)
    out["folds"] = [test.tolist() for _, test in folds.split(tx, ty)]
    zx = np.round((tx - tx.mean(axis=0)) / tx.std(axis=0), 4)
    out["data"]["two scaled"] = {"x": zx.ravel().tolist(), "y": ty.tolist(), "features": zx.shape[1]}
    grid = {"C": [0.01, 0.1, 1.0, 10.0]}
    out["searches"] = []
    for score in ["accuracy", "neg_log_loss", "roc_auc"]:
        s = GridSearchCV(LogisticRegression(tol=1e-10, max_iter=10000), grid, cv=folds, scoring=score).fit(zx, ty)
        r = s.cv_results_
        out["searches"].append({"score": score, "C": grid["C"], "mean": r["mean_test_score"].tolist(), "std": r["std_test_score"].tolist(),
                                "best": int(s.best_index_)})
    out["networks"] = [
        networks("moons", (mx[:300], my[:300]), (mx[300:], my[300:]), hidden_layer_sizes=(20,), activation="relu", max_iter=300,
                 learning_rate_init=0.01),
        networks("flowers", (fx[:100], fy[:100]), (fx[100:], fy[100:]), hidden_layer_sizes=(10, 5), activation="tanh", max_iter=300,
                 learning_rate_init=0.01),
    ]
    path = pathlib.Path(__file__).parent / "golden.json"
    with path.open("w") as f:
        f.write("{" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in out.items()) + "}\n")


if __name__ == "__main__":
    main()
