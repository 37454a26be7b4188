"""LeNet on MNIST by the recipe of `lumen train mnist`, in PyTorch as a user would
write it: data in memory, indexed by the batch, no DataLoader.

    python3 torch_mnist.py --data FOLDER_WITH_UNPACKED_IDX_FILES

Prints events as lines of JSON: "batch" after every step, "epoch" with the validation
accuracy, "end" with the test accuracy. bench/compare times it from the start of the
process.
"""
import argparse
import json
import os

from _bench import prepare_env, restart_with

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--data", required=True)
ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--epochs", type=int, default=10)
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--blas", choices=["default", "openmp", "pthread"], default="default")
ap.add_argument("--malloc", choices=["default", "tuned"], default="default")
args = ap.parse_args()
try:
    restart_with(args.blas, args.malloc)
except SystemExit:  # a wheel brings its own BLAS
    restart_with("default", args.malloc)
prepare_env(args.threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)
BATCH, HELD, SHIFT = 64, 5000, 2


def idx(name):
    with open(os.path.join(args.data, name), "rb") as f:
        raw = f.read()
    dims = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=4 + 4 * len(dims)).reshape(dims).copy())


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def normalise(x):
    return x.unsqueeze(1).float().div_(255).sub_(0.1307).div_(0.3081)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


def shifted(padded, chosen):
    """The images, each moved by up to SHIFT pixels along both axes, cut out of images
    that were padded with black."""
    d = torch.randint(0, 2 * SHIFT + 1, (2, len(chosen), 1))
    rows, columns = torch.arange(28) + d[0], torch.arange(28) + d[1]
    return padded[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]


def accuracy(model, x, y):
    model.eval()
    with torch.no_grad():
        right = sum(int((model(normalise(a)).argmax(1) == b).sum()) for a, b in zip(x.split(1000), y.split(1000)))
    model.train()
    return right / len(y)


images, labels = idx("train-images-idx3-ubyte"), idx("train-labels-idx1-ubyte").long()
order = torch.randperm(len(labels))
held, fitted = order[:HELD], order[HELD:]
padded, y = F.pad(images[fitted], (SHIFT,) * 4), labels[fitted]
model = LeNet()
opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
steps = -(-len(y) // BATCH)
schedule = torch.optim.lr_scheduler.OneCycleLR(opt, 0.05, total_steps=args.epochs * steps, cycle_momentum=False)
done = 0
for epoch in range(args.epochs):
    for chosen in torch.randperm(len(y)).split(BATCH):
        opt.zero_grad()
        loss = F.cross_entropy(model(normalise(shifted(padded, chosen))), y[chosen])
        loss.backward()
        opt.step()
        schedule.step()
        done += 1
        emit("batch", step=done, loss=loss.item())
    emit("epoch", epoch=epoch + 1, accuracy=accuracy(model, images[held], labels[held]))
emit("end", test_accuracy=accuracy(model, idx("t10k-images-idx3-ubyte"), idx("t10k-labels-idx1-ubyte").long()), steps=done)
