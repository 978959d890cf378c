"""The router images without a server: the behaviour that all stacks share, a line of three routers, and a recipe that
follows images/README.md. test_stacks.py has each stack alone; docs/testing.md lists the tests to run by hand."""
import subprocess

import pytest

from support.environment import ROOT


@pytest.mark.parametrize("script", ["images/router/testing/guest", "images/ipv4-rip/test", "images/test-recipe"])
def test_an_image(script):
    done = subprocess.run([ROOT / script], capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("\nok: ") >= 3, done.stdout
