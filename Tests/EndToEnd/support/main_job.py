"""The main scenario on a real host, over SSH: the same tests on QEMU hosts (test_create.py) and Xen hosts
(test_xen.py).

A module that imports them has a fixture `site`: the server, the lab of its hosts, and the host under test.
"""
import concurrent.futures

import pytest

from support.environment import CACHE
from support.server import Fault
from support.waiting import wait_for


def test_a_soap_call_makes_a_router_that_answers(site):
    body = (f'<createVirtualMachine xmlns="http://vmserver/xsd"><phyServer>{site.host}</phyServer><vmName>r1</vmName>'
            f'<vmIP>{site.address}</vmIP><vmRAM>96</vmRAM></createVirtualMachine>')
    answer = site.server.soap(body, timeout=400)
    assert answer.status_code == 200, answer.text
    assert "<ns:result>SUCCESS</ns:result>" in answer.text
    assert site.lab.answers(site.address)

    status = site.call("getVirtualMachineStatus", vmName="r1")
    assert status["state"] in ("running", "blocked") and status["managed"] is True
    assert status["memory"] == status["maxMem"] == 96 * 1024
    assert status["asked"]["vmIP"] == f"{site.address}/24"
    assert [i["source"] for i in status["interface"]] == ["br0"]
    assert status["interface"][0]["rxBytes"] > 0 and status["interface"][0]["txBytes"] > 0
    xml = site.lab.virsh("dumpxml", "r1", host=site.host)
    assert "98304" in xml and "urn:vms:machine:1" in xml

    with pytest.raises(Fault) as taken:
        site.create()
    assert taken.value.code == "machineNameTaken" and taken.value.body["field"] == "vmName"
    with pytest.raises(Fault) as taken:
        site.create("r2")
    assert taken.value.code == "addressTaken" and site.address in taken.value.body["reason"]
    with pytest.raises(Fault) as used:
        site.server.json("unregisterNodes", NodeName=[site.host])
    assert used.value.code == "nodeInUse"

    kind = site.lab.scheduler
    assert site.call("getVirtualMachineSchedulerType", VMName="r1")["schedulerType"] == kind
    site.call("setVirtualMachineSchedulerParameters", VMName="r1", Weight=512, Cap=50)
    read = site.call("getVirtualMachineSchedulerParameters", VMName="r1")
    assert (read["weight"], read["cap"], read["schedulerType"]) == (512, 50, kind)
    assert site.lab.weight_and_cap(site.host, "r1") == (512, 50), "as the hypervisor itself reports"
    with pytest.raises(Fault) as range_:
        site.call("setVirtualMachineSchedulerParameters", VMName="r1", Cap=101)
    assert range_.value.code == "outOfRange" and "from 1 to 100" in range_.value.body["reason"]

    site.call("shutdownVirtualMachine", VMName="r1", timeout=240)
    assert site.lab.virsh("domstate", "r1", host=site.host).strip() == "shut off"
    site.call("startVirtualMachine", vmName="r1")
    assert site.lab.answers(site.address)
    assert site.lab.weight_and_cap(site.host, "r1") == (512, 50), "the requested values hold after a restart"
    site.destroy()
    assert not site.lab.answers(site.address)
    with pytest.raises(Fault) as gone:
        site.call("getVirtualMachineStatus", vmName="r1")
    assert gone.value.code == "machineNotFound"


def test_the_status_of_a_host(site):
    status = site.call("getPhysicalServerStatus")
    assert status["hypervisor"] == site.lab.hypervisor and status["state"] == "up"
    assert int(status["cpus"]) > 0 and int(status["memory"]) > 0 and int(status["freeMemory"]) > 0
    assert "br0" in status["bridge"] and status["poolAvailable"][0] > 0
    checks = {c["name"]: c["verdict"] for c in site.server.json("checkPhysicalServer", NodeName=site.host)["check"]}
    assert checks["libvirtd"] == checks["bridge"] == checks["pool"] == checks["ssh"] == checks["clock"] == "ok", checks


def test_the_second_machine_needs_no_image_byte(site):
    first = site.create(waitFor="started")
    second = site.create("r2", site.other, waitFor="started", transferDisk=False)
    names = [phase["name"] for phase in second["phase"]]
    assert "sendImage" not in names and second["transferredBytes"] < 1 << 20
    assert first["macAddress"] != second["macAddress"]
    site.destroy()
    site.destroy("r2")


def test_a_disk_that_is_on_the_host_already(site):
    """The paper's second variant: nothing is sent, and the disk stays when the machine is destroyed."""
    path = "/var/lib/libvirt/images/given-router.img"
    site.lab.put(site.host, CACHE / "images/ipv4-rip-disk/disk.img", path)
    made = site.create(transferDisk=False, diskPath=path)
    assert made["transferredBytes"] < 1 << 20
    assert site.lab.answers(site.address)
    site.destroy()
    assert site.lab.run("sh", site.host, "ls", path).stdout.strip() == path
    site.lab.run("sh", site.host, "rm", path)


def test_a_machine_that_does_not_answer_is_undone(site):
    """Its creation is cancelled while the server waits for its proof; it leaves nothing behind."""
    operation = site.create(**site.lab.silent(site.host), **{"async": True})["operation"]

    def current():
        return site.server.json("getOperation", operation=operation)["operation"]
    wait_for(lambda: current().get("step") == "proveAddress", 120)
    with pytest.raises(Fault) as busy:
        site.destroy()
    assert busy.value.code == "machineBusy"
    site.server.json("cancelOperation", operation=operation)
    assert wait_for(lambda: current() if current()["state"] == "failed" else None, 120)["code"] == "cancelled"
    assert site.lab.machines() == [] and site.lab.volumes() == []
    site.lab.run("sh", site.host, "rm", "-f", site.lab.SILENT)


def test_a_stranger_is_shown_and_left_alone(site):
    site.lab.define_foreign_machine(site.host)
    listed = {m["vmName"]: m for m in site.call("listVirtualMachines")["vm"]}
    assert (listed["stranger"]["managed"], listed["stranger"]["state"]) == (False, "shutOff")
    assert all(not m["managed"] for m in listed.values())
    for service in ["destroyVirtualMachine", "shutdownVirtualMachine", "startVirtualMachine"]:
        with pytest.raises(Fault) as refused:
            site.call(service, vmName="stranger")
        assert refused.value.code == "machineNotManaged"
    with pytest.raises(Fault) as taken:
        site.create("stranger")
    assert taken.value.code == "machineNameTaken"
    site.call("adoptVirtualMachine", vmName="stranger")
    assert "urn:vms:machine:1" in site.lab.virsh("dumpxml", "stranger", host=site.host)
    site.destroy("stranger")


def test_an_address_in_use(site):
    with pytest.raises(Fault) as taken:
        site.create(address=site.lab.facts[f"LAB_{site.host}_ADDRESS"])
    assert taken.value.code == "addressTaken"
    # The lab's own end of the bridge answers ARP, but is not recorded anywhere.
    with pytest.raises(Fault) as taken:
        site.create(address=f"{site.lab.subnet}.1")
    assert taken.value.code == "addressTaken" and "bridge br0" in taken.value.body["reason"]


def test_two_at_once_for_one_name(site):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        def one(address):
            try:
                return site.create(address=address, waitFor="started")["result"]
            except Fault as fault:
                return fault.code
        ends = list(pool.map(one, [site.address, site.other]))
    assert "SUCCESS" in ends
    assert set(ends) <= {"SUCCESS", "machineNameTaken", "machineBusy"} and ends.count("SUCCESS") == 1
    site.destroy()


def test_an_ipv6_address(site):
    made = site.create("v6", "fd00:88::101")
    assert made["vmIP"] == "fd00:88::101/64"
    assert "proveAddress" in [phase["name"] for phase in made["phase"]]
    with pytest.raises(Fault) as taken:
        site.create("v7", "fd00:88:0::101/64")
    assert taken.value.code == "addressTaken"
    site.destroy("v6")
