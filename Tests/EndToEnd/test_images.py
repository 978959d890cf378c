"""The router images by themselves, without a server: what they do whatever their stack, a line of three, and a recipe made
by the page. test_stacks.py has each stack alone; docs/testing.md says what is left to do by hand."""
import subprocess

import pytest

from support.environment import ROOT


@pytest.mark.parametrize("script", ["images/router/testing/guest", "images/ipv4-rip/test", "images/test-recipe"])
def test_an_image(script):
    done = subprocess.run([ROOT / script], capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("\nok: ") >= 3, done.stdout
