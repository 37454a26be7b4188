"""The versions that the goldens are made and read with; another is refused. Install them with

  pip install tensorboard==2.21.0

beside the PyTorch of testdata/pytorch/VERSION.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "testdata" / "pytorch"))
from pin import VERSION as TORCH  # noqa: E402  (refuses another version of PyTorch)

import tensorboard.version  # noqa: E402

TENSORBOARD = "2.21.0"
if tensorboard.version.VERSION != TENSORBOARD:
    sys.exit(f"{sys.argv[0]}: the goldens are made with tensorboard {TENSORBOARD}, this is {tensorboard.version.VERSION}")
