"""The topology as a caller sees it: hosts, what connects them, and a network over them; and what went wrong behind our back."""
import re
import shutil
import xml.etree.ElementTree as ET

import pytest

LINE = {"networkName": "n1", "stack": "rip",
        "router": [{"name": "r1", "phyServer": "h1"}, {"name": "r2", "phyServer": "h2"}],
        "link": [{"name": "l1", "end": [{"router": "r1"}, {"router": "r2"}]}]}


def on(lab, host, script):
    return lab.run("sh", host, "sh", "-c", script).stdout


def topology(server):
    return server.json("topologyDiscover")


def link(told):
    return told["network"][0]["link"][0]


def test_topology(lab_server, lab):
    """The parts of a network, whole and broken; by every form of the command."""
    server = lab_server
    server.json("createVirtualNetwork", timeout=600, **LINE)
    told = topology(server)
    assert {host["name"]: host["state"] for host in told["host"]} == {"h1": "up", "h2": "up", "h3": "up"}
    for host in told["host"]:
        eth0, = [i for i in host["interface"] if i["name"] == "eth0"]
        # By the host's own tools.
        assert eth0["mac"] in on(lab, host["name"], "ip -o link show eth0")
        assert (eth0["mtu"], eth0["up"], eth0["bridge"]) == (1500, True, "br0")
        br0, = [b for b in host["bridge"] if b["name"] == "br0"]
        assert br0["address"] == [f"{lab.facts['LAB_' + host['name'] + '_ADDRESS']}/24"]
        # No guest's device, no part of a network.
        assert {i["name"] for i in host["interface"]} == {"eth0"}, host
        assert not [b for b in host["bridge"] if b["name"].startswith("vms-")], host
    segment, = told["physicalLink"]
    assert segment["prefix"] == f"{lab.subnet}.0/24" and segment["state"] == "unproven"
    assert [(e["phyServer"], e["interface"], e["bridge"]) for e in segment["end"]] == [
        (host, ["eth0"], "br0") for host in ("h1", "h2", "h3")]
    network, = told["network"]
    assert [(r["name"], r["phyServer"], r["state"]) for r in network["router"]] == [
        ("r1", "h1", "running"), ("r2", "h2", "running")]
    assert link(told)["state"] == "unproven" and len(link(told)["end"]) == 2

    shown = server.vms("topology").stdout
    assert re.search(r"^  h1  up\n    eth0 .*port of br0$", shown, re.MULTILINE) and "link l1  10.0.0.0/24" in shown
    assert server.vms("topology", "--dot").stdout.startswith("graph topology {")

    name = f"vms-{link(told)['vni']:06x}"
    port = name.replace("vms", "vmx")
    peer = lab.facts["LAB_h1_ADDRESS"]
    on(lab, "h2", f"bridge fdb del 00:00:00:00:00:00 dev {port} dst {peer}")
    for found in (link(topology(server)), server.json("getVirtualNetwork", networkName="n1")["network"]["link"][0]):
        assert found["state"] == "failed", found
        assert found["reason"] == f"on host h2: its VXLAN port {port} lacks its peer {peer}, which is host h1"
    assert f"link l1  10.0.0.0/24  VNI {link(told)['vni']}  mtu 1450  failed: on host h2" in server.vms("topology").stdout
    on(lab, "h2", f"bridge fdb append 00:00:00:00:00:00 dev {port} dst {peer}")
    assert link(topology(server))["state"] == "unproven"

    on(lab, "h1", f"ip link set {port} down")
    assert link(topology(server))["reason"] == f"on host h1: its VXLAN port {port} is switched off"
    on(lab, "h1", f"ip link set {port} up; ip link set {name} down")
    assert link(topology(server))["reason"] == f"on host h1: its bridge {name} is switched off"
    on(lab, "h1", f"ip link set {name} up; ip link del {port}")
    assert link(topology(server))["reason"] == f"on host h1: its VXLAN port {port} is not there"
    server.json("destroyVirtualNetwork", networkName="n1")
    assert topology(server)["network"] == []


def test_a_silent_host(lab_server, lab):
    lab.run("cut", "h3", "server")
    try:
        told = topology(lab_server)
        states = {host["name"]: host for host in told["host"]}
        assert states["h3"]["state"] == "unreachable" and states["h3"]["reason"], told
        assert states["h1"]["state"] == states["h2"]["state"] == "up"
        assert [e["phyServer"] for e in told["physicalLink"][0]["end"]] == ["h1", "h2"]
        assert "h3  unreachable: " in lab_server.vms("topology").stdout
    finally:
        lab.run("mend", "h3", "server")


def test_picture(test_host, tmp_path):
    if not shutil.which("dot"):
        pytest.skip("Graphviz's dot is not installed")
    test_host.vms("topology", "--svg", str(tmp_path / "t.svg"))
    picture = ET.parse(tmp_path / "t.svg")
    assert "t1" in [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
