"""kill -9 of vmsd after every journal entry of a create: the machine is complete or gone afterwards."""
import pytest
import requests

from support.environment import BRIEF
from support.lab import QemuLab
from support.server import Server
from support.waiting import wait_for

ADDRESS = f"{QemuLab.subnet}.120"
# The journal has began and did for each of: sendImage twice (first time only), writeSeed, checkAddressFree, define,
# start, proveAddress; then succeeded. Entries of one transaction leave the same state; this test checks that as well.
ENTRIES = range(1, 16)
# With simulated hosts every entry is always tested (CrashTests).
if BRIEF:
    ENTRIES = ENTRIES[::3]


@pytest.mark.parametrize("entries", ENTRIES)
def test_killed_after_entry(entries, lab_data, lab):
    server = Server(lab_data).start()
    server.json("registerNodes", Node=[lab.node()])
    server.stop()

    server.start("--crash-after-entries", str(entries))
    fields = {"phyServer": "h1", "vmName": "r1", "vmIP": ADDRESS, "vmRAM": 96}
    ended = None
    try:
        answer = requests.post(f"{server.url}/v1/createVirtualMachine", json=fields, timeout=180)
        ended = answer.json()
    except requests.exceptions.ConnectionError:
        pass
    # An answer before the kill is possible only after the last entry.
    crashed = ended is None
    if crashed:
        server.wait()
    else:
        server.stop()
    assert crashed or ended.get("result") == "SUCCESS", ended

    server.start()
    try:
        def recovered():
            return all(o["state"] in ("succeeded", "failed") for o in server.json("listOperations")["operation"])
        wait_for(recovered, 90)
        operations = server.json("listOperations")["operation"]
        machines = server.json("listVirtualMachines")["vm"]
        assert len(operations) == 1
        if operations[0]["state"] == "succeeded":
            assert [(m["vmName"], m["managed"]) for m in machines] == [("r1", True)]
            assert lab.answers(ADDRESS)
            server.json("destroyVirtualMachine", phyServer="h1", vmName="r1")
        assert server.json("listVirtualMachines")["vm"] == []
        assert lab.machines() == [] and lab.volumes() == []
        # The record is gone too: the same name and address are free again.
        server.json("unregisterNodes", NodeName=["h1"])
    finally:
        server.stop()
        for name in lab.image_volumes():
            lab.virsh("vol-delete", name, "default")
