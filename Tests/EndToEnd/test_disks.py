"""Existing disks of a host: which ones a machine may use, and the format that is detected; images that were removed
from a host."""
import pytest

from support.lab import on
from support.machines import create, destroy
from support.server import Fault

POOL = "/var/lib/libvirt/images"


def test_which_disks_a_machine_may_have(lab_server, lab):
    def on_host(*words):
        return lab.run("sh", "h1", *words).stdout

    made = ["given-x.img", "given-DISK.QCOW2", "given-raw.qcow2", "given-child", "given-fifo", "given-link",
            "vms-image-given"]
    try:
        for name in made[:2]:
            on_host("qemu-img", "create", "-q", "-f", "qcow2", f"{POOL}/{name}", "4M")
        on_host("truncate", "-s", "4M", f"{POOL}/given-raw.qcow2", f"{POOL}/vms-image-given")
        on_host("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", f"{POOL}/given-x.img",
                f"{POOL}/given-child")
        on_host("mkfifo", f"{POOL}/given-fifo")
        on_host("ln", "-s", "/etc/shadow", f"{POOL}/given-link")
        for path, code in [
            ("/etc/shadow", "diskNotFound"), ("/nowhere", "diskNotFound"), (f"{POOL}/given-none", "diskNotFound"),
            (f"{POOL}/given-link", "diskNotFound"), ("/dev/null", "diskNotFound"), (POOL, "diskNotFound"),
            (f"{POOL}/given-fifo", "invalidValue"), (f"{POOL}/given-child", "invalidValue"),
            (f"{POOL}/vms-image-given", "diskInUse"), (f"{POOL}/given-x.img", "diskInUse"),
            (f"{POOL}/../x", "invalidValue"),
        ]:
            with pytest.raises(Fault) as refused:
                create(lab_server, transferDisk=False, diskPath=path)
            assert (refused.value.code, refused.value.body["field"]) == (code, "diskPath"), path
            assert lab.machines() == []
        assert lab_server.json("getPhysicalServerStatus", phyServer="h1")["state"] == "up", "a FIFO does no harm"
        on_host("rm", f"{POOL}/given-child")
        for name, held in [("given-x.img", "qcow2"), ("given-DISK.QCOW2", "qcow2"), ("given-raw.qcow2", "raw")]:
            create(lab_server, transferDisk=False, diskPath=f"{POOL}/{name}", waitFor="started")
            assert f"type='{held}'" in lab.virsh("dumpxml", "r1")
            with pytest.raises(Fault) as used:
                create(lab_server, "r2", f"{lab.subnet}.102", transferDisk=False, diskPath=f"{POOL}/{name}")
            assert used.value.code == "diskInUse" and "r1" in used.value.body["reason"]
            destroy(lab_server)
        create(lab_server, waitFor="started")
        destroy(lab_server)
        copies = lab.image_volumes()
        on_host("sh", "-c", f"rm {POOL}/{sorted(set(copies) - {'vms-image-given'})[0]}")
        assert int(create(lab_server, waitFor="started")["transferredBytes"]) > 1 << 20, "what is gone is sent again"
        destroy(lab_server)
    finally:
        on_host("rm", "-f", *[f"{POOL}/{name}" for name in made])


def test_a_block_device_that_the_operator_allows(lab_data, lab, server_of):
    """The host detects its format like that of a file, and QEMU opens it with that format."""
    file = f"{POOL}/given-block"
    device = on(lab, "h1", f"qemu-img create -q -f qcow2 {file} 4M && losetup -f --show {file}").strip()
    try:
        server = server_of(lab_data, "--allow-disk-path", device)
        server.json("registerNodes", Node=lab.nodes())
        create(server, transferDisk=False, diskPath=device, waitFor="started")
        definition = lab.virsh("dumpxml", "r1")
        for part in [f"<source dev='{device}'", "<disk type='block'", "type='qcow2'"]:
            assert part in definition, definition
        with pytest.raises(Fault) as used:
            create(server, "r2", f"{lab.subnet}.102", transferDisk=False, diskPath=device)
        assert used.value.code == "diskInUse"
        destroy(server)
    finally:
        on(lab, "h1", f"losetup -d {device}; rm {file}")
