"""Writes the goldens of package optim with PyTorch: python golden.py, in this folder.

updates.json    weights after 1, 10, 50 and 100 steps of every optimizer, and its state after 100
schedules.json  the learning rate at each of 120 steps
plateau.json    the learning rate after each report to ReduceLROnPlateau
clip.json       norms, and gradients after clipping
"""

import json
import math
import pathlib
import sys

import torch
from torch.optim import lr_scheduler

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

SHAPES = [[3, 4], [5], [2]]
STEPS = 100
KEPT = [1, 10, 50, 100]


def weights(dtype):
    params = []
    for k, shape in enumerate(SHAPES):
        n = math.prod(shape)
        values = [((5 * i + 3 * k) % 11 - 5) / 4 for i in range(n)]
        params.append(torch.tensor(values, dtype=dtype).reshape(shape).requires_grad_())
    return params


def gradient(k, w, step):
    """The gradient of parameter k in a step (from 0): exact but for the last sum. None where there is none:
    the first parameter starts late, the second rests now and then, the third never has any."""
    if k == 2 or k == 0 and step < 3 or k == 1 and step % 7 == 3:
        return None
    c = [((7 * i + 13 * step + 5 * k) % 17 - 8) / 8 * 2.0 ** -(step % 5) for i in range(w.numel())]
    return 0.25 * w.detach() + torch.tensor(c, dtype=w.dtype).reshape(w.shape)


def digits(t):
    def one(v):
        if not math.isfinite(v):
            return {math.inf: "Inf", -math.inf: "-Inf"}.get(v, "NaN")
        return float("%.9g" % v) if t.dtype == torch.float32 else v

    return [one(v) for v in t.detach().flatten().tolist()]


CASES = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}, {"lr": 0.2, "nesterov": True, "momentum": 0.5, "weight_decay": 0.1}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "beta1": 0.8, "beta2": 0.95}),
    ("Adam", {"lr": 0.01, "maximize": True, "eps": 1e-3, "beta1": 0.0}),
    ("Adam", {"lr": 0.02}, {"lr": 0.005, "weight_decay": 0.2, "amsgrad": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.3, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "maximize": True, "beta2": 0.9}),
    ("AdamW", {"lr": 0.02}, {"lr": 0.04, "weight_decay": 0.0}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.005, "momentum": 0.9, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.005, "centered": True, "alpha": 0.9}),
    ("RMSprop", {"lr": 0.002, "centered": True, "momentum": 0.5, "maximize": True, "eps": 1e-4}),
    ("RMSprop", {"lr": 0.005}, {"lr": 0.01, "centered": True, "momentum": 0.3}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1, "initial_accumulator_value": 0.5}),
    ("Adagrad", {"lr": 0.1, "maximize": True, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.1}, {"lr": 0.01, "lr_decay": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "weight_decay": 0.1, "eps": 1e-4}),
    ("Adadelta", {"lr": 0.5, "maximize": True}),
    ("Adadelta", {"lr": 1.0}, {"lr": 0.3, "rho": 0.95}),
]


def arguments(name, options):
    options = dict(options)
    if name in ("Adam", "AdamW"):
        options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
    return options


def updates():
    cases = []
    for name, *groups in CASES:
        for dtype in ("float32", "float64"):
            params = weights(getattr(torch, dtype))
            # one group: all parameters; two: the first parameter, the others
            sets = [params] if len(groups) == 1 else [params[:1], params[1:]]
            # Adagrad heeds initial_accumulator_value among its own arguments only, not in a group
            own = {k: v for k, v in groups[0].items() if k == "initial_accumulator_value"}
            o = getattr(torch.optim, name)([{"params": p, **arguments(name, g)} for p, g in zip(sets, groups)], **own)
            kept = {}
            for step in range(STEPS):
                if step == 60:
                    for g in o.param_groups:
                        g["lr"] *= 0.5
                for k, p in enumerate(params):
                    p.grad = gradient(k, p, step)
                o.step()
                if step + 1 in KEPT:
                    kept[str(step + 1)] = [digits(p) for p in params]
            state = {}
            for k, entries in o.state_dict()["state"].items():
                if int(entries.get("step", 1)) == 0:
                    continue  # Adagrad makes its state before there is a gradient
                for key, v in entries.items():
                    if v is not None:
                        state[f"{k}.{key}"] = digits(v)
            cases.append({"optimizer": name, "dtype": dtype, "groups": groups, "weights": kept, "state": state})
    return cases


def schedules():
    def run(cls, base=0.1, **kw):
        o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
        s = cls(o, **kw)
        rates = []
        for _ in range(120):
            rates.append(o.param_groups[0]["lr"])
            o.step()
            if len(rates) < 120:
                s.step()
        return rates

    def warmup(o):
        return lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.LinearLR(o, start_factor=0.05, end_factor=1, total_iters=20),
                lr_scheduler.CosineAnnealingLR(o, T_max=100),
            ],
            milestones=[20],
        )

    one = {"max_lr": 0.4, "total_steps": 120, "cycle_momentum": False}
    return {
        "step": run(lr_scheduler.StepLR, step_size=15, gamma=0.5),
        "multi_step": run(lr_scheduler.MultiStepLR, milestones=[80, 20, 20, 50], gamma=0.3),
        "exponential": run(lr_scheduler.ExponentialLR, gamma=0.97),
        "cosine": run(lr_scheduler.CosineAnnealingLR, T_max=50, eta_min=0.001),
        "cosine_to_zero": run(lr_scheduler.CosineAnnealingLR, T_max=119),
        "restarts": run(lr_scheduler.CosineAnnealingWarmRestarts, T_0=25, eta_min=0.002),
        "restarts_longer": run(lr_scheduler.CosineAnnealingWarmRestarts, T_0=10, T_mult=2),
        "one_cycle": run(lr_scheduler.OneCycleLR, **one),
        "one_cycle_linear": run(lr_scheduler.OneCycleLR, anneal_strategy="linear", pct_start=0.21, div_factor=10.0, final_div_factor=50.0, **one),
        "one_cycle_three": run(lr_scheduler.OneCycleLR, three_phase=True, **one),
        "one_cycle_three_linear": run(lr_scheduler.OneCycleLR, three_phase=True, anneal_strategy="linear", pct_start=0.4, **one),
        "linear": run(lr_scheduler.LinearLR, start_factor=0.25, end_factor=0.75, total_iters=40),
        "linear_down": run(lr_scheduler.LinearLR, start_factor=1.0, end_factor=0.0, total_iters=100),
        "polynomial": run(lr_scheduler.PolynomialLR, total_iters=100, power=1.0),
        "polynomial_2": run(lr_scheduler.PolynomialLR, total_iters=90, power=2.0),
        "lambda": run(lr_scheduler.LambdaLR, lr_lambda=lambda step: 1 / (1 + step)),
        "warmup_cosine": run(warmup),
        "warmup_from_zero": run(lr_scheduler.LambdaLR, lr_lambda=lambda step: min(step / 30, 1)),
    }


PLATEAU = [
    {"mode": "min", "factor": 0.1, "patience": 10, "threshold": 1e-4, "threshold_mode": "rel", "cooldown": 0, "min_lr": 0, "eps": 1e-8},
    {"mode": "min", "factor": 0.5, "patience": 3, "threshold": 0.05, "threshold_mode": "abs", "cooldown": 4, "min_lr": 0.004, "eps": 1e-8},
    {"mode": "max", "factor": 0.7, "patience": 0, "threshold": 0.1, "threshold_mode": "rel", "cooldown": 2, "min_lr": 0.001, "eps": 1e-8},
    {"mode": "max", "factor": 0.2, "patience": 5, "threshold": 0.0, "threshold_mode": "abs", "cooldown": 0, "min_lr": 0, "eps": 1e-3},
]


def plateau():
    metrics = [1 / (1 + 0.1 * min(i, 30)) + 0.05 * ((7 * i) % 5) for i in range(120)]
    cases = []
    for options in PLATEAU:
        o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        s = lr_scheduler.ReduceLROnPlateau(o, **options)
        rates = []
        for i, m in enumerate(metrics):
            s.step(math.nan if i == 7 else m)
            rates.append(o.param_groups[0]["lr"])
        cases.append({"options": options, "rates": rates})
    return {"metrics": [m if i != 7 else "NaN" for i, m in enumerate(metrics)], "cases": cases}


def clip():
    cases = []
    for dtype in ("float32", "float64"):
        for spoil in (None, math.inf, math.nan):
            for kind, bound in [(2.0, 1.0), (2.0, 100.0), (1.0, 2.0), (3.0, 0.5), (math.inf, 0.25), (2.0, 0.0), ("value", 0.5)]:
                params = weights(getattr(torch, dtype))
                for k, p in enumerate(params):
                    p.grad = gradient(k, p, 5)
                if spoil is not None:
                    params[1].grad[2] = spoil
                if kind == "value":
                    torch.nn.utils.clip_grad_value_(params, bound)
                    norm = torch.zeros((), dtype=params[0].dtype)
                else:
                    norm = torch.nn.utils.clip_grad_norm_(params, bound, norm_type=kind)
                cases.append({
                    "dtype": dtype, "spoil": digits(torch.tensor([spoil or 0.0]))[0], "kind": "inf" if kind == math.inf else str(kind),
                    "max": bound, "norm": digits(norm)[0], "gradients": [digits(p.grad) for p in params[:2]],
                })
    return cases


def line(entries):
    return "[\n" + ",\n".join(json.dumps(e) for e in entries) + "\n]"


def write(name, text):
    with open(name, "w") as f:
        f.write('{"torch": "%s",\n"data": %s}\n' % (pin.VERSION, text))


write("updates.json", line(updates()))
write("schedules.json", "{\n" + ",\n".join('"%s": %s' % (k, json.dumps(v)) for k, v in schedules().items()) + "\n}")
write("plateau.json", json.dumps(plateau()))
write("clip.json", line(clip()))
