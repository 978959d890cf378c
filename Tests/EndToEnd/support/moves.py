"""Migrations, and observations of them by standard tools (virsh, tcpdump, a guest's console)."""
import collections
import re
import threading

import requests

from support.lab import on
from support.server import Fault
from support.waiting import wait_for


def migrate(server, machine, source, target, **more):
    return server.json("migrateVirtualMachine", sourcePhyServer=source, destPhyServer=target, vmName=machine,
                       timeout=300, **more)


def runs_on(lab, machine):
    """The hosts on which a machine of that name runs, and those on which it is defined."""
    return ([host for host in lab.hosts if machine in lab.virsh("list", "--name", host=host).split()],
            [host for host in lab.hosts if machine in lab.virsh("list", "--all", "--name", host=host).split()])


def run_on_console(lab, host, machine, order, end):
    """The output of a command on a router's console, up to a line that matches."""
    terminal = lab.virsh("ttyconsole", machine, host=host).strip()
    order = order.replace("'", "'\\''")
    output = on(lab, host, f"exec 3<>{terminal}; echo '{order}' >&3; timeout 30 sed -uE '/{end}/q' <&3")
    assert re.search(end, output, re.MULTILINE), output
    return output


def boot(lab, host, machine):
    """The guest's boot id, which changes when it starts again."""
    output = run_on_console(lab, host, machine, "echo BOOT; cat /proc/sys/kernel/random/boot_id", "^[0-9a-f]{8}-")
    return re.search(r"[0-9a-f]{8}-[0-9a-f-]+", output).group(0)


class Capture:
    """Echo requests and replies that pass a device of a host, captured by tcpdump."""

    def __init__(self, lab, host, device):
        self.lab, self.host, self.at = lab, host, f"/run/seen-{device}"
        on(lab, host, f"timeout 300 tcpdump -l -nn -i {device} icmp >{self.at} 2>{self.at}.log </dev/null & "
           f"echo $! >{self.at}.process;"
           f"until grep -q 'listening on' {self.at}.log; do sleep 0.1; done")

    def packets(self):
        """Ends the capture. Returns for each packet: device and direction (if all devices are captured), kind, id,
        number."""
        captured = on(self.lab, self.host,
                      f"kill $(cat {self.at}.process); sleep 0.5; cat {self.at}; rm {self.at} {self.at}.*")
        found = re.findall(r"^\S+ (?:(\S+) +(\w+) +)?IP6? .*ICMP echo (request|reply), id (\d+), seq (\d+),",
                           captured, re.MULTILINE)
        return [(device, way, kind, by, int(number)) for device, way, kind, by, number in found]


class Count(Capture):
    """Counts the packets of the most frequent sender on a link."""

    def end(self):
        """Packets sent until the last that was answered, and how many of them were lost."""
        packets = self.packets()
        self.by = collections.Counter(by for _, _, _, by, _ in packets).most_common(1)[0][0]
        requests, self.answered = (
            {n for _, _, kind, by, n in packets if by == self.by and kind == wanted} for wanted in ("request", "reply"))
        self.requests = {n for n in requests if n <= max(self.answered)}
        return len(self.requests), len(self.requests - self.answered)


def memory_sent(lab, host):
    """How much of r1's memory has left a host, in the unit that virsh prints; 0 without a migration."""
    match = re.search(r"Memory processed:\s+([\d.]+)", lab.virsh("domjobinfo", "r1", host=host))
    return float(match.group(1)) if match else 0


def during_move(lab, server, then):
    """Migrates r1 over a slow network, calls `then` while its memory is sent, and returns the result."""
    lab.run("rate", "h2", "30")
    answer = {}

    def ask():
        try:
            answer["moved"] = migrate(server, "r1", "h1", "h2")
        except Fault as refused:
            answer["fault"] = refused.body
        except requests.exceptions.ConnectionError:
            answer["lost"] = True
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        wait_for(lambda: memory_sent(lab, "h1") > 0, 60)
        then()
        asking.join(200)
    finally:
        # A host that lost its power meanwhile has a new network card.
        lab.run("rate", "h2", "off", check=False)
    assert not asking.is_alive()
    return answer


def last(server):
    return server.json("listOperations", limit=1)["operation"][0]


def agrees(link, counted):
    """Whether the server's counts of a link agree with tcpdump's (sent, lost). One or two answers may arrive after the
    sender's end."""
    sent, lost = counted
    return int(link["packetsLost"]) == lost and 0 <= sent - int(link["packetsSent"]) <= 2


def checked_placement(server, lab):
    """The host of each machine, by its name. Checks that each runs only there and left nothing on other hosts."""
    answer = server.json("listVirtualMachines")
    assert not answer.get("unreachable"), answer
    where = {vm["vmName"]: vm["phyServer"] for vm in answer["vm"]}
    assert [(vm["state"], vm["managed"]) for vm in answer["vm"]] == [("running", True)] * len(where), answer
    assert {name: runs_on(lab, name) for name in {*where, *lab.machines()}} == {n: ([h], [h]) for n, h in where.items()}
    # Each machine has its seed on its host, and nothing else.
    own = {host: [n for n in lab.files(host) if not n.startswith("vms-image-") and n != "lost+found"]
           for host in lab.hosts}
    seeds = {host: list(where.values()).count(host) for host in lab.hosts}
    assert {h: len([n for n in names if n.endswith("-seed.iso")]) for h, names in own.items()} == seeds == {
        h: len(names) for h, names in own.items()}, own
    return where
