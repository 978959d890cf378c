"""A stock Debian cloud image, in which nothing is ours: it takes its name and address from the seed that routers take."""
import re
import socket

import pytest

from support.environment import CACHE, long
from support.lab import QemuLab
from support.machines import destroy
from support.waiting import wait_for

IMAGE, NAME, ADDRESS = "debian-cloud", "deb-7", f"{QemuLab.subnet}.147"


def banner(address):
    """What an SSH server says first; nothing while there is none."""
    try:
        with socket.create_connection((address, 22), timeout=5) as connection:
            return connection.recv(100).decode()
    except OSError:
        return ""


def asks_as(name, lab):
    """Whether the console asks who logs in, by the machine's own name; what else boots may write between the lines."""
    return re.search(rf"(?<!\S){name} login: ", lab.console("h1", NAME))


@long
@pytest.mark.skipif(not (CACHE / "images" / IMAGE).exists(), reason=f"images/build {IMAGE} has not made the image")
def test_debian_takes_its_name_and_address_from_the_seed(lab_server, lab):
    made = lab_server.json("createVirtualMachine", phyServer="h1", vmName=NAME, vmIP=ADDRESS, vmRAM=512, image=IMAGE,
                           waitFor="address", timeout=900)
    assert made["image"] == IMAGE and [p["name"] for p in made["phase"]][-1] == "proveAddress"
    wait_for(lambda: asks_as(NAME, lab), seconds=300)
    assert "Debian" in wait_for(lambda: banner(ADDRESS), seconds=300)
    destroy(lab_server, NAME)
    assert not lab.answers(ADDRESS)
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
