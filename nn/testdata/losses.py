"""Losses of PyTorch in float64, with the gradient of the prediction and, where it is
defined, of the target; at ordinary values and at kinks."""
import json
import pathlib
import sys
import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

torch.set_num_threads(1)  # the same bits everywhere
torch.manual_seed(2)
cases = []


def case(name, f, pred, target, target_grad=False):
    pred = pred.double().requires_grad_()
    labels = not target.is_floating_point()
    if not labels:
        target = target.double().requires_grad_(target_grad)
    y = f(pred, target)
    weights = torch.arange(1, y.numel() + 1, dtype=torch.float64).reshape(y.shape)
    (y * weights).sum().backward()
    cases.append({"name": name, "shape": list(pred.shape), "pred": pred.flatten().tolist(),
                  "target_shape": list(target.shape), "labels": labels, "target": target.detach().flatten().tolist(),
                  "value": y.detach().flatten().tolist(), "grad": pred.grad.flatten().tolist(),
                  "target_grad": target.grad.flatten().tolist() if target_grad else None})


x, y = torch.randn(4, 3) * 2, torch.randn(4, 3)
labels = torch.tensor([2, 0, 1, 2])
prob = torch.rand(4, 3) * 0.8 + 0.1
dist = torch.rand(4, 3).softmax(1)
w = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)

case("CrossEntropy", F.cross_entropy, x, labels)
case("CrossEntropy huge logits", F.cross_entropy, x * 1e4, labels)
case("CrossEntropy probabilities", F.cross_entropy, x, dist, True)
case("CrossEntropy images", F.cross_entropy, torch.randn(2, 3, 2, 2), torch.tensor([[[0, 1], [2, 0]], [[1, 1], [2, -100]]]))
case("CrossEntropyWith weights smoothing ignore",
     lambda p, t: F.cross_entropy(p, t, weight=w, label_smoothing=0.1, ignore_index=0), x, labels)
case("CrossEntropyWith sum", lambda p, t: F.cross_entropy(p, t, reduction="sum"), x, labels)
case("CrossEntropyWith none", lambda p, t: F.cross_entropy(p, t, reduction="none"), x, labels)
case("NLL", F.nll_loss, x.log_softmax(1), labels)
case("NLLWith weights", lambda p, t: F.nll_loss(p, t, weight=w), x.log_softmax(1), labels)
case("BCEWithLogits", F.binary_cross_entropy_with_logits, x, prob, True)
case("BCEWithLogits extremes", F.binary_cross_entropy_with_logits,
     torch.tensor([0., 0., 1000., -1000., 1000., -1000.]), torch.tensor([0., 1., 1., 0., 0., 1.]))
case("BCEWithLogitsWith positive weight",
     lambda p, t: F.binary_cross_entropy_with_logits(p, t, pos_weight=w), x, prob)
case("BCE", F.binary_cross_entropy, prob, dist, True)
case("BCE extremes", F.binary_cross_entropy, torch.tensor([0., 0., 1., 1., 0.5]), torch.tensor([0., 1., 1., 0., 1.]))
ends = torch.tensor([0., -0., 1., -1., 1.5, -1.5, 0.25, 2., -2., 1e18])
zero = torch.zeros(10)
for name, f in {"MSE": F.mse_loss, "L1": F.l1_loss, "Huber": F.huber_loss, "SmoothL1": F.smooth_l1_loss}.items():
    case(name, f, x, y, True)
    case(name + " kinks", f, ends, zero, True)
    case(name + "With sum", lambda p, t: f(p, t, reduction="sum"), x, y)
    case(name + "With none", lambda p, t: f(p, t, reduction="none"), x, y)
case("HuberWith 0.25", lambda p, t: F.huber_loss(p, t, delta=0.25), ends, zero)
case("SmoothL1With 0.25", lambda p, t: F.smooth_l1_loss(p, t, beta=0.25), ends, zero)
case("KLDiv", F.kl_div, x.log_softmax(1), dist, True)
case("KLDiv zero target", F.kl_div, torch.tensor([-1., -2., -0.5]), torch.tensor([0., 0.25, 0.75]))
case("KLDivWith batch mean", lambda p, t: F.kl_div(p, t, reduction="batchmean"), x.log_softmax(1), dist)
case("KLDivWith log target", lambda p, t: F.kl_div(p, t, log_target=True), x.log_softmax(1), dist.log(), True)
case("KLDivWith sum", lambda p, t: F.kl_div(p, t, reduction="sum"), x.log_softmax(1), dist)
print(json.dumps({"torch": pin.VERSION, "cases": cases}))
