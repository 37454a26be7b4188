"""Losses of the first 20 steps of the training workloads, by PyTorch in float64.

    python3 losses.py > losses.json

Weights and data are numbers by formula (numbers.go). Float64, so that the golden has
no rounding of its own; --float32 prints how far PyTorch's own float32 is from it.
"""
import json
import sys

import numpy as np
import torch
import torch.nn as nn
import torchvision

STEPS = 20


def numbers(name, count):
    h = 0xcbf29ce484222325
    for b in name.encode():
        h = (h ^ b) * 0x100000001b3 % 2 ** 64
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9e3779b97f4a7c15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xbf58476d1ce4e5b9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94d049bb133111eb)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) / 2 ** 24


def floats(values, shape):
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def normal(name, *shape):
    u = numbers(name, 4 * int(np.prod(shape))).reshape(-1, 4)
    return floats((u.sum(1) - 2) * np.sqrt(3.0), shape)


def labels(name, count, classes):
    return torch.from_numpy((numbers(name, count) * classes).astype(np.int64))


def fill(model, name):
    with torch.no_grad():
        for i, (full, p) in enumerate(model.named_parameters()):
            lo, hi = -0.05, 0.05
            if p.dim() > 1:
                hi = 1 / np.sqrt(float(p[0].numel()))
                lo = -hi
            elif full.endswith("weight"):
                lo, hi = 0.9, 1.1
            p.copy_(floats(lo + (hi - lo) * numbers("%s/weights/%d" % (name, i), p.numel()), p.shape))
    return model


def conv(*sizes, padding=0):
    return nn.Conv2d(*sizes, padding=padding)


def lenet():
    return nn.Sequential(
        conv(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), conv(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def demo_mnist():
    return nn.Sequential(
        conv(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), conv(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 3),
        nn.Flatten(), nn.Linear(256, 10))


def demo_cifar():
    return nn.Sequential(
        conv(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), conv(16, 20, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        conv(20, 20, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(320, 10))


def tutorial():
    return nn.Sequential(
        conv(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), conv(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def resnet():
    m = torchvision.models.resnet18(num_classes=10)
    m.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    m.maxpool = nn.Identity()
    return m


def deep():
    layers = []
    for _ in range(30):
        layers += [nn.Linear(100, 100), nn.Sigmoid()]
    return nn.Sequential(*layers, nn.Linear(100, 1), nn.Sigmoid())


def sgd(lr, momentum=0.0, decay=0.0):
    return lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, weight_decay=decay)


def adadelta(decay):
    return lambda p: torch.optim.Adadelta(p, rho=0.95, weight_decay=decay)


MLP = lambda: nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))  # noqa: E731
WORKLOADS = {  # model, shape of the batch, classes, optimizer
    "logreg_titanic": (lambda: nn.Sequential(nn.Linear(8, 1), nn.Sigmoid()), (891, 8), 2, sgd(0.1)),
    "mlp_small": (MLP, (64, 784), 10, sgd(0.01, 0.9)),
    "deep_sigmoid": (deep, (64, 100), 2, None),
    "lenet_mnist": (lenet, (64, 1, 28, 28), 10, sgd(0.01, 0.9)),
    "convnetjs_mnist": (demo_mnist, (20, 1, 24, 24), 10, adadelta(0.001)),
    "convnetjs_cifar": (demo_cifar, (4, 3, 32, 32), 10, adadelta(0.0001)),
    "cifar_tutorial_b4": (tutorial, (4, 3, 32, 32), 10, sgd(0.001, 0.9)),
    "cifar_tutorial_b64": (tutorial, (64, 3, 32, 32), 10, sgd(0.001, 0.9)),
    "resnet18_cifar": (resnet, (32, 3, 32, 32), 10, sgd(0.1, 0.9, 5e-4)),
}


def losses(name, dtype):
    make, shape, classes, optimizer = WORKLOADS[name]
    x, y = normal(name + "/x", *shape).to(dtype), labels(name + "/y", shape[0], classes)
    loss_fn = nn.CrossEntropyLoss()
    if classes == 2:
        y, loss_fn = y.to(dtype).reshape(-1, 1), nn.BCELoss()
    model = fill(make(), name).to(dtype).train()
    opt = optimizer(model.parameters()) if optimizer else None
    out = {"losses": [], "means": []}
    for k in range(STEPS):
        model.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        if opt:
            opt.step()
        elif k == 0:
            out["means"] = [m.weight.grad.abs().mean().item() for m in model if isinstance(m, nn.Linear)][:-1]
        out["losses"].append(loss.item())
    return out


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    if "--float32" in sys.argv:
        for name in WORKLOADS:
            a, b = losses(name, torch.float32), losses(name, torch.float64)
            print("%-20s %.7f %.7f" % (name, a["losses"][-1], b["losses"][-1]))
        sys.exit()
    done = {name: losses(name, torch.float64) for name in WORKLOADS}
    print(json.dumps({"torch": torch.__version__.split("+")[0], "workloads": done}, indent=1))
