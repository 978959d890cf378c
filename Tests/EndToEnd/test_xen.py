"""The main scenario on hosts that run the real Xen hypervisor, with libvirt's libxl driver, and features of Xen.

`VMS_LAB_XEN=0` skips it: two emulated hosts take several minutes.
"""
import hashlib
import json
import os
import re
import shutil
import signal

import pytest

from support.environment import BRIEF, CACHE, long
from support.lab import XenLab, running
from support.machines import Site
from support.main_job import *  # noqa: F403: the tests that QEMU hosts pass too
from support.server import Fault, Server


@pytest.fixture(scope="module")
def xen_lab():
    if os.environ.get("VMS_LAB_XEN") == "0":
        pytest.skip("VMS_LAB_XEN=0: nothing is tested on Xen")
    yield from running(XenLab)


@pytest.fixture(scope="module")
def xen_server(xen_lab, tmp_path_factory):
    """A server with both hosts registered. An emulated dom0 is slow, so the server is patient."""
    data = tmp_path_factory.mktemp("xen")
    shutil.copytree(xen_lab.keys, data / "ssh")
    server = Server(data, "--host-patience", "60", "--allow-disk-path", SAN).start()
    try:
        server.json("registerNodes", Node=xen_lab.nodes())
        yield server
    finally:
        server.stop(signal.SIGKILL)


#: The tests that run with VMS_BRIEF: the differences of Xen, and the main scenario once. An emulated host is slow.
KEPT = ["test_a_soap_call_makes_a_router_that_answers", "test_a_guest_with_a_disk_by_soap", "test_a_stack",
        "test_domain_0_is_protected", "test_the_old_clients_network"]


@pytest.fixture
def site(request, xen_server, xen_lab):
    """A test that leaves anything on a host fails."""
    if BRIEF and request.node.originalname not in KEPT:
        pytest.skip("VMS_BRIEF is set, and an emulated host takes long")
    yield Site(xen_server, xen_lab, "x1")
    managed = [m for m in xen_server.json("listVirtualMachines", timeout=400)["vm"] if m["managed"]]
    for machine in managed:
        xen_server.json("destroyVirtualMachine", phyServer=machine["phyServer"], vmName=machine["vmName"], timeout=400)
    assert (managed, xen_lab.leftovers()) == ([], [])


@pytest.mark.parametrize("kind, host, type_", [("pv", "x1", "xenpv"), pytest.param("pvh", "x2", "xenpvh", marks=long)])
def test_a_guest_with_a_disk_by_soap(kind, host, type_, site):
    """The whole life of a machine, on either host, by the 2010 client's protocol."""
    site = Site(site.server, site.lab, host)

    def soap(service, fields):
        answer = site.server.soap(f'<{service} xmlns="http://vmserver/xsd"><phyServer>{host}</phyServer>'
                                  f'{fields}</{service}>',
                                  timeout=400)
        assert answer.status_code == 200, answer.text
        return answer.text
    made = soap("createVirtualMachine", f"<vmName>r1</vmName><vmIP>{site.address}</vmIP><vmRAM>96</vmRAM>"
                f"<vmDiskSize>1</vmDiskSize><guestType>{kind}</guestType>")
    assert "<ns:macAddress>00:16:3e:" in made and site.lab.answers(site.address)
    xml = site.lab.virsh("dumpxml", "r1", host=host)
    assert type_ in xml and xml.count("<disk ") == 2
    soap("setVirtualMachineSchedulerParameters", "<VMName>r1</VMName><Weight>512</Weight><Cap>50</Cap>")
    parameters = soap("getVirtualMachineSchedulerParameters", "<VMName>r1</VMName>")
    assert "<ns:weight>512</ns:weight>" in parameters and "<ns:cap>50</ns:cap>" in parameters
    assert site.lab.weight_and_cap(host, "r1") == (512, 50), "as Xen itself reports"
    soap("shutdownVirtualMachine", "<VMName>r1</VMName><timeout>240</timeout>")
    assert "r1" not in site.lab.run("sh", host, "xl", "list").stdout
    soap("destroyVirtualMachine", "<VMName>r1</VMName>")
    assert not site.lab.answers(site.address)


def test_an_image_that_is_a_disk(site):
    """The machine has its own copy of the disk, grown to the requested size; pygrub reads its boot menu."""
    site.create(image="ipv4-rip-disk", vmDiskSize=1)
    assert site.lab.answers(site.address)
    disk = site.call("getVirtualMachineStatus", vmName="r1")["disk"][0]
    size = site.lab.run("sh", site.host, "stat", "-c", "%s", disk["source"]).stdout
    assert int(size) == 1 << 30
    site.destroy()


@pytest.mark.parametrize("image, address", [
    pytest.param("ipv4-rip", f"{XenLab.subnet}.103", id="ipv4-rip"),
    pytest.param("ipv6-ospf3", "fd00:89::103", id="ipv6-ospf3", marks=long)])
def test_a_stack(image, address, site):
    """A router is proven by the frames that its stack sends, as on QEMU hosts."""
    made = site.create(address=address, image=image, waitFor="stack")
    assert [p["name"] for p in made["phase"] if p["name"].startswith("prove")] == ["proveAddress", "proveStack"]
    site.destroy()


def test_domain_0_is_protected(site):
    assert {m["vmName"]: m["managed"] for m in site.call("listVirtualMachines")["vm"]} == {"Domain-0": False}
    for service in ["destroyVirtualMachine", "shutdownVirtualMachine", "adoptVirtualMachine"]:
        with pytest.raises(Fault) as refused:
            site.call(service, vmName="Domain-0")
        assert refused.value.code in ("machineNotManaged", "notOffered")


def test_a_clock_that_is_off_by_a_day(site):
    """The host continues to serve; `vms node prepare` reports the clock."""
    site.lab.run("sh", "x1", "date", "-s", "-1 day")
    try:
        checks = {c["name"]: c for c in site.server.json("checkPhysicalServer", NodeName="x1")["check"]}
        assert checks["clock"]["verdict"] != "ok" and "86" in checks["clock"]["found"]
        site.create(waitFor="started")
        assert site.call("getVirtualMachineStatus", vmName="r1")["state"] in ("running", "blocked")
        site.destroy()
    finally:
        site.lab.run("sh", "x1", "date", "-s", "+1 day")


def test_libvirtd_restarts(site):
    """The host's machines continue; the server reconnects automatically."""
    site.create(waitFor="started")
    last = site.server.json("getEvents")["last"]
    site.lab.run("daemon", "x1", "restart")
    events = []
    while "nodeUp" not in [e["kind"] for e in events]:
        answer = site.server.json("getEvents", after=last, wait=60, timeout=90)
        assert answer["event"], f"no nodeUp within 60 s of the last event; seen: {events}"
        last, events = answer["last"], events + answer["event"]
    assert site.call("getVirtualMachineStatus", vmName="r1")["state"] in ("running", "blocked")
    site.destroy()


def test_unused_copies_are_swept(site):
    """The sweep reads every definition, also that of Domain-0."""
    site = Site(site.server, site.lab, "x2")
    site.create(waitFor="started")
    kept = site.call("sweepImages", olderThanDays=0)
    assert kept["operation"] == [] and "machine 'r1' is made from it" in [c["reason"] for c in kept["copy"]]
    site.destroy()
    swept = site.call("sweepImages", olderThanDays=0)
    assert swept["freed"] > 0 and all(c["leaves"] for c in swept["copy"]), swept
    assert [f for f in site.lab.files("x2") if f.startswith("vms-image-")] == []


def test_the_old_clients_network(site):
    """Two routers on two hosts by one call of the 2010 client: proven connected, a fault is found, and everything is
    removed."""
    body = ('<createVirtualNetwork xmlns="http://vmserver/xsd"><nodeCount>2</nodeCount>'
            f'<phyServer>{site.lab.subnet}.11</phyServer><phyServer>{site.lab.subnet}.12</phyServer>'
            '<VMName>r1</VMName><VMName>r2</VMName><vmIP>10.0.0.1</vmIP><vmIP>10.0.0.2</vmIP>'
            '<vmRAM>96</vmRAM><vmRAM>96</vmRAM></createVirtualNetwork>')
    answer = site.server.soap(body, timeout=600)
    assert answer.status_code == 200 and b">SUCCESS<" in answer.content, answer.text
    name = site.server.json("getVirtualNetworks")["network"][0]["networkName"]
    assert site.server.json("planVirtualNetwork", networkName=name).get("change", []) == []
    site.lab.run("sh", "x2", "bridge", "fdb", "del", "00:00:00:00:00:00", "dev", "vmx-001000", "dst",
                 f"{site.lab.subnet}.11")
    proof = site.server.json("verifyVirtualNetwork", networkName=name, timeout=400)
    assert not proof["connected"] and "over VXLAN 4096" in proof["network"]["link"][0]["reason"], proof
    mended = site.server.json("applyVirtualNetwork", networkName=name, timeout=400)
    assert [(c["kind"], c["name"]) for c in mended["change"]] == [("repair", "link")], mended
    assert "operation" not in site.server.json("applyVirtualNetwork", networkName=name)
    # A machine without a named bridge is connected with the host's own network, whatever other bridges exist.
    site.create("r3")
    assert site.lab.answers(site.address)
    site.destroy("r3")
    site.server.json("destroyVirtualNetwork", networkName=name, timeout=400)


def test_a_far_link(site):
    """Frames to a router are delayed, also after others restarted it, with another interface."""
    made = site.server.json("createVirtualNetwork", timeout=600, networkName="n1", stack="rip",
                            router=[{"name": "r1", "phyServer": "x1", "vmRAM": 96}],
                            link=[{"name": "far", "delay": 40.5, "loss": 1, "bandwidth": 5000,
                                   "end": [{"router": "r1"}]}])
    bridge = f"vms-{made['network']['link'][0]['vni']:06x}"

    def run(script):
        return site.lab.run("sh", "x1", "sh", "-c", script).stdout

    def qdisc():
        port = run(f"ls /sys/class/net/{bridge}/brif").split()
        assert len(port) == 1, port
        return port[0], json.loads(run(f"tc -j qdisc show dev {port[0]} root"))[0]
    first, netem = qdisc()
    assert netem["kind"] == "netem" and netem["options"]["delay"]["delay"] == pytest.approx(0.0405, abs=2e-6), netem
    assert netem["options"]["loss-random"]["loss"] == pytest.approx(0.01), netem
    assert netem["options"]["rate"]["rate"] == 625_000, netem
    run("ip netns add asker; ip link add ask0 type veth peer name ask1 netns asker;"
        f"ip link set ask0 master {bridge} up; ip -n asker addr add 10.0.0.200/24 dev ask1; "
        "ip -n asker link set ask1 up")
    heard = run("ip netns exec asker ping -q -c 5 10.0.0.1; ip netns del asker")
    assert float(re.search(r"rtt min\S* = ([0-9.]+)/", heard)[1]) >= 40.4, heard
    assert "ok" == site.server.json("getVirtualNetwork", networkName="n1")["network"]["link"][0]["state"]
    run("virsh -q -c xen:///system destroy r1; virsh -q -c xen:///system start r1")
    again, netem = qdisc()
    assert again != first and netem["options"]["delay"]["delay"] == pytest.approx(0.0405, abs=2e-6), netem
    site.server.json("destroyVirtualNetwork", networkName="n1", timeout=400)


def migrate(site, machine="r1", **more):
    return site.server.json("migrateVirtualMachine", sourcePhyServer="x1", destPhyServer="x2", vmName=machine,
                            timeout=600, **more)


def runs_on(lab, machine):
    return [host for host in lab.hosts if machine in lab.run("sh", host, "xl", "list").stdout.split()]


def test_a_pv_machine_moves_standing_still(site):
    """A live move fails, since Debian's hypervisor cannot track the memory that such a guest writes; the machine stays
    on its host."""
    site.create()
    with pytest.raises(Fault) as refused:
        migrate(site, live=True)
    assert refused.value.code == "migrationFailed", refused.value.body
    assert runs_on(site.lab, "r1") == ["x1"] and site.lab.answers(site.address)
    assert [name for name in site.lab.files("x2") if "-seed." in name] == []
    moves(site, live=False)


@long
def test_a_pvh_machine_moves_live(site):
    site.create(guestType="pvh")
    moves(site, live=True)


#: A disk that both hosts have.
SAN = "/dev/disk/by-id/wwn-0x3000000000000001"


@long
@pytest.mark.parametrize("kind, live", [("pvh", True), ("pvh", False), ("pv", False)])
def test_a_machine_moves_with_a_shared_disk(kind, live, site):
    """The machine boots from a disk that both hosts have, and keeps it. VMS did not make the disk, so it stays when the
    machine is destroyed."""
    disk = CACHE / "images/ipv4-rip-disk/disk.img"
    site.lab.put("x1", disk, SAN)
    site.create(guestType=kind, transferDisk=False, diskPath=SAN)
    moves(site, live)
    first = site.lab.run("sh", "x1", "sh", "-c",
                         f"blockdev --flushbufs {SAN}; head -c 512 {SAN} | sha256sum").stdout.split()[0]
    with open(disk, "rb") as file:
        assert first == hashlib.sha256(file.read(512)).hexdigest()


@long
def test_a_disk_that_only_looks_shared(site):
    """A file under the same path on both hosts is not the same file: the machine stays."""
    for host in site.lab.hosts:
        site.lab.put(host, CACHE / "images/ipv4-rip-disk/disk.img", "/var/lib/libvirt/images/own.img")
    site.create(transferDisk=False, diskPath="/var/lib/libvirt/images/own.img")
    with pytest.raises(Fault) as refused:
        migrate(site, live=False)
    body = refused.value.body
    assert refused.value.code == "notOffered" and "/var/lib/libvirt/images/own.img" in body["reason"], body
    assert runs_on(site.lab, "r1") == ["x1"]
    site.destroy()
    for host in site.lab.hosts:
        assert site.lab.files(host).count("own.img") == 1, "VMS must not remove it"
        site.lab.run("sh", host, "rm", "/var/lib/libvirt/images/own.img")


def moves(site, live):
    moved = migrate(site, live=live)
    assert moved["phyServer"] == "x2" and runs_on(site.lab, "r1") == ["x2"], moved
    assert site.lab.answers(site.address) and int(moved["link"][0]["longestGapMs"]) > 0, moved
    assert "r1" not in site.lab.virsh("list", "--all", "--name").split()
    Site(site.server, site.lab, "x2").destroy()
    print(moved)
