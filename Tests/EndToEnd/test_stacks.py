"""Every protocol stack that has an image: a router is proven by the frames that its stack sends."""
import json
import shutil

import pytest

from support.environment import CACHE
from support.lab import QemuLab
from support.server import Fault

# Image, an address of its family, MiB of memory, names of its proofs.
STACKS = [
    ("ipv4-rip", f"{QemuLab.subnet}.140", 96, ["proveAddress", "proveStack"]),
    ("ipv4-ospf", f"{QemuLab.subnet}.141", 96, ["proveAddress", "proveStack"]),
    ("ipv6-ospf3", "fd00:88::142", 96, ["proveAddress", "proveStack"]),
    ("ipv6-babel", "fd00:88::143", 96, ["proveAddress", "proveStack"]),
    ("mpls", f"{QemuLab.subnet}.144", 128, ["proveAddress", "proveStack"]),
    ("l2-batman", f"{QemuLab.subnet}.145", 96, ["proveStack"]),
]


@pytest.mark.parametrize("image, address, memory, proofs", STACKS, ids=[s[0] for s in STACKS])
def test_a_stack(image, address, memory, proofs, lab_server, lab):
    made = lab_server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=address, vmRAM=memory, image=image,
                           waitFor="stack", timeout=400)
    assert [p["name"] for p in made["phase"] if p["name"].startswith("prove")] == proofs
    assert made["image"] == image
    lab_server.json("destroyVirtualMachine", phyServer="h1", vmName="r1")
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")


def test_a_stack_is_chosen_by_name(lab_server):
    stacks = {s for i in lab_server.json("listImages")["image"] for s in i["stack"]}
    assert {"rip", "ospf", "ospf3", "babel", "mpls"} <= stacks
    with pytest.raises(Fault) as unknown:
        lab_server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.140", vmRAM=96,
                        stack="ipx")
    assert unknown.value.code == "imageNotFound" and unknown.value.body["field"] == "stack"


def test_a_silent_stack_is_undone(lab_data, lab, server_of):
    """The router answers at its address, but its stack never sends the frame that its manifest describes."""
    folder = lab_data / "images/mute"
    shutil.copytree(CACHE / "images/ipv4-rip", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest |= {"name": "mute", "bootSeconds": 20, "probe": {"protocol": "discard", "frames": "udp port 9"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    server = server_of(lab_data, "--images", str(lab_data / "images"))
    server.json("registerNodes", Node=lab.nodes())
    with pytest.raises(Fault) as silent:
        server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.146", vmRAM=96,
                    image="mute",
                    waitFor="stack")
    assert silent.value.code == "proofFailed" and "sent no discard" in silent.value.body["reason"]
    assert lab.machines() == [] and lab.volumes() == []
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")


def test_an_address_of_another_family(lab_server):
    with pytest.raises(Fault) as wrong:
        lab_server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.140", vmRAM=96,
                        image="ipv6-ospf3")
    assert wrong.value.code == "invalidAddress" and "IPv6 only" in wrong.value.body["reason"]
