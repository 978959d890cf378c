"""Paths of the programs under test, and the settings of a run, from the environment."""
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("VMS_BIN", ROOT / ".build/release"))
CLI = pathlib.Path(os.environ.get("VMS_CLI", BIN / "vms"))
CACHE = pathlib.Path(os.environ.get("VMS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vms")
#: Skips tests that take long and add little to the others: CI has an hour.
BRIEF = bool(os.environ.get("VMS_BRIEF"))
long = pytest.mark.skipif(BRIEF, reason="VMS_BRIEF is set, and this takes long")
