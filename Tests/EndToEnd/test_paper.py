"""Many creates of the paper's network, because every single one must succeed."""
import os

import pytest

from support.environment import ROOT, long
from support.server import Fault
from support.waiting import wait_for

PAPER = ROOT / "examples/paper.yaml"
#: The number of creates and destroys; set `VMS_TIMES` to a lower number while developing.
TIMES = int(os.environ.get("VMS_TIMES", 40))


def answers(server, host):
    try:
        return server.json("getPhysicalServerStatus", phyServer=host)
    except Fault:
        return None


@long
@pytest.mark.parametrize("hooks", ["unknown", "known"])
def test_every_create_succeeds(hooks, lab_server, lab):
    """On hosts whose libvirtd started with VMS's hooks, and on hosts whose libvirtd started without them."""
    if hooks == "known":
        # A network that stays keeps the hooks on the hosts; a daemon looks for hooks when it starts.
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
