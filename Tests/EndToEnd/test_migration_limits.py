"""Limits of a migration, its progress, and migrations of whole networks."""
import pytest

from support.lab import QemuLab
from support.machines import create, destroy
from support.moves import boot, checked_placement, migrate, runs_on
from support.networks import create as create_network, destroy as destroy_network, line, verify
from support.server import Fault
from support.waiting import wait_for

ADDRESS = f"{QemuLab.subnet}.164"


def test_a_move_keeps_to_its_limits(lab_server, lab):
    """At the deadline the machine stays on its host, or is paused for the rest of the copy, as requested."""
    create(lab_server, address=ADDRESS)
    booted = boot(lab, "h1", "r1")
    for fields, field in [({"maxGap": 500, "live": False}, "maxGap"),
                          ({"maxDowntime": 100, "live": False}, "maxDowntime"),
                          ({"onDeadline": "suspend"}, "onDeadline"), ({"maxGap": 10}, "maxGap"),
                          ({"bandwidth": 0}, "bandwidth")]:
        with pytest.raises(Fault) as refused:
            migrate(lab_server, "r1", "h1", "h2", **fields)
        assert refused.value.body["field"] == field, refused.value.body

    with pytest.raises(Fault) as late:
        migrate(lab_server, "r1", "h1", "h2", bandwidth=1, deadline=2)
    assert late.value.code == "migrationFailed" and "within 2 s" in late.value.body["reason"], late.value.body
    checked_placement(lab_server, lab)
    assert runs_on(lab, "r1") == (["h1"], ["h1"]) and lab.answers(ADDRESS)

    def operation():
        return lab_server.json("getOperation", operation=begun["operation"])["operation"]

    # A gap in its answers while it is copied, whatever the cause.
    begun = migrate(lab_server, "r1", "h1", "h2", bandwidth=1, maxGap=1000, **{"async": True})
    wait_for(lambda: int(operation().get("bytesLeft", 0)) > 0, 60)
    lab.virsh("suspend", "r1")
    wait_for(lambda: operation()["state"] == "failed", 60)
    assert operation()["code"] == "migrationFailed" and "a gap of" in operation()["reason"], operation()
    checked_placement(lab_server, lab)
    assert boot(lab, "h1", "r1") == booted

    begun = migrate(lab_server, "r1", "h1", "h2", bandwidth=8, deadline=1, onDeadline="suspend", **{"async": True})
    wait_for(lambda: int(operation().get("bytesLeft", 0)) > 0, 60)
    wait_for(lambda: operation()["state"] != "running", 120)
    ended = operation()
    assert ended["state"] == "succeeded", ended
    moved, = ended["moved"]
    assert (moved["sourcePhyServer"], moved["destPhyServer"]) == ("h1", "h2") and int(moved["downtimeMs"]) > 0, moved
    assert int(moved["link"][0]["longestGapMs"]) > 1000, "it stood still for the rest"
    assert boot(lab, "h2", "r1") == booted

    kept = migrate(lab_server, "r1", "h2", "h1", maxGap=5000)
    assert kept["maxGapKept"] and int(kept["link"][0]["longestGapMs"]) <= 5000, kept
    destroy(lab_server, "r1", "h1")


def test_a_network_moves(lab_server, lab):
    """All routers move to one host, one after the other; none moves if one of them cannot."""
    create_network(lab_server, line())
    shown = lab_server.vms("network", "migrate", "n1", "--phy-server", "h3", "--dry-run").stdout
    assert shown.index("r1") < shown.index("r2"), shown
    lab_server.json("setPhysicalServerMaintenance", phyServer="h3", maintenance=True)
    with pytest.raises(Fault) as refused:
        lab_server.json("migrateVirtualNetwork", networkName="n1", phyServer="h3", timeout=400)
    assert refused.value.code == "nodeInMaintenance", refused.value.body
    lab_server.json("setPhysicalServerMaintenance", phyServer="h3", maintenance=False)
    moved = lab_server.json("migrateVirtualNetwork", networkName="n1", phyServer="h3", timeout=400)
    assert [(vm["vmName"], vm["sourcePhyServer"], vm["destPhyServer"]) for vm in moved["vm"]] == [
        ("r1", "h1", "h3"), ("r2", "h2", "h3")]
    assert all(int(link["packetsSent"]) > 0 for vm in moved["vm"] for link in vm["link"]), moved
    checked_placement(lab_server, lab)
    assert [name for name in lab.link_parts() if not name.startswith("h3 ")] == []
    assert verify(lab_server, "n1")["connected"]
    destroy_network(lab_server, "n1")
