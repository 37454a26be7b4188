"""Layers of PyTorch in float64: state before, input, result, gradients of input and
parameters, and state after (batch norm's buffers), in training, and in inference where
that differs."""
import json
import pathlib
import sys
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
torch.manual_seed(3)


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{v:.11g}") for v in t.detach().double().flatten().tolist()]}


images = [2, 4, 5, 4]
cases = [
    ("Linear", nn.Linear(3, 2), [2, 4, 3]),
    ("Linear no bias", nn.Linear(3, 2, bias=False), [4, 3]),
    ("Conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), [2, 4, 7]),
    ("Conv2d", nn.Conv2d(4, 3, 3), images),
    ("Conv2d options", nn.Conv2d(4, 4, (2, 3), stride=(2, 1), padding=1, dilation=(1, 2), groups=2, bias=False), images),
    ("Conv2d reflect", nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), images),
    ("ConvTranspose2d", nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2), images),
    ("MaxPool2d", nn.MaxPool2d(2), images),
    ("MaxPool2d options", nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), images),
    ("AvgPool2d", nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), images),
    ("MaxPool1d", nn.MaxPool1d(3, stride=2, padding=1), [2, 3, 7]),
    ("AvgPool1d", nn.AvgPool1d(2), [2, 3, 7]),
    ("AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d((2, 3)), images),
    ("AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d((2, 3)), images),
    ("BatchNorm1d", nn.BatchNorm1d(3), [5, 3]),
    ("BatchNorm1d sequence", nn.BatchNorm1d(3, eps=1e-3, momentum=0.3), [4, 3, 2]),
    ("BatchNorm2d", nn.BatchNorm2d(4), images),
    ("BatchNorm2d plain", nn.BatchNorm2d(4, affine=False, track_running_stats=False), images),
    ("BatchNorm2d cumulative", nn.BatchNorm2d(4, momentum=None), images),
    ("LayerNorm", nn.LayerNorm(4), images),
    ("LayerNorm two", nn.LayerNorm([5, 4], eps=1e-2, bias=False), images),
    ("GroupNorm", nn.GroupNorm(2, 4), images),
    ("Embedding", nn.Embedding(5, 3, padding_idx=1), None),
    ("Flatten", nn.Flatten(), images),
    ("Identity", nn.Identity(), [3]),
    ("Upsample", nn.Upsample(scale_factor=2, mode="bilinear"), [1, 2, 3, 2]),
    ("ZeroPad2d", nn.ZeroPad2d(1), [1, 2, 3, 2]),
    ("ConstantPad2d", nn.ConstantPad2d(1, 0.5), [1, 2, 3, 2]),
    ("ReflectionPad2d", nn.ReflectionPad2d(1), [1, 2, 3, 2]),
    ("ReplicationPad2d", nn.ReplicationPad2d(2), [1, 2, 3, 2]),
    ("CircularPad2d", nn.CircularPad2d(1), [1, 2, 3, 2]),
    ("ReLU", nn.ReLU(), None), ("LeakyReLU", nn.LeakyReLU(0.2), None), ("ELU", nn.ELU(0.7), None), ("GELU", nn.GELU(), None),
    ("SiLU", nn.SiLU(), None), ("Softplus", nn.Softplus(), None), ("Sigmoid", nn.Sigmoid(), None), ("Tanh", nn.Tanh(), None),
    ("LogSigmoid", nn.LogSigmoid(), None),
    ("Softmax", nn.Softmax(1), [3, 4]), ("LogSoftmax", nn.LogSoftmax(-1), [3, 4]),
    ("MultiheadAttention", nn.MultiheadAttention(6, 2, batch_first=True), [2, 3, 6]),
    ("ReLU6", nn.ReLU6(), None), ("ReLU6 limits", nn.ReLU6(), None),
]
out = []
for name, layer, shape in cases:
    layer.double()
    with torch.no_grad():  # norms start as 1 and 0, which would hide a mix-up
        for p in layer.parameters():
            p.copy_(torch.randn_like(p))
    if name == "Embedding":
        x = torch.tensor([[0, 1, 4], [1, 0, 0]])
    elif name == "ReLU6 limits":
        x = torch.tensor([0., 6., -0.5, 5.5, 6.5, -40., 40., 3.], dtype=torch.float64)
    elif shape is None:
        x = torch.tensor([0., 1., -1., 0.5, -0.5, 3., -3., 40., -40.], dtype=torch.float64)
    else:
        x = torch.randn(*shape, dtype=torch.float64)
    entry = {"name": name, "x": numbers(x), "before": {k: numbers(v) for k, v in layer.state_dict().items()}}
    for mode in ["training", "inference"] if "BatchNorm" in name else ["training"]:
        layer.train(mode == "training")
        layer.zero_grad()
        if x.is_floating_point():
            x = x.detach().requires_grad_()
        y = layer(x, x, x)[0] if "Attention" in name else layer(x)
        weights = (torch.arange(y.numel(), dtype=torch.float64).reshape(y.shape) * 1.3 + 0.4).cos()
        if y.requires_grad:
            (y * weights).sum().backward()
        entry[mode] = {"y": numbers(y), "dx": numbers(x.grad) if x.grad is not None else None,
                       "grads": {k: numbers(p.grad) for k, p in layer.named_parameters()},
                       "after": {k: numbers(v) for k, v in layer.named_buffers()}}
    out.append(entry)
print(json.dumps({"torch": pin.VERSION, "cases": out}))
