"""Copies of images on a host: unused copies are removed, and sent again when needed."""
import signal

import pytest

from support.images import MIB, add_image
from support.lab import QemuLab
from support.server import Fault, Server

POOL = "/var/lib/libvirt/images"


@pytest.fixture
def site(lab_data, lab):
    """A server with a small image of its own and a host whose pool holds no copies."""
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
    folder = lab_data / "more"
    folder.mkdir()
    add_image(folder, "small", 4)
    server = Server(lab_data, "--images", folder).start()
    server.folder = folder
    server.json("registerNodes", Node=[lab.node("h1")])
    yield server
    server.stop(signal.SIGKILL)
    lab.virsh("undefine", "stranger")
    lab.run("sh", "h1", "sh", "-c", f"rm -f {POOL}/mine.qcow2 /root/far.qcow2")
    assert lab.leftovers() == []
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
    lab.virsh("pool-refresh", "default")


def create(server, name="r1", image="small", address=f"{QemuLab.subnet}.105"):
    return server.json("createVirtualMachine", phyServer="h1", vmName=name, vmIP=address, vmRAM=32, image=image,
                       waitFor="started")


def destroy(server, name="r1"):
    server.json("destroyVirtualMachine", phyServer="h1", vmName=name)


def sweep(server, days=0, **more):
    return server.json("sweepImages", phyServer="h1", olderThanDays=days, **more)


def test_unused_copies_are_swept_and_sent_again(site, lab):
    create(site)
    assert [(c["leaves"], c["reason"]) for c in sweep(site)["copy"]] == [(False, "machine 'r1' is made from it")]
    destroy(site)
    [copy] = lab.image_volumes()
    assert site.json("getImage", image="small")["image"]["copy"][0]["lastUsed"]
    dry = sweep(site, dryRun=True)
    assert dry["freed"] == 4 and dry["copy"][0]["image"] == "small:1" and dry["copy"][0]["volume"] == copy
    assert lab.image_volumes() == [copy]
    assert sweep(site, 1)["freed"] == 0
    output = site.vms("image", "sweep", "h1", "--older-than-days", "0").stdout
    assert "small:1" in output and "unused for 0 days" in output
    assert lab.image_volumes() == []
    assert site.json("getImage", image="small")["image"]["phyServer"] == []
    assert create(site)["transferredBytes"] == 4 * MIB
    destroy(site)


def overlay(lab, copy):
    """Files made by hand, without libvirt."""
    lab.run("sh", "h1", "qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", f"{POOL}/{copy}",
            f"{POOL}/mine.qcow2")
    return "volume mine.qcow2 uses it"


def define(lab, parts):
    lab.run("sh", "h1", "sh", "-c", f"""virsh define /dev/stdin << XML
        <domain type='qemu'><name>stranger</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
        <os><type arch='x86_64'>hvm</type>{parts[0]}</os><devices>{parts[1]}</devices></domain>
XML""")


def disk(lab, copy):
    define(lab, ("", f"<disk type='file'><source file='{POOL}/{copy}'/><target dev='vda'/><readonly/></disk>"))
    return "machine 'stranger' of the host uses it"


def kernel(lab, copy):
    define(lab, (f"<kernel>{POOL}/{copy}</kernel>", ""))
    return "machine 'stranger' of the host uses it"


def pool_volume(lab, copy):
    define(lab, ("", f"<disk type='volume'><source pool='default' volume='{copy}'/><target dev='vda'/></disk>"))
    return "machine 'stranger' of the host uses it"


def far_overlay(lab, copy):
    """A disk in no pool, about which libvirt reports nothing while the machine is off."""
    lab.run("sh", "h1", "qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", f"{POOL}/{copy}",
            "/root/far.qcow2")
    define(lab, ("", "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/root/far.qcow2'/>"
                     "<target dev='vda'/></disk>"))
    return "machine 'stranger' of the host may use it: no storage pool reports the backing file of its disk /root/far.qcow2"


@pytest.mark.parametrize("use", [overlay, disk, kernel, pool_volume, far_overlay])
def test_copies_that_others_use_stay(use, site, lab):
    create(site)
    destroy(site)
    [copy] = lab.image_volumes()
    reason = use(lab, copy)
    answer = sweep(site)
    assert [(c["leaves"], c["reason"]) for c in answer["copy"]] == [(False, reason)] and answer["operation"] == []
    assert lab.image_volumes() == [copy]
    assert create(site)["transferredBytes"] == 0
    destroy(site)


def test_unknown_copies_are_swept_by_name_after_a_day(site, lab):
    old, new, odd = "vms-image-" + "a" * 64, "vms-image-" + "b" * 64, "vms-image-mine"
    for name in (old, new, odd):
        lab.run("sh", "h1", "truncate", "-s", "1M", f"{POOL}/{name}")
    for name in (old, odd):
        lab.run("sh", "h1", "touch", "-d", "2 days ago", f"{POOL}/{name}")
    leaves = {c["volume"]: c["leaves"] for c in sweep(site, 30)["copy"]}
    assert leaves == {old: True, new: False}
    assert sorted(lab.image_volumes()) == [new, odd]


def test_a_create_that_lacks_room_sweeps_first(site, lab):
    """A pool of 160 MiB holds one of two images of 100 MiB."""
    for name in ("one", "two"):
        add_image(site.folder, name, 100)
    lab.run("fill", "h1", "160")
    try:
        create(site, image="one")
        with pytest.raises(Fault) as full:
            create(site, "r2", image="two", address=f"{QemuLab.subnet}.106")
        assert full.value.code == "storageFull" and "MiB of room" in full.value.body["reason"]
        destroy(site)
        [before] = lab.image_volumes()
        create(site, image="two")
        [after] = lab.image_volumes()
        assert after != before
        destroy(site)
    finally:
        lab.run("unfill", "h1")
