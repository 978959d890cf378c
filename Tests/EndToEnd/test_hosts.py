"""The registration of hosts with pinned keys, their watching, loss and return, on three real hosts."""
import re
import signal
import time

import pytest
import requests

from support.environment import long
from support.events import Events
from support.lab import QemuLab
from support.machines import create, destroy
from support.server import Fault, refused
from support.waiting import wait_for


def state(server, node):
    return next(n for n in server.json("getRegisteredNodes")["Node"] if n["NodeName"] == node)


@pytest.mark.parametrize("host", ["h1", "h2", "h3"])
def test_the_main_job_on_each_host(host, lab_server, lab):
    address = f"{QemuLab.subnet}.15{host[1]}"
    create(lab_server, "r1", address, host=host)
    assert lab.answers(address)
    lab_server.json("setVirtualMachineSchedulerParameters", phyServer=host, VMName="r1", Weight=512, Cap=50)
    assert "vcpu_quota     : 50000" in lab.virsh("schedinfo", "r1", host=host)
    status = lab_server.json("getPhysicalServerStatus", phyServer=host)
    assert status["domain"] == ["r1"] and status["schedulerType"] == "posix" and "qemu" in status["domainType"]
    assert status["state"] == "up" and status["poolAvailable"][0] > 0
    lab_server.json("shutdownVirtualMachine", phyServer=host, VMName="r1")
    destroy(lab_server, host=host)
    assert not lab.answers(address)


def test_changes_by_others_are_reported_and_not_repaired(lab_server, lab):
    create(lab_server, waitFor="started")
    events = Events(lab_server)
    lab.virsh("destroy", "r1")
    event = events.until("machineStopped", 5)
    assert (event["phyServer"], event["vmName"]) == ("h1", "r1")
    listed = lab_server.json("listVirtualMachines", phyServer="h1")["vm"][0]
    assert listed["state"] == "shutOff" and listed["managed"] is True
    assert lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="r1")["asked"]["state"] == "running"
    assert lab.virsh("domstate", "r1").strip() == "shut off", "no request was made to start it again"
    lab.virsh("start", "r1")
    events.until("machineStarted", 5, vmName="r1")
    lab.virsh("suspend", "r1")
    events.until("machinePaused", 5, vmName="r1")
    lab.virsh("resume", "r1")
    events.until("machineResumed", 5, vmName="r1")
    lab.virsh("destroy", "r1")
    lab.virsh("undefine", "r1")
    events.until("machineGone", 5, vmName="r1")
    assert lab_server.json("listVirtualMachines", phyServer="h1")["vm"][0]["state"] == "absent"
    destroy(lab_server)


def test_a_host_that_is_cut_off(lab_server, lab):
    """Calls about the host fail immediately and give the time of its loss; other hosts are served. Its return is
    noticed automatically, as are the changes during its absence."""
    create(lab_server, waitFor="started")
    events = Events(lab_server)
    lab.run("cut", "h1", "server")
    try:
        for _ in range(2):
            begun = time.monotonic()
            lost = refused(lab_server, "getVirtualMachineStatus", phyServer="h1", vmName="r1", timeout=10)
            assert time.monotonic() - begun < 6
            assert lost.code == "nodeUnreachable" and re.search(r"since \d{4}-\d\d-\d\dT", lost.body["reason"])
            assert lost.body["phyServer"] == "h1"
        assert lab_server.json("getPhysicalServerStatus", phyServer="h2", timeout=10)["state"] == "up"
        event = events.until("nodeLost", 25)
        assert event["phyServer"] == "h1"
        now = state(lab_server, "h1")
        assert now["state"] == "unreachable" and now["since"] and now["reason"]
        assert refused(lab_server, "getPhysicalServerStatus", phyServer="h1", timeout=3).code == "nodeUnreachable"
        listing = lab_server.json("listVirtualMachines", timeout=10)
        assert listing["unreachable"] == ["h1"]
        assert [(m["vmName"], m["state"]) for m in listing["vm"]] == [("r1", "unknown")]
        lab.virsh("destroy", "r1")
    finally:
        lab.run("mend", "h1", "server")
    events.until("nodeUp", 40, phyServer="h1")
    assert "desired state is running" in events.until("machineStopped", 10, vmName="r1")["reason"]
    assert state(lab_server, "h1")["state"] == "up"
    destroy(lab_server)


def test_a_host_that_hangs(lab_server, lab):
    events = Events(lab_server)
    lab.run("freeze", "h2")
    try:
        begun = time.monotonic()
        assert refused(lab_server, "getPhysicalServerStatus", phyServer="h2", timeout=10).code == "nodeUnreachable"
        assert time.monotonic() - begun < 6
        assert lab_server.json("getPhysicalServerStatus", phyServer="h1", timeout=10)["state"] == "up"
        events.until("nodeLost", 25, phyServer="h2")
    finally:
        lab.run("thaw", "h2")
    events.until("nodeUp", 40, phyServer="h2")
    assert lab_server.json("getPhysicalServerStatus", phyServer="h2")["state"] == "up"


def test_libvirtd_stops_and_comes_back(lab_server, lab):
    create(lab_server, waitFor="started")
    events = Events(lab_server)
    lab.run("daemon", "h1", "stop")
    events.until("nodeLost", 20, phyServer="h1")
    lab.run("daemon", "h1", "start")
    events.until("nodeUp", 40, phyServer="h1")
    assert lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="r1")["state"] == "running"
    destroy(lab_server)


def test_power_loss_of_a_host(lab_server, lab):
    create(lab_server, waitFor="started")
    events = Events(lab_server)
    lab.run("crash", "h1")
    lab.run("start", "h1")
    events.until("nodeLost", 30, phyServer="h1")
    events.until("nodeUp", 40, phyServer="h1")
    events.until("machineStopped", 10, vmName="r1")
    assert lab_server.json("listVirtualMachines", phyServer="h1")["vm"][0]["state"] == "shutOff"
    destroy(lab_server)


def updated_if_reachable(server, **fields):
    try:
        return server.json("updateNode", **fields)
    except Fault as fault:
        if fault.code != "nodeUnreachable":
            raise
        return None


def test_another_key_is_refused_and_reported(lab_server, lab):
    """The server does not talk to a host that presents another key than the pinned one, whatever the host answers."""
    events = Events(lab_server)
    folder = "/etc/ssh"
    lab.run("sh", "h3", "cp", f"{folder}/ssh_host_ed25519_key", f"{folder}/kept")
    try:
        lab.run("sh", "h3", "sh", "-c", f"ssh-keygen -q -t ed25519 -N '' -f {folder}/other && "
                f"cat {folder}/other > {folder}/ssh_host_ed25519_key && kill -HUP $(cat /run/sshd.pid)")
        lab.run("sh", "h3", "sh", "-c", "pkill -f '[s]shd: root' || true")
        event = events.until("nodeKeyRefused", 40)
        assert event["phyServer"] == "h3" and "another key" in event["reason"]
        assert refused(lab_server, "getPhysicalServerStatus", phyServer="h3").code == "nodeKeyRefused"
        wrong = refused(lab_server, "updateNode", NodeName="h3", NodePK=lab.node("h1")["NodePK"])
        assert wrong.code == "nodeKeyRefused" and state(lab_server, "h3")["NodePK"] == lab.node("h3")["NodePK"]
        updated = lab_server.json("updateNode", NodeName="h3", trustOnFirstUse=True)["Node"]
        assert updated["NodePK"] != lab.node("h3")["NodePK"]
        events.until("nodeUp", 10, phyServer="h3")
        assert lab_server.json("getPhysicalServerStatus", phyServer="h3")["state"] == "up"
    finally:
        lab.run("sh", "h3", "sh", "-c", f"cat {folder}/kept > {folder}/ssh_host_ed25519_key; "
                f"rm -f {folder}/kept {folder}/other*; kill -HUP $(cat /run/sshd.pid)")
    # On SIGHUP, sshd starts again, and does not listen in between.
    wait_for(lambda: updated_if_reachable(lab_server, NodeName="h3", NodePK=lab.node("h3")["NodePK"]))
    events.until("nodeUp", 40, phyServer="h3")


@long
def test_a_lost_host_is_abandoned(lab_server, lab):
    """Its network continues without it. Abandoned objects that come back with it are reported, and removed on
    request."""
    both = {"networkName": "n1", "router": [{"name": f"r{i}", "phyServer": f"h{i}"} for i in (1, 3)],
            "link": [{"name": "lan", "end": [{"router": "r1"}, {"router": "r3"}]}]}
    one = {"networkName": "n1", "router": both["router"][:1], "link": [{"name": "lan", "end": [{"router": "r1"}]}]}
    lab_server.json("createVirtualNetwork", timeout=400, **both)
    assert refused(lab_server, "destroyVirtualNetwork", networkName="n1", abandon=True).code == "nodeAnswers"
    events = Events(lab_server)
    lab.run("crash", "h3")
    events.until("nodeLost", 30, phyServer="h3")
    hint = refused(lab_server, "applyVirtualNetwork", **one)
    assert hint.code == "nodeUnreachable" and "abandon" in hint.body["reason"]
    applied = lab_server.json("applyVirtualNetwork", timeout=400, abandon=True, **one)
    assert "h3" in applied["warning"] and {p["part"] for p in applied["abandoned"]} == {"machine", "link"}
    shown = lab_server.json("getVirtualNetwork", networkName="n1")
    assert shown["network"]["link"][0]["state"] == "ok" and not shown.get("unreachable")

    lab.run("start", "h3")
    events.until("nodeUp", 60, phyServer="h3")
    events.until("abandonedFound", 60, phyServer="h3", vmName="r3")
    wait_for(lambda: len([p for p in lab_server.json("getPhysicalServerStatus", phyServer="h3")["abandoned"]
                          if p.get("seenOn") == "h3"]) == 2, 30)
    assert "r3" in lab.virsh("list", "--all", "--name", host="h3"), "nothing is ended unasked"
    assert refused(lab_server, "applyVirtualNetwork", timeout=400, **both).code in ("nodeInUse", "machineNameTaken")
    assert len(lab_server.json("endAbandoned", phyServer="h3")["abandoned"]) == 2
    assert "r3" not in lab.virsh("list", "--all", "--name", host="h3")
    assert "vms-" not in lab.virsh("net-list", "--all", "--name", host="h3")
    assert not lab_server.json("getRegisteredNodes").get("abandoned")
    lab_server.json("destroyVirtualNetwork", networkName="n1")


def test_several_addresses_and_trust_on_first_use(lab, lab_data, server_of):
    server = server_of(lab_data)
    node = lab.node("h1")
    node["IP"] = [f"{QemuLab.subnet}.99"] + node["IP"]
    assert server.json("registerNodes", Node=[node])["Node"][0]["state"] == "up"
    trusted = server.json("registerNodes", Node=[{"NodeName": "h2", "IP": lab.node("h2")["IP"],
                                                 "trustOnFirstUse": True}])["Node"][0]
    assert trusted["NodePK"] == lab.node("h2")["NodePK"]
    swapped = lab.node("h3") | {"NodePK": lab.node("h1")["NodePK"]}
    assert refused(server, "registerNodes", Node=[swapped]).code == "nodeKeyRefused"
    twice = refused(server, "registerNodes", Node=[lab.node("h3") | {"IP": node["IP"]}])
    assert twice.code == "nodeAddressTaken" and twice.body["field"] == "IP"
    again = refused(server, "registerNodes", Node=[lab.node("h3") | {"NodeName": "h2"}])
    assert again.code == "nodeNameTaken"
    assert {n["NodeName"] for n in server.json("getRegisteredNodes")["Node"]} == {"h1", "h2"}


def test_an_address_without_libvirt(lab, lab_data, server_of):
    server = server_of(lab_data)
    unreachable = refused(server, "registerNodes", Node=[lab.node("h1") | {"IP": [f"{QemuLab.subnet}.1"]}])
    assert unreachable.code == "nodeUnreachable" and f"{QemuLab.subnet}.1" in unreachable.body["reason"]
    lab.run("daemon", "h1", "stop")
    try:
        answers = refused(server, "registerNodes", Node=[lab.node("h1")])
        assert answers.code == "nodeUnreachable" and "libvirt" in answers.body["reason"]
        checks = {c["name"]: c for c in server.json("checkPhysicalServer", NodeName="h1", IP=lab.node("h1")["IP"],
                                                    NodePK=lab.node("h1")["NodePK"])["check"]}
        assert checks["ssh"]["verdict"] == "ok" and checks["reach"]["verdict"] == "missing"
    finally:
        lab.run("daemon", "h1", "start")


def test_prepare_says_what_is_missing(lab_server, lab):
    answer = lab_server.json("checkPhysicalServer", NodeName="h1")
    assert answer["ready"] is True
    found = {c["name"]: c["verdict"] for c in answer["check"]}
    assert found["libvirtd"] == found["bridge"] == found["pool"] == found["ssh"] == found["clock"] == "ok"
    lab.virsh("pool-destroy", "default")
    try:
        answer = lab_server.json("checkPhysicalServer", NodeName="h1")
        pool = next(c for c in answer["check"] if c["name"] == "pool")
        assert answer["ready"] is False and pool["verdict"] == "missing" and "pool-define-as" in pool["remedy"]
    finally:
        lab.virsh("pool-start", "default")
    text = lab_server.vms("node", "prepare", "h1").stdout
    assert "libvirtd" in text and "ok" in text
    assert lab_server.vms("node", "key").stdout.split()[1] == "ssh-ed25519"


def test_maintenance_keeps_new_machines_away(lab_server, lab):
    create(lab_server, waitFor="started")
    lab_server.json("setPhysicalServerMaintenance", phyServer="h1", maintenance=True)
    away = refused(lab_server, "createVirtualMachine", phyServer="h1", vmName="r2", vmIP=f"{QemuLab.subnet}.102",
                   vmRAM=96)
    assert away.code == "nodeInMaintenance" and away.body["field"] == "phyServer"
    assert state(lab_server, "h1")["maintenance"]
    assert lab_server.json("getVirtualMachineStatus", phyServer="h1", vmName="r1")["state"] == "running"
    lab_server.json("setPhysicalServerMaintenance", phyServer="h1", maintenance=False)
    create(lab_server, "r2", f"{QemuLab.subnet}.102", waitFor="started")
    destroy(lab_server)
    destroy(lab_server, "r2")


@long
def test_a_host_that_is_down_on_purpose(lab_server, lab):
    """The shutdown is refused while a machine runs, then shuts down the machine too. The state survives a restart of
    the server, and ends when the host is switched on."""
    create(lab_server)
    events = Events(lab_server)
    busy = refused(lab_server, "shutdownPhysicalServer", phyServer="h1")
    assert (busy.code, busy.body["field"], busy.body["phyServer"]) == ("nodeInUse", "phyServer", "h1")
    assert "r1" in busy.body["reason"] and "maintenance" not in state(lab_server, "h1")
    assert lab.virsh("domstate", "r1").strip() == "running"
    try:
        answer = lab_server.json("shutdownPhysicalServer", phyServer="h1", machines="stop", timeout=400)
        assert [(m["vmName"], m["became"]) for m in answer["vm"]] == [("r1", "stopped")]
        assert "h1 down" in lab.run("status").stdout and not lab.answers(lab.node("h1")["IP"][0])
        now = state(lab_server, "h1")
        assert (now["state"], now["since"]) == ("down", answer["since"]) and "on purpose" in now["reason"]
        assert "on purpose" in lab_server.vms("node", "list").stdout
        assert "on purpose" in events.until("nodeShutDown", 5, phyServer="h1")["reason"]
        away = refused(lab_server, "getPhysicalServerStatus", phyServer="h1", timeout=2)
        assert away.code == "nodeShutDown" and away.status == 503
        assert "operation" not in lab_server.json("shutdownPhysicalServer", phyServer="h1"), "it is so already"
        lab_server.stop(signal.SIGKILL)
        lab_server.start()
        assert state(lab_server, "h1")["state"] == "down" and state(lab_server, "h1")["since"] == answer["since"]
    finally:
        lab.run("start", "h1")
    events.until("nodeUp", 40, phyServer="h1")
    assert not [event for event in events.observed if event["kind"] == "nodeLost"], "it was never lost"
    now = state(lab_server, "h1")
    assert now["state"] == "up" and "maintenance" not in now
    assert lab.virsh("domstate", "r1").strip() == "shut off"
    lab_server.json("startVirtualMachine", phyServer="h1", vmName="r1")
    destroy(lab_server)


def test_an_update_does_not_make_an_answering_host_lost(server):
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    events = Events(server)
    wait_for(lambda: state(server, "t1")["state"] == "up", 10)
    server.json("updateNode", NodeName="t1", Memory=4096)
    server.json("updateNode", NodeName="t1", IP=["192.0.2.1"])
    wait_for(lambda: state(server, "t1")["state"] == "up", 10)
    server.json("setPhysicalServerMaintenance", phyServer="192.0.2.1", maintenance=True)
    events.until("nodeMaintenance", 10)
    kinds = [event["kind"] for event in events.observed]
    assert kinds.count("nodeUpdated") == 2 and "nodeLost" not in kinds, kinds


def test_uris(server):
    plain = refused(server, "registerNodes", Node=[{"NodeName": "t1", "uri": "qemu+tcp://127.0.0.1/system"}])
    assert plain.code == "invalidValue" and "--allow-tcp" in plain.body["reason"]
    shell = refused(server, "registerNodes", Node=[{"NodeName": "t1", "uri": "qemu+ext:///system?command=/bin/sh"}])
    assert shell.code == "invalidValue" and shell.body["field"] == "uri"
    begun = time.monotonic()
    unreachable = refused(server, "registerNodes", Node=[{"NodeName": "t1", "uri": "qemu+tls://127.0.0.1/system"}])
    assert unreachable.code == "nodeUnreachable" and time.monotonic() - begun < 10
    assert requests.get(server.url + "/healthz", timeout=5).status_code == 200
    assert wait_for(lambda: server.json("getRegisteredNodes")["Node"] == [])
