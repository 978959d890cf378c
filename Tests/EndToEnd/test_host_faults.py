"""A host that fails during a create: the fault gives the reason, and host and store are unchanged."""
import pytest

from support.lab import QemuLab
from support.machines import create, destroy
from support.server import Fault
from support.waiting import wait_for

POOL = "/var/lib/libvirt/images"


def test_a_full_disk(lab_server, lab):
    """libvirt still reports the earlier free space, so the plan succeeds and the upload fails on the full disk."""
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
    # A fresh server has sent no image yet, and so must send it.
    lab.run("sh", "h1", "mount", "-t", "tmpfs", "-o", "size=4m,mode=711", "tmpfs", POOL)
    try:
        with pytest.raises(Fault) as full:
            create(lab_server, waitFor="started")
        assert full.value.code == "storageFull" and full.value.body["phyServer"] == "h1"
        assert lab.machines() == [] and lab.run("sh", "h1", "ls", POOL).stdout == ""
        assert lab_server.json("listVirtualMachines")["vm"] == []
    finally:
        lab.run("sh", "h1", "umount", POOL)
        lab.virsh("pool-refresh", "default")
    create(lab_server, waitFor="started")
    destroy(lab_server)


@pytest.mark.parametrize("step", ["sendImage", "define", "start", "proveAddress"])
def test_libvirtd_killed_during_a_create(step, lab_server, lab):
    operation = create(lab_server, **{"async": True})["operation"]

    def current():
        return lab_server.json("getOperation", operation=operation)["operation"]

    # A quick step may end before it is observed; then the kill happens during a later one.
    steps = ["sendImage", "writeSeed", "checkAddressFree", "define", "start", "proveAddress"]
    wait_for(lambda: current()["state"] != "running"
             or current().get("step") in steps[steps.index(step):], 60, every=0.01)
    lab.run("sh", "h1", "pkill", "-9", "-x", "libvirtd", check=False)

    def ended():
        now = current()
        return now if now["state"] in ("succeeded", "failed", "stuck") else None
    end = wait_for(ended, 150)
    wait_for(lambda: lab.virsh("version") != "", 30)
    assert end["state"] in ("succeeded", "failed"), end
    if end["state"] == "succeeded":
        assert lab.answers(f"{QemuLab.subnet}.101")
        destroy(lab_server)
    else:
        assert end["code"] in ("nodeUnreachable", "hypervisorFailed", "timedOut"), end
    assert lab_server.json("listVirtualMachines")["vm"] == []
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")


def test_an_image_that_arrives_damaged(lab_server, lab):
    """The host checks the received image before anything uses it. Here that check finds a wrong byte."""
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
    lab.run("sh", "h1", "sh", "-c", "printf '#!/bin/sh\necho %064d -\n' 0 > /run/wrong && chmod 755 /run/wrong && "
            "mount --bind /run/wrong $(command -v openssl)")
    try:
        with pytest.raises(Fault) as damaged:
            create(lab_server, waitFor="started")
        assert damaged.value.code == "transferCorrupt" and damaged.value.body["phyServer"] == "h1"
        assert lab.machines() == [] and lab.volumes() == [] and lab.image_volumes() == []
    finally:
        lab.run("sh", "h1", "sh", "-c", "umount $(command -v openssl)")
    create(lab_server, waitFor="started")
    destroy(lab_server)
