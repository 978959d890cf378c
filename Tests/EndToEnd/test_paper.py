"""The paper's network again and again: a promise that holds most of the time is none."""
import os

import pytest

from support.environment import ROOT, long
from support.server import Fault
from support.waiting import wait_for

PAPER = ROOT / "examples/paper.yaml"
#: How often it is made and removed; `VMS_TIMES` for fewer while one works on it.
TIMES = int(os.environ.get("VMS_TIMES", 100))


def answers(server, host):
    try:
        return server.json("getPhysicalServerStatus", phyServer=host)
    except Fault:
        return None


@long
@pytest.mark.parametrize("hooks", ["unknown", "known"])
def test_every_create_succeeds(hooks, lab_server, lab):
    """On hosts whose libvirtd looked for hooks when ours were there, and on hosts whose did not."""
    if hooks == "known":
        # A network that stays, and with it the hooks; a daemon looks for them when it starts.
        lab_server.json("createVirtualNetwork", networkName="base", stack="rip", timeout=600,
                        router=[{"name": "b1", "phyServer": "h1"}, {"name": "b2", "phyServer": "h2"}],
                        link=[{"name": "base", "end": [{"router": "b1"}, {"router": "b2"}]}])
    for host in ["h1", "h2"]:
        lab.run("daemon", host, "restart")
        wait_for(lambda: answers(lab_server, host), 60)
    failed = []
    for number in range(TIMES):
        for verb, argument in [("create", str(PAPER)), ("destroy", "paper")]:
            done = lab_server.vms("network", verb, argument, check=False)
            if done.returncode:
                failed.append(f"{verb} {number}: {done.stderr.strip()}")
    if hooks == "known":
        lab_server.json("destroyVirtualNetwork", networkName="base")
    assert not failed, f"{len(failed)} of {2 * TIMES} failed: {failed[:5]}"
