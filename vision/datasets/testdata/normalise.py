"""Writes normalise.json: what torchvision's ToTensor and Normalize make of every pixel value, as float32 bits.

python normalise.py > normalise.json
"""
import json
import numpy, torch, torchvision
import torchvision.transforms as T

pixels = numpy.arange(256, dtype=numpy.uint8).reshape(16, 16)
bits = {}
for name, mean, std in [("mnist", 0.1307, 0.3081), ("fashion-mnist", 0.2860, 0.3530)]:
    x = T.Normalize((mean,), (std,))(T.ToTensor()(pixels[:, :, None]))
    bits[name] = ["%08x" % v for v in x.numpy().reshape(-1).view(numpy.uint32)]
print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "bits": bits}, indent=0))
