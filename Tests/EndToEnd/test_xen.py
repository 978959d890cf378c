"""The main job on hosts that run the real Xen hypervisor, with libvirt's libxl driver, and what only Xen has.

`VMS_LAB_XEN=0` skips it: two emulated hosts take several minutes.
"""
import os
import shutil
import signal

import pytest

from conftest import Fault, Server, Site, XenLab, running
from main_job import *  # noqa: F403: the tests that QEMU hosts pass too


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
    server = Server(data, "--host-patience", "60").start()
    server.json("registerNodes", Node=xen_lab.nodes())
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def site(xen_server, xen_lab):
    """Whatever a test leaves on a host fails it."""
    yield Site(xen_server, xen_lab, "x1")
    ours = [m for m in xen_server.json("listVirtualMachines", timeout=400)["vm"] if m["managed"]]
    for machine in ours:
        xen_server.json("destroyVirtualMachine", phyServer=machine["phyServer"], vmName=machine["vmName"], timeout=400)
    assert (ours, xen_lab.left()) == ([], [])


def test_a_pvh_guest(xen_server, xen_lab):
    """On the other host, with a disk of its own."""
    site = Site(xen_server, xen_lab, "x2")
    made = site.create(guestType="pvh", vmDiskSize=1)
    assert made["macAddress"].startswith("00:16:3e:") and xen_lab.answers(site.address)
    status = site.call("getVirtualMachineStatus", vmName="r1")
    assert len(status["disk"]) == 2 and "xenpvh" in xen_lab.virsh("dumpxml", "r1", host="x2")
    site.call("setVirtualMachineSchedulerParameters", VMName="r1", Weight=512, Cap=50)
    assert xen_lab.weight_and_cap("x2", "r1") == (512, 50)
    site.call("shutdownVirtualMachine", VMName="r1", timeout=240)
    assert "r1" not in xen_lab.run("sh", "x2", "xl", "list").stdout
    site.destroy()
    assert xen_lab.machines() == [] and xen_lab.volumes() == []


@pytest.mark.parametrize("image, address", [("ipv4-rip", "198.18.89.103"), ("ipv6-ospf3", "fd00:89::103")])
def test_a_stack(image, address, site):
    """Proven by what it sends by itself, as on QEMU hosts."""
    made = site.create(address=address, image=image, waitFor="stack")
    assert [p["name"] for p in made["phase"] if p["name"].startswith("prove")] == ["proveAddress", "proveStack"]
    site.destroy()


def test_domain_0_is_not_ours(site):
    assert {m["vmName"]: m["managed"] for m in site.call("listVirtualMachines")["vm"]} == {"Domain-0": False}
    for service in ["destroyVirtualMachine", "shutdownVirtualMachine", "adoptVirtualMachine"]:
        with pytest.raises(Fault) as stranger:
            site.call(service, vmName="Domain-0")
        assert stranger.value.code in ("machineNotManaged", "notOffered")


def test_a_clock_that_is_off_by_a_day(site):
    """The host goes on serving; who prepares it is told."""
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
    """Its machines go on; the host is connected again by itself."""
    site.create(waitFor="started")
    last = site.server.json("getEvents")["last"]
    site.lab.run("daemon", "x1", "restart")
    seen = []
    while "nodeUp" not in [e["kind"] for e in seen]:
        answer = site.server.json("getEvents", after=last, wait=60, timeout=90)
        assert answer["event"], f"no nodeUp within 60 s of the last event; seen: {seen}"
        last, seen = answer["last"], seen + answer["event"]
    assert site.call("getVirtualMachineStatus", vmName="r1")["state"] in ("running", "blocked")
    site.destroy()
