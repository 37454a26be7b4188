"""Writes golden.json: predictions, targets, and what scikit-learn measures on them.

Run with a Python that has numpy and scikit-learn:  python make_golden.py
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")  # undefined areas are wanted here
rng = numpy.random.default_rng(7)
AVERAGES = ["macro", "micro", "weighted"]


def number(x):
    x = float(x)
    return "NaN" if numpy.isnan(x) else x


def scores(target, predicted, averages):
    out = {}
    for average in averages:
        for name, f in [("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)]:
            key = name if average == "binary" else f"{name}_{average}"
            out[key] = number(f(target, predicted, average=average, zero_division=0))
    return out


def multiclass(name, logits, target):
    """Scores [N, C] as logits; probabilities are their softmax in float64."""
    logits, target = numpy.asarray(logits, dtype=numpy.float32), numpy.asarray(target)
    classes = list(range(logits.shape[1]))
    wide = logits.astype(numpy.float64)
    exp = numpy.exp(wide - wide.max(axis=1, keepdims=True))
    probabilities = exp / exp.sum(axis=1, keepdims=True)
    predicted = logits.argmax(axis=1)
    want = {"accuracy": number(metrics.accuracy_score(target, predicted))}
    for k in range(2, len(classes)):
        want[f"top{k}_accuracy"] = number(metrics.top_k_accuracy_score(target, logits, k=k, labels=classes))
    want |= scores(target, predicted, AVERAGES)
    want["log_loss"] = number(metrics.log_loss(target, probabilities, labels=classes))
    return {
        "name": name,
        "classes": len(classes),
        "scores": [float(x) for x in logits.ravel()],
        "probabilities": [float(x) for x in probabilities.ravel()],
        "target": target.tolist(),
        "confusion": metrics.confusion_matrix(target, predicted, labels=classes).tolist(),
        "want": want,
        # Without scikit-learn's clipping.
        "log_loss_logits": number(numpy.mean([numpy.logaddexp.reduce(row) - row[t] for row, t in zip(wide, target)])),
    }


def binary(name, probabilities, target, threshold=0.5):
    """Probabilities [N] of class 1, in float64 and in float32."""
    probabilities, target = numpy.asarray(probabilities, dtype=numpy.float64), numpy.asarray(target)
    predicted = (probabilities > threshold).astype(int)
    narrow = probabilities.astype(numpy.float32)
    want = {"accuracy": number(metrics.accuracy_score(target, predicted))}
    want |= scores(target, predicted, ["binary"] + AVERAGES)
    want["roc_auc"] = number(metrics.roc_auc_score(target, probabilities)) if 0 < target.sum() < len(target) else "NaN"
    want["log_loss"] = number(metrics.log_loss(target, probabilities, labels=[0, 1]))
    rates = metrics.roc_curve(target, probabilities, drop_intermediate=False)[:2]
    return {
        "name": name,
        "roc": [[number(x) for x in rate] for rate in rates],
        "threshold": threshold,
        "probabilities": probabilities.tolist(),
        "target": target.tolist(),
        "confusion": metrics.confusion_matrix(target, predicted, labels=[0, 1]).tolist(),
        "want": want,
        "log_loss_float32": number(metrics.log_loss(target, narrow, labels=[0, 1])),
    }


def noisy(n, classes, noise, target):
    return numpy.round(numpy.eye(classes)[target] * 2 + rng.normal(size=(n, classes)) * noise, 3)


def cases():
    target = rng.integers(0, 5, 60)
    skewed = rng.choice(4, 80, p=[0.7, 0.2, 0.07, 0.03])
    absent = rng.choice([0, 2], 30)
    never = noisy(30, 4, 1.5, absent)
    never[:, 1] -= 50  # class 1 is neither true nor predicted, class 3 predicted only
    many = [
        multiclass("five classes", noisy(60, 5, 1.5, target), target),
        multiclass("skewed classes", noisy(80, 4, 2.0, skewed), skewed),
        multiclass("absent classes", never, absent),
        multiclass("all right", noisy(10, 3, 0.1, target[:10] % 3), target[:10] % 3),
        multiclass("all wrong", -noisy(10, 3, 0.1, target[:10] % 3), target[:10] % 3),
        multiclass("confident", noisy(20, 3, 30.0, target[:20] % 3) * 10, target[:20] % 3),
        multiclass("two classes", noisy(25, 2, 2.0, target[:25] % 2), target[:25] % 2),
    ]
    truth = (rng.random(100) < 0.4).astype(int)
    p = numpy.clip(0.3 * truth + rng.normal(0.35, 0.2, 100), 0.001, 0.999)
    two = [
        binary("distinct scores", p, truth),
        binary("tied scores", numpy.round(p, 1), truth),
        binary("two scores only", (p > 0.6) * 0.5 + 0.25, truth),
        binary("one score only", numpy.full(20, 0.75), truth[:20]),
        binary("threshold 0.3", p, truth, 0.3),
        binary("ones and zeros", [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 0]),
        binary("near ones and zeros", [1e-30, 1 - 1e-12, 1e-12, 1 - 1e-9], [1, 0, 0, 1]),
        binary("perfect", [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]),
        binary("reversed", [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]),
        binary("no positives", [0.1, 0.7, 0.4], [0, 0, 0]),
        binary("no negatives", [0.1, 0.7, 0.4], [1, 1, 1]),
        binary("never predicted", [0.1, 0.2, 0.3], [1, 0, 1]),
        binary("one sample", [0.6], [1]),
    ]
    return {"versions": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", "multiclass": many, "binary": two}


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "golden.json"
    data = cases()
    with path.open("w") as f:
        # One case a line.
        f.write('{"versions": ' + json.dumps(data["versions"]))
        for key in ["multiclass", "binary"]:
            f.write(f',\n"{key}": [\n' + ",\n".join(json.dumps(c) for c in data[key]) + "\n]")
        f.write("}\n")
