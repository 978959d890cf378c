"""A stock Debian cloud image, without any part of VMS, takes its name and address from the same seed as routers."""
import re
import socket

import pytest

from support.environment import CACHE, long
from support.lab import QemuLab
from support.machines import destroy
from support.waiting import wait_for

IMAGE, NAME, ADDRESS = "debian-cloud", "deb-7", f"{QemuLab.subnet}.147"


def banner(address):
    """The banner of an SSH server; empty while no server answers."""
    try:
        with socket.create_connection((address, 22), timeout=5) as connection:
            return connection.recv(100).decode()
    except OSError:
        return ""


def has_login_prompt(name, lab):
    """Whether the console shows a login prompt with the machine's name; boot messages may appear between the lines."""
    return re.search(rf"(?<!\S){name} login: ", lab.console("h1", NAME))


@long
@pytest.mark.skipif(not (CACHE / "images" / IMAGE).exists(), reason=f"images/build {IMAGE} has not made the image")
def test_debian_takes_its_name_and_address_from_the_seed(lab_server, lab):
    made = lab_server.json("createVirtualMachine", phyServer="h1", vmName=NAME, vmIP=ADDRESS, vmRAM=512, image=IMAGE,
                           waitFor="address", timeout=900)
    assert made["image"] == IMAGE and [p["name"] for p in made["phase"]][-1] == "proveAddress"
    wait_for(lambda: has_login_prompt(NAME, lab), seconds=300)
    assert "Debian" in wait_for(lambda: banner(ADDRESS), seconds=300)
    destroy(lab_server, NAME)
    assert not lab.answers(ADDRESS)
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
