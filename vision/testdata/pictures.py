"""Small pictures in every format, written by Pillow and OpenCV, and their pixels as these
read them.

    python pictures.py DIR

writes the files and pictures.json into DIR. Pixels are [channels][height][width]; "gray" is
Pillow's conversion to L. Pictures with an EXIF orientation have the pixels that
ImageOps.exif_transpose gives.
"""
import json
import pathlib
import sys

import cv2
import numpy as np
import PIL
from PIL import Image, ImageOps

VERSIONS = {"pillow": "13.0.0", "opencv": "5.0.0"}
here = {"pillow": PIL.__version__, "opencv": cv2.__version__}
if here != VERSIONS:
    sys.exit(f"{sys.argv[0]}: the pictures are made with {VERSIONS}, this is {here}")

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(20260102)
W, H = 11, 7
y, x = np.mgrid[0:H, 0:W]
rgb = np.stack([x * 23, y * 36, 255 - x * 11 - y * 15], -1).astype(np.uint8)
gray = (x * 20 + y * 5).astype(np.uint8)
alpha = ((x + 2 * y) * 10).astype(np.uint8)
known = {}


def planes(a):
    a = np.asarray(a)
    return (a[None] if a.ndim == 2 else a.transpose(2, 0, 1)).tolist()


def note(name, mode, **more):
    im = ImageOps.exif_transpose(Image.open(out / name))
    im.load()
    known[name] = {"pixels": planes(im.convert(mode)), "gray": planes(im.convert("RGB").convert("L")), **more}


def save(name, im, mode, tolerance=0, **options):
    im.save(out / name, **options)
    note(name, mode, tolerance=tolerance)


color = Image.fromarray(rgb)
grey = Image.fromarray(gray)
rgba = Image.fromarray(np.dstack([rgb, alpha]))
save("rgb.png", color, "RGB")
save("gray.png", grey, "L")
save("rgba.png", rgba, "RGBA")
save("palette.png", color.quantize(32), "RGB")
save("transparent.png", color.quantize(32), "RGBA", transparency=3)
save("bilevel.png", grey.convert("1"), "L")
save("rgb.gif", color.quantize(64), "RGB")
save("rgb.bmp", color, "RGB")
save("rgb.tiff", color, "RGB", compression="tiff_deflate")
save("gray.tiff", grey, "L")
save("rgb.webp", color, "RGB", lossless=True)
save("rgba.webp", rgba, "RGBA", lossless=True, exact=True)
save("lossy.webp", color, "RGB", tolerance=2, quality=95)
save("lossy_alpha.webp", rgba, "RGBA", tolerance=2, quality=95)
save("gray.jpg", grey, "L", tolerance=2, quality=95)
save("rgb.jpg", color, "RGB", tolerance=3, quality=95, subsampling=0)
exif = Image.Exif()
for orientation in range(1, 9):
    exif[274] = orientation
    save(f"orientation{orientation}.jpg", grey, "L", tolerance=2, quality=95, exif=exif)
exif[274] = 6
save("orientation6.png", grey, "L", exif=exif)
save("orientation6.webp", color, "RGB", lossless=True, exif=exif)
save("orientation6.tiff", grey, "L", tiffinfo={274: 6})
known["orientation6.tiff"] = known["orientation6.png"]  # Pillow turns a TIFF as it loads it, and then again

deep = (rng.integers(0, 65536, (H, W, 3))).astype(np.uint16)
for name, pixels in ("deep.png", deep[..., 0]), ("deep_rgb.png", deep), ("deep.tiff", deep[..., 1]):
    cv2.imwrite(str(out / name), pixels)
    read = cv2.imread(str(out / name), cv2.IMREAD_UNCHANGED)
    known[name] = {"deep": planes(read[..., ::-1] if read.ndim == 3 else read)}

(out / "pictures.json").write_text(json.dumps({"versions": VERSIONS, "pictures": known}, separators=(",", ":")) + "\n")
