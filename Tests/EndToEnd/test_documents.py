"""Runs every command in the documentation that needs no real host, in order, against a fresh simulation.

Commands are in fenced blocks. A block ```sh is run, with `vms` and `vmsd` in PATH and the server's address in place of
127.0.0.1:8080. A word after it says why a block is not run: `host` needs real hosts, `build` builds or needs root,
`form` has placeholders in capitals."""
import os
import re
import subprocess

import pytest

from support.environment import BIN, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])
FENCE = re.compile(r"^```(\S*) *(.*)\n((?:.*\n)*?)```$", re.M)
NOT_RUN = {"host", "build", "form"}


def blocks(page):
    """The blocks of commands of a page that are run, each with its first line number."""
    text = page.read_text()
    return [(text.count("\n", 0, found.start()) + 2, found[3])
            for found in FENCE.finditer(text) if (found[1], found[2]) == ("sh", "")]


def suggested():
    """The commands that `make try` suggests."""
    lines = re.findall(r"^ {4}(vms .*)$", (ROOT / "scripts/try").read_text(), re.M)
    return [(1, "\n".join(lines))] if lines else []


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)] + [ROOT / "scripts/try"],
                         ids=lambda page: page.name)
def test_every_command_works(page, simulation, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "VMS_SERVER": simulation.url}
    for line, commands in suggested() if page.name == "try" else blocks(page):
        commands = commands.replace("http://127.0.0.1:8080", simulation.url)
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, env=environment, text=True,
                              timeout=120,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, (
            f"{page.name}, block at line {line}: exit status {done.returncode}\n{commands}\n{done.stdout}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_is_left_out(page):
    """A command outside of a fence, or in a fence of an unknown kind, would never be tested."""
    text = page.read_text()
    words = {found[2] for found in FENCE.finditer(text) if found[1] == "sh"}
    assert words <= NOT_RUN | {""}, words
    outside = FENCE.sub("", text)
    assert not re.findall(r"^ {4,}(?:vms|vmsd|curl) .*", outside, re.M)


def test_blocks_are_found():
    assert suggested() and len(blocks(ROOT / "README.md")) >= 2 and sum(len(blocks(page)) for page in PAGES) >= 4
