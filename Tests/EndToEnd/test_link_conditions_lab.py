"""Links of real routers that are shaped, broken and mended while packets cross them."""
import re

from support.lab import on
from support.moves import migrate, run_on_console
from support.networks import create, destroy, line, state, verify


def ping(lab, host, address, count=12):
    """Pings from the router r1, each as soon as the one before was answered; returns the times in ms, sorted."""
    output = run_on_console(lab, host, "r1", f"ping -A -c {count} -s 1400 -W 2 {address}", "packet loss")
    return sorted(float(time) for time in re.findall(r"time=([\d.]+) ms", output))


def test_packets_follow_the_conditions(lab_server, lab):
    network = create(lab_server, line(count=2))
    far = next(end["address"].split("/")[0] for end in network["link"][0]["end"] if end["router"] == "r2")
    assert len(ping(lab, "h1", far)) == 12
    where = {"networkName": "n1", "link": "l1"}
    lab_server.json("setLinkConditions", **where, bandwidth=64)
    # A frame of 1,446 bytes takes 180 ms, and its answer as long; the first two pass at once.
    times = ping(lab, "h1", far)
    assert len(times) == 12 and times[6] > 150, times
    assert verify(lab_server, "n1")["connected"]

    lab_server.json("breakLink", **where)
    assert ping(lab, "h1", far, 3) == []
    migrate(lab_server, "r1", "h1", "h3")
    assert ping(lab, "h3", far, 3) == [], "it stays broken on another host"
    verified = verify(lab_server, "n1")
    assert verified["connected"] and state(verified["network"]) == {"l1": "down"}
    # Somebody else opens a port: that is a failure, and is repaired.
    port = re.search(r"\bvnet\d+\b", lab.virsh("domiflist", "r2", host="h2")).group(0)
    on(lab, "h2", f"tc qdisc del dev {port} root")
    broken = lab_server.json("getVirtualNetwork", networkName="n1")["network"]["link"][0]
    assert broken["state"] == "failed" and "down on purpose" in broken["reason"], broken
    lab_server.json("applyVirtualNetwork", networkName="n1", timeout=300)
    assert state(lab_server.json("getVirtualNetwork", networkName="n1")["network"]) == {"l1": "down"}

    lab_server.json("mendLink", **where)
    times = ping(lab, "h3", far)
    assert len(times) == 12 and times[6] > 150, times
    lab_server.json("setLinkConditions", **where)
    times = ping(lab, "h3", far)
    assert len(times) == 12 and times[6] < 150, times
    assert verify(lab_server, "n1")["connected"]

    # A router that starts again finds its link broken.
    lab_server.json("breakLink", **where)
    on(lab, "h2", "virsh -q destroy r2; virsh -q start r2")
    port = re.search(r"\bvnet\d+\b", lab.virsh("domiflist", "r2", host="h2")).group(0)
    assert "pfifo 7663: root" in on(lab, "h2", f"tc qdisc show dev {port}")
    destroy(lab_server, "n1")
