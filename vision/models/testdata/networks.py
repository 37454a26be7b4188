"""The networks of this package as PyTorch and torchvision make them: names and shapes of
their states, and, from seeded weights on a small seeded input, logits, gradients and
running statistics.

    python networks.py names               > names.json
    python networks.py NAME                > NAME.json       (a case below, such as resnet18)
    python networks.py NAME FILE           writes the case's state dict to a safetensors FILE
    python networks.py NAME margins COUNT  prints the seeds of inputs with the widest margins, of the first COUNT, and "float32" of these

The weights are those that torch.manual_seed(seed) and the constructor give in float64, the input is that of
torch.manual_seed(input); the test draws them again. The numbers are of float64, which do not hang on the machine. "float32" is the
greatest difference of PyTorch's own gradients in float32 from them. The loss is the mean cross-entropy with the labels 0, 1,
2 ...

Where the input of a ReLU lies within rounding of 0 (or of 6), or the greatest two elements of a window that max pooling
looks at within rounding of each other, float32 may take the other side, and the gradients before it jump, by up to some
percent in training with batch norm. "margin" is the least such distance in the run, in root mean squares of the layer's
input; the seeds of the large networks' inputs are ones with a wide margin at which "float32" shows no such jump, so that
float32 can be held to float64.

Of a tensor of n elements a summary is kept: norm, sum, and the elements i n / 16.
"""
import copy
import json
import pathlib
import sys
import torch
import torchvision
from torch import nn
from torch.nn import functional as F
from torchvision.models import mobilenet_v2, resnet18, resnet34, vgg11, vgg11_bn
from torchvision.models.resnet import BasicBlock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
torch.use_deterministic_algorithms(True)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class CIFARTutorial(LeNet5):
    def __init__(self):
        nn.Module.__init__(self)
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)


class ConvNetJSMNIST(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 8, 5, padding=2), nn.Conv2d(8, 16, 5, padding=2)
        self.fc = nn.Linear(256, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 3)
        return self.fc(x.flatten(1))


class ConvNetJSCIFAR(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 16, 5, padding=2), nn.Conv2d(16, 20, 5, padding=2)
        self.conv3, self.fc = nn.Conv2d(20, 20, 5, padding=2), nn.Linear(320, 10)

    def forward(self, x):
        for conv in self.conv1, self.conv2, self.conv3:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc(x.flatten(1))


class CIFARResNet(nn.Module):
    """Section 4.2 of the paper, of torchvision's blocks."""

    def __init__(self, blocks=(3, 3, 3), width=16, pool=False):
        super().__init__()
        self.pool = pool
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.layers, i = nn.ModuleList(), width
        for k, count in enumerate(blocks):
            layer, o = nn.Sequential(), width << k
            for b in range(count):
                stride = 2 if k > 0 and b == 0 and not pool else 1
                shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o)) if stride > 1 or i != o else None
                layer.append(BasicBlock(i, o, stride, shortcut))
                i = o
            self.layers.append(layer)
        self.fc = nn.Linear(i, 10)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for k, layer in enumerate(self.layers):
            x = layer(F.max_pool2d(x, 2) if self.pool and k > 0 else x)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Stem(nn.Conv2d):
    """3x3 with stride 1 in the place of 7x7 with stride 2."""

    def __init__(self, i, o, kernel_size, stride=1, padding=0, **more):
        super().__init__(i, o, *((3, 1, 1) if kernel_size == 7 else (kernel_size, stride, padding)), **more)


class Narrow(nn.Linear):
    """64 features in the place of 4096."""

    def __init__(self, i, o):
        super().__init__(64 if i == 4096 else i, 64 if o == 4096 else o)


def changed(kind, layer, make):
    """A network whose constructor, torchvision's own, finds another kind of layer."""
    was = getattr(nn, kind)
    setattr(nn, kind, layer)
    try:
        return make()
    finally:
        setattr(nn, kind, was)


def cifar_stem(make):
    """The usual change for images of 32 x 32."""
    net = changed("Conv2d", Stem, lambda: make(num_classes=10))
    net.maxpool = nn.Identity()
    return net


def narrow(make):
    """A VGG without its gigabytes."""
    return changed("Linear", Narrow, lambda: make(num_classes=10, dropout=0))


# name: constructor, seed, shape of the input, and the input's seed, which is the other plus 100 unless given
cases = {
    "lenet5": (LeNet5, 1, [3, 1, 28, 28]),
    "convnetjs_mnist": (ConvNetJSMNIST, 2, [3, 1, 24, 24]),
    "convnetjs_cifar": (ConvNetJSCIFAR, 3, [3, 3, 32, 32]),
    "cifar_tutorial": (CIFARTutorial, 4, [3, 3, 32, 32]),
    "resnet18": (lambda: resnet18(num_classes=10), 5, [2, 3, 33, 33], 1031),
    "resnet18_cifar": (lambda: cifar_stem(resnet18), 6, [2, 3, 10, 10], 1009),
    "resnet34": (lambda: resnet34(num_classes=10), 7, [2, 3, 33, 33], 1024),
    "cifar_resnet": (lambda: CIFARResNet((0, 1, 2), 8), 11, [3, 3, 12, 12]),
    "cifar_resnet_pool": (lambda: CIFARResNet((0, 1, 1), 8, True), 12, [3, 3, 12, 12]),
    "vgg11": (lambda: narrow(vgg11), 8, [1, 3, 32, 32]),
    "vgg11_bn": (lambda: narrow(vgg11_bn), 9, [2, 3, 32, 32]),
    "mobilenet_v2": (lambda: mobilenet_v2(num_classes=10, dropout=0), 10, [2, 3, 33, 33], 1003),
}

# Every network as its constructor makes it without options, and the widths that round.
named = {
    "LeNet5": LeNet5, "ConvNetJSMNIST": ConvNetJSMNIST, "ConvNetJSCIFAR": ConvNetJSCIFAR, "CIFARTutorial": CIFARTutorial,
    "ResNet18": resnet18, "ResNet34": resnet34, "ResNet18 CIFAR": lambda: cifar_stem(resnet18), "ResNet34 CIFAR": lambda: cifar_stem(resnet34),
    "CIFARResNet": CIFARResNet, "CIFARResNet 8": lambda: CIFARResNet((0, 1, 1, 1), 32),
    "VGG11": vgg11, "VGG11 BatchNorm": vgg11_bn,
    "MobileNetV2": mobilenet_v2, "MobileNetV2 0.35": lambda: mobilenet_v2(width_mult=0.35), "MobileNetV2 1.4": lambda: mobilenet_v2(width_mult=1.4),
}


def rounded(v):
    return float(f"{v:.9g}")


def summary(t):
    t = t.detach().double().flatten()
    k = min(16, t.numel())
    return {"n": t.numel(), "norm": rounded(t.norm().item()), "sum": rounded(t.sum().item()),
            "at": [rounded(t[i * t.numel() // k].item()) for i in range(k)]}


def run(net, x, training):
    net.train(training)
    net.zero_grad()
    logits = net(x)
    loss = F.cross_entropy(logits, torch.arange(len(x)) % 10)
    loss.backward()
    return {"loss": rounded(loss.item()), "logits": [rounded(v) for v in logits.flatten().tolist()],
            "grads": {k: summary(p.grad) for k, p in net.named_parameters()}}


def difference(got, want):
    """The greatest difference of gradients, as the test measures it."""
    least = 1e-3 * max(w["norm"] for w in want.values())
    worst = 0.0
    for name, w in want.items():
        norm = max(w["norm"], least)
        worst = max(worst, abs(got[name]["norm"] - w["norm"]) / norm)
        for g, v in zip(got[name]["at"], w["at"]):
            worst = max(worst, abs(g - v) / max(abs(v), norm / w["n"] ** 0.5))
    return float(f"{worst:.2g}")


def make(name):
    constructor, seed, shape, *more = cases[name]
    torch.manual_seed(seed)
    net = constructor()
    return net, seed, *draw(shape, more[0] if more else seed + 100)


def draw(shape, seed):
    torch.manual_seed(seed)
    return seed, torch.randn(shape)


def gaps(layer, x):
    """How far the elements of a layer's input are from where its gradient jumps."""
    if isinstance(layer, (nn.ReLU, nn.ReLU6)):
        x = x[x != 0]  # 0 itself comes from zeros only, in any arithmetic
        return torch.minimum(x.abs(), (x - 6).abs()) if isinstance(layer, nn.ReLU6) else x.abs()
    k, s, p = layer.kernel_size, layer.stride, layer.padding
    windows = F.pad(x, (p, p, p, p), value=-torch.inf).unfold(2, k, s).unfold(3, k, s).flatten(4)
    first, second = windows.topk(2).values.unbind(-1)
    return (first - second)[first > 0]  # zeros come from a ReLU that is off


def margin(net, x, training):
    """The least gap in a run, in root mean squares of the layer's input."""
    net, least = copy.deepcopy(net).train(training), [torch.inf]
    for layer in net.modules():
        if isinstance(layer, (nn.ReLU, nn.ReLU6, nn.MaxPool2d)):
            def note(layer, args):
                x = args[0]
                least[0] = min(least[0], (gaps(layer, x).min() / x.square().mean().sqrt()).item())
            layer.register_forward_pre_hook(note)
    with torch.no_grad():
        net(x)
    return least[0]


versions = {"torch": pin.VERSION, "torchvision": torchvision.__version__.partition("+")[0]}
if sys.argv[1] == "names":
    with torch.device("meta"):  # shapes alone
        out = {k: {n: list(t.shape) for n, t in make().state_dict().items()} for k, make in named.items()}
    print(json.dumps({**versions, "networks": out}, separators=(",", ":")).replace('},"', '},\n"'))
elif sys.argv[2:3] == ["margins"]:
    torch.set_default_dtype(torch.float64)
    net, _, _, x = make(sys.argv[1])
    found = []
    for seed in range(1000, 1000 + int(sys.argv[3])):
        x = draw(x.shape, seed)[1]
        found.append((min(margin(net, x, False), margin(net, x, True)), seed))
    for least, seed in sorted(found)[:-6:-1]:
        x = draw(x.shape, seed)[1]
        of = [difference(run(copy.deepcopy(net).float(), x.float(), training)["grads"], run(copy.deepcopy(net), x, training)["grads"])
              for training in (False, True)]
        print(f"input {seed}: margin {least:.2g}, float32 {of[0]:.2g} in inference, {of[1]:.2g} in training")
elif len(sys.argv) > 2:
    from safetensors.torch import save_file
    torch.set_default_dtype(torch.float64)
    save_file(make(sys.argv[1])[0].state_dict(), sys.argv[2])
else:
    torch.set_default_dtype(torch.float64)
    net, seed, drawn, x = make(sys.argv[1])
    single = copy.deepcopy(net).float()
    out = {**versions, "seed": seed, "input": drawn, "shape": list(x.shape), "x": summary(x), "start": {k: summary(p) for k, p in net.named_parameters()}}
    for mode in "eval", "train":
        least = margin(net, x, mode == "train")
        out[mode] = run(net, x, mode == "train")
        if least < torch.inf:
            out[mode]["margin"] = float(f"{least:.2g}")
        other = run(single, x.float(), mode == "train")
        out[mode]["float32"] = difference(other["grads"], out[mode]["grads"])
    out["running"] = {k: summary(b) for k, b in net.named_buffers()}
    print(json.dumps(out, separators=(",", ":")).replace('},"', '},\n"'))
