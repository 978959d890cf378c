"""Changes by others with virsh to managed machines: pause, save, edit, rename, snapshot. One small network, one single
machine."""
import json

import pytest

from support.server import Fault

NETWORK = "behind"


def wanted(memory=96):
    return {"networkName": NETWORK, "stack": "rip",
            "router": [{"name": "b1", "phyServer": "h1", "vmRAM": memory},
                       {"name": "b2", "phyServer": "h1", "vmRAM": 96}],
            "link": [{"name": "l1", "end": [{"router": "b1"}, {"router": "b2"}]}]}


def code(call):
    with pytest.raises(Fault) as fault:
        call()
    return fault.value.code, fault.value.body["reason"]


def test_a_network(lab_server, lab):
    def call(service, **fields):
        return lab_server.json(service, timeout=400, phyServer="h1", vmName="b1", **fields)

    def state():
        return call("getVirtualMachineStatus")["state"]

    def current_id():
        return lab.virsh("domid", "b1").strip()

    def differences():
        return lab_server.vms("network", "diff", NETWORK, check=False).stdout

    def apply(memory=96):
        lab_server.json("applyVirtualNetwork", timeout=400, **wanted(memory))
        assert differences() == "nothing differs\n"

    lab_server.json("createVirtualNetwork", timeout=400, **wanted())
    domain_id = current_id()

    # The server pauses and resumes a router.
    lab_server.vms("vm", "pause", "h1", "b1")
    assert state() == "paused" and call("getVirtualMachineStatus")["asked"]["state"] == "paused"
    assert code(lambda: call("pauseVirtualMachine"))[0] == "machineAlreadyPaused"
    lab_server.vms("vm", "resume", "h1", "b1")
    assert (state(), current_id()) == ("running", domain_id)
    assert code(lambda: call("resumeVirtualMachine"))[0] == "machineAlreadyRunning"

    # Another program pauses it: every service reports that, with a remedy.
    lab.virsh("suspend", "b1")
    assert "! router b1: is paused: is resumed\n" in differences()
    shown = lab_server.json("getVirtualNetwork", networkName=NETWORK)["network"]
    assert [r["state"] for r in shown["router"]] == ["paused", "running"] and "b1" in shown["link"][0]["reason"]
    proven = lab_server.json("verifyVirtualNetwork", timeout=400, networkName=NETWORK)
    assert not proven["connected"] and "router 'b1' is paused on host h1" in proven["network"]["link"][0]["reason"]
    moved = code(lambda: lab_server.json("migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h2",
                                         vmName="b1"))
    assert moved[0] == "machineNotRunning" and "resumeVirtualMachine" in moved[1]
    plan = lab_server.json("evacuatePhysicalServer", phyServer="h1", dryRun=True)["vm"]
    assert "paused" in next(m["reason"] for m in plan if m["vmName"] == "b1")
    apply()
    assert (state(), current_id()) == ("running", domain_id)
    lab.virsh("suspend", "b1")
    call("startVirtualMachine")
    assert (state(), current_id()) == ("running", domain_id)
    lab.virsh("suspend", "b1")
    call("shutdownVirtualMachine")
    assert state() == "shutOff"
    call("startVirtualMachine")

    # Saved memory is restored, unless the router changes.
    lab.virsh("managedsave", "b1")
    assert call("getVirtualMachineStatus")["savedMemory"] is True
    assert "! router b1: is shutOff with its memory saved: is resumed from it\n" in differences()
    call("startVirtualMachine")
    lab.virsh("managedsave", "b1")
    apply(112)
    assert call("getVirtualMachineStatus")["maxMem"] == 112 * 1024

    # Its definition is edited, and removed while it runs.
    domain_id = current_id()
    lab.virsh("setmaxmem", "b1", str(128 * 1024), "--config")
    assert "! router b1: would start again with 128 MiB instead of 112: is defined again as it was\n" in differences()
    apply(112)
    lab.virsh("undefine", "b1")
    assert "! router b1: is not defined on its host any more" in differences()
    apply(112)
    assert current_id() == domain_id and call("getVirtualMachineStatus")["persistent"] is True

    # Another name in libvirt.
    lab.virsh("destroy", "b1")
    lab.virsh("domrename", "b1", "renamed")
    assert "! router b1: is called 'renamed' on its host" in differences()
    assert call("getVirtualMachineStatus")["getName"] == "renamed"
    assert lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="renamed")["asked"]["vmName"] == "b1"
    apply(112)
    assert sorted(lab.virsh("list", "--name").split()) == ["b1", "b2"]

    lab.virsh("managedsave", "b1")
    gone = json.loads(lab_server.vms("network", "destroy", NETWORK, "--json").stdout)
    assert gone["lost"] == ["saved memory of b1"] and gone.get("stays", []) == []


@pytest.mark.parametrize("kind", ["checkpoint", "snapshot"])
def test_a_machine_with_a_disk(kind, lab_server, lab):
    folder = "/var/lib/libvirt/images"
    lab.run("sh", "h1", "qemu-img", "create", "-q", "-f", "qcow2", f"{folder}/night.qcow2", "16M")
    lab.virsh("pool-refresh", "default")
    try:
        lab_server.json("createVirtualMachine", phyServer="h1", vmName="c1", vmIP=f"{lab.subnet}.103", vmRAM=96,
                        transferDisk=False, diskPath=f"{folder}/night.qcow2", waitFor="started")
        seed = next(d["target"] for d in lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="c1")["disk"]
                    if d["readOnly"])
        if kind == "checkpoint":
            lab.virsh("checkpoint-create-as", "c1", "night1", "--diskspec", "vda", "--diskspec",
                      f"{seed},checkpoint=no")
        else:
            lab.virsh("snapshot-create-as", "c1", "night1", "--disk-only", "--diskspec",
                      f"vda,file={folder}/night.over",
                      "--diskspec", f"{seed},snapshot=no")
        status = lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="c1")
        assert status[kind] == ["night1"]
        refused = code(lambda: lab_server.json("migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h2",
                                               vmName="c1"))
        assert refused[0] == "notOffered" and "night1" in refused[1]
        gone = lab_server.json("destroyVirtualMachine", phyServer="h1", vmName="c1")
        assert gone["lost"] == [f"{kind}s night1"]
        over = [f"{folder}/night.over"] if kind == "snapshot" else []
        assert gone["stays"] == over + [f"{folder}/night.qcow2"]
        assert lab.machines() == []
    finally:
        lab.run("sh", "h1", "rm", "-f", f"{folder}/night.qcow2", f"{folder}/night.over")
        lab.virsh("pool-refresh", "default")
