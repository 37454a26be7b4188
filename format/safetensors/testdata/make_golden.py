"""Writes golden/*.safetensors, and their sums, with the Python package; the tests read them and write the same bytes.

Run with a Python that has torch and safetensors:  python make_golden.py
The versions that wrote a file stand in its metadata.
"""

import hashlib
import pathlib
import sys

import safetensors
import safetensors.torch
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "pytorch"))
import pin  # noqa: E402  (refuses another version of PyTorch)

FOLDER = pathlib.Path(__file__).parent / "golden"
# One key: the package writes several in an order that differs from run to run.
VERSIONS = {"versions": f"safetensors {safetensors.__version__}, torch {pin.VERSION}"}
nan, inf = float("nan"), float("inf")


def bits(dtype, view, *patterns):
    """A tensor with exactly these bits."""
    return torch.tensor(patterns, dtype=view).view(dtype)


def contents():
    """File name -> (tensors by name, metadata)."""
    tiny32, huge32 = torch.finfo(torch.float32).tiny, torch.finfo(torch.float32).max
    tiny64, huge64 = torch.finfo(torch.float64).tiny, torch.finfo(torch.float64).max
    halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-14, 2.0**-24, 1023 * 2.0**-24, inf, -inf]
    brains = [0.0, -0.0, 1.0, -2.5, 3.3895313892515355e38, 2.0**-126, 2.0**-133, inf, -inf]
    half = torch.tensor(halves, dtype=torch.float16)
    brain = torch.tensor(brains, dtype=torch.bfloat16)
    half_nan = bits(torch.float16, torch.int16, 0x7E00, 0x7E01 - 0x8000)
    brain_nan = bits(torch.bfloat16, torch.int16, 0x7FC0, 0x7FC1 - 0x8000)
    return {
        "types": (
            {
                "f32": torch.tensor([[0.1, -0.0, inf], [-inf, tiny32, huge32]]),
                "f32_bits": bits(torch.float32, torch.int32, 1, 0x7FC00000, 0x7FC12345),
                "f64": torch.tensor([0.1, tiny64, huge64, -inf, 5e-324], dtype=torch.float64),
                "i64": torch.tensor([[-(2**63), 2**63 - 1], [0, -1]]),
                "i32": torch.tensor([-(2**31), 2**31 - 1, 0, -1], dtype=torch.int32),
                "u8": torch.arange(256, dtype=torch.uint8).reshape(2, 128),
                "bool": torch.tensor([True, False, True]),
            },
            VERSIONS,
        ),
        "shapes": (
            {
                "scalar_f32": torch.tensor(2.5),
                "scalar_i64": torch.tensor(-7),
                "scalar_bool": torch.tensor(True),
                "one": torch.tensor([[[3.5]]], dtype=torch.float64),
                "empty": torch.zeros(0),
                "empty_rows": torch.zeros(0, 3, dtype=torch.float64),
                "empty_columns": torch.zeros(2, 0, dtype=torch.int32),
                "empty_u8": torch.zeros(4, 0, 5, dtype=torch.uint8),
                "eight": torch.arange(6, dtype=torch.int32).reshape(1, 2, 1, 1, 3, 1, 1, 1),
            },
            VERSIONS,
        ),
        "names": (
            {
                "": torch.tensor([1.0]),
                "plain.0.weight": torch.tensor([2.0]),
                "Größe": torch.tensor([3.0]),
                "重み": torch.tensor([4.0]),
                "🔥": torch.tensor([5.0]),
                'quote " backslash \\ slash / <&>': torch.tensor([6.0]),
                "controls \b\f\n\r\t\x01\x1f\x7f": torch.tensor([7.0]),
                "separators \u2028\u2029": torch.tensor([8.0]),
            },
            VERSIONS,
        ),
        "metadata": (
            {"x": torch.tensor([1.0])},
            VERSIONS | {"note": "Ünïcödé, \"quotes\"\nand lines", "": "empty key", "empty value": ""},
        ),
        "nothing": ({}, None),
        "half": (
            {
                "f16": half,
                "f16.as_f32": half.float(),
                "f16_nan": half_nan,
                # NumPy keeps a NaN's sign and fraction; PyTorch's half.float() does not.
                "f16_nan.as_f32": torch.from_numpy(half_nan.numpy().astype("float32")),
                "bf16": brain,
                "bf16.as_f32": brain.float(),
                "bf16_nan": brain_nan,
                "bf16_nan.as_f32": brain_nan.float(),
                "f16_scalar": torch.tensor(0.1, dtype=torch.float16),
                "f16_scalar.as_f32": torch.tensor(0.1, dtype=torch.float16).float(),
                "bf16_empty": torch.zeros(3, 0, dtype=torch.bfloat16),
                "bf16_empty.as_f32": torch.zeros(3, 0),
            },
            VERSIONS,
        ),
        "foreign": (
            {
                "f32": torch.tensor([1.5]),
                "i8": torch.tensor([-1], dtype=torch.int8),
                "i16": torch.tensor([-1], dtype=torch.int16),
                "u16": torch.tensor([1], dtype=torch.uint16),
                "u32": torch.tensor([1], dtype=torch.uint32),
                "u64": torch.tensor([1], dtype=torch.uint64),
                "c64": torch.tensor([1 + 2j]),
                "f8_e4m3": torch.tensor([1.0]).to(torch.float8_e4m3fn),
                "f8_e5m2": torch.tensor([1.0]).to(torch.float8_e5m2),
            },
            VERSIONS,
        ),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    sums = []
    for name, (tensors, metadata) in sorted(contents().items()):
        path = FOLDER / f"{name}.safetensors"
        path.write_bytes(safetensors.torch.save(tensors, metadata))
        sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (FOLDER / "MANIFEST.sha256").write_text("".join(sums))
