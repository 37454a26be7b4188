"""Makes print.json: how PyTorch prints tensors.

Run: python testdata/print.py > testdata/print.json   (in the folder of package tensor)
Names of types, truth values and shapes are written as Lumen writes them; where the
suffixes break lines is left to PyTorch's own code.
"""
import json
import math
import pathlib
import re
import sys

import torch
from torch import _tensor_str

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

inf, nan = math.inf, math.nan


def text(t, leaf=False):
    """str(t) with Lumen's spelling of the suffixes."""
    t = t.detach()
    suffixes = []
    if t.numel() == 0:
        body = "[]"
        if t.dim() != 1:
            suffixes.append("shape=[" + ", ".join(map(str, t.shape)) + "]")
        if t.dtype != torch.float32:
            suffixes.append("dtype=" + str(t.dtype).removeprefix("torch."))
    else:
        body = _tensor_str._tensor_str(t, len("tensor("))
        if t.dtype not in (torch.float32, torch.int64, torch.bool):
            suffixes.append("dtype=" + str(t.dtype).removeprefix("torch."))
    if t.dtype == torch.bool:
        body = re.sub("True|False", lambda m: m[0].lower(), body)
    if leaf:
        suffixes.append("requires_grad=true")
    return _tensor_str._add_suffixes("tensor(" + body, suffixes, len("tensor("), force_newline=False)


cases = []


def case(name, values, shape=None, dtype=torch.float32, leaf=False):
    t = torch.tensor(values, dtype=torch.float64).to(dtype)
    t = t.reshape(shape) if shape is not None else t
    flat = [("NaN" if v != v else "Inf" if v == inf else "-Inf" if v == -inf else v) for v in torch.tensor(values, dtype=torch.float64).reshape(-1).tolist()]
    cases.append({"name": name, "type": str(dtype).removeprefix("torch."), "shape": list(t.shape), "leaf": leaf,
                  "data": flat, "text": text(t, leaf)})


def ramp(name, shape, dtype=torch.float32, scale=1.0, leaf=False):
    """A case with the values 0, scale, 2 scale ... which the test makes itself."""
    n = math.prod(shape)
    t = (torch.arange(n, dtype=torch.float64) * scale).to(dtype).reshape(shape)
    cases.append({"name": name, "type": str(dtype).removeprefix("torch."), "shape": list(shape), "leaf": leaf,
                  "ramp": scale, "text": text(t, leaf)})


case("fractions", [[1, -2.5], [0.12345, 100.00005]])
case("whole", [1, 2, 3])
case("whole negative", [-1, 0, 12])
case("scalar", 2.5)
case("whole scalar", -3.0)
case("one", [7.25])
case("row", [[1, 2, 3]])
case("column", [[1.5], [2], [3]])
case("zeros", [0, 0])
case("minus zero", [-0.0, 1.5])
case("only minus zero", [-0.0])
case("nan", nan)
case("nan and whole", [nan, 1])
case("nan and fractions", [nan, 1.5, -22.25])
case("infinities and whole", [inf, -inf, 3, 100])
case("only infinities", [inf, -inf, nan])
case("ratio at 1000", [0.5, 500])
case("ratio above 1000", [0.5, 501])
case("ratio of whole numbers", [1, 1001])
case("whole at 1e8", [1e8, 2e8])
case("whole above 1e8", [1.5e8, 1.6e8])
case("at 1e-4", [1e-4, 2e-4], dtype=torch.float64)
case("at 1e-4 in float32", [1e-4, 2e-4])
case("below 1e-4", [0.00009, 0.0002])
case("scientific with the rest", [1e-5, -123.456, 0, nan, inf, -inf])
case("scientific far", [1e-30, 1e30], dtype=torch.float64)
case("three digits of exponent", [1e-300, 1e300], dtype=torch.float64)
case("denormal", [1e-45, 1])
case("largest", [3.4028234663852886e38, 1])
case("float64", [1.5, 2], dtype=torch.float64)
case("rounded up", [0.99999, 0.00012345])
case("half to even", [0.00005, 0.5, 0.03125])
case("int64", [[1, -20], [300, 4]], dtype=torch.int64)
case("int32", [1, -2], dtype=torch.int32)
case("uint8", [0, 255], dtype=torch.uint8)
case("int64 scalar", 5, dtype=torch.int64)
case("bool", [[1, 0], [1, 1]], dtype=torch.bool)
case("all true", [1, 1], dtype=torch.bool)
case("bool scalar", 0, dtype=torch.bool)
case("large int64", [2**50, -1], dtype=torch.int64)
case("empty", [])
case("empty matrix", [], shape=(0, 3))
case("empty int64", [], dtype=torch.int64)
case("empty bool", [], shape=(2, 0, 1), dtype=torch.bool)
case("empty float64", [], shape=(1, 0), dtype=torch.float64)
case("leaf", [1.5, 2], leaf=True)
case("leaf float64", [[1.5, 2]], dtype=torch.float64, leaf=True)
case("empty leaf", [], shape=(0, 3), leaf=True)
ramp("three dimensions", (2, 2, 3))
ramp("four dimensions", (2, 1, 2, 2), scale=0.5)
ramp("lines", (30,), scale=0.25)
ramp("lines of integers", (60,), torch.int64)
ramp("lines in rows", (2, 25), scale=0.125)
ramp("lines with suffix", (25,), torch.float64, 0.5, leaf=True)
ramp("suffix on its own line", (3, 11), torch.float64, 0.5, leaf=True)
ramp("both suffixes on their own lines", (11,), torch.float64, 0.125, leaf=True)
ramp("a thousand", (10, 100), torch.int64)
ramp("beyond a thousand", (1001,))
ramp("beyond a thousand, fractions", (2000,), scale=0.3)
ramp("summarised matrix", (40, 50))
ramp("summarised rows only", (500, 4), scale=0.5)
ramp("summarised columns only", (4, 500), torch.int32)
ramp("summarised deep", (8, 9, 10, 7), scale=0.01)
ramp("six are shown", (6, 6, 50), torch.int64)
ramp("seven are cut", (7, 7, 30), torch.int64)
ramp("summarised bools", (1500,), torch.bool)

print(json.dumps({"pytorch": pin.VERSION})[:-1] + ', "cases": [')
print(",\n".join(json.dumps(c) for c in cases))
print("]}")
