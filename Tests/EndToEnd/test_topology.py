"""The topology in answers: hosts, the networks between them, a virtual network over them, and faults caused by
others."""
import json
import re
import shutil
import time
import xml.etree.ElementTree as ET

import pytest

from support.server import Fault
from support.waiting import wait_for

LINE = {"networkName": "n1", "stack": "rip",
        "router": [{"name": "r1", "phyServer": "h1", "weight": 512, "cap": 80}, {"name": "r2", "phyServer": "h2"}],
        "link": [{"name": "l1", "bandwidth": 2000, "end": [{"router": "r1"}, {"router": "r2"}]}]}


def on(lab, host, script):
    return lab.run("sh", host, "sh", "-c", script).stdout


def topology(server):
    return server.json("topologyDiscover")


def link(answer):
    return answer["network"][0]["link"][0]


def port(lab, host, router):
    """The name of the router's port on its host, and the port's queueing discipline in the kernel."""
    name = on(lab, host, f"virsh -q domiflist {router} | awk '{{print $1}}'").strip()
    return name, json.loads(on(lab, host, f"tc -s -j qdisc show dev {name} root"))[0]


def is_slow(server, lab, made):
    """Frames to a router pass at most at the requested rate, also after others restarted it without the server."""
    assert made["bandwidth"] == 2000 and "delay" not in made
    for host, router in (("h1", "r1"), ("h2", "r2")):
        assert port(lab, host, router)[1]["options"]["rate"] == 250_000, "bytes a second"
    # By independent tools, from a separate namespace on the link: the traffic took the expected time.
    bridge = f"vms-{made['vni']:06x}"
    on(lab, "h1",
       f"ip netns add asker; ip link add ask0 type veth peer name ask1 netns asker; "
       f"ip link set ask0 master {bridge} up;"
       "ip -n asker addr add 10.0.0.200/24 dev ask1; ip -n asker link set ask1 up")
    before, begin = port(lab, "h1", "r1")[1], time.monotonic()
    on(lab, "h1", "ip netns exec asker ping -q -c 400 -i 0.002 -s 1400 10.0.0.1; true")
    after, seconds = port(lab, "h1", "r1")[1], time.monotonic() - begin
    on(lab, "h1", "ip netns del asker")
    passed = after["bytes"] - before["bytes"]
    assert 50_000 < passed <= 250_000 * seconds + 10_000, (passed, seconds)
    assert after["overlimits"] > before["overlimits"], (passed, seconds)
    assert server.json("verifyVirtualNetwork", networkName="n1", timeout=300)["connected"]
    assert lab.weight_and_cap("h1", "r1") == (512, 80)
    answer = server.json("getVirtualMachineSchedulerParameters", phyServer="h1", vmName="r1")
    assert (int(answer["weight"]), int(answer["cap"])) == (512, 80), answer

    first = port(lab, "h1", "r1")[0]
    on(lab, "h1", "virsh -q destroy r1; virsh -q start r1")
    again, qdisc = port(lab, "h1", "r1")
    assert qdisc["options"]["rate"] == 250_000 and again != first
    # The server changes the shape in place, and removes it.
    shape = f"/etc/libvirt/hooks/network.d/vms shape {bridge} 1450"
    on(lab, "h1", f"{shape} 4000 0 0")
    assert link(topology(server))["reason"] == (
        f"on host h1: frames pass its port {again} with 4000 kbit/s instead of with 2000 kbit/s")
    on(lab, "h1", f"{shape} 0 0 0")
    assert port(lab, "h1", "r1")[1]["kind"] != "tbf"
    for found in (link(topology(server)), server.json("getVirtualNetwork", networkName="n1")["network"]["link"][0]):
        assert found["state"] == "failed" and found["reason"] == (
            f"on host h1: frames pass its port {again} as fast as they can instead of with 2000 kbit/s"), found
    # A restarted daemon restores it.
    lab.run("daemon", "h1", "restart")
    wait_for(lambda: port(lab, "h1", "r1")[1].get("kind") == "tbf", 60)
    wait_for(lambda: link(topology(server))["state"] == "ok", 60)


def test_topology(lab_server, lab):
    """The parts of a network, intact and broken, in every format of the command."""
    server = lab_server
    is_slow(server, lab, server.json("createVirtualNetwork", timeout=600, **LINE)["network"]["link"][0])
    answer = topology(server)
    assert {host["name"]: host["state"] for host in answer["host"]} == {"h1": "up", "h2": "up", "h3": "up"}
    for host in answer["host"]:
        eth0, = [i for i in host["interface"] if i["name"] == "eth0"]
        # Compared with the host's own tools.
        assert eth0["mac"] in on(lab, host["name"], "ip -o link show eth0")
        assert (eth0["mtu"], eth0["up"], eth0["bridge"]) == (1500, True, "br0")
        br0, = [b for b in host["bridge"] if b["name"] == "br0"]
        assert br0["address"] == [f"{lab.facts['LAB_' + host['name'] + '_ADDRESS']}/24"]
        # Devices of guests and parts of networks are not listed.
        assert {i["name"] for i in host["interface"]} == {"eth0"}, host
        assert not [b for b in host["bridge"] if b["name"].startswith("vms-")], host
    segment, = answer["physicalLink"]
    assert segment["prefix"] == f"{lab.subnet}.0/24" and segment["state"] == "unproven"
    assert [(e["phyServer"], e["interface"], e["bridge"]) for e in segment["end"]] == [
        (host, ["eth0"], "br0") for host in ("h1", "h2", "h3")]
    network, = answer["network"]
    assert [(r["name"], r["phyServer"], r["state"]) for r in network["router"]] == [
        ("r1", "h1", "running"), ("r2", "h2", "running")]
    assert link(answer)["state"] == "ok" and len(link(answer)["end"]) == 2

    shown = server.vms("topology").stdout
    assert re.search(r"^  h1  up\n    eth0 .*port of br0$", shown, re.MULTILINE) and "link l1  10.0.0.0/24" in shown
    assert server.vms("topology", "--dot").stdout.startswith("graph topology {")

    name = f"vms-{link(answer)['vni']:06x}"
    port = name.replace("vms", "vmx")
    peer = lab.facts["LAB_h1_ADDRESS"]
    on(lab, "h2", f"bridge fdb del 00:00:00:00:00:00 dev {port} dst {peer}")
    for found in (link(topology(server)), server.json("getVirtualNetwork", networkName="n1")["network"]["link"][0]):
        assert found["state"] == "failed", found
        assert found["reason"] == f"on host h2: its VXLAN port {port} lacks its peer {peer}, which is host h1"
    line = f"link l1  10.0.0.0/24  VNI {link(answer)['vni']}  mtu 1450  2000 kbit/s  failed: on host h2"
    assert line in server.vms("topology").stdout
    on(lab, "h2", f"bridge fdb append 00:00:00:00:00:00 dev {port} dst {peer}")
    assert link(topology(server))["state"] == "ok", "as it was when it was last proven"

    on(lab, "h1", f"ip link set {port} down")
    assert link(topology(server))["reason"] == f"on host h1: its VXLAN port {port} is switched off"
    on(lab, "h1", f"ip link set {port} up; ip link set {name} down")
    assert link(topology(server))["reason"] == f"on host h1: its bridge {name} is switched off"
    on(lab, "h1", f"ip link set {name} up; ip link del {port}")
    assert link(topology(server))["reason"] == f"on host h1: its VXLAN port {port} is not there"
    server.json("destroyVirtualNetwork", networkName="n1")
    assert topology(server)["network"] == []


def test_a_host_that_cannot_delay(lab_server, lab):
    far = {"networkName": "n2", "router": [{"name": "r3", "phyServer": "h3"}],
           "link": [{"name": "far", "delay": 2.5, "end": [{"router": "r3"}]}]}
    if "yes" in on(lab, "h3", "unshare -n tc qdisc add dev lo root netem delay 1ms 2>/dev/null && echo yes; true"):
        assert lab_server.json("planVirtualNetwork", **far)["network"]["link"][0]["delay"] == 2.5
    else:
        with pytest.raises(Fault) as refused:
            lab_server.json("planVirtualNetwork", **far)
        assert refused.value.code == "notOffered" and refused.value.body["phyServer"] == "h3", refused.value.body
        reason = "link 'far': host 'h3' cannot give it 2.5 ms: its kernel has no sch_netem"
        assert reason in refused.value.body["reason"]


def test_a_silent_host(lab_server, lab):
    lab.run("cut", "h3", "server")
    try:
        answer = topology(lab_server)
        states = {host["name"]: host for host in answer["host"]}
        assert states["h3"]["state"] == "unreachable" and states["h3"]["reason"], answer
        assert states["h1"]["state"] == states["h2"]["state"] == "up"
        assert [e["phyServer"] for e in answer["physicalLink"][0]["end"]] == ["h1", "h2"]
        assert "h3  unreachable: " in lab_server.vms("topology").stdout
    finally:
        lab.run("mend", "h3", "server")


def test_picture(test_host, tmp_path):
    if not shutil.which("dot"):
        pytest.skip("Graphviz's dot is not installed")
    test_host.vms("topology", "--svg", str(tmp_path / "t.svg"))
    picture = ET.parse(tmp_path / "t.svg")
    assert "t1" in [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
