"""A small CNN with fixed weights and data, trained for 50 steps in float32 by SGD with
momentum and by Adam: the loss at every step. Numbers are printed so that float32
reads them back exactly."""
import json
import pathlib
import sys
import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
torch.manual_seed(4)
torch.use_deterministic_algorithms(True)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3)
        self.fc = nn.Linear(6 * 3 * 3, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{v:.9g}") for v in t.flatten().tolist()]}


net = Net()
start = {k: v.clone() for k, v in net.state_dict().items()}
x = torch.randn(32, 1, 10, 10)
y = torch.arange(32) % 4
x += 0.6 * torch.randn(4, 1, 10, 10)[y]  # something to learn, in noise
out = {"torch": pin.VERSION, "state": {k: numbers(v) for k, v in start.items()}, "x": numbers(x), "y": y.tolist(), "batch": 8}
for name, make in {"sgd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
                   "adam": lambda p: torch.optim.Adam(p, lr=0.005)}.items():
    net.load_state_dict(start)
    optimizer = make(net.parameters())
    losses = []
    for step in range(50):
        at = step % 4 * 8
        loss = F.cross_entropy(net(x[at:at + 8]), y[at:at + 8])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 7))
    out[name] = losses
print(json.dumps(out))
