"""PyTorch (plus SciPy and OpenCV for the image filters) on the peer workloads.

Eager mode, float32, synthetic data with a fixed seed. A training 'step' is
zero_grad + forward + loss + backward + optimizer step. See README.md.
"""
import os
import sys

from _bench import Workload, main_args, prepare_env, run, split_threads

ap = main_args(__doc__)
ap.add_argument("--aten", choices=["default", "avx2", "avx512"], default="default",
                help="vector width of ATen's own kernels (default: what the build picks)")
ap.add_argument("--foreach", action="store_true", help="multi-tensor optimizers (foreach=True)")
args = ap.parse_args()
THREADS = split_threads(args) if not args.list else 1
prepare_env(THREADS)
if args.aten != "default":
    os.environ["ATEN_CPU_CAPABILITY"] = args.aten

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(THREADS)
OPT = {"foreach": True} if args.foreach else {}


def seed():
    torch.manual_seed(1234)
    np.random.seed(1234)


# ---- training steps -------------------------------------------------------

def train_step(model, x, y, loss_fn, opt):
    model.train()

    def step():
        opt.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        opt.step()
    return step


def classify(shape, batch, classes=10):
    return torch.randn(batch, *shape), torch.randint(0, classes, (batch,))


def logreg(steps=1):
    seed()
    x = torch.randn(891, 8)
    y = (torch.rand(891, 1) > 0.6).float()
    model = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid())
    step = train_step(model, x, y, nn.BCELoss(), torch.optim.SGD(model.parameters(), lr=0.1, **OPT))
    if steps == 1:
        return step

    def many():
        for _ in range(steps):
            step()
    return many


def mlp_small():
    seed()
    x, y = classify((784,), 64)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, **OPT))


def deep_sigmoid():
    seed()
    x = torch.randn(64, 100)
    y = (torch.rand(64, 1) > 0.5).float()
    hidden = [nn.Linear(100, 100) for _ in range(30)]
    layers = []
    for h in hidden:
        layers += [h, nn.Sigmoid()]
    model = nn.Sequential(*layers, nn.Linear(100, 1), nn.Sigmoid())
    loss_fn = nn.BCELoss()

    def step():
        model.zero_grad()
        loss_fn(model(x), y).backward()
        return [h.weight.grad.abs().mean().item() for h in hidden]
    return step


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def lenet_mnist():
    seed()
    x, y = classify((1, 28, 28), 64)
    model = lenet()
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, **OPT))


def convnetjs_mnist():
    seed()
    x, y = classify((1, 24, 24), 20)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 3), nn.Flatten(), nn.Linear(256, 10))
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.Adadelta(model.parameters(), rho=0.95, weight_decay=0.001, **OPT))


def convnetjs_cifar():
    seed()
    x, y = classify((3, 32, 32), 4)
    model = nn.Sequential(
        nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 20, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(20, 20, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(320, 10))
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.Adadelta(model.parameters(), rho=0.95, weight_decay=0.0001, **OPT))


def cifar_tutorial(batch):
    seed()
    x, y = classify((3, 32, 32), batch)
    model = nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, **OPT))


def resnet18_cifar(channels_last=False):
    import torchvision
    seed()
    model = torchvision.models.resnet18(num_classes=10)
    model.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    model.maxpool = nn.Identity()
    x, y = classify((3, 32, 32), 32)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    return train_step(model, x, y, nn.CrossEntropyLoss(),
                      torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, **OPT))


# ---- inference ------------------------------------------------------------

def infer(model, x):
    model.eval()

    def f():
        with torch.no_grad():
            return model(x)
    return f


def infer_lenet_b1():
    seed()
    return infer(lenet(), torch.randn(1, 1, 28, 28))


def infer_resnet18(jit=False):
    import torchvision
    seed()
    model = torchvision.models.resnet18().eval()
    x = torch.randn(1, 3, 224, 224)
    if jit:
        with torch.no_grad():
            model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, x)))
    return infer(model, x)


# ---- kernels --------------------------------------------------------------

def gemm(m, k, n):
    seed()
    a, b = torch.randn(m, k), torch.randn(k, n)
    out = torch.empty(m, n)

    def f():
        torch.mm(a, b, out=out)
    return f


def elem(kind, n=1_000_000):
    def make():
        seed()
        x, y = torch.randn(n), torch.randn(n)
        r = torch.randn(1000, 1000)
        return {"add": lambda: torch.add(x, y), "relu": lambda: torch.relu(x),
                "sigmoid": lambda: torch.sigmoid(x), "exp": lambda: torch.exp(x),
                "softmax": lambda: torch.softmax(r, dim=1), "sum": lambda: torch.sum(x)}[kind]
    return make


def op_overhead(grad):
    seed()
    a = torch.randn(1, requires_grad=grad)
    b = torch.randn(1, requires_grad=grad)

    def f():
        a + b
    return f


# ---- image filters: gray 1920x1080, same size out --------------------------

def gauss5():
    g = np.array([1, 4, 6, 4, 1], dtype=np.float32) / 16
    return np.outer(g, g).astype(np.float32)


SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32)


def gray(dtype="float32"):
    seed()
    a = np.random.randint(0, 256, (1080, 1920)).astype(np.uint8)
    return a if dtype == "uint8" else a.astype(np.float32)


def filter_torch(kernel):
    x = torch.from_numpy(gray())[None, None]
    k = torch.from_numpy(np.ascontiguousarray(kernel))[None, None]
    pad = kernel.shape[0] // 2

    def f():
        with torch.no_grad():
            return F.conv2d(x, k, padding=pad)
    return f


def filter_scipy(kernel):
    from scipy import ndimage
    x, k = gray(), np.ascontiguousarray(kernel[::-1, ::-1])
    return lambda: ndimage.convolve(x, k, mode="constant")


def filter_scipy_sep(kind):
    from scipy import ndimage
    x = gray()
    g = np.array([1, 4, 6, 4, 1], dtype=np.float32) / 16
    if kind == "gauss":
        return lambda: ndimage.convolve1d(ndimage.convolve1d(x, g, axis=0), g, axis=1)
    return lambda: ndimage.sobel(x, axis=1)


def filter_cv2(kind, dtype="float32"):
    import cv2
    cv2.setNumThreads(THREADS)
    x = gray(dtype)
    if kind == "gauss2d":
        k = gauss5()
        return lambda: cv2.filter2D(x, -1, k)
    if kind == "gauss":
        return lambda: cv2.GaussianBlur(x, (5, 5), 1.1)
    if kind == "sobel2d":
        return lambda: cv2.filter2D(x, -1, SOBEL_X)
    depth = cv2.CV_32F if dtype == "float32" else cv2.CV_16S
    return lambda: cv2.Sobel(x, depth, 1, 0, ksize=3)


# ---- data loading ---------------------------------------------------------

class FakeMNIST(torch.utils.data.Dataset):
    """60000 uint8 images; __getitem__ gives one normalised float image."""

    def __init__(self, pil):
        seed()
        self.x = torch.randint(0, 256, (60000, 28, 28), dtype=torch.uint8)
        self.y = torch.randint(0, 10, (60000,))
        self.pil = pil
        if pil:  # what torchvision.datasets.MNIST with the usual transform does
            from torchvision import transforms
            self.tr = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])

    def __len__(self):
        return 60000

    def __getitem__(self, i):
        if self.pil:
            from PIL import Image
            return self.tr(Image.fromarray(self.x[i].numpy(), mode="L")), int(self.y[i])
        return ((self.x[i].unsqueeze(0).float() / 255) - 0.1307) / 0.3081, int(self.y[i])


def dataloader(workers, pil=False):
    ds = FakeMNIST(pil)
    dl = torch.utils.data.DataLoader(ds, batch_size=64, shuffle=True, num_workers=workers)

    def epoch():
        n = 0
        for x, y in dl:
            n += y.numel()
        assert n == 60000 and x.dtype == torch.float32
    return epoch


def dataloader_manual():
    ds = FakeMNIST(False)

    def epoch():
        p = torch.randperm(60000)
        for b in p.split(64):
            x = ((ds.x[b].unsqueeze(1).float() / 255) - 0.1307) / 0.3081
            y = ds.y[b]
        return x, y
    return epoch


W = Workload
WORKLOADS = [
    W("logreg_titanic", logreg, 891, "sample", note="891x8 full batch, sigmoid, BCE, SGD 0.1"),
    W("logreg_titanic_1000", lambda: logreg(1000), 891000, "sample", note="1000 of those steps"),
    W("mlp_small", mlp_small, 64, "sample", note="784-128-64-10 ReLU, batch 64, SGD momentum"),
    W("deep_sigmoid", deep_sigmoid, 64, "sample", note="30x100 sigmoid, fwd+bwd + mean |grad| of each layer"),
    W("lenet_mnist", lenet_mnist, 64, "sample", note="LeNet, batch 64, SGD momentum"),
    W("convnetjs_mnist", convnetjs_mnist, 20, "sample", note="ConvNetJS MNIST demo net, batch 20, Adadelta"),
    W("convnetjs_cifar", convnetjs_cifar, 4, "sample", note="ConvNetJS CIFAR demo net, batch 4, Adadelta"),
    W("cifar_tutorial_b4", lambda: cifar_tutorial(4), 4, "sample", note="PyTorch tutorial net, batch 4"),
    W("cifar_tutorial_b64", lambda: cifar_tutorial(64), 64, "sample", note="PyTorch tutorial net, batch 64"),
    W("resnet18_cifar", resnet18_cifar, 32, "sample", longer=3, note="3x3 stem, no maxpool, batch 32, one train step"),
    W("resnet18_cifar_chlast", lambda: resnet18_cifar(True), 32, "sample", longer=3, note="the same, channels_last memory"),
    W("infer_lenet_b1", infer_lenet_b1, 1, "sample", note="LeNet forward, batch 1, no grad"),
    W("infer_resnet18_224_b1", infer_resnet18, 1, "sample", note="resnet18 eval forward, batch 1"),
    W("infer_resnet18_224_b1_jit", lambda: infer_resnet18(True), 1, "sample", note="traced, frozen, optimize_for_inference"),
]
for _n in (128, 256, 512, 1024, 2048):
    WORKLOADS.append(W("gemm_%d" % _n, lambda n=_n: gemm(n, n, n), 2 * _n ** 3, "flop", note="square, out= given"))
for _m, _k, _n in ((64, 784, 128), (8192, 576, 64)):
    WORKLOADS.append(W("gemm_%dx%dx%d" % (_m, _k, _n), lambda m=_m, k=_k, n=_n: gemm(m, k, n),
                       2 * _m * _k * _n, "flop", note="M x K x N"))
for _k in ("add", "relu", "sigmoid", "exp", "softmax", "sum"):
    WORKLOADS.append(W("elem_" + _k + "_1m", elem(_k), 1_000_000, "element", note="1M float32, result allocated"))
WORKLOADS += [
    W("op_overhead_nograd", lambda: op_overhead(False), 1, "op", note="1-element add; ns per op = best_ms*1e6"),
    W("op_overhead_grad", lambda: op_overhead(True), 1, "op", note="the same with requires_grad"),
    W("filter_gauss5_1080p", lambda: filter_torch(gauss5()), 1, "frame", note="5x5 full kernel, conv2d"),
    W("filter_sobel3_1080p", lambda: filter_torch(SOBEL_X), 1, "frame", note="3x3 Sobel x, conv2d"),
    W("filter_gauss5_1080p_scipy", lambda: filter_scipy(gauss5()), 1, "frame", "scipy.ndimage", note="convolve 5x5"),
    W("filter_sobel3_1080p_scipy", lambda: filter_scipy(SOBEL_X), 1, "frame", "scipy.ndimage", note="convolve 3x3"),
    W("filter_gauss5_1080p_scipy_sep", lambda: filter_scipy_sep("gauss"), 1, "frame", "scipy.ndimage", note="two convolve1d"),
    W("filter_sobel3_1080p_scipy_sep", lambda: filter_scipy_sep("sobel"), 1, "frame", "scipy.ndimage", note="ndimage.sobel"),
    W("filter_gauss5_1080p_cv2", lambda: filter_cv2("gauss2d"), 1, "frame", "opencv", note="filter2D 5x5, float32"),
    W("filter_sobel3_1080p_cv2", lambda: filter_cv2("sobel2d"), 1, "frame", "opencv", note="filter2D 3x3, float32"),
    W("filter_gauss5_1080p_cv2_sep", lambda: filter_cv2("gauss"), 1, "frame", "opencv", note="GaussianBlur, float32"),
    W("filter_sobel3_1080p_cv2_sep", lambda: filter_cv2("sobel"), 1, "frame", "opencv", note="Sobel, float32"),
    W("filter_gauss5_1080p_cv2_u8", lambda: filter_cv2("gauss", "uint8"), 1, "frame", "opencv", note="GaussianBlur, uint8"),
    W("filter_sobel3_1080p_cv2_u8", lambda: filter_cv2("sobel", "uint8"), 1, "frame", "opencv", note="Sobel, uint8 to int16"),
    W("dataloader_mnist_w0", lambda: dataloader(0), 60000, "sample", note="epoch, num_workers=0"),
    W("dataloader_mnist_w2", lambda: dataloader(2), 60000, "sample", note="epoch, num_workers=2"),
    W("dataloader_mnist_pil_w0", lambda: dataloader(0, True), 60000, "sample", note="torchvision's way: PIL, ToTensor, Normalize"),
    W("dataloader_mnist_manual", dataloader_manual, 60000, "sample", note="no DataLoader: index a batch at once"),
]
for _n, _f in (("lenet_mnist", lenet_mnist), ("resnet18_cifar", resnet18_cifar)):
    WORKLOADS.append(W("memory_" + _n, _f, 1, "byte", memory_steps=20, note="peak memory of 20 steps above that before the first"))


def versions():
    import platform
    v = {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version(),
         "threads": torch.get_num_threads(), "foreach": args.foreach}
    for name in ("torchvision", "scipy", "cv2"):
        try:
            v[name] = __import__(name).__version__
        except ImportError:
            v[name] = None
    for line in torch.__config__.show().splitlines():
        if "CPU capability" in line:
            v["aten_simd"] = line.split(":")[1].strip()
        if "MKL-DNN" in line:
            v["onednn"] = line.split("MKL-DNN ")[1].split(" ")[0]
    try:
        from threadpoolctl import threadpool_info
        for p in threadpool_info():
            if p["user_api"] == "blas":
                v["blas"] = "%s %s %s %s, %d threads" % (p["internal_api"], p["version"], p.get("threading_layer"),
                                                      p.get("architecture"), p["num_threads"])
    except ImportError:
        pass
    return v


if __name__ == "__main__":
    if args.list:
        for w in WORKLOADS:
            print("%-32s %s" % (w.name, w.note))
        sys.exit(0)
    run(WORKLOADS, "torch", versions, args, THREADS)
