"""Makes the golden files of the op table: PyTorch's results and gradients.

Reads rows (made by `go test ./tensor -run TestGolden -update PYTHON`) on standard
input, evaluates each case's PyTorch expression in float64, and writes one file an
operation into the folder named by the first argument. Needs the version of PyTorch
in testdata/pytorch/VERSION.
"""
import json
import math
import os
import pathlib
import sys

import torch
import torch.nn.functional as F  # noqa: F401  (used by the rows' expressions)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

DTYPES = {"float64": torch.float64, "int64": torch.int64, "int32": torch.int32,
          "uint8": torch.uint8, "bool": torch.bool}


def read(v):
    return float(v) if isinstance(v, str) else v


def write(v):
    if isinstance(v, float):
        if math.isnan(v):
            return "NaN"
        if math.isinf(v):
            return "Inf" if v > 0 else "-Inf"
    return v


def array(t):
    t = t.detach()
    data = t.to(torch.int64) if t.dtype == torch.bool else t
    return {"type": str(t.dtype).removeprefix("torch."), "shape": list(t.shape),
            "data": [write(v) for v in data.reshape(-1).tolist()]}


def upstream(y):
    """The gradient that arrives at a result, the same as in optable_test.go."""
    v = [((i * 7) % 11 - 5) / 4 + 0.125 for i in range(y.numel())]
    return torch.tensor(v, dtype=y.dtype).reshape(y.shape)


def run(case):
    x = []
    for a in case["in"]:
        t = torch.tensor([read(v) for v in a["data"]], dtype=torch.float64)
        t = t.to(DTYPES[a["type"]]).reshape(a["shape"])
        if t.is_floating_point() and not case.get("plain"):
            t.requires_grad_()
        x.append(t)
    # An expression on one line, or statements of which the last sets `y`.
    scope = {"torch": torch, "F": F, "x": x, "math": math}
    try:
        y = eval(case["torch"], scope)
    except SyntaxError:
        exec(case["torch"], scope)
        y = scope["y"]
    y = list(y) if isinstance(y, (tuple, list)) else [y]
    case["out"] = [array(t) for t in y]
    if case.get("plain"):
        return
    total = sum((t * upstream(t)).sum() for t in y if t.is_floating_point() and t.requires_grad)
    leaves = [t for t in x if t.requires_grad]
    grads = iter(torch.autograd.grad(total, leaves, allow_unused=True))
    case["grads"] = []
    for t in x:
        g = next(grads) if t.requires_grad else None
        case["grads"].append(None if g is None else array(g))


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for f in json.load(sys.stdin):
        for case in f["cases"]:
            try:
                run(case)
            except Exception as e:
                sys.exit(f"golden.py: {f['op']}, case {case['label']!r}, {case['torch']}: {e!r}")
        f["pytorch"] = pin.VERSION
        head = {k: v for k, v in f.items() if k != "cases"}
        with open(os.path.join(sys.argv[1], f["op"] + ".json"), "w") as out:
            # one case a line: small files, readable differences
            out.write(json.dumps(head)[:-1] + ', "cases": [\n')
            out.write(",\n".join(json.dumps(c) for c in f["cases"]))
            out.write("\n]}\n")


main()
