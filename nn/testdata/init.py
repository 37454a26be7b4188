"""Distributions of PyTorch's default and named initialisations.

Prints JSON: for each parameter of each layer, and for each function of torch.nn.init,
the mean, the standard deviation, the least and the greatest of many draws; and
torch.nn.init.calculate_gain.
"""
import json
import pathlib
import sys
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
torch.manual_seed(1)


def statistics(draws):
    x = torch.cat([d.detach().double().flatten() for d in draws])
    return {"n": x.numel(), "mean": x.mean().item(), "std": x.std(unbiased=False).item(),
            "min": x.min().item(), "max": x.max().item()}


layers = {
    "Linear(300, 40)": lambda: nn.Linear(300, 40),
    "Conv1d(16, 24, 5)": lambda: nn.Conv1d(16, 24, 5),
    "Conv2d(6, 16, 5)": lambda: nn.Conv2d(6, 16, 5),
    "Conv2d(8, 32, 3, groups=4)": lambda: nn.Conv2d(8, 32, 3, groups=4),
    "ConvTranspose2d(12, 20, 4)": lambda: nn.ConvTranspose2d(12, 20, 4),
    "ConvTranspose2d(12, 20, 4, groups=2)": lambda: nn.ConvTranspose2d(12, 20, 4, groups=2),
    "Embedding(100, 30)": lambda: nn.Embedding(100, 30),
    "BatchNorm1d(7)": lambda: nn.BatchNorm1d(7),
    "BatchNorm2d(7)": lambda: nn.BatchNorm2d(7),
    "LayerNorm(7)": lambda: nn.LayerNorm(7),
    "GroupNorm(2, 8)": lambda: nn.GroupNorm(2, 8),
    "MultiheadAttention(64, 4)": lambda: nn.MultiheadAttention(64, 4),
}
schemes = {
    "Uniform(-0.3, 0.7)": lambda w: nn.init.uniform_(w, -0.3, 0.7),
    "Normal(0.5, 0.2)": lambda w: nn.init.normal_(w, 0.5, 0.2),
    "TruncatedNormal(0, 1, -2, 2)": lambda w: nn.init.trunc_normal_(w),
    "TruncatedNormal(0.1, 0.5, -0.3, 1)": lambda w: nn.init.trunc_normal_(w, 0.1, 0.5, -0.3, 1),
    "XavierUniform(gain=1)": lambda w: nn.init.xavier_uniform_(w),
    "XavierUniform(gain=1.5)": lambda w: nn.init.xavier_uniform_(w, 1.5),
    "XavierNormal(gain=1)": lambda w: nn.init.xavier_normal_(w),
    "KaimingUniform(a=0, mode=fan_in, nonlinearity=leaky_relu)": lambda w: nn.init.kaiming_uniform_(w),
    "KaimingUniform(a=0.2, mode=fan_out, nonlinearity=leaky_relu)": lambda w: nn.init.kaiming_uniform_(w, 0.2, "fan_out"),
    "KaimingNormal(a=0, mode=fan_in, nonlinearity=tanh)": lambda w: nn.init.kaiming_normal_(w, 0, "fan_in", "tanh"),
    "KaimingNormal(a=0, mode=fan_out, nonlinearity=relu)": lambda w: nn.init.kaiming_normal_(w, 0, "fan_out", "relu"),
    "Orthogonal(gain=2)": lambda w: nn.init.orthogonal_(w, 2),
    "Constant(0)": lambda w: nn.init.zeros_(w),
    "Constant(1)": lambda w: nn.init.ones_(w),
}
shape = [40, 10, 3, 3]
out = {"torch": pin.VERSION, "layers": {}, "shape": shape, "schemes": {}}
for name, make in layers.items():
    made = [make() for _ in range(60)]
    out["layers"][name] = {k: statistics([dict(m.named_parameters())[k] for m in made])
                           for k, _ in made[0].named_parameters()}
for name, fill in schemes.items():
    out["schemes"][name] = statistics([fill(torch.empty(*shape)) for _ in range(10)])
gain = nn.init.calculate_gain
out["gain"] = {name: gain(name) for name in ["linear", "conv1d", "conv2d", "conv_transpose2d", "sigmoid", "tanh", "relu",
                                             "leaky_relu", "selu"]}
out["leaky_relu_0.3"] = gain("leaky_relu", 0.3)
print(json.dumps(out, indent=1))
