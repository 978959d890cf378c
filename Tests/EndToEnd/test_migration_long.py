"""Repeated migrations of a router under traffic, with losses counted at both ends by tcpdump, and the evacuation of a
host."""
import collections
import re
import statistics

from support.environment import long
from support.moves import Capture, Count, agrees, boot, checked_placement, migrate, run_on_console
from support.networks import concurrently, create as create_network, destroy as destroy_network, line, verify


def routes(lab):
    """The routes in the kernels of both neighbours of the router in the middle."""
    output = {name: run_on_console(lab, "h1", name, "ip route; echo ROU''TES", "^ROUTES") for name in ("r1", "r3")}
    return {name: sorted(re.findall(r"^(\d[\d.]+/\d+ .*?)\s*$", text, re.MULTILINE)) for name, text in output.items()}


class BothEnds:
    """Captures of tcpdump at the sender's end of each link, and at the router's own ports on its hosts.

    A packet is lost on the way to the router, if no port of the router sends an answer, or on the way back. While both
    hosts have the router, a packet may reach it on both and be answered by both: it counts once.
    """

    def __init__(self, lab, bridges):
        self.asking = {link: Count(lab, "h1", bridge) for link, bridge in bridges.items()}
        self.router = [Capture(lab, host, "any") for host in ("h2", "h3")]

    def end(self):
        """For each link, the numbers of packets sent and lost, as counted at the sender and at the router."""
        counted = {link: count.end() for link, count in self.asking.items()}
        # A guest's port is a tap; packets that the guest sends are incoming there.
        answers = {(by, n) for end in self.router for device, way, kind, by, n in end.packets()
                   if device.startswith("vnet") and way != "Out" and kind == "reply"}
        at_router = {}
        for link, count in self.asking.items():
            left = {n for by, n in answers if by == count.by and n in count.requests}
            at_router[link] = len(count.requests), len(count.requests - left)
        return counted, at_router


@long
def test_a_router_goes_back_and_forth_under_traffic(lab_server, lab):
    """Twenty live migrations, then some with the router paused. It never restarts, its neighbours keep their routes,
    and each count is right."""
    request = line(stack="rip")
    request["router"][2]["phyServer"] = "h1"
    made = create_network(lab_server, request)
    bridges = {link["name"]: f"vms-{link['vni']:06x}" for link in made["link"]}
    far = next(end["address"].split("/")[0] for end in made["link"][1]["end"] if end["router"] == "r3")
    booted, known = boot(lab, "h2", "r2"), routes(lab)
    assert any(" via " in route for route in known["r1"]) and any(" via " in route for route in known["r3"]), known
    run_on_console(lab, "h1", "r1", f"ping {far} > /tmp/pings & echo PING''ING", "^PINGING")
    gaps, lost = collections.defaultdict(list), collections.Counter()
    for number in range(22):
        source, target = ("h2", "h3") if number % 2 == 0 else ("h3", "h2")
        ends = BothEnds(lab, bridges)
        moved = migrate(lab_server, "r2", source, target, live=number < 20)
        asking, router = ends.end()
        assert asking == router and all(agrees(link, asking[link["name"]]) for link in moved["link"]), (
            number, moved["link"], asking, router)
        assert checked_placement(lab_server, lab) == {"r1": "h1", "r2": target, "r3": "h1"}
        assert boot(lab, target, "r2") == booted and routes(lab) == known
        lost.update({link: n for link, (_, n) in asking.items()})
        for link in moved["link"]:
            gaps[number < 20, link["name"]].append(int(link["longestGapMs"]))
        print(f"{number + 1:2} {'live' if number < 20 else 'still'} {source} to {target}: "
              f"{moved['downtimeMs']} ms down; "
              + ", ".join(f"{link['name']} {link['packetsLost']} of {link['packetsSent']} lost, "
                          f"{link['longestGapMs']} ms gap"
                          for link in moved["link"]))
    for (is_live, name), found in sorted(gaps.items()):
        print(f"{name}, {'live' if is_live else 'paused'}: "
              f"median gap {statistics.median(found)} ms, longest {max(found)} ms")
    print(f"lost in all: {dict(lost)}")
    for name in bridges:
        assert min(gaps[False, name]) > statistics.median(gaps[True, name]), gaps
    output = run_on_console(lab, "h1", "r1", "kill -INT $!; sleep 1; cat /tmp/pings; echo PING''ED", "^PINGED")
    sent, received = map(int, re.search(r"(\d+) packets transmitted, (\d+) (?:packets )?received", output).groups())
    print(f"from end to end {sent} sent, {sent - received} lost")
    assert sent > 100 and sent - received < sent / 10, output[-600:]
    assert max(map(int, re.findall(r"seq=(\d+)", output))) >= sent - 2, "the last pings are answered"
    assert verify(lab_server, "n1")["connected"]
    destroy_network(lab_server, "n1")


@long
def test_a_host_with_routers_of_two_networks_is_emptied(lab_server, lab):
    names = {"n1": "r", "n2": "s"}
    requests = [line(network, letter, stack="rip") for network, letter in names.items()]
    for router in [router for request in requests for router in request["router"]]:
        router |= {"phyServer": "h1", "vmRAM": 96}
    concurrently(lambda request: create_network(lab_server, request), requests)
    routers = {f"{letter}{number}": network for network, letter in names.items() for number in (1, 2, 3)}
    booted = {name: boot(lab, "h1", name) for name in routers}
    answer = lab_server.json("evacuatePhysicalServer", phyServer="h1", timeout=600)
    assert answer["empty"] and {vm["vmName"]: vm["networkName"] for vm in answer["vm"]} == routers, answer
    where = checked_placement(lab_server, lab)
    assert where == {vm["vmName"]: vm["phyServer"] for vm in answer["vm"]} and "h1" not in where.values(), where
    assert {name: boot(lab, where[name], name) for name in routers} == booted, "no router restarted"
    assert [name for name in lab.link_parts() if name.startswith("h1 ")] == [], "no link is left there"
    losses = {}
    for network in names:
        links = [(vm["vmName"], link) for vm in answer["vm"] if vm["networkName"] == network for link in vm["link"]]
        # Every link of each router was measured.
        expected = {f"{names[network]}{n}": c for n, c in ((1, 1), (2, 2), (3, 1))}
        assert collections.Counter(name for name, _ in links) == expected
        assert all(int(link["packetsSent"]) > max(10, int(link["packetsLost"])) for _, link in links)
        losses[network] = {
            "packetsSent": sum(int(link["packetsSent"]) for _, link in links),
            "packetsLost": sum(int(link["packetsLost"]) for _, link in links),
            "longestGapMs": max(int(link["longestGapMs"]) for _, link in links)}
        print(f"{network}: {losses[network]}")
    assert {sum.pop("networkName"): {name: int(n) for name, n in sum.items()}
            for sum in answer["network"]} == losses, answer["network"]
    assert all(verify(lab_server, network)["connected"] for network in names)
    for network in names:
        destroy_network(lab_server, network)
