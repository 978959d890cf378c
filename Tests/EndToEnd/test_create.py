"""The main job on a real host: libvirt and QEMU in the lab, reached over SSH."""
import concurrent.futures

import pytest

from conftest import CACHE, Fault, wait_for

ADDRESS = "198.18.88.101"


def create(server, name="r1", address=ADDRESS, host="h1", **more):
    return server.json("createVirtualMachine", phyServer=host, vmName=name, vmIP=address, vmRAM=96, **more)


def destroy(server, name="r1", host="h1"):
    server.json("destroyVirtualMachine", phyServer=host, vmName=name)


def test_a_soap_call_makes_a_router_that_answers(lab_server, lab):
    body = ('<createVirtualMachine xmlns="http://vmserver/xsd"><phyServer>h1</phyServer><vmName>r1</vmName>'
            f'<vmIP>{ADDRESS}</vmIP><vmRAM>96</vmRAM></createVirtualMachine>')
    answer = lab_server.soap(body)
    assert answer.status_code == 200, answer.text
    assert "<ns:result>SUCCESS</ns:result>" in answer.text
    assert lab.answers(ADDRESS)

    status = lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="r1")
    assert status["state"] == "running" and status["managed"] is True
    assert status["memory"] == status["maxMem"] == 96 * 1024
    assert status["asked"]["vmIP"] == f"{ADDRESS}/24"
    assert [i["source"] for i in status["interface"]] == ["br0"]
    assert "96" in lab.virsh("dumpxml", "r1") and "urn:vms:machine:1" in lab.virsh("dumpxml", "r1")

    with pytest.raises(Fault) as taken:
        create(lab_server)
    assert taken.value.code == "machineNameTaken" and taken.value.body["field"] == "vmName"
    with pytest.raises(Fault) as taken:
        create(lab_server, "r2")
    assert taken.value.code == "addressTaken" and ADDRESS in taken.value.body["reason"]
    with pytest.raises(Fault) as used:
        lab_server.json("unregisterNodes", NodeName=["h1"])
    assert used.value.code == "nodeInUse"

    lab_server.json("setVirtualMachineSchedulerParameters", phyServer="h1", VMName="r1", Weight=512, Cap=50)
    read = lab_server.json("getVirtualMachineSchedulerParameters", phyServer="h1", VMName="r1")
    assert (read["weight"], read["cap"], read["schedulerType"]) == (512, 50, "posix")
    shown = lab.virsh("schedinfo", "r1")
    assert "cpu_shares     : 512" in shown and "vcpu_quota     : 50000" in shown
    with pytest.raises(Fault) as range_:
        lab_server.json("setVirtualMachineSchedulerParameters", phyServer="h1", VMName="r1", Cap=101)
    assert range_.value.code == "outOfRange" and "from 1 to 100" in range_.value.body["reason"]

    lab_server.json("shutdownVirtualMachine", phyServer="h1", VMName="r1")
    assert lab.virsh("domstate", "r1").strip() == "shut off"
    lab_server.json("startVirtualMachine", phyServer="h1", vmName="r1")
    assert lab.answers(ADDRESS)
    destroy(lab_server)
    assert not lab.answers(ADDRESS)
    with pytest.raises(Fault) as gone:
        lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="r1")
    assert gone.value.code == "machineNotFound"


def test_the_second_machine_needs_no_image_byte(lab_server, lab):
    first = create(lab_server, waitFor="started")
    second = create(lab_server, "r2", "198.18.88.102", waitFor="started", transferDisk=False)
    names = [phase["name"] for phase in second["phase"]]
    assert "sendImage" not in names and second["transferredBytes"] < 1 << 20
    assert first["macAddress"] != second["macAddress"]
    destroy(lab_server)
    destroy(lab_server, "r2")


def test_a_disk_that_is_on_the_host_already(lab_server, lab):
    """The paper's second variant: nothing is sent, and the disk stays when the machine goes."""
    path = "/var/lib/libvirt/images/vms-image-given.img"
    disk = CACHE / "images/ipv4-rip-disk/disk.img"
    lab.run("sh", "h1", "cp", str(disk), path)
    made = create(lab_server, transferDisk=False, diskPath=path)
    assert made["transferredBytes"] < 1 << 20
    assert lab.answers(ADDRESS)
    destroy(lab_server)
    assert lab.run("sh", "h1", "ls", path).stdout.strip() == path
    lab.run("sh", "h1", "rm", path)


def test_a_machine_that_does_not_answer_is_undone(lab_server, lab):
    """A disk without an operating system starts and never answers; the proof fails and nothing is left."""
    path = "/var/lib/libvirt/images/vms-image-empty.img"
    lab.run("sh", "h1", "truncate", "-s", "1M", path)
    operation = create(lab_server, transferDisk=False, diskPath=path, **{"async": True})["operation"]

    def proving():
        told = lab_server.json("getOperation", operation=operation)["operation"]
        return told.get("step") == "proveAddress"
    wait_for(proving, 60)
    with pytest.raises(Fault) as busy:
        destroy(lab_server)
    assert busy.value.code == "machineBusy"
    lab_server.json("cancelOperation", operation=operation)

    def ended():
        told = lab_server.json("getOperation", operation=operation)["operation"]
        return told if told["state"] == "failed" else None
    assert wait_for(ended, 60)["code"] == "cancelled"
    assert lab.machines() == [] and lab.volumes() == []
    lab.run("sh", "h1", "rm", path)


def test_a_stranger_is_shown_and_left_alone(lab_server, lab):
    xml = ("<domain type='qemu'><name>stranger</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>"
           "<os><type arch='x86_64'>hvm</type></os></domain>")
    file = lab_server.data / "stranger.xml"
    file.write_text(xml)
    lab.virsh("define", str(file))
    listed = lab_server.json("listVirtualMachines", phyServer="h1")["vm"]
    assert [(m["vmName"], m["managed"], m["state"]) for m in listed] == [("stranger", False, "shutOff")]
    for service in ["destroyVirtualMachine", "shutdownVirtualMachine", "startVirtualMachine"]:
        with pytest.raises(Fault) as refused:
            lab_server.json(service, phyServer="h1", vmName="stranger")
        assert refused.value.code == "machineNotManaged"
    with pytest.raises(Fault) as taken:
        create(lab_server, "stranger")
    assert taken.value.code == "machineNameTaken"
    lab_server.json("adoptVirtualMachine", phyServer="h1", vmName="stranger")
    assert "urn:vms:machine:1" in lab.virsh("dumpxml", "stranger")
    destroy(lab_server, "stranger")


def test_an_address_that_somebody_has(lab_server, lab):
    host = lab.facts["LAB_h1_ADDRESS"]
    with pytest.raises(Fault) as taken:
        create(lab_server, address=host)
    assert taken.value.code == "addressTaken"
    # The lab's own end of the bridge answers ARP, but no registry knows it.
    with pytest.raises(Fault) as taken:
        create(lab_server, address="198.18.88.1")
    assert taken.value.code == "addressTaken" and "bridge br0" in taken.value.body["reason"]


def test_two_at_once_for_one_name(lab_server, lab):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        def one(address):
            try:
                return create(lab_server, address=address, waitFor="started")["result"]
            except Fault as fault:
                return fault.code
        ends = list(pool.map(one, [ADDRESS, "198.18.88.102"]))
    assert "SUCCESS" in ends
    assert set(ends) <= {"SUCCESS", "machineNameTaken", "machineBusy"} and ends.count("SUCCESS") == 1
    destroy(lab_server)


def test_wrong_host_key(lab_data, lab, server):
    wrong = lab.node() | {"NodePK": server_key(server)}
    with pytest.raises(Fault) as refused:
        server.json("registerNodes", Node=[wrong])
    assert refused.value.code == "nodeKeyRefused"
    assert server.json("getRegisteredNodes")["Node"] == []
    with pytest.raises(Fault) as missing:
        server.json("registerNodes", Node=[{"NodeName": "h1", "IP": lab.node()["IP"]}])
    assert missing.value.code == "nodeKeyMissing" and missing.value.body["field"] == "NodePK"


def server_key(server):
    return " ".join((server.data / "ssh/id_ed25519.pub").read_text().split()[:2])


def test_an_ipv6_address(lab_server, lab):
    made = create(lab_server, "v6", "fd00:88::101")
    assert made["vmIP"] == "fd00:88::101/64"
    assert "proveAddress" in [phase["name"] for phase in made["phase"]]
    with pytest.raises(Fault) as taken:
        create(lab_server, "v7", "fd00:88:0::101/64")
    assert taken.value.code == "addressTaken"
    destroy(lab_server, "v6")
