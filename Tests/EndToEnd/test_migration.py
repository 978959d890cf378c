"""Migration of a router between real hosts: it continues without a restart, exactly one copy runs, and reports are
true."""
import os
import re
import shutil
import tempfile

import pytest
import requests

from support.environment import BRIEF, long
from support.events import Events
from support.lab import QemuLab, on
from support.machines import create, destroy
from support.moves import Count, agrees, boot, during_move, last, memory_sent, migrate, run_on_console, runs_on
from support.networks import concurrently, create as create_network, destroy as destroy_network, line, state, verify
from support.server import Fault, Server
from support.waiting import wait_for

ADDRESS = f"{QemuLab.subnet}.160"


def test_a_router_in_the_middle_moves_under_traffic(lab_server, lab):
    """The router moves to a host that has none of its links, and back while paused; connections across it continue."""
    server = lab_server
    request = line(stack="rip")
    request["router"][2]["phyServer"] = "h1"
    before = create_network(server, request)
    links = {link["name"]: link for link in before["link"]}
    far = [end["address"].split("/")[0] for end in links["l2"]["end"] if end["router"] == "r3"][0]
    booted = boot(lab, "h2", "r2")
    server.json("setVirtualMachineSchedulerParameters", phyServer="h2", vmName="r2", weight=512)
    run_on_console(lab, "h1", "r1", f"ping {far} > /tmp/pings & echo PING''ING", "^PINGING")

    count = Count(lab, "h1", "vms-001000")
    moved = migrate(server, "r2", "h2", "h3")
    sent, lost = count.end()
    assert moved["phyServer"] == "h3" and 0 < int(moved["downtimeMs"]) < 60_000, moved
    assert [p["name"] for p in moved["phase"]] == [
        "segments", "disks", "move", "links", "across", "reach", "what it leaves", "segments that go"]
    answer = {link["name"]: link for link in moved["link"]}
    assert sorted(answer) == ["l1", "l2"] and {link["phyServer"] for link in answer.values()} == {"h1"}, moved
    assert all(int(link["packetsSent"]) > 10 and int(link["longestGapMs"]) >= 20 for link in answer.values()), answer
    assert agrees(answer["l1"], (sent, lost)), (answer, sent, lost)
    assert runs_on(lab, "r2") == (["h3"], ["h3"])
    assert boot(lab, "h3", "r2") == booted
    assert lab.weight_and_cap("h3", "r2")[0] == 512
    assert "enable" in lab.virsh("dominfo", "r2", host="h3").split("Autostart:")[1].splitlines()[0]
    # Nothing of it is left on the old host: neither its seed nor its links, which have no other end there.
    assert lab.files("h2") == [name for name in lab.files("h2") if name.startswith("vms-image-")
                               or name == "lost+found"]
    assert [name for name in lab.link_parts() if name.startswith("h2 ")] == []
    after = server.json("getVirtualNetwork", networkName="n1")["network"]
    assert [r["phyServer"] for r in after["router"]] == ["h1", "h3", "h1"]
    macs_before, macs_after = ({end["macAddress"] for link in network["link"] for end in link["end"]}
                               for network in (before, after))
    assert macs_after == macs_before
    assert verify(server, "n1")["connected"]

    back = migrate(server, "r2", "h3", "h2", live=False)
    assert back["phyServer"] == "h2" and runs_on(lab, "r2") == (["h2"], ["h2"]), back
    assert boot(lab, "h2", "r2") == booted
    # A ping was sent each second; few are lost, and the last ones were answered.
    answer = run_on_console(lab, "h1", "r1", "kill -INT $!; sleep 1; cat /tmp/pings; echo PING''ED", "^PINGED")
    got = [int(n) for n in re.findall(r"icmp_seq=(\d+)|seq=(\d+)", answer) for n in n if n]
    sent, received = map(int, re.search(r"(\d+) packets transmitted, (\d+) (?:packets )?received", answer).groups())
    assert received == len(got) and sent - max(got) <= 2, answer[-600:]
    print(f"moved live ({moved['downtimeMs']} ms down; {moved['link']}) "
          f"and paused ({back.get('downtimeMs')} ms; {back['link']}): "
          f"{sent} pings sent, {sent - received} lost")
    assert sent - received < sent / 2, answer[-600:]
    assert set(state(verify(server, "n1")["network"]).values()) == {"ok"}

    # An evacuation of the host moves the others too.
    planned = server.json("evacuatePhysicalServer", phyServer="h1", dryRun=True)
    assert [(vm["vmName"], vm["networkName"])
            for vm in planned["vm"]] == [("r1", "n1"), ("r3", "n1")] and not planned["empty"]
    answer = server.json("evacuatePhysicalServer", phyServer="h1", timeout=400)
    assert answer["empty"] and all(vm["link"] for vm in answer["vm"]), answer
    assert lab.virsh("list", "--all", "--name", host="h1").split() == []
    assert {r["phyServer"]
            for r in server.json("getVirtualNetwork", networkName="n1")["network"]["router"]} <= {"h2", "h3"}
    assert verify(server, "n1")["connected"]
    destroy_network(server, "n1")


def test_a_machine_with_a_disk_moves_and_is_destroyed_there(lab_server, lab):
    """The data that it has written moves too: no storage is shared."""
    create(lab_server, address=ADDRESS, vmDiskSize=1)
    booted = boot(lab, "h1", "r1")
    output = run_on_console(lab, "h1", "r1",
                            "printf VMS-WAS-HERE | dd of=/dev/vda bs=512 seek=4000 conv=sync,fsync 2>&1; echo WROT''E",
                            "^WROTE")
    assert "records out" in output or "copied" in output, output
    with pytest.raises(Fault) as refused:
        migrate(lab_server, "r1", "h1", "h1")
    assert refused.value.code == "invalidValue" and refused.value.body["field"] == "destPhyServer"
    events = Events(lab_server)
    moved = lab_server.vms("vm", "migrate", "h1", "h2", "r1")
    assert "h2" in moved.stdout and "packetsLost" in moved.stdout, moved.stdout
    assert runs_on(lab, "r1") == (["h2"], ["h2"]) and boot(lab, "h2", "r1") == booted
    read = "dd if=/dev/vda bs=512 skip=4000 count=1 iflag=direct 2>/dev/null | tr -d '\\0'; echo; echo REA''D"
    assert "VMS-WAS-HERE" in run_on_console(lab, "h2", "r1", read, "^READ")
    assert lab.answers(ADDRESS)
    assert "is on host h2 now" in events.until("machineMoved", 20, vmName="r1", phyServer="h1")["reason"]
    assert events.observed == [], "nothing else happened to it"
    assert [name for name in lab.files("h1") if "-disk." in name or "-seed." in name] == []
    with pytest.raises(Fault) as gone:
        destroy(lab_server, "r1", "h1")
    assert gone.value.code == "machineNotFound"
    destroy(lab_server, "r1", "h2")
    assert not lab.answers(ADDRESS)


@pytest.fixture
def shared_pool(lab):
    """The pools of hosts h1 and h2 are on the same storage."""
    folder, pool = tempfile.mkdtemp(prefix="vms-pool-"), "/var/lib/libvirt/images"
    os.chmod(folder, 0o755)
    for host in ["h1", "h2"]:
        lab.run("sh", host, "mount", "--bind", folder, pool)
    yield
    for host in ["h1", "h2"]:
        lab.run("sh", host, "umount", pool)
        lab.virsh("pool-refresh", "default", host=host)
    shutil.rmtree(folder)


@long
def test_a_disk_that_both_hosts_have_stays_where_it_is(shared_pool, lab_server, lab):
    """Neither the disk nor the image is made, sent or removed again, and the disk has the data written before and after
    the move."""
    create(lab_server, address=ADDRESS, vmDiskSize=1)
    booted, files = boot(lab, "h1", "r1"), sorted(lab.files("h1"))
    inodes = on(lab, "h1", "cd /var/lib/libvirt/images; ls -i vms-image-*")
    # Another machine of the image, on the other host, does not overwrite the copy that the first one uses.
    second = create(lab_server, "r2", f"{lab.subnet}.161", "h2")
    assert int(second["transferredBytes"]) < 1 << 20, second
    assert on(lab, "h1", "cd /var/lib/libvirt/images; ls -i vms-image-*") == inodes, second
    destroy(lab_server, "r2", "h2")
    write = "printf VMS-WAS-{0} | dd of=/dev/vda bs=512 seek={1} conv=sync,fsync 2>&1; echo WROT''E"
    run_on_console(lab, "h1", "r1", write.format("HERE", 4000), "^WROTE")
    moved = migrate(lab_server, "r1", "h1", "h2")
    assert runs_on(lab, "r1") == (["h2"], ["h2"]) and boot(lab, "h2", "r1") == booted
    assert sorted(lab.files("h1")) == files, moved
    run_on_console(lab, "h2", "r1", write.format("THERE", 4001), "^WROTE")
    swept = lab_server.json("sweepImages", phyServer="h1", olderThanDays=0)
    assert swept["operation"] == [], swept
    assert "it is on storage that several hosts share" in [c["reason"] for c in swept["copy"]], swept
    migrate(lab_server, "r1", "h2", "h1", live=False)
    assert runs_on(lab, "r1") == (["h1"], ["h1"]) and sorted(lab.files("h1")) == files
    read = "dd if=/dev/vda bs=512 skip=4000 count=2 iflag=direct 2>/dev/null | tr '\\0' '\\n'; echo; echo REA''D"
    output = run_on_console(lab, "h1", "r1", read, "^READ")
    assert "VMS-WAS-HERE" in output and "VMS-WAS-THERE" in output, output
    destroy(lab_server, "r1", "h1")
    assert [name for name in lab.files("h1") if not name.startswith("vms-image-")] == []


@long
def test_two_machines_move_at_once(lab_server, lab):
    """They move from one host to two others; the loss of each is counted separately."""
    names = {"r1": "h2", "r2": "h3"}
    for number, name in enumerate(names):
        create(lab_server, name, f"{lab.subnet}.{161 + number}")
    moved = concurrently(lambda name: migrate(lab_server, name, "h1", names[name]), names)
    assert [m["phyServer"] for m in moved] == ["h2", "h3"]
    assert all(0 < int(m["link"][0]["packetsSent"]) < 2000 for m in moved), moved
    for name, host in names.items():
        assert runs_on(lab, name) == ([host], [host])
        destroy(lab_server, name, host)


def test_an_interrupted_move_leaves_the_machine_on_its_host(lab_server, lab):
    """The move is cancelled, and the server is killed, each while memory is being sent."""
    create(lab_server, address=ADDRESS)
    booted = boot(lab, "h1", "r1")
    ended = during_move(lab, lab_server, lambda: lab_server.json("cancelOperation", operation=last(lab_server)["id"]))
    assert ended["fault"]["code"] == "cancelled", ended
    assert runs_on(lab, "r1") == (["h1"],
                                  ["h1"]) and lab.volumes() == [n for n in lab.volumes() if n.endswith("-seed.iso")]
    assert len(lab.volumes()) == 1 and lab.answers(ADDRESS)

    during_move(lab, lab_server, lambda: lab_server.stop(9))
    lab_server.start()
    wait_for(lambda: last(lab_server)["state"] == "failed", 90)
    assert runs_on(lab, "r1") == (["h1"], ["h1"]) and len(lab.volumes()) == 1
    assert lab.virsh("domstate", "r1").strip() == "running" and boot(lab, "h1", "r1") == booted
    assert migrate(lab_server, "r1", "h1", "h2")["phyServer"] == "h2"
    destroy(lab_server, "r1", "h2")


@long
def test_an_interrupted_move_back_continues(lab_data, lab):
    """The server is killed after the move, and again during the move back: the same machine keeps running, with all its
    memory."""
    server = Server(lab_data).start()
    server.json("registerNodes", Node=lab.nodes())
    try:
        create(server, address=ADDRESS, host="h2")
        destroy(server, host="h2")
        create(server, address=ADDRESS)
        booted = boot(lab, "h1", "r1")
        server.stop()
        server.start("--crash-after-entries", "5")
        with pytest.raises(requests.exceptions.ConnectionError):
            migrate(server, "r1", "h1", "h2")
        server.wait()
        assert runs_on(lab, "r1")[0] == ["h2"]
        lab.run("rate", "h1", "30")
        server.start()
        wait_for(lambda: memory_sent(lab, "h2") > 0, 60)
        server.stop(9)
        lab.run("rate", "h1", "off")
        server.start()
        wait_for(lambda: last(server)["state"] == "failed", 120)
        assert runs_on(lab, "r1") == (["h1"], ["h1"]) and boot(lab, "h1", "r1") == booted
        destroy(server, "r1", "h1")
        assert lab.leftovers() == []
    finally:
        lab.run("rate", "h1", "off", check=False)
        server.stop()


@long
def test_a_destination_that_dies_leaves_the_machine_on_its_host(lab_server, lab):
    create(lab_server, address=ADDRESS)
    ended = during_move(lab, lab_server, lambda: lab.run("crash", "h2"))
    # The state of the other host is unknown until it answers.
    assert ended["fault"]["code"] in ("operationStuck", "nodeUnreachable", "migrationFailed"), ended
    assert lab.virsh("domstate", "r1").strip() == "running" and lab.answers(ADDRESS)
    lab.run("start", "h2")
    wait_for(lambda: last(lab_server)["state"] == "failed", 120)
    assert runs_on(lab, "r1") == (["h1"], ["h1"]) and len(lab.volumes()) == 1
    destroy(lab_server, "r1", "h1")


# Writing the seed, the move, the proof, and the removals from the old host (definition, seed) have a begin and an end
# each.
ENTRIES = range(1, 2 * 5 + 2)
if BRIEF:
    # With simulated hosts every entry is always tested (MigrationTests).
    ENTRIES = [5]


@pytest.mark.parametrize("entries", ENTRIES)
def test_killed_after_entry(entries, lab_data, lab):
    """kill -9 of vmsd after journal entries of a move: exactly one copy runs, on the host that the server reports."""
    server = Server(lab_data).start()
    server.json("registerNodes", Node=lab.nodes())
    for host in ["h2", "h1"]:
        create(server, address=ADDRESS, host=host)
        if host == "h2":
            destroy(server, host=host)
    server.stop()
    server.start("--crash-after-entries", str(entries))
    with pytest.raises(requests.exceptions.ConnectionError):
        migrate(server, "r1", "h1", "h2")
    server.wait()
    server.start()
    try:
        wait_for(lambda: last(server)["state"] in ("succeeded", "failed"), 90)
        where = server.json("listVirtualMachines")["vm"]
        assert [vm["vmName"] for vm in where] == ["r1"], where
        host = where[0]["phyServer"]
        assert runs_on(lab, "r1") == ([host], [host]) and lab.answers(ADDRESS)
        assert (last(server)["state"] == "succeeded") == (host == "h2")
        destroy(server, "r1", host)
        assert lab.leftovers() == []
    finally:
        server.stop()
