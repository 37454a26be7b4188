"""Writes normalise.json: what torchvision's ToTensor and Normalize make of every pixel value, as float32 bits.

python normalise.py > normalise.json
"""
import json
import pathlib
import sys
import numpy, torchvision
import torchvision.transforms as T

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

pixels = numpy.arange(256, dtype=numpy.uint8).reshape(16, 16)
bits = {}
for name, mean, std in [("mnist", 0.1307, 0.3081), ("fashion-mnist", 0.2860, 0.3530)]:
    x = T.Normalize((mean,), (std,))(T.ToTensor()(pixels[:, :, None]))
    bits[name] = ["%08x" % v for v in x.numpy().reshape(-1).view(numpy.uint32)]
print(json.dumps({"torch": pin.VERSION, "torchvision": torchvision.__version__.partition("+")[0], "bits": bits}, indent=0))
