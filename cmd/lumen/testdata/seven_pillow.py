"""Writes seven-pillow.png and seven-photo.jpg beside itself from MNIST's first test image, a seven."""

import gzip
import pathlib
import random

import PIL
from PIL import Image, ImageFilter

here = pathlib.Path(__file__).parent
mnist = here / "../../../vision/datasets/mnist/t10k-images-idx3-ubyte.gz"
with gzip.open(mnist) as f:
    f.read(16)
    seven = Image.frombytes("L", (28, 28), f.read(28 * 28))
seven.save(here / "seven-pillow.png", optimize=True)

# As somebody would photograph it: dark ink on lit, grainy paper, turned, off the middle.
random.seed(1)
width, height = 320, 240
ink = Image.new("L", (width, height), 0)
drawn = seven.resize((150, 150), Image.Resampling.BICUBIC).rotate(-4, Image.Resampling.BICUBIC)
ink.paste(drawn, (120, 50))
ink = ink.filter(ImageFilter.GaussianBlur(1.5))
photo = Image.new("RGB", (width, height))
for y in range(height):
    for x in range(width):
        light = 232 - 35 * x / width - 15 * y / height + random.gauss(0, 3)
        grey = light * (1 - 0.85 * ink.getpixel((x, y)) / 255)
        photo.putpixel((x, y), tuple(round(max(0, min(255, grey * c))) for c in (1, 0.97, 0.9)))
photo.save(here / "seven-photo.jpg", quality=80)
print("Pillow", PIL.__version__)
