"""torchvision's make_grid on small batches.

    python sheets.py > sheets.json
"""
import json
import pathlib
import sys

import torch
import torchvision
from torchvision.utils import make_grid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

TORCHVISION = "0.29.2"
if torchvision.__version__.partition("+")[0] != TORCHVISION:
    sys.exit(f"{sys.argv[0]}: the goldens are made with torchvision {TORCHVISION}, this is {torchvision.__version__}")

torch.manual_seed(7)
cases = []
for shape, options in (
    ((5, 3, 2, 3), {"nrow": 2}), ((5, 1, 3, 2), {"nrow": 3, "padding": 1, "pad_value": 0.5}), ((1, 3, 2, 2), {}),
    ((10, 1, 2, 2), {}), ((4, 3, 2, 2), {"nrow": 4, "padding": 0}), ((3, 3, 2, 2), {"normalize": True}),
    ((3, 1, 2, 2), {"normalize": True, "scale_each": True}), ((3, 3, 2, 2), {"normalize": True, "value_range": (-0.5, 1.0)}),
    ((2, 3), {}), ((1, 2, 3), {"normalize": True}),
):
    x = torch.round(torch.randn(shape) * 100) / 100
    sheet = make_grid(x, **options)
    cases.append({"shape": shape, "x": x.flatten().tolist(), "options": options, "sheet_shape": sheet.shape, "sheet": sheet.flatten().tolist()})
json.dump({"torch": pin.VERSION, "torchvision": TORCHVISION, "cases": cases}, sys.stdout, separators=(",", ":"))
print()
