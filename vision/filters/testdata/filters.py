"""Results of scipy.ndimage, scipy.signal and OpenCV for the filters of this package, and
OpenCV's kernels.

    python filters.py > filters.json

Images are small and seeded. float32 images are filtered in float64, uint8 ones by OpenCV,
which rounds halves to even and saturates. Kernels are larger than the image in some cases,
which scipy can do in every mode.
"""
import json
import sys

import cv2
import numpy as np
import scipy
from scipy import ndimage, signal

VERSIONS = {"scipy": "1.17.1", "opencv": "5.0.0", "numpy": "2.4.6"}
here = {"scipy": scipy.__version__, "opencv": cv2.__version__, "numpy": np.__version__}
if here != VERSIONS:
    sys.exit(f"{sys.argv[0]}: the goldens are made with {VERSIONS}, this is {here}")

rng = np.random.default_rng(20260101)
MODES = {"zero": "constant", "reflect": "mirror", "replicate": "nearest", "circular": "grid-wrap"}
BORDERS = {"zero": cv2.BORDER_CONSTANT, "reflect": cv2.BORDER_REFLECT_101, "replicate": cv2.BORDER_REPLICATE}
cases = []


def floats(h, w):
    return np.round(rng.uniform(-2, 2, (h, w)), 3)


def add(source, image, kernel, want, **options):
    cases.append({"source": source, "uint8": bool(image.dtype == np.uint8), "image": image.tolist(), "kernel": kernel.tolist(),
                  "want": np.asarray(want, dtype=np.float64).tolist(), **options})


def dilated(kernel, d):
    h, w = kernel.shape
    out = np.zeros(((h - 1) * d + 1, (w - 1) * d + 1))
    out[::d, ::d] = kernel
    return out


sobel = np.array([[-1., 0, 1], [-2, 0, 2], [-1, 0, 1]])
binomial = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
image = floats(7, 9)
for padding, mode in MODES.items():
    for kernel in sobel, binomial, floats(3, 3), floats(4, 2), floats(1, 5), floats(6, 1), floats(21, 19):
        add("scipy.ndimage.correlate", image, kernel, ndimage.correlate(image, kernel, mode=mode), padding=padding)
        add("scipy.ndimage.convolve", image, kernel, ndimage.convolve(image, kernel, mode=mode), padding=padding, convolution=True)
    for shape in (1, 1), (1, 6), (5, 1), (2, 2):
        small = floats(*shape)
        for kernel in binomial, floats(3, 4):
            add("scipy.ndimage.correlate", small, kernel, ndimage.correlate(small, kernel, mode=mode), padding=padding)
    for d in 2, 3:
        for stride in 1, 2, 4:
            kernel = floats(3, 3)
            full = ndimage.correlate(image, dilated(kernel, d), mode=mode)
            add("scipy.ndimage.correlate", image, kernel, full[::stride, ::stride], padding=padding, dilation=d, stride=stride)
for kernel in binomial, floats(2, 3):
    for stride in 1, 3:
        add("scipy.signal.correlate2d", image, kernel, signal.correlate2d(image, kernel, "valid")[::stride, ::stride],
            padding="none", stride=stride)
    add("scipy.signal.convolve2d", image, kernel, signal.convolve2d(image, kernel, "valid"), padding="none", convolution=True)
kernel = floats(2, 2)
add("scipy.signal.correlate2d", image, kernel, signal.correlate2d(image, dilated(kernel, 3), "valid"), padding="none", dilation=3)

for padding, border in BORDERS.items():
    kernel = floats(3, 4)
    for anchor in (0, 0), (3, 2), (1, 2):
        add("cv2.filter2D", image, kernel, cv2.filter2D(image, cv2.CV_64F, kernel, anchor=anchor, delta=0.5, borderType=border),
            padding=padding, anchor=list(anchor), delta=0.5)
    photo = rng.integers(0, 256, (8, 11)).astype(np.uint8)
    halves = np.array([[0.5, 0.5]])
    for kernel in halves, np.array([[0, -1., 0], [-1, 5, -1], [0, -1, 0]]), sobel, np.array([[-2., -1, 0], [-1, 1, 1], [0, 1, 2]]), \
            np.full((3, 3), 0.25), np.array([[0.5], [0.5]]), binomial:
        add("cv2.filter2D", photo, kernel, cv2.filter2D(photo, -1, kernel.astype(np.float32), borderType=border), padding=padding)
    add("cv2.filter2D", photo, sobel, cv2.filter2D(photo, -1, sobel.astype(np.float32), delta=128.5, borderType=border),
        padding=padding, delta=128.5)

kernels = {}
for size, sigma in (3, 0.5), (5, 1.1), (13, 1.5), (31, 6.2):
    g = cv2.getGaussianKernel(size, sigma)
    kernels[f"gaussian {size} {sigma}"] = (g @ g.T).tolist()
for name, ksize in ("sobel", 3), ("scharr", cv2.FILTER_SCHARR):
    for axis, d in ("x", (1, 0)), ("y", (0, 1)):
        kx, ky = cv2.getDerivKernels(*d, ksize)
        kernels[f"{name}-{axis}"] = (ky @ kx.T).tolist()
for size, sigma, theta, wavelength, gamma, phase in (9, 2.0, 0, 6.0, 1.0, 0), (11, 3.0, 30, 7.5, 0.5, 90), (7, 1.5, -60, 4.0, 2.0, 45):
    k = cv2.getGaborKernel((size, size), sigma, np.deg2rad(theta), wavelength, gamma, np.deg2rad(phase))
    kernels[f"gabor {size} {sigma} {theta} {wavelength} {gamma} {phase}"] = k.tolist()

json.dump({"versions": VERSIONS, "cases": cases, "kernels": kernels}, sys.stdout, separators=(",", ":"))
print()
