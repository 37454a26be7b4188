"""Lets Lumen write event files and reads them with TensorBoard's own reader, which shows what TensorBoard would: every scalar,
histogram, picture, text and the graph must be what Lumen says it wrote; and a file of Lumen's that was damaged or cut off must
be seen as that by both.

Run with a Python that has what versions.py names, and Go on the path:  python check_python.py
"""

import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from versions import TENSORBOARD, TORCH

import numpy as np
import PIL.Image
from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.compat.proto import event_pb2

package = pathlib.Path(__file__).resolve().parent.parent
failures, compared = [], {}


def check(kind, what, got, want):
    compared[kind] = compared.get(kind, 0) + 1
    if got != want:
        failures.append(f"{kind} {what}: {got}, want {want}")


def number(v):
    return v if math.isfinite(v) else "NaN" if math.isnan(v) else "Inf" if v > 0 else "-Inf"


def bits(v):
    """A float32 of the accumulator as JSON has it."""
    return number(float(np.float32(v)))


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["go", "test", "-count=1", "-run", "^TestWritten$", ".", "-keep", folder], cwd=package, check=True)
    folder = pathlib.Path(folder)
    want = json.loads((folder / "want.json").read_text())
    everything = {kind: 0 for kind in ("scalars", "histograms", "images", "tensors")}
    seen = event_accumulator.EventAccumulator(str(folder / "run"), size_guidance=everything)
    seen.Reload()
    tags = seen.Tags()
    for kind in ("scalars", "histograms", "images"):
        check("tags", kind, sorted(tags[kind]), sorted(want[kind]))
    check("tags", "text", sorted(tags["tensors"]), sorted(want["texts"]))
    for tag, rows in want["scalars"].items():
        got = seen.Scalars(tag)
        check("scalars", tag, [[e.step, e.wall_time, bits(e.value)] for e in got], rows)
    for tag, rows in want["histograms"].items():
        got = [
            [e.step, e.wall_time, h.min, h.max, h.num, h.sum, h.sum_squares, h.bucket_limit, h.bucket]
            for e in seen.Histograms(tag) for h in [e.histogram_value]
        ]
        check("histograms", tag, got, rows)
    for tag, rows in want["images"].items():
        got = []
        for e in seen.Images(tag):
            picture = PIL.Image.open(io.BytesIO(e.encoded_image_string))
            assert picture.format == "PNG"
            got.append([e.step, e.wall_time, e.width, e.height, np.array(picture.convert("RGBA")).reshape(-1).tolist()])
        check("images", tag, got, rows)
    for tag, rows in want["texts"].items():
        got = [[e.step, e.wall_time, [s.decode() for s in e.tensor_proto.string_val]] for e in seen.Tensors(tag)]
        check("texts", tag, got, rows)
    nodes = [
        {
            "name": n.name, "op": n.op, "inputs": list(n.input), "text": n.attr["attr"].s.decode() if "attr" in n.attr else "",
            "shape": [d.size for d in n.attr["_output_shapes"].list.shape[0].dim] if "_output_shapes" in n.attr else None,
        }
        for n in seen.Graph().node
    ]
    check("graph", "", nodes, want["graph"])

    # What this reader says of damaged files of ours: how many events it gets from each before it gives up, which is how many
    # Lumen's gets.
    for name, whole in want["damaged"].items():
        loader = event_file_loader.RawEventFileLoader(str(folder / "damaged" / name))
        got = sum(1 for record in loader.Load() if event_pb2.Event.FromString(record))
        check("damaged", name, got, whole)

for kind, n in compared.items():
    print(f"{n:4} {kind}")
print(f"tensorboard {TENSORBOARD}, torch {TORCH}: {sum(compared.values())} compared, {len(failures)} differ")
print(*failures, sep="\n", end="")
sys.exit(bool(failures))
