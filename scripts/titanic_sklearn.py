"""Checks what `lumen titanic --export DIR` wrote with scikit-learn: the same columns, split and C.

    python -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    lumen titanic --export check
    venv/bin/python scripts/titanic_sklearn.py check

Prints both sides and the greatest differences, and fails if the exact solver differs from scikit-learn by more than 1e-4 or
gradient descent by more than 1e-2. `--golden FILE DIR...` also writes what cmd/lumen's tests compare with.
"""

import argparse
import csv
import json
import pathlib
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier

VERSIONS = {"sklearn": "1.9.1", "numpy": "2.4.6"}


def read(folder):
    with (folder / "design.csv").open(newline="") as f:
        header, *rows = list(csv.reader(f))
    if header[:2] != ["split", "y"]:
        sys.exit(f"{folder}/design.csv begins with the columns {header[:2]}, not split and y")
    train = np.array([r[0] == "train" for r in rows])
    y = np.array([int(r[1]) for r in rows])
    x = np.array([[float(v) for v in r[2:]] for r in rows])
    return header[2:], train, x, y


def measures(y, p):
    return {"log_loss": log_loss(y, p), "accuracy": accuracy_score(y, p > 0.5), "auc": roc_auc_score(y, p)}


def check(folder):
    names, train, x, y = read(folder)
    fits = json.loads((folder / "fits.json").read_text())
    c = float(fits["exact"]["C"])  # "Inf" is infinite
    m = LogisticRegression(C=c, tol=1e-10, max_iter=10000).fit(x[train], y[train])
    want = np.append(m.coef_[0], m.intercept_[0])
    p = m.predict_proba(x[~train])[:, 1]
    quality = measures(y[~train], p)
    ok = True
    print(f"{folder}: C = {c}, {train.sum()} to train on, {(~train).sum()} to test on")
    print(f"  {'':12} {'scikit-learn':>14} {'exact':>14} {'descent':>14}")
    columns = {}
    for fit, bound in [("exact", 1e-4), ("gradient_descent", 1e-2)]:
        got = np.array([fits[fit]["coefficients"][n] for n in names] + [fits[fit]["intercept"]])
        z = x[~train] @ got[:-1] + got[-1]
        columns[fit] = got, np.abs(got - want).max(), np.abs(1 / (1 + np.exp(-z)) - p).max(), bound
    for j, name in enumerate(names + ["intercept"]):
        print(f"  {name:12} {want[j]:14.8f} {columns['exact'][0][j]:14.8f} {columns['gradient_descent'][0][j]:14.8f}")
    for k, v in quality.items():
        print(f"  {k:12} {v:14.8f} {fits['exact'][k]:14.8f} {fits['gradient_descent'][k]:14.8f}")
        ok &= abs(v - fits["exact"][k]) <= 1e-4
    for fit, (_, coefficients, probabilities, bound) in columns.items():
        good = coefficients <= bound and probabilities <= bound
        ok &= good
        print(f"  {fit}: coefficients to {coefficients:.1e}, probabilities to {probabilities:.1e}, allowed {bound:g}: {'ok' if good else 'WRONG'}")
    weights = 1 + np.arange(len(x)) % 7
    golden = {"C": fits["exact"]["C"], "features": names, "train": int(train.sum()), "survived": int(y.sum()),
              "checksums": (weights @ np.column_stack([y, x])).tolist(),  # of the y and each feature, to see that the design is the same
              "coefficients": want[:-1].tolist(), "intercept": want[-1], "probabilities": p.tolist(), **quality}
    return ok, golden


def networks(folder):
    """Accuracies of the network of three sigmoid units over 60 seeds; the extremes of 20 differ from one 20 to the next."""
    warnings.simplefilter("ignore")
    _, train, x, y = read(folder)
    scores = []
    for seed in range(60):
        m = MLPClassifier((3,), activation="logistic", learning_rate_init=0.01, max_iter=1000, tol=1e-5, random_state=seed)
        scores.append(m.fit(x[train], y[train]).score(x[~train], y[~train]))
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--golden", type=pathlib.Path, metavar="FILE")
    args = parser.parse_args()
    found = {"sklearn": sklearn.__version__, "numpy": np.__version__}
    if args.golden and found != VERSIONS:
        sys.exit(f"goldens are made with {VERSIONS}, here are {found}")
    results = [check(folder) for folder in args.folders]
    if args.golden:
        golden = {"versions": VERSIONS, "cases": {folder.name: g for folder, (_, g) in zip(args.folders, results)},
                  "network_accuracy": networks(args.folders[0])}
        args.golden.write_text(json.dumps(golden).replace("}, ", "},\n") + "\n")
    if not all(ok for ok, _ in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
