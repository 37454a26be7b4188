"""Writes golden.json: what torchvision makes of small images.

    python golden.py > golden.json

An input is bytes; the cases of type float have them by 255. mode "area" is torch.nn.functional.interpolate.

Bytes are resized as torchvision does it on processors without AVX: in floats, then cut and rounded. With AVX it stores
bytes after each of two passes, and so differs from itself by 1, and by more where a cubic goes beyond 0 or 255.
"""
import json
import pathlib
import sys

import torch
import torchvision
from torch.nn.functional import interpolate
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

TORCHVISION = "0.29.2"
if torchvision.__version__.partition("+")[0] != TORCHVISION:
    sys.exit(f"golden.py: the goldens are made with torchvision {TORCHVISION}, this is {torchvision.__version__}")

torch.set_num_threads(1)
generator = torch.Generator().manual_seed(4)


def noise(c, h, w):
    return torch.randint(0, 256, (c, h, w), dtype=torch.uint8, generator=generator)


def photo(c, h, w):
    """Something with slopes, as photographs have."""
    y, x = torch.meshgrid(torch.linspace(0, 1, h), torch.linspace(0, 1, w), indexing="ij")
    planes = [128 + 100 * torch.sin(3 * x + (k + 1) * y * 2 + k) for k in range(c)]
    return (torch.stack(planes) + 20 * torch.rand(c, h, w, generator=generator)).clamp(0, 255).to(torch.uint8)


# Black, white, greys, the primary and secondary colours, two equal greatest or least, the darkest and the lightest.
palette = torch.tensor([[0, 255, 128, 1, 255, 0, 0, 255, 0, 255, 10, 200, 200, 30, 254, 255],
                        [0, 255, 128, 1, 0, 255, 0, 255, 255, 0, 20, 200, 30, 200, 255, 254],
                        [0, 255, 128, 1, 0, 0, 255, 0, 255, 255, 30, 30, 200, 200, 255, 255]], dtype=torch.uint8).reshape(3, 4, 4)
inputs = {"rgb7x5": noise(3, 7, 5), "grey8x8": photo(1, 8, 8), "rgb1x1": noise(3, 1, 1), "rgb12x16": photo(3, 12, 16),
          "grey5x9": noise(1, 5, 9), "rgb9x9": photo(3, 9, 9), "grey1x1": noise(1, 1, 1), "grey1x6": noise(1, 1, 6), "palette": palette}
cases = []


def add(op, name, f, types=("float", "uint8"), **args):
    for kind in types:
        x = inputs[name] if kind == "uint8" else inputs[name].to(torch.float32) / 255
        y = f(x)
        out = y.reshape(-1).tolist()
        if kind == "float":
            out = [float("%.7g" % v) for v in out]
        cases.append(dict(op=op, input=name, type=kind, args=args, shape=list(y.shape), out=out))


def in_floats(x, f):
    return f(x.float()).clamp(0, 255).round().to(torch.uint8) if x.dtype == torch.uint8 else f(x)


def scale(x, h, w, mode, antialias):
    if mode == "area":
        return interpolate(x[None], (h, w), mode="area")[0]
    if mode.startswith("nearest"):
        return F.resize(x, [h, w], interpolation=InterpolationMode(mode))
    return in_floats(x, lambda x: F.resize(x, [h, w], interpolation=InterpolationMode(mode), antialias=antialias))


sizes = [("rgb7x5", 3, 3), ("rgb7x5", 14, 10), ("rgb7x5", 1, 1), ("rgb7x5", 9, 4), ("rgb7x5", 7, 5), ("rgb7x5", 7, 2), ("rgb1x1", 1, 1),
         ("rgb1x1", 3, 2), ("grey8x8", 3, 5), ("grey8x8", 16, 16), ("grey8x8", 8, 4), ("grey8x8", 13, 3), ("grey1x6", 1, 3), ("grey1x6", 2, 11),
         ("rgb12x16", 5, 7), ("grey5x9", 2, 2)]
for mode, antialias in [("nearest", False), ("nearest-exact", False), ("bilinear", False), ("bilinear", True), ("bicubic", False),
                        ("bicubic", True), ("area", False)]:
    for name, h, w in sizes:
        add("Resize", name, lambda x: scale(x, h, w, mode, antialias), types=("float",) if mode == "area" else ("float", "uint8"),
            h=h, w=w, mode=mode, antialias=antialias)
for name, size in [("rgb7x5", 3), ("rgb7x5", 8), ("grey5x9", 4), ("grey8x8", 5), ("rgb12x16", 7)]:
    add("ResizeShorter", name, lambda x: in_floats(x, lambda x: F.resize(x, [size], interpolation=InterpolationMode.BILINEAR)), h=size, mode="bilinear", antialias=True)
for mode, antialias in [("nearest", False), ("bilinear", True), ("bicubic", True)]:
    for name, top, left, h, w, oh, ow in [("rgb12x16", 2, 3, 7, 9, 4, 4), ("rgb12x16", 0, 0, 12, 16, 6, 6), ("rgb7x5", 6, 4, 1, 1, 2, 3), ("rgb9x9", 1, 2, 5, 5, 5, 5)]:
        add("ResizedCrop", name, lambda x: in_floats(x, lambda x: F.resized_crop(x, top, left, h, w, [oh, ow], interpolation=InterpolationMode(mode), antialias=antialias)),
            top=top, left=left, h=h, w=w, outH=oh, outW=ow, mode=mode, antialias=antialias)

for name, h, w in [("rgb7x5", 4, 3), ("rgb7x5", 4, 2), ("rgb7x5", 7, 5), ("rgb7x5", 10, 3), ("rgb7x5", 3, 8), ("rgb7x5", 12, 10), ("grey8x8", 5, 3),
                   ("grey8x8", 1, 1), ("rgb1x1", 1, 1), ("rgb1x1", 4, 3), ("grey5x9", 4, 6)]:
    add("CenterCrop", name, lambda x: F.center_crop(x, [h, w]), h=h, w=w)
for name, top, left, h, w in [("rgb7x5", 1, 2, 3, 2), ("rgb7x5", -2, -1, 5, 4), ("rgb7x5", 4, 3, 6, 6), ("rgb7x5", -1, -1, 10, 9), ("grey8x8", 7, 7, 1, 1), ("rgb1x1", -1, 0, 3, 1)]:
    add("Crop", name, lambda x: F.crop(x, top, left, h, w), top=top, left=left, h=h, w=w)
for mode in ["constant", "edge", "reflect", "symmetric"]:
    for name, padding in [("rgb7x5", [2, 1, 3, 4]), ("grey8x8", [4, 4, 4, 4]), ("grey8x8", [0, 0, 0, 3]), ("grey5x9", [1, 0, 2, 0])]:
        add("Pad", name, lambda x: F.pad(x, padding, padding_mode=mode), padding=padding, mode=mode)
add("Pad", "rgb1x1", lambda x: F.pad(x, [1, 2, 1, 2], padding_mode="edge"), padding=[1, 2, 1, 2], mode="edge")
add("Pad", "rgb7x5", lambda x: F.pad(x, [1, 2, 0, 1], fill=[0.25, 0.5, 1.0]), types=("float",), padding=[1, 2, 0, 1], mode="constant", fill=[0.25, 0.5, 1])
add("Pad", "rgb7x5", lambda x: F.pad(x, [1, 2, 0, 1], fill=7), types=("uint8",), padding=[1, 2, 0, 1], mode="constant", fill=[7])

for name in ["rgb7x5", "grey8x8", "rgb1x1", "rgb12x16"]:
    add("HorizontalFlip", name, F.horizontal_flip)
    add("VerticalFlip", name, F.vertical_flip)

for mode in ["nearest", "bilinear"]:
    m = InterpolationMode(mode)
    for expand in [False, True]:
        for name in ["rgb7x5", "rgb9x9", "grey8x8", "rgb12x16", "rgb1x1", "grey1x6"]:
            for angle in [0, 90, 180, 270, -90, 45, 30.5, 359, 450]:
                if name in ("rgb12x16", "rgb1x1", "grey1x6") and angle not in (90, 45, -90):
                    continue
                add("Rotate", name, lambda x: F.rotate(x, angle, interpolation=m, expand=expand), types=("float",), angle=angle, expand=expand, mode=mode)
    for name, fill in [("rgb7x5", [0.25, 0.5, 1.0]), ("grey8x8", [0.5]), ("rgb12x16", [0.75])]:
        add("Rotate", name, lambda x: F.rotate(x, 30, interpolation=m, fill=fill), types=("float",), angle=30, expand=False, mode=mode, fill=fill)
    add("Rotate", "rgb12x16", lambda x: F.rotate(x, 30, interpolation=m, fill=[200]), types=("uint8",), angle=30, expand=False, mode=mode, fill=[200])
    add("Rotate", "rgb12x16", lambda x: F.rotate(x, 30, interpolation=m), types=("uint8",), angle=30, expand=False, mode=mode)
    for name, center in [("rgb7x5", [0, 0]), ("rgb12x16", [3, 4.5]), ("rgb9x9", [4.5, 4.5])]:
        add("Rotate", name, lambda x: F.rotate(x, 40, interpolation=m, center=center), types=("float",), angle=40, expand=False, mode=mode, center=center)
    for name, angle, translate, factor, shear, fill, center in [
            ("rgb7x5", 0, [0, 0], 1, [0, 0], None, None), ("rgb9x9", 20, [1, -2], 1.3, [10, 5], None, None),
            ("rgb12x16", -33, [2.5, 1.25], 0.7, [-20, 0], [0.5], None), ("grey8x8", 45, [0, 0], 1, [0, 0], None, [2, 3]),
            ("grey5x9", 10, [-3, 1], 2, [0, 30], [0.9], [1, 1]), ("rgb1x1", 45, [0, 0], 1, [0, 0], None, None)]:
        add("Affine", name, lambda x: F.affine(x, angle, translate, factor, shear, interpolation=m, fill=fill, center=center), types=("float",),
            angle=angle, translate=translate, scale=factor, shear=shear, mode=mode, **({"fill": fill} if fill else {}), **({"center": center} if center else {}))

for name in ["palette", "rgb7x5", "grey8x8", "rgb1x1"]:
    for factor in [0, 0.5, 1, 1.7]:
        add("AdjustBrightness", name, lambda x: F.adjust_brightness(x, factor), factor=factor)
        add("AdjustContrast", name, lambda x: F.adjust_contrast(x, factor), factor=factor)
        add("AdjustSaturation", name, lambda x: F.adjust_saturation(x, factor), factor=factor)
    for factor in [-0.5, -0.25, -0.1, 0, 0.1, 1 / 3, 0.5]:
        add("AdjustHue", name, lambda x: F.adjust_hue(x, factor), factor=factor)
    for channels in [1, 3]:
        add("RGBToGrayscale", name, lambda x: F.rgb_to_grayscale(x, channels), channels=channels)

for name, size, sigma in [("rgb7x5", 3, 0.5), ("rgb7x5", 5, 1.5), ("grey8x8", 1, 2), ("rgb9x9", 7, 2.25), ("rgb1x1", 1, 1), ("rgb12x16", 11, 3), ("grey8x8", 5, 0.1)]:
    add("GaussianBlur", name, lambda x: F.gaussian_blur(x, [size, size], [sigma, sigma]), size=size, sigma=sigma)
for name, top, left, h, w, value in [("rgb7x5", 1, 2, 3, 2, [0]), ("rgb7x5", 0, 0, 7, 5, [1, 0, 1]), ("grey8x8", 7, 7, 1, 1, [1]), ("grey8x8", 3, 3, 0, 4, [1])]:
    add("Erase", name, lambda x: F.erase(x, top, left, h, w, torch.tensor(value, dtype=x.dtype)[:, None, None]), top=top, left=left, h=h, w=w, value=value)
add("Normalize", "rgb7x5", lambda x: F.normalize(x, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), types=("float",), mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
add("Normalize", "grey8x8", lambda x: F.normalize(x, [0.1307], [0.3081]), types=("float",), mean=[0.1307], std=[0.3081])

everything = dict(torch=pin.VERSION, torchvision=TORCHVISION, inputs={k: dict(shape=list(v.shape), pixels=v.reshape(-1).tolist()) for k, v in inputs.items()})
print(json.dumps(everything, separators=(",", ":"))[:-1] + ',"cases":[')
print(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]}")
