"""Writes golden/*.tfevents with PyTorch's SummaryWriter and with TensorBoard's own, and golden.json: what TensorBoard's reader
says is in them. The tests read the files and compare, and write those of PyTorch again, byte for byte but for the
pictures' compression.

Run with a Python that has what versions.py names:  python make_golden.py
"""

import io
import json
import math
import pathlib
import tempfile
import time

from versions import TENSORBOARD, TORCH

import numpy as np
import PIL.Image
import torch
import tensorboard.summary
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2, types_pb2, versions_pb2
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard._proto_graph import node_proto
from torch.utils.tensorboard.summary import scalar

FOLDER = pathlib.Path(__file__).parent / "golden"
WALL = 1700000000.25


def pytorch(folder):
    w = SummaryWriter(folder)
    for step, loss in enumerate([2.5, 0.1, -0.0, math.nan, math.inf, -math.inf, 1e-45, 3.4e38, 1e39], 1):
        w.add_scalar("loss/train", loss, step, walltime=WALL + step / 4)
    w.add_scalar("Größe/重み", 1, 2**40, walltime=WALL)
    w.add_scalar("before the first", 7, 0, walltime=WALL)
    for tag, values in {
        "small": [-2.0, -1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 300.0],
        "one": [5.0],
        "zeros": [0.0] * 6,
        "negative": [-8.0, -8.0, -0.25],
        "an edge": [1e-12, 1e-12 * 1.1, -1e-12],
        "tiny": [1e-300, -1e-300],
    }.items():
        w.add_histogram(tag, np.array(values), 3, walltime=WALL)
    w.add_histogram_raw("raw", -1.5, 2.0, 10, 4.5, 20.25, [-1.0, 0.0, 2.0], [3.0, 0.0, 7.0], 4, walltime=WALL)
    colours = np.arange(3 * 2 * 4, dtype=np.uint8).reshape(3, 2, 4) * 10
    w.add_image("picture/colour", colours, 5, walltime=WALL)
    w.add_image("picture/grey", np.array([[[0.0, 0.5, 1.0], [-1.0, 2.0, 0.999]]], dtype=np.float32), 5, walltime=WALL)
    w.add_image("picture/alpha", np.arange(4 * 2 * 2, dtype=np.uint8).reshape(4, 2, 2) * 15, 5, walltime=WALL)
    w.add_image("picture/double", np.array([[[0.1, 0.2], [0.3, 0.7]]]), 5, walltime=WALL)
    batch = np.arange(10 * 2 * 3, dtype=np.float32).reshape(10, 1, 2, 3) / 64
    w.add_images("batch", batch, 5, walltime=WALL)
    w.add_text("notes", "**Größe** | a\n\nsecond", 6, walltime=WALL)
    w.add_text("notes", "", 7, walltime=WALL)
    nodes = [
        node_proto("input", "Input", [], outputsize=[1, 28, 28], attributes="a batch"),
        node_proto("conv1/weight", "Parameter", [], outputsize=[], attributes="p"),
        node_proto("conv1/conv2d", "conv2d", ["input", "conv1/weight"], outputsize=[0, 6, 24], attributes="größer"),
    ]
    graph = graph_pb2.GraphDef(node=nodes, versions=versions_pb2.VersionDef(producer=22))
    event = event_pb2.Event(graph_def=graph.SerializeToString(deterministic=True))
    w.file_writer.add_event(event, walltime=WALL)
    w.close()


def resumed(folder):
    w = SummaryWriter(folder, purge_step=7)
    w.add_scalar("loss/train", 1.0, 7, walltime=WALL)
    w.close()


def newstyle(folder):
    """What TensorFlow 2 and TensorBoard's own writer make: everything is a tensor with its plugin's name."""
    w = tensorboard.summary.Writer(folder)
    w.add_scalar("scalar", 0.5, 1, wall_time=WALL, description="of TensorBoard")
    w.add_scalar("scalar", 0.25, 2, wall_time=WALL)
    w.close()
    w = SummaryWriter(folder)
    add = lambda value, step: w.file_writer.add_summary(value, step, WALL)
    add(scalar("new", 1.5, new_style=True), 3)
    add(scalar("double", 1.1, new_style=True, double_precision=True), 3)
    rows = tensor_util.make_tensor_proto(np.array([[1.0, 2.0, 1.0], [2.0, 3.0, 2.0], [3.0, 5.0, 1.0]]))
    metadata = histogram_metadata.create_summary_metadata(display_name="of TensorFlow 2", description="")
    add(summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="histogram", tensor=rows, metadata=metadata)]), 4)
    metadata = summary_pb2.SummaryMetadata(plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="tensors"))
    for tag, value in {
        "float": np.array([[1.5, -2.0], [0.0, 3.0]], dtype=np.float32),
        "double": np.array([1.1, 2.2]),
        "int": np.array([1, -2], dtype=np.int32),
        "long": np.array([2**40, -1], dtype=np.int64),
        "bytes": np.array([0, 255], dtype=np.uint8),
        "bool": np.array([True, False]),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "complex": np.array([1j], dtype=np.complex64),
        "words": np.array([["a", "b"]], dtype=object),
    }.items():
        proto = tensor_util.make_tensor_proto(value)
        add(summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="tensor/" + tag, tensor=proto, metadata=metadata)]), 5)
    filled = tensor_util.make_tensor_proto(np.float32(2.5))
    filled.tensor_shape.dim.add(size=2)
    filled.tensor_shape.dim.add(size=2)
    add(summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="tensor/filled", tensor=filled)]), 5)
    image = summary_pb2.SummaryMetadata(plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="images"))
    pngs = [png(np.full((2, 3, 3), level, dtype=np.uint8)) for level in (0, 200)]
    for step in (6, 7):
        proto = tensor_util.make_tensor_proto([b"3", b"2"] + pngs)
        value = summary_pb2.Summary.Value(tag="images", tensor=proto, metadata=image if step == 6 else None)
        add(summary_pb2.Summary(value=[value]), step)
    w.close()


def png(pixels):
    b = io.BytesIO()
    PIL.Image.fromarray(pixels).save(b, format="PNG")
    return b.getvalue()


def number(v):
    v = float(v)
    return v if math.isfinite(v) else "NaN" if math.isnan(v) else "Inf" if v > 0 else "-Inf"


def pixels(encoded):
    picture = PIL.Image.open(io.BytesIO(encoded)).convert("RGBA")
    return {"width": picture.width, "height": picture.height, "rgba": np.array(picture).reshape(-1).tolist()}


NUMBERS = {
    types_pb2.DT_FLOAT: "float32", types_pb2.DT_DOUBLE: "float64", types_pb2.DT_INT32: "int32",
    types_pb2.DT_INT64: "int64", types_pb2.DT_UINT8: "uint8", types_pb2.DT_BOOL: "bool",
}


def value(v, plugins):
    """A Summary.Value as the test has it."""
    plugin = plugins.setdefault(v.tag, v.metadata.plugin_data.plugin_name) or v.metadata.plugin_data.plugin_name
    out = {"tag": v.tag, "plugin": plugin}
    kind = v.WhichOneof("value")
    if kind == "simple_value":
        return out | {"scalar": number(v.simple_value)}
    if kind == "histo":
        h = v.histo
        moments = {"min": h.min, "max": h.max, "num": h.num, "sum": h.sum, "sum_squares": h.sum_squares}
        return out | {"histogram": moments | {"limits": list(h.bucket_limit), "buckets": list(h.bucket)}}
    if kind == "image":
        picture = pixels(v.image.encoded_image_string)
        assert (picture["width"], picture["height"]) == (v.image.width, v.image.height)
        return out | {"images": [picture | {"channels": v.image.colorspace}]}
    assert kind == "tensor", kind
    shape = [d.size for d in v.tensor.tensor_shape.dim]
    if v.tensor.dtype == types_pb2.DT_STRING:
        words = [s for s in v.tensor.string_val]
        if plugin == "images":
            return out | {"images": [pixels(w) | {"channels": 0} for w in words[2:]]}
        return out | {"text": [w.decode() for w in words]}
    if v.tensor.dtype not in NUMBERS:
        return out
    numbers = tensor_util.make_ndarray(v.tensor)
    if plugin == "scalars":
        return out | {"scalar": number(numbers)}
    if plugin == "histograms":
        lower, upper, count = numbers.T
        moments = {"min": lower[0], "max": upper[-1], "num": count.sum(), "sum": "NaN", "sum_squares": "NaN"}
        return out | {"histogram": moments | {"limits": upper.tolist(), "buckets": count.tolist()}}
    return out | {"tensor": {"dtype": NUMBERS[v.tensor.dtype], "shape": shape, "values": [float(x) for x in numbers.reshape(-1)]}}


def node(n):
    shapes = n.attr["_output_shapes"].list.shape
    return {
        "name": n.name, "op": n.op, "inputs": list(n.input),
        "shape": [d.size for d in shapes[0].dim] if shapes else None, "text": n.attr["attr"].s.decode(),
    }


def events(path):
    plugins = {}
    for record in event_file_loader.RawEventFileLoader(str(path)).Load():
        e = event_pb2.Event.FromString(record)
        out = {"wall_time": e.wall_time, "step": e.step}
        kind = e.WhichOneof("what")
        if kind == "file_version":
            out["file_version"] = e.file_version
        elif kind == "summary":
            out["values"] = [value(v, plugins) for v in e.summary.value]
        elif kind == "graph_def":
            out["graph"] = [node(n) for n in graph_pb2.GraphDef.FromString(e.graph_def).node]
        elif kind == "session_log":
            out["session"] = e.session_log.status
        yield out


def main():
    time.time = lambda: WALL  # of the first event of a file; torch and tensorboard ask for no other
    FOLDER.mkdir(exist_ok=True)
    golden = {"torch": TORCH, "tensorboard": TENSORBOARD, "files": {}}
    for make in (pytorch, resumed, newstyle):
        with tempfile.TemporaryDirectory() as folder:
            make(folder)
            for i, path in enumerate(sorted(pathlib.Path(folder).iterdir(), key=lambda p: p.stat().st_mtime_ns)):
                name = make.__name__ + (f"-{i}" if i else "") + ".tfevents"
                (FOLDER / name).write_bytes(path.read_bytes())
                golden["files"][name] = list(events(path))
    with open(FOLDER / "golden.json", "w") as f:
        f.write(json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
