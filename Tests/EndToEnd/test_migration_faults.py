"""Faults during a migration: after each, at each time, exactly one copy of the machine runs, on the host that the
server reports."""
import shutil

import pytest

from support.environment import long
from support.lab import QemuLab
from support.machines import create, destroy
from support.moves import boot, checked_placement, during_move, last, memory_sent, migrate, runs_on
from support.networks import create as create_network, destroy as destroy_network, line, verify
from support.server import Server, refused
from support.waiting import wait_for

ADDRESS = f"{QemuLab.subnet}.165"
#: The journal entry at which each part of a move has begun, if the new host already has the image: the seed, the move,
#: the proof. The machine runs on its new host from the entry before the last of these.
BEGUN = {"disks": 1, "move": 3, "proof": 5}


def end_of(server):
    """Waits for the end of the last operation, and returns it."""
    return wait_for(lambda: last(server) if last(server)["state"] in ("succeeded", "failed") else None, 150)


@pytest.fixture(scope="module")
def prepared(lab, tmp_path_factory):
    """A data folder whose hosts already have the image, so that every move has the same steps."""
    data = tmp_path_factory.mktemp("moves")
    shutil.copytree(lab.keys, data / "ssh")
    server = Server(data).start()
    server.json("registerNodes", Node=lab.nodes())
    for host in lab.hosts:
        create(server, "r0", f"{lab.subnet}.166", host, waitFor="started")
        destroy(server, "r0", host)
    server.stop()
    return data


class Holding(Server):
    """A server that can be held at an entry of its journal."""

    def hold(self, entries):
        """Restarts the server; the next operation will be held."""
        self.stop()
        (self.data / "held").unlink(missing_ok=True)
        (self.data / "hold").touch()
        self.start("--hold-after-entries", str(entries))
        wait_for(lambda: all(n.get("state") == "up" for n in self.json("getRegisteredNodes")["Node"]), 60)

    def begin(self, service, **fields):
        """Waits until the operation is held."""
        operation = self.json(service, **fields, **{"async": True})["operation"]
        wait_for((self.data / "held").exists, 60)
        return operation

    def move(self, machine="r1", source="h1", target="h2"):
        return self.begin("migrateVirtualMachine", sourcePhyServer=source, destPhyServer=target, vmName=machine)

    def release(self):
        (self.data / "hold").unlink(missing_ok=True)


@pytest.fixture
def holding(prepared, lab):
    server = Holding(prepared).start()
    yield server
    server.release()
    for name in lab.hosts:
        lab.run("start", name)
    server.stop(9)
    assert lab.leftovers() == [], (prepared / "vmsd.log").read_text()[-3000:]


def test_obstacles_are_reported_before_anything_changes(lab_server, lab):
    create(lab_server, address=ADDRESS, waitFor="started")
    before = [lab.virsh("dumpxml", "r1"), last(lab_server)]
    lab_server.json("setPhysicalServerMaintenance", phyServer="h3", maintenance=True)
    for (source, target, machine), (code, field, word) in {
        ("h1", "h9", "r1"): ("nodeNotRegistered", "destPhyServer", "h9"),
        ("h9", "h2", "r1"): ("nodeNotRegistered", "sourcePhyServer", "h9"),
        ("h1", "h3", "r1"): ("nodeInMaintenance", "destPhyServer", "h3"),
        ("h1", "h2", "r9"): ("machineNotFound", "vmName", "r9"),
        ("h2", "h1", "r1"): ("machineNotFound", "vmName", "r1"),
    }.items():
        body = refused(lab_server, "migrateVirtualMachine", sourcePhyServer=source, destPhyServer=target,
                       vmName=machine).body
        assert (body["code"], body.get("field")) == (code, field) and word in body["reason"], body
    lab.virsh("suspend", "r1")
    body = refused(lab_server, "migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h2", vmName="r1").body
    assert body["code"] == "machineNotRunning" and "paused" in body["reason"], body
    lab.virsh("resume", "r1")
    assert [lab.virsh("dumpxml", "r1"), last(lab_server)] == before
    assert checked_placement(lab_server, lab) == {"r1": "h1"}
    destroy(lab_server)


@long
def test_a_moving_machine_is_busy(lab_server, lab):
    """A second move of the machine is refused; the first one continues and succeeds."""
    create(lab_server, address=ADDRESS)
    booted = boot(lab, "h1", "r1")

    def interfere():
        for service, fields in {
            "migrateVirtualMachine": {"sourcePhyServer": "h1", "destPhyServer": "h3"},
            "destroyVirtualMachine": {"phyServer": "h1"}, "shutdownVirtualMachine": {"phyServer": "h1"},
        }.items():
            busy = refused(lab_server, service, vmName="r1", **fields)
            assert busy.code == "machineBusy" and "migrateVirtualMachine" in busy.body["reason"], busy.body
        assert memory_sent(lab, "h1") > 0, "it was on its way all the time"
        lab.run("rate", "h2", "off")
    ended = during_move(lab, lab_server, interfere)
    assert ended["moved"]["phyServer"] == "h2", ended
    assert checked_placement(lab_server, lab) == {"r1": "h2"} and boot(lab, "h2", "r1") == booted
    destroy(lab_server, host="h2")


@long
@pytest.mark.parametrize("phase", ["disks", "proof"])
def test_cancelled(phase, holding, lab):
    """A move can be cancelled even when the machine runs on its new host: it is moved back, without a restart."""
    create(holding, address=ADDRESS)
    booted = boot(lab, "h1", "r1")
    holding.hold(BEGUN[phase])
    operation = holding.move()
    assert runs_on(lab, "r1")[0] == (["h2"] if phase == "proof" else ["h1"])
    holding.json("cancelOperation", operation=operation)
    holding.release()
    ended = end_of(holding)
    assert (ended["state"], ended["code"]) == ("failed", "cancelled"), ended
    assert checked_placement(holding, lab) == {"r1": "h1"} and boot(lab, "h1", "r1") == booted and lab.answers(ADDRESS)
    destroy(holding)


def crash(lab, host):
    return lambda: lab.run("crash", host)


@long
def test_a_source_that_dies_while_memory_is_on_its_way(lab_server, lab):
    """The incomplete copy on the other host is removed; the machine is started again on its old host."""
    create(lab_server, address=ADDRESS)
    ended = during_move(lab, lab_server, crash(lab, "h1"))
    assert (ended["fault"]["code"], ended["fault"]["phyServer"]) == ("operationStuck", "h1"), ended
    assert runs_on(lab, "r1")[0] == [], "half a machine is not let run"
    lab.run("start", "h1")
    assert end_of(lab_server)["state"] == "failed"
    assert checked_placement(lab_server, lab) == {"r1": "h1"}
    wait_for(lambda: lab.answers(ADDRESS), 60)
    destroy(lab_server)


@long
def test_a_source_that_dies_after_the_switch(holding, lab):
    """The source is no longer needed: the machine continues. Leftovers on the source are removed when it is back."""
    create(holding, address=ADDRESS)
    booted = boot(lab, "h1", "r1")
    holding.hold(BEGUN["proof"])
    holding.move()
    lab.run("crash", "h1")
    holding.release()
    stuck = wait_for(lambda: last(holding) if last(holding)["state"] == "stuck" else None, 150)
    assert stuck["code"] == "operationStuck" and "is on its new host" in stuck["reason"], stuck
    assert runs_on(lab, "r1")[0] == ["h2"] and lab.answers(ADDRESS)
    lab.run("start", "h1")
    assert end_of(holding)["state"] == "succeeded"
    assert checked_placement(holding, lab) == {"r1": "h2"} and boot(lab, "h2", "r1") == booted
    destroy(holding, host="h2")


@long
@pytest.mark.parametrize("phase", ["move", "proof"])
def test_a_destination_that_dies_before_or_after_the_switch(phase, holding, lab):
    create(holding, address=ADDRESS)
    booted = boot(lab, "h1", "r1")
    holding.hold(BEGUN[phase])
    holding.move()
    lab.run("crash", "h2")
    holding.release()
    wait_for(lambda: last(holding)["state"] != "running", 150)
    lab.run("start", "h2")
    assert end_of(holding)["state"] == "failed"
    assert checked_placement(holding, lab) == {"r1": "h1"}
    wait_for(lambda: lab.answers(ADDRESS), 60)
    # A machine that had switched ended with its host, and was started again.
    assert (boot(lab, "h1", "r1") == booted) == (phase == "move")
    destroy(holding)


@long
def test_a_destination_that_dies_at_the_switch(lab_server, lab):
    create(lab_server, address=ADDRESS)

    def strike():
        wait_for(lambda: lab.virsh("domstate", "r1").strip() == "paused", 100, every=0)
        lab.run("crash", "h2")
    ended = during_move(lab, lab_server, strike)
    assert "fault" in ended, ended
    lab.run("start", "h2")
    assert end_of(lab_server)["state"] == "failed"
    assert checked_placement(lab_server, lab) == {"r1": "h1"}
    wait_for(lambda: lab.answers(ADDRESS), 60)
    destroy(lab_server)


def wait_until_stalled(lab):
    """No more of the machine's memory leaves its host, although the transfer has begun."""
    sent = memory_sent(lab, "h1")

    def same():
        nonlocal sent
        before, sent = sent, memory_sent(lab, "h1")
        return before == sent > 0
    wait_for(same, 60, every=2)


@long
def test_hosts_that_do_not_reach_each_other(lab_server, lab):
    """The server reaches both hosts, but the move makes no progress. A cancelled move leaves the machine; another
    continues when the hosts reach each other again."""
    create(lab_server, address=ADDRESS)
    booted = boot(lab, "h1", "r1")

    def cut(then):
        def strike():
            lab.run("cut", "h1", "h2")
            try:
                wait_until_stalled(lab)
                then()
            finally:
                lab.run("mend", "h1", "h2")
        return strike

    def cancel():
        lab_server.json("cancelOperation", operation=last(lab_server)["id"])
        wait_for(lambda: last(lab_server)["state"] != "running", 60)
    ended = during_move(lab, lab_server, cut(cancel))
    assert ended["fault"]["code"] == "cancelled", ended
    assert checked_placement(lab_server, lab) == {"r1": "h1"} and boot(lab, "h1",
                                                                       "r1") == booted and lab.answers(ADDRESS)
    ended = during_move(lab, lab_server, cut(lambda: lab.run("rate", "h2", "off")))
    assert ended["moved"]["phyServer"] == "h2", ended
    assert checked_placement(lab_server, lab) == {"r1": "h2"} and boot(lab, "h2", "r1") == booted
    destroy(lab_server, host="h2")


@long
def test_a_network_changes_or_its_router_moves(holding, lab):
    """Only one of both is possible at a time, whichever began first. A move that is cancelled before its disks exist
    leaves the network unchanged."""
    request = line(count=2, stack="rip")
    create_network(holding, request)
    booted = boot(lab, "h2", "r2")
    changed = request | {"link": [request["link"][0] | {"bandwidth": 4000}]}

    def busy(service, **fields):
        refusal = refused(holding, service, **fields)
        assert refusal.code == "machineBusy", refusal.body
    moving = {"sourcePhyServer": "h2", "destPhyServer": "h3", "vmName": "r2"}
    holding.hold(1)
    operation = holding.move("r2", "h2", "h3")
    busy("applyVirtualNetwork", **changed)
    busy("destroyVirtualNetwork", networkName="n1")
    busy("migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h3", vmName="r1")
    holding.json("cancelOperation", operation=operation)
    holding.release()
    assert (end_of(holding)["state"], last(holding)["code"]) == ("failed", "cancelled")
    assert checked_placement(holding, lab) == {"r1": "h1", "r2": "h2"} and boot(lab, "h2", "r2") == booted
    assert [name for name in lab.link_parts() if name.startswith("h3 ")] == [] and verify(holding, "n1")["connected"]

    holding.hold(1)
    holding.begin("applyVirtualNetwork", **changed)
    busy("migrateVirtualMachine", **moving)
    holding.release()
    assert end_of(holding)["state"] == "succeeded"
    assert migrate(holding, "r2", "h2", "h3")["phyServer"] == "h3"
    assert checked_placement(holding, lab) == {"r1": "h1", "r2": "h3"} and verify(holding, "n1")["connected"]
    destroy_network(holding, "n1")
