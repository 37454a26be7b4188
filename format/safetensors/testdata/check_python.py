"""Lets Lumen write files and reads them with the Python package: names, types, shapes, bits and metadata must be those of
make_golden.py.

Run with a Python that has torch and safetensors, and Go on the path:  python check_python.py
"""

import pathlib
import subprocess
import sys
import tempfile

import safetensors
import safetensors.torch
import torch

from make_golden import contents

package = pathlib.Path(__file__).resolve().parent.parent


def same(a, b):
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    return torch.equal(a.reshape(-1).view(torch.uint8), b.reshape(-1).view(torch.uint8))


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["go", "test", "-count=1", "-run", "^TestGoldens", ".", "-keep", folder], cwd=package, check=True)
    failures, compared = [], 0
    for name, (want, metadata) in contents().items():
        if name == "foreign":  # types that Lumen does not have
            continue
        path = pathlib.Path(folder) / f"{name}.safetensors"
        got = safetensors.torch.load_file(path)
        with safetensors.safe_open(path, "pt") as f:
            if f.metadata() != metadata:
                failures.append(f"{name}: metadata {f.metadata()}, want {metadata}")
        if got.keys() != want.keys():
            failures.append(f"{name}: names {sorted(got)}, want {sorted(want)}")
            continue
        for key, tensor in want.items():
            if tensor.dtype in (torch.float16, torch.bfloat16):  # Lumen has them as float32
                tensor = want[key + ".as_f32"]
            compared += 1
            if not same(got[key], tensor):
                failures.append(f"{name}: {key!r} is {got[key]}, want {tensor}")

print(f"safetensors {safetensors.__version__}, torch {torch.__version__}: {compared} tensors compared, {len(failures)} differ")
print(*failures, sep="\n", end="")
sys.exit(bool(failures))
