"""The transfer of an image to a host: holes are not sent, and a broken transfer resumes or leaves nothing."""
import os
import pathlib
import random
import signal
import time

import pytest

from support.environment import long
from support.images import MIB, SIZE, add_image
from support.lab import QemuLab
from support.server import Fault, Server
from support.waiting import wait_for


def words(bytes):
    """Text that zlib makes about 0.4 of."""
    dice = random.Random(os.urandom(8))
    known = [dice.randbytes(5).hex()[:dice.randint(3, 10)] for _ in range(3000)]
    # The repetitions are too far apart for zlib to find them.
    text = " ".join(dice.choices(known, k=400_000)).encode()
    return (text * (bytes // len(text) + 1))[:bytes]


def forget(lab):
    for host in lab.hosts:
        for name in lab.image_volumes(host):
            lab.virsh("vol-delete", name, "default", host=host)


@pytest.fixture
def sender(lab_data, lab):
    """A server with its own images and a host; copies of images on hosts are removed at the end."""
    # Copies of other tests' images are removed first, since these tests count copies.
    forget(lab)
    folder = lab_data / "more"
    folder.mkdir()
    server = Server(lab_data, "--images", folder).start()
    server.folder = folder
    server.json("registerNodes", Node=[lab.node("h1")])
    yield server
    for place in ("h1", "server"):
        lab.run("rate", place, "off", check=False)
    server.stop(signal.SIGKILL)
    assert lab.leftovers() == []
    forget(lab)


def begin(server, lab, name="big"):
    """Begins a create, waits for its transfer to begin, and returns the operation."""
    file = add_image(server.folder, name)
    server.json("listImages")
    lab.run("rate", "h1", "200")
    operation = server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                            image=name,
                            waitFor="started", **{"async": True})["operation"]
    wait_for(lambda: current(server, operation).get("bytesDone", 0) > 64 * MIB, 60)
    return file, operation


def current(server, operation):
    return server.json("getOperation", operation=operation)["operation"]


def end_of(server, operation):
    def ended():
        now = current(server, operation)
        return now if now["state"] in ("succeeded", "failed", "stuck") else None
    return wait_for(ended, 150)


def connection(lab):
    lab.run("sh", "h1", "pkill", "-9", "-f", "virt-ssh-helper|nc .*libvirt-sock")


def daemon(lab):
    lab.run("daemon", "h1", "kill")


def host(lab):
    lab.run("crash", "h1")
    lab.run("start", "h1")


@pytest.mark.parametrize("strike", [connection, daemon, host])
def test_a_transfer_that_breaks_goes_on(strike, sender, lab):
    file, operation = begin(sender, lab)
    strike(lab)
    if strike is host:
        lab.run("rate", "h1", "off", check=False)  # the network card is a new one
    end = end_of(sender, operation)
    assert end["state"] == "succeeded", end
    assert "transfer waits for the host" in (sender.data / "vmsd.log").read_text()
    [image] = lab.image_volumes()
    assert lab.run("sh", "h1", "cmp", f"/var/lib/libvirt/images/{image}", str(file), check=False).returncode == 0
    sender.json("destroyVirtualMachine", phyServer="h1", vmName="r1")


def test_a_server_that_is_killed_leaves_no_part_of_an_image(sender, lab):
    _, operation = begin(sender, lab)
    sender.stop(signal.SIGKILL)
    assert len(lab.image_volumes()) == 1
    sender.start()
    assert end_of(sender, operation)["state"] == "failed"
    assert lab.image_volumes() == [] and lab.machines() == []
    assert sender.json("listVirtualMachines")["vm"] == []


def test_a_transfer_that_is_cancelled_leaves_nothing(sender, lab):
    _, operation = begin(sender, lab)
    # 200 Mbit/s are 25 MB/s.
    rate = wait_for(lambda: current(sender, operation).get("bytesPerSecond"), 30)
    assert rate < 35_000_000
    sender.json("cancelOperation", operation=operation)
    assert end_of(sender, operation)["code"] == "cancelled"
    assert lab.image_volumes() == [] and lab.machines() == []


def test_two_machines_share_one_transfer(sender, lab):
    _, operation = begin(sender, lab)
    second = sender.json("createVirtualMachine", phyServer="h1", vmName="r2", vmIP=f"{QemuLab.subnet}.106", vmRAM=32,
                         image="big",
                         waitFor="started")
    assert end_of(sender, operation)["state"] == "succeeded"
    assert second["transferredBytes"] == 0 and len(lab.image_volumes()) == 1
    for name in ("r1", "r2"):
        sender.json("destroyVirtualMachine", phyServer="h1", vmName=name)


def test_holes_and_zeros_are_not_sent(sender, lab):
    file = add_image(sender.folder, "sparse", 400, 8)
    with open(file, "r+b") as disk:
        disk.seek(100 * MIB)
        disk.write(bytes(50 * MIB))
        disk.seek(399 * MIB)
        disk.write(b"end")
    made = sender.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                       image="sparse",
                       waitFor="started")
    assert 8 * MIB <= made["transferredBytes"] < 9 * MIB
    [image] = lab.image_volumes()
    path = f"/var/lib/libvirt/images/{image}"
    lab.run("sh", "h1", "cmp", path, str(file))
    assert int(lab.run("sh", "h1", "du", "-k", path).stdout.split()[0]) < 10 * 1024
    sender.json("destroyVirtualMachine", phyServer="h1", vmName="r1")


def test_a_limited_transfer_ends_immediately_when_cancelled(lab_data, lab, server_of):
    """At 8 Mbit/s, the whole transfer would take a minute."""
    add_image(lab_data / "more", "bounded", 64)
    server = server_of(lab_data, "--images", lab_data / "more", "--transfer-mbit", "8")
    server.json("registerNodes", Node=[lab.node("h1")])
    before = lab.image_volumes()
    operation = server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                            image="bounded", waitFor="started", **{"async": True})["operation"]
    wait_for(lambda: current(server, operation).get("bytesDone", 0) > 2 * MIB, 60)
    assert current(server, operation)["bytesDone"] < 32 * MIB
    server.json("cancelOperation", operation=operation)
    assert end_of(server, operation)["code"] == "cancelled"
    assert lab.image_volumes() == before and lab.leftovers() == []


def wire(lab):
    """Bytes that the host's network card has received."""
    return int(pathlib.Path(f"/sys/class/net/{lab.environment['LAB_PREFIX']}-h1/statistics/tx_bytes").read_text())


def uplink(lab):
    """Bytes that this machine has sent to all hosts."""
    return int(pathlib.Path(f"/sys/class/net/{lab.environment['LAB_BRIDGE']}/statistics/tx_bytes").read_text())


def send(server, lab, name, content, size=SIZE, mbit=100):
    """Begins a create that sends its image over a slow link; returns the file and the operation."""
    file = add_image(server.folder, name, size, content=content)
    server.json("listImages")
    lab.run("rate", "h1", str(mbit))
    return file, server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105",
                             vmRAM=32, image=name,
                             waitFor="started", **{"async": True})["operation"]


def arrived(server, lab, file, operation):
    """Checks that the operation succeeds, and that the host's copy equals the file."""
    end = end_of(server, operation)
    assert end["state"] == "succeeded", end
    [image] = lab.image_volumes()
    assert lab.run("sh", "h1", "cmp", f"/var/lib/libvirt/images/{image}", str(file), check=False).returncode == 0
    server.json("destroyVirtualMachine", phyServer="h1", vmName="r1")


@long
def test_an_image_that_compresses_goes_compressed_over_a_slow_link(sender, lab):
    before = wire(lab)
    file, operation = send(sender, lab, "text", words)
    wait_for(lambda: current(sender, operation).get("compressed"), 30)
    arrived(sender, lab, file, operation)
    assert 0.3 * SIZE * MIB < wire(lab) - before < 0.65 * SIZE * MIB
    assert "transfer goes on compressed" in (sender.data / "vmsd.log").read_text()


@long
def test_an_image_that_does_not_compress_stays_plain(sender, lab):
    before = wire(lab)
    file, operation = send(sender, lab, "noise", os.urandom, size=64)
    arrived(sender, lab, file, operation)
    assert wire(lab) - before > 64 * MIB
    assert "compressed" not in (sender.data / "vmsd.log").read_text()


@long
def test_a_host_without_compression_gets_plain_data(sender, lab):
    config = "/etc/ssh/sshd_config"
    change = (f"(echo 'Compression no'; cat {config}) >/run/config && mount --bind /run/config {config} "
              "&& kill -HUP $(cat /run/sshd.pid)")
    lab.run("sh", "h1", "sh", "-c", change)
    try:
        file, operation = send(sender, lab, "text", words, size=96)
        arrived(sender, lab, file, operation)
        log = (sender.data / "vmsd.log").read_text()
        assert "transfer stays plain" in log and "Compression no" in log and "goes on compressed" not in log
    finally:
        lab.run("sh", "h1", "sh", "-c", f"umount {config} && kill -HUP $(cat /run/sshd.pid)")


@long
def test_a_compressed_transfer_that_breaks_goes_on(sender, lab):
    file, operation = send(sender, lab, "text", words)
    wait_for(lambda: current(sender, operation).get("compressed"), 30)
    wait_for(lambda: current(sender, operation).get("bytesDone", 0) > 64 * MIB, 30)
    connection(lab)
    arrived(sender, lab, file, operation)
    assert "transfer waits for the host" in (sender.data / "vmsd.log").read_text()


@long
def test_a_compressed_transfer_that_is_cancelled_leaves_nothing(sender, lab):
    _, operation = send(sender, lab, "text", words)
    wait_for(lambda: current(sender, operation).get("compressed"), 30)
    sender.json("cancelOperation", operation=operation)
    assert end_of(sender, operation)["code"] == "cancelled"
    assert lab.image_volumes() == [] and lab.machines() == []


@long
def test_the_bandwidth_limit_counts_bytes_sent(lab_data, lab, server_of):
    """40 Mbit/s are 5 MB/s: 96 MiB of the image would take 20 s, and compressed less than half of that."""
    for name in lab.image_volumes():
        lab.virsh("vol-delete", name, "default")
    folder = lab_data / "more"
    file = add_image(folder, "bounded", 96, content=words)
    server = server_of(lab_data, "--images", folder, "--transfer-mbit", "40")
    server.json("registerNodes", Node=[lab.node("h1")])
    before, begun = wire(lab), time.monotonic()
    operation = server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                            image="bounded", waitFor="started", **{"async": True})["operation"]
    wait_for(lambda: current(server, operation).get("compressed"), 30)
    wait_for(lambda: current(server, operation).get("bytesDone", 0) > 80 * MIB, 15)
    sent, took = wire(lab) - before, time.monotonic() - begun
    assert sent / took < 5_500_000
    arrived(server, lab, file, operation)


def begin_second(sender, lab, size=SIZE, data=None, mbit=50):
    """Puts an image on h1, then begins a create from it on h2 over a slow link of this server."""
    file = add_image(sender.folder, "big", size, data)
    sender.json("listImages")
    sender.json("registerNodes", Node=[lab.node("h2")])
    first = sender.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                        image="big",
                        waitFor="started")
    assert first["transferredBytes"] >= (data or size) * MIB
    lab.run("rate", "server", str(mbit))
    return file, sender.json("createVirtualMachine", phyServer="h2", vmName="r2", vmIP=f"{QemuLab.subnet}.106",
                             vmRAM=32, image="big",
                             waitFor="started", **{"async": True})["operation"]


def from_h1(sender, operation):
    wait_for(lambda: current(sender, operation).get("sender") == "h1", 30)


def has(lab, file, host="h2"):
    [image] = lab.image_volumes(host)
    return lab.run("sh", host, "cmp", f"/var/lib/libvirt/images/{image}", str(file), check=False).returncode == 0


def check_nothing_runs(lab):
    """Checks that neither the sending nor the receiving process, nor their keys, are left."""
    def ended():
        return all(not lab.run("sh", host, "sh", "-c",
                               "ls -d /run/vmsp-* 2>/dev/null; pgrep -af '[v]msp-(give|take)' || true").stdout
                   for host in ("h1", "h2"))
    wait_for(ended, 20)


def answers(sender, host):
    try:
        return sender.json("getPhysicalServerStatus", phyServer=host)["state"] == "up"
    except Fault:
        return False


def done(sender, lab, operation):
    end = end_of(sender, operation)
    assert end["state"] == "succeeded", end
    check_nothing_runs(lab)
    lab.run("rate", "server", "off")
    for host, name in (("h1", "r1"), ("h2", "r2")):
        sender.json("destroyVirtualMachine", phyServer=host, vmName=name)


def test_a_host_that_has_an_image_sends_it_where_this_server_is_slow(sender, lab):
    before = uplink(lab)
    file, operation = begin_second(sender, lab, 400, 160)
    done(sender, lab, operation)
    assert has(lab, file)
    # The server sends the image once to h1, and to h2 only the part before it measured the rate: a tenth on a fast
    # machine.
    assert uplink(lab) - before < 1.7 * 160 * MIB
    path = "/var/lib/libvirt/images/" + lab.image_volumes("h2")[0]
    assert int(lab.run("sh", "h2", "du", "-k", path).stdout.split()[0]) < 164 * 1024


@long
def test_a_host_that_is_no_nearer_does_not_send_it(sender, lab):
    lab.run("rate", "h2", "50")
    try:
        before = uplink(lab)
        file, operation = begin_second(sender, lab, 64, mbit=1000)
        end = end_of(sender, operation)
        assert end["state"] == "succeeded" and has(lab, file)
        assert uplink(lab) - before > 2 * 64 * MIB
        assert "transfer stays with this server" in (sender.data / "vmsd.log").read_text()
        done(sender, lab, operation)
    finally:
        lab.run("rate", "h2", "off")


def sending_host_dies(lab):
    lab.run("crash", "h1")


def path_breaks(lab):
    lab.run("cut", "h1", "h2")


def sending_host_hangs(lab):
    lab.run("sh", "h1", "pkill", "-STOP", "-f", "vmsp-give-.*/give")


@long
@pytest.mark.parametrize("strike", [sending_host_dies, path_breaks, sending_host_hangs])
def test_the_server_resumes_a_transfer_that_a_host_breaks_off(strike, sender, lab):
    lab.run("rate", "h2", "200")
    try:
        file, operation = begin_second(sender, lab, 400)
        from_h1(sender, operation)
        wait_for(lambda: current(sender, operation).get("bytesDone", 0) > 64 * MIB, 30)
        strike(lab)
        lab.run("rate", "server", "off")
        end = end_of(sender, operation)
        assert end["state"] == "succeeded" and has(lab, file), end
        assert "transfer goes on from this server" in (sender.data / "vmsd.log").read_text()
    finally:
        lab.run("rate", "h2", "off")
        if strike is sending_host_dies:
            lab.run("start", "h1")
        elif strike is path_breaks:
            lab.run("mend", "h1", "h2")
    wait_for(lambda: answers(sender, "h1"), 60)
    check_nothing_runs(lab)
    for host, name in (("h1", "r1"), ("h2", "r2")):
        sender.json("destroyVirtualMachine", phyServer=host, vmName=name)


@long
@pytest.mark.parametrize("strike", ["cancel", "kill"])
def test_a_transfer_between_hosts_that_ends_early_leaves_nothing(strike, sender, lab):
    lab.run("rate", "h2", "100")
    try:
        _, operation = begin_second(sender, lab, 400, mbit=20)
        from_h1(sender, operation)
        if strike == "cancel":
            sender.json("cancelOperation", operation=operation)
            assert end_of(sender, operation)["code"] == "cancelled"
        else:
            sender.stop(signal.SIGKILL)
            sender.start()
            assert end_of(sender, operation)["state"] == "failed"
        assert lab.image_volumes("h2") == [] and lab.machines() == ["r1"]
        check_nothing_runs(lab)
    finally:
        lab.run("rate", "h2", "off")
    sender.json("destroyVirtualMachine", phyServer="h1", vmName="r1")


@long
def test_a_changed_copy_is_detected(sender, lab):
    """A copy that changed on its host is not used: the image comes from this server."""
    file = add_image(sender.folder, "big", 160)
    sender.json("listImages")
    sender.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                image="big", waitFor="started")
    [image] = lab.image_volumes()
    lab.run("sh", "h1", "dd", "if=/dev/zero", f"of=/var/lib/libvirt/images/{image}", "bs=1M", "seek=159", "count=1",
            "conv=notrunc")
    sender.json("registerNodes", Node=[lab.node("h2")])
    lab.run("rate", "server", "50")
    operation = sender.json("createVirtualMachine", phyServer="h2", vmName="r2", vmIP=f"{QemuLab.subnet}.106", vmRAM=32,
                            image="big",
                            waitFor="started", **{"async": True})["operation"]
    done(sender, lab, operation)
    assert has(lab, file)
    assert "did not arrive as it is" in (sender.data / "vmsd.log").read_text()
