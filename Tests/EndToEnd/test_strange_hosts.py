"""Hosts with an unusual setup: reported by `prepare`, and with the plan or with the reason of a failure."""
import contextlib
import os
import signal
import subprocess

import pytest

from support.environment import ROOT
from support.lab import QemuLab, on
from support.machines import create, destroy
from support.networks import create as create_network, destroy as destroy_network, line, verify
from support.server import refused
from support.waiting import wait_for

MACHINE = {"phyServer": "h2", "vmName": "r1", "vmIP": f"{QemuLab.subnet}.101", "vmRAM": 96}


def checks(server, host):
    return {check["name"]: check for check in server.json("checkPhysicalServer", NodeName=host)["check"]}


@contextlib.contextmanager
def changed(lab, host, script, back):
    on(lab, host, script)
    try:
        yield
    finally:
        on(lab, host, back)


def nothing_was_made(server, lab):
    return server.json("listOperations")["operation"] == [] and lab.machines() == [] and lab.link_parts() == []


def test_another_program_of_that_name(lab_server, lab):
    """Debian has two programs named arping."""
    other = "printf '#!/bin/sh\\necho \"ARPing 2.23, by Thomas Habets <thomas@habets.se>\"; exit 1\\n'"
    place = "$(readlink -f /usr/bin/arping)"
    with changed(lab, "h2", f"{other} >/run/arping; chmod 755 /run/arping; mount --bind /run/arping {place}",
                 f"umount {place}"):
        result = checks(lab_server, "h2")["arping"]
        assert result["verdict"] == "warning" and "apt-get install iputils-arping" in result["remedy"], result
        for service in ["planVirtualNetwork", "createVirtualNetwork"]:
            lacking = refused(lab_server, service, **line(count=2, stack="rip"))
            assert lacking.code == "notOffered" and lacking.body["phyServer"] == "h2"
            assert "iputils' arping (it has another of that name)" in lacking.body["reason"], lacking.body
        lacking = refused(lab_server, "createVirtualMachine", **MACHINE)
        assert lacking.code == "notOffered" and "iputils' arping" in lacking.body["reason"], lacking.body
        assert nothing_was_made(lab_server, lab)
        made = lab_server.json("createVirtualMachine", **MACHINE, waitFor="started")
        assert any("it is not checked whether" in note and "iputils' arping" in note for note in made["note"]), made
        destroy(lab_server, host="h2")


def test_a_bridge_without_ipv6(lab_server, lab):
    with changed(lab, "h3", "sysctl -qw net.ipv6.conf.br0.disable_ipv6=1",
                 "sysctl -qw net.ipv6.conf.br0.disable_ipv6=0"):
        result = checks(lab_server, "h3")["ipv6"]
        assert result["verdict"] == "warning" and "net.ipv6.conf.br0.disable_ipv6=0" in result["remedy"], result
        lacking = refused(lab_server, "createVirtualMachine", stack="ospf3",
                          **MACHINE | {"phyServer": "h3", "vmIP": "fd00:79::55"})
        assert lacking.code == "notOffered" and lacking.body["phyServer"] == "h3", lacking.body
        assert "sysctl -w net.ipv6.conf.br0.disable_ipv6=0" in lacking.body["reason"], lacking.body
        assert nothing_was_made(lab_server, lab)


def test_a_firewall_on_bridges(lab_server, lab):
    """Rules as Docker sets them, and stricter ones: packets are dropped between the ends, invisible to both."""
    create_network(lab_server, line(count=2, stack="rip"))
    with changed(lab, "h2", "sysctl -qw net.bridge.bridge-nf-call-iptables=1; iptables -P FORWARD DROP",
                 "iptables -P FORWARD ACCEPT; iptables -D FORWARD -j DROP; "
                 "sysctl -qw net.bridge.bridge-nf-call-iptables=0"):
        result = checks(lab_server, "h2")["filter"]
        assert result["verdict"] == "warning" and "FORWARD's policy is DROP" in result["found"], result
        planned = lab_server.json("planVirtualNetwork", **line("n2", "s", 2, stack="rip"))
        assert any("policy is DROP" in note for note in planned["note"]), planned
        assert verify(lab_server, "n1")["connected"], "libvirt lets pass what a bridge of its own networks forwards"

        on(lab, "h2", "iptables -I FORWARD -j DROP")
        broken = verify(lab_server, "n1")
        reason, = {link["reason"] for link in broken["network"]["link"]}
        assert not broken["connected"], broken
        assert "firewall drops what its bridges forward: iptables (-A FORWARD -j DROP)" in reason, reason
    assert verify(lab_server, "n1")["connected"]
    destroy_network(lab_server, "n1")


def test_a_login_shell_that_prints(lab_server, lab):
    shell = "printf '#!/bin/sh\\necho Welcome\\nexec /bin/bash \"$@\"\\n' >/run/talking; chmod 755 /run/talking"
    change = "sed 's,^\\(root:.*:\\)[^:]*$,\\1/run/talking,' /etc/passwd >/run/users"
    with changed(lab, "h2", f"{shell}; cp /etc/passwd /run/users.before; {change}; cat /run/users >/etc/passwd",
                 "cat /run/users.before >/etc/passwd"):
        # Open connections continue; a new connection starts the shell.
        lab_server.stop(signal.SIGTERM)
        lab_server.start()
        warnings = wait_for(lambda: [check
                                     for check in checks(lab_server, "h2").values() if "Welcome" in check["found"]])
        assert warnings[0]["verdict"] == "missing" and "prints 'Welcome'" in warnings[0]["found"], warnings
        away = refused(lab_server, "createVirtualMachine", **MACHINE)
        assert away.code == "nodeUnreachable" and "prints 'Welcome'" in away.body["reason"], away.body
    wait_for(lambda: "libvirtd" in checks(lab_server, "h2"))


def test_memory_that_the_kernel_can_give(lab_server, lab):
    """The page cache counts as usable: the server reports available memory, not free memory."""
    def kernel():
        words = dict(line.split(":", 1) for line in on(lab, "h1", "cat /proc/meminfo").splitlines())
        return [int(words[name].split()[0]) // 1024 for name in ("MemAvailable", "MemFree")]

    on(lab, "h1", "cat $(readlink -f /proc/1/exe) /usr/bin/qemu-system-x86_64 >/dev/null")
    reported = lab_server.json("getPhysicalServerStatus", phyServer="h1")["availableMemory"]
    available, free = kernel()
    assert abs(reported - available) < abs(reported - free), (reported, available, free)


#: A relay between libvirt's clients and the daemon, with 20 ms of delay each way, at the daemon's socket.
FAR = """
import asyncio, os
PLACE, REAL = "/run/libvirt/libvirt-sock", "/run/libvirt/near-sock"

async def pump(reader, writer):
    loop, late = asyncio.get_running_loop(), asyncio.Queue()
    async def deliver():
        while True:
            due, piece = await late.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not piece:
                return writer.close()
            writer.write(piece)
            await writer.drain()
    delivered = asyncio.create_task(deliver())
    piece = b"x"
    while piece:
        piece = await reader.read(1 << 20)
        late.put_nowait((loop.time() + 0.02, piece))
    await delivered

async def serve(reader, writer):
    behind = await asyncio.open_unix_connection(REAL)
    await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer), return_exceptions=True)

async def main():
    os.rename(PLACE, REAL)
    server = await asyncio.start_unix_server(serve, PLACE)
    print("listens", flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def test_a_far_host_with_much_on_it(lab_server, lab):
    """120 domains and 120 networks with a round trip of 40 ms: if the number of calls grew with them, the server would
    be late."""
    domain = ("<domain type='qemu'><name>far-{0}</name><memory unit='MiB'>32</memory>"
              "<os><type arch='x86_64'>hvm</type></os></domain>")
    network = "<network><name>far-{0}</name><forward mode='bridge'/><bridge name='br0'/></network>"
    numbers = range(120)
    files = "".join(f"echo \"{domain.format(n)}\" >/run/far/d{n}; echo \"{network.format(n)}\" >/run/far/n{n}; "
                    for n in numbers)
    made = "; ".join(f"define /run/far/d{n}; net-define /run/far/n{n}; net-start far-{n}" for n in numbers)
    gone = "; ".join(f"undefine far-{n}; net-destroy far-{n}; net-undefine far-{n}" for n in numbers)
    with changed(lab, "h3", f"mkdir /run/far; {files}", "rm -r /run/far"):
        lab.run("sh", "h3", "virsh", "-q", made)
        assert len(lab.virsh("list", "--all", "--name", host="h3").split()) == len(numbers)
        assert lab.virsh("net-list", "--name", host="h3").split().count("far-119") == 1
        far = subprocess.Popen([ROOT / lab.script, "sh", "h3", "python3", "-c", FAR], env=lab.environment, text=True,
                               stdout=subprocess.PIPE, start_new_session=True)
        try:
            assert far.stdout.readline() == "listens\n"
            lab_server.stop(signal.SIGTERM)
            lab_server.start()
            wait_for(lambda: lab_server.json("getRegisteredNodes")["Node"][2]["state"] == "up")
            assert lab_server.json("getPhysicalServerStatus", phyServer="h3")["domain"] == []
            create(lab_server, host="h3", waitFor="started", **lab.silent("h3"))
            destroy(lab_server, host="h3")
            assert lab_server.vms("vm", "list", "h3").returncode == 0
        finally:
            os.killpg(far.pid, signal.SIGTERM)
            far.wait(10)
            on(lab, "h3", "mv /run/libvirt/near-sock /run/libvirt/libvirt-sock")
            lab.run("sh", "h3", "virsh", "-q", gone)
