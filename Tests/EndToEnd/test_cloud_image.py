"""A stock Debian cloud image, in which nothing is ours: it takes its name and address from the seed that routers take."""
import socket

import pytest

from conftest import CACHE, destroy, wait_for

IMAGE, NAME, ADDRESS = "debian-cloud", "deb-7", "198.18.88.147"


def banner(address):
    """What an SSH server says first; nothing while there is none."""
    try:
        with socket.create_connection((address, 22), timeout=5) as connection:
            return connection.recv(100).decode()
    except OSError:
        return ""


def prompt(lab):
    """What the console shows, once it asks who logs in."""
    text = lab.console("h1", NAME)
    return text if "login: " in text else ""


@pytest.mark.skipif(not (CACHE / "images" / IMAGE).exists(), reason=f"images/build {IMAGE} has not made the image")
def test_debian_takes_its_name_and_address_from_the_seed(lab_server, lab):
    made = lab_server.json("createVirtualMachine", phyServer="h1", vmName=NAME, vmIP=ADDRESS, vmRAM=512, image=IMAGE,
                           waitFor="address", timeout=900)
    assert made["image"] == IMAGE and [p["name"] for p in made["phase"]][-1] == "proveAddress"
    # As Debian writes it: "Debian GNU/Linux 12 NAME ttyS0", then "NAME login:".
    told = wait_for(lambda: prompt(lab), seconds=300)
    assert f"{NAME} login: " in told
    assert "Debian" in wait_for(lambda: banner(ADDRESS), seconds=300)
    destroy(lab_server, NAME)
    assert not lab.answers(ADDRESS)
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
