"""The version of PyTorch that makes the goldens, which stands in VERSION beside this file.

Every script that makes goldens imports it first, and so refuses another version.
"""
import pathlib
import sys

import torch

VERSION = pathlib.Path(__file__).with_name("VERSION").read_text().strip()
_here = torch.__version__.partition("+")[0]
if _here != VERSION:
    sys.exit(f"{sys.argv[0]}: the goldens are made with PyTorch {VERSION}, this is {_here}")
