"""Writes autopsy.json: the gradients of chains of linear layers as PyTorch finds them.

    python3 probe/testdata/autopsy.py

Weights and inputs come from a linear congruential generator, which autopsy_test.go
repeats, so that the file holds results only.
"""

import json
import pathlib
import sys
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
DEPTH, WIDTH, INPUTS, CLASSES, BATCH = 10, 20, 30, 10, 8


class Numbers:
    """x -> (1103515245 x + 12345) mod 2^31, as numbers from -1 to 1."""

    def __init__(self, seed):
        self.x = seed

    def draw(self, bound, *shape):
        n = torch.Size(shape).numel()
        values = []
        for _ in range(n):
            self.x = (1103515245 * self.x + 12345) % 2**31
            values.append((self.x / 2**30 - 1) * bound)
        return torch.tensor(values, dtype=torch.float32).reshape(shape)


def chain(name, act, bound):
    numbers = Numbers(1)
    sizes = [INPUTS] + [WIDTH] * DEPTH + [CLASSES]
    weights = [numbers.draw(bound / i**0.5, o, i).requires_grad_() for i, o in zip(sizes, sizes[1:])]
    biases = [numbers.draw(0.1, o) for o in sizes[1:]]
    x = numbers.draw(1.0, BATCH, INPUTS).requires_grad_()
    y = torch.arange(BATCH) % CLASSES
    inputs, h = [], x
    for k, (w, b) in enumerate(zip(weights, biases)):
        if h.requires_grad and not h.is_leaf:
            h.retain_grad()
        inputs.append(h)
        h = F.linear(h, w, b)
        if k < DEPTH:
            h = act(h)
    loss = F.cross_entropy(h, y)
    loss.backward()
    return {
        "activation": name,
        "bound": bound,
        "loss": loss.item(),
        "mean_abs_grad_w": [w.grad.abs().mean().item() for w in weights],
        "mean_abs_grad_x": [i.grad.abs().mean().item() for i in inputs],
    }


chains = [
    chain(name, act, bound)
    for name, act in (("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", torch.relu))
    for bound in (1.0, 2.5)
]
out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps({"torch": pin.VERSION, "chains": chains}, indent=1) + "\n")
