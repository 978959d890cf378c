"""Statistics of real routers, compared with libvirt's own counters and with bursts of a known size."""
import re
import time

from support.moves import migrate, run_on_console
from support.networks import create, destroy, line
from support.waiting import wait_for

PACKETS, PAYLOAD = 1300, 8000
# Six fragments, each with the headers of Ethernet and IPv4, and one of ICMP.
BURST = PACKETS * (PAYLOAD + 8 + 6 * 34)


def burst(lab, host, router, address):
    output = run_on_console(lab, host, router, f"ping -A -q -c {PACKETS} -s {PAYLOAD} {address}", "packet loss")
    assert re.search(rf"{PACKETS} packets transmitted, {PACKETS} packets received", output), output
    return time.monotonic()


def ports(server, since):
    """The ports of the link by router, read after a time."""
    def read():
        link = server.json("getVirtualNetworkStatistics", networkName="n1")["link"][0]
        assert link["proven"]
        age = time.monotonic() - since
        return all(port["age"] < age * 1000 for port in link["port"]) and {p["router"]: p for p in link["port"]}
    return wait_for(read, 60)


def near(value, expected):
    return abs(value - expected) <= expected * 0.02


def test_a_burst_before_and_after_a_move(lab_server, lab):
    network = create(lab_server, line(count=2))
    addresses = {end["router"]: end["address"].split("/")[0] for end in network["link"][0]["end"]}
    before = ports(lab_server, time.monotonic())
    after = ports(lab_server, burst(lab, "h1", "r1", addresses["r2"]))
    for router in "r1", "r2":
        for counter in "txBytes", "rxBytes":
            assert near(after[router][counter] - before[router][counter], BURST), (router, counter, before, after)
    # As libvirt counts, at the host's end of the network card.
    device = re.search(r"\bvnet\d+\b", lab.virsh("domiflist", "r1", host="h1")).group(0)
    counted = dict(re.findall(r"(rx_bytes|tx_bytes) (\d+)", lab.virsh("domifstat", "r1", device, host="h1")))
    assert near(after["r1"]["rxBytes"], int(counted["rx_bytes"])) and near(after["r1"]["txBytes"], int(counted["tx_bytes"]))

    cpu = lab_server.json("getVirtualMachineStatistics", phyServer="h1", vmName="r1")
    migrate(lab_server, "r1", "h1", "h3")
    moved = ports(lab_server, time.monotonic())
    again = ports(lab_server, burst(lab, "h3", "r1", addresses["r2"]))
    for router in "r1", "r2":
        assert again[router]["phyServer"] == {"r1": "h3", "r2": "h2"}[router]
        for counter in "txBytes", "rxBytes":
            assert near(again[router][counter] - moved[router][counter], BURST), (router, counter, moved, again)
            assert again[router][counter] >= after[router][counter] + BURST * 0.98, "the counters go on"
    later = lab_server.json("getVirtualMachineStatistics", phyServer="h3", vmName="r1")
    assert later["cpuTime"] > cpu["cpuTime"] and later["disk"]
    assert 0 < later["memoryUsed"] <= later["memoryAllocated"] and later["absent"] == []
    destroy(lab_server, "n1")
