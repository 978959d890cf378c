"""Whole virtual networks over three QEMU hosts: proven connected and isolated, or undone on all hosts with the reason
named."""
import json
import re
import shutil
import subprocess
import threading

import pytest
import requests

from support.environment import BRIEF, CACHE, long
from support.events import Events
from support.lab import on
from support.networks import HOSTS, concurrently, create, destroy, line, state, verify
from support.server import Fault, Server
from support.waiting import wait_for

def test_networks_side_by_side(lab_server, lab):
    """Two networks of four routers with different stacks, one with the same addresses as another, and one without
    IP."""
    made = {network["networkName"]: network for network in concurrently(
        lambda request: create(lab_server, request), [
            line("four", "r", 4, stack="rip"), line("six", "s", 4, stack="ospf3"), line("same", "t", 2, stack="rip"),
            line("none", "m", 2, stack="batman-adv")])}
    for name, network in made.items():
        assert set(state(network).values()) == {"ok"}, network
        assert len({link["vni"] for link in network["link"]}) == len(network["link"])
    assert made["four"]["link"][0]["prefix"] == made["same"]["link"][0]["prefix"]
    assert len({link["vni"] for network in made.values() for link in network["link"]}) == 3 + 3 + 1 + 1
    # By independent tools: a router of one network can be reached on its own link, where no frame of the others
    # arrives.
    bridge = f"vms-{made['four']['link'][0]['vni']:06x}"
    members = [end["macAddress"] for end in made["four"]["link"][0]["end"]]
    heard = on(lab, "h1", f"timeout 12 tcpdump -nn -q -e -i {bridge} 2>/dev/null; true")
    senders = set(re.findall(r"^\S+ (\S+) >", heard, re.MULTILINE))
    assert senders and senders <= set(members), heard
    assert all(proof["connected"] for proof in concurrently(lambda name: verify(lab_server, name), made))

    # Two links that are joined behind the server are no longer isolated, and the proof of each reports that.
    other = f"vms-{made['same']['link'][0]['vni']:06x}"
    on(lab, "h1",
       f"ip link add j0 type veth peer name j1; ip link set j0 master {bridge} up; ip link set j1 master {other} up")
    for proof in concurrently(lambda name: verify(lab_server, name), ["four", "same"]):
        # Whichever is observed first: a foreign frame, or a foreign answer at an address that both networks have.
        assert not proof["connected"] and re.search("not alone|instead of router", str(proof["network"]["link"])), proof
    on(lab, "h1", "ip link del j0")

    destroy(lab_server, "four")
    assert {n["networkName"] for n in lab_server.json("getVirtualNetworks")["network"]} == {"six", "same", "none"}
    assert verify(lab_server, "same")["connected"], "what is one network's own is all that goes"
    concurrently(lambda name: destroy(lab_server, name), ["six", "same", "none"])


def link(name, **ends):
    return {"name": name, "end": [{"router": router} | ({"address": address} if address else {})
                                  for router, address in ends.items()]}


def test_links_without_a_free_address(lab_server, lab):
    """/31, /127, stubs of one router, and fe80::/64 twice: proven as far as possible; a fault in the proven part is
    found."""

    def network(name, stack, letter, *links):
        return {"networkName": name, "stack": stack, "link": list(links),
                "router": [{"name": f"{letter}{i + 1}", "phyServer": host}
                           for i, host in enumerate(["h1", "h2", "h2"])]}

    made = {network["networkName"]: network for network in concurrently(lambda request: create(lab_server, request), [
        network("four", "rip", "r", link("core", r1="10.1.0.0/31", r2="10.1.0.1/31"), link("stub", r1="10.255.0.1/32"),
                link("lan", r2="10.2.1.0/16", r3=None)),
        network("six", "ospf3", "s", link("core", s1="fd00:1::/127", s2="fd00:1::1/127"),
                link("stub", s1="fd00:9::1/128"),
                link("own", s1="fe80::1/64", s2="fe80::2/64"), link("its", s2="fe80::1/64", s3="fe80::2/64"))])}
    for name, network in made.items():
        assert set(state(network).values()) == {"ok"}, network
    assert [end["address"] for end in made["four"]["link"][2]["end"]] == ["10.2.1.0/16", "10.2.0.1/16"]

    # By independent tools: the routers reach each other over the /31, from a link beyond it to the stub.
    bridge = f"vms-{made['four']['link'][2]['vni']:06x}"
    reached = on(lab, "h2", "ip netns add s; ip link add p0 type veth peer name p1 netns s; ip link set p0 master "
                 + bridge + " up;"
                 "ip -n s link set p1 up; ip -n s addr add 10.2.9.9/16 dev p1; ip -n s route add default via 10.2.1.0;"
                 "ip netns exec s ping -c 3 -W 2 10.255.0.1; ip netns del s")
    assert " 0% packet loss" in reached, reached

    on(lab, "h2", "ip link set br0 mtu 1400; ip link set eth0 mtu 1400")
    try:
        for proof in concurrently(lambda name: verify(lab_server, name), made):
            failed = {one["name"]: one["reason"] for one in proof["network"]["link"] if one["state"] == "failed"}
            assert "core" in failed and "full ones of 1450 bytes do not" in failed["core"], proof
            assert not {"stub", "lan", "its"} & set(failed), failed
    finally:
        on(lab, "h2", "ip link set eth0 mtu 1500; ip link set br0 mtu 1500")
    assert all(proof["connected"] for proof in concurrently(lambda name: verify(lab_server, name), made))
    concurrently(lambda name: destroy(lab_server, name), made)


def test_a_link_of_small_packets(lab_server, lab):
    """IPv4 does not need 1280 bytes; libvirt makes a link's ports itself if its daemon was started when VMS's hooks
    existed."""
    def small(*names):
        ends = {f"{letter}1": None for letter in "st"}
        return {"networkName": "small", "stack": "rip", "link": [link(name, **ends) | {"mtu": 800} for name in names],
                "router": [{"name": f"{letter}1", "phyServer": host} for letter, host in [("s", "h1"), ("t", "h2")]]}

    create(lab_server, line("base", "b", 2, stack="rip"))
    for host in ["h1", "h2"]:
        lab.run("daemon", host, "restart")
    wait_for(lambda: {node["state"] for node in lab_server.json("getRegisteredNodes")["Node"]} == {"up"})
    assert state(create(lab_server, small("l1"))) == {"l1": "ok"}
    applied = lab_server.json("applyVirtualNetwork", timeout=600, **small("l1", "l2"))["network"]
    assert state(applied) == {"l1": "ok", "l2": "ok"} and {one["mtu"] for one in applied["link"]} == {800}, applied
    bridges = [f"vms-{one['vni']:06x}" for one in applied["link"]]
    assert set(on(lab, "h1",
                  "cat " + " ".join(f"/sys/class/net/{bridge}/mtu" for bridge in bridges)).split()) == {"800"}
    concurrently(lambda name: destroy(lab_server, name), ["small", "base"])


def test_the_old_clients_call(lab_server, lab):
    body = ('<createVirtualNetwork xmlns="http://vmserver/xsd"><nodeCount>2</nodeCount>'
            f'<phyServer>{lab.subnet}.11</phyServer><phyServer>{lab.subnet}.12</phyServer>'
            '<VMName>r1</VMName><VMName>r2</VMName><vmIP>10.0.0.1</vmIP><vmIP>10.0.0.2</vmIP>'
            '<vmRAM>96</vmRAM><vmRAM>96</vmRAM></createVirtualNetwork>')
    answer = lab_server.soap(body)
    assert answer.status_code == 200 and b">SUCCESS<" in answer.content, answer.content
    name = lab_server.json("getVirtualNetworks")["network"][0]["networkName"]
    network = lab_server.json("getVirtualNetwork", networkName=name)["network"]
    assert {router["state"] for router in network["router"]} == {"running"}
    with pytest.raises(Fault) as one:
        lab_server.json("destroyVirtualMachine", phyServer="h1", vmName="r1")
    assert one.value.code == "machineInNetwork" and one.value.status == 409
    destroy(lab_server, name)

    # With netInterface each machine is connected with its host's own network, by a bridge or by that bridge's network
    # card.
    interfaces = "<netInterface>br0</netInterface><netInterface>eth0</netInterface></createVirtualNetwork>"
    body = body.replace("10.0.0.1<", f"{lab.subnet}.151<").replace("10.0.0.2<", f"{lab.subnet}.152<")
    answer = lab_server.soap(body.replace("</createVirtualNetwork>", interfaces))
    assert answer.status_code == 200 and b">SUCCESS<" in answer.content, answer.content
    assert lab.answers(f"{lab.subnet}.151") and lab.answers(f"{lab.subnet}.152")
    destroy(lab_server, lab_server.json("getVirtualNetworks")["network"][0]["networkName"])


@long
def test_a_network_card_without_a_bridge(lab_server, lab):
    """The card is shared, and another host proves the machine on it: its own host cannot reach it over that card."""
    on(lab, "h1", "ip link add eth1 type veth peer name wire; ip link set eth1 up; ip link set wire up")
    try:
        request = {"phyServer": ["h1"], "VMName": ["r1"], "vmIP": ["198.18.91.1"], "vmRAM": [96],
                   "netInterface": ["eth1"]}
        made = create(lab_server, {"networkName": "card"} | request)
        assert state(made) == {"physical-1": "ok"}
        assert "eth1" in lab.virsh("domiflist", "r1") and "direct" in lab.virsh("domiflist", "r1")
        assert verify(lab_server, "card")["connected"]
        assert lab_server.json("planVirtualNetwork", networkName="card", **request)["change"] == []
        lab.virsh("suspend", "r1")
        link = verify(lab_server, "card")["network"]["link"][0]
        assert link["state"] == "failed" and "198.18.91.1" in link["reason"], link
        destroy(lab_server, "card")
    finally:
        on(lab, "h1", "ip link del eth1")


FAULTS = {
    "a VXLAN peer": (
        lambda lab: on(lab, "h2", f"bridge fdb del 00:00:00:00:00:00 dev vmx-001000 dst {lab.subnet}.11"),
        ["link 'l1'", "from host h", "over VXLAN 4096", "did not answer"]),
    "an MTU": (
        lambda lab: on(lab, "h2", "ip link set br0 mtu 1400; ip link set eth0 mtu 1400"),
        ["link 'l", "h2", "full ones of 1450 bytes do not"]),
    "a MAC": (
        lambda lab: on(lab, "h1", "ip netns add thief; ip link add th0 type veth peer name th1 netns thief;"
                       "ip link set th0 master vms-001000 up; ip -n thief addr add 10.0.0.1/24 dev th1;"
                       "ip -n thief link set th1 up"),
        # Or its frames arrive earlier on the other host.
        ["link 'l1'", "on (host h1|h2)", "instead of router 'r1'|frame came from"]),
    "a bridge": (
        lambda lab: on(lab, "h3", "ip link del vms-001001"),
        ["link 'l2'", "on host h3", "bridge vms-001001 is not there"]),
}


def mend(lab):
    lab.run("sh", "h2", "sh", "-c", "ip link set eth0 mtu 1500; ip link set br0 mtu 1500")
    lab.run("sh", "h1", "sh", "-c", "ip netns del thief 2>/dev/null; true")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_all_is_undone(fault, lab_data, lab):
    strike, words = FAULTS[fault]
    server = Server(lab_data).start()
    server.json("registerNodes", Node=lab.nodes())
    sent = server.json("createVirtualMachine", phyServer="h1", vmName="r0", vmIP=f"{lab.subnet}.150", vmRAM=96,
                       waitFor="started")
    server.json("destroyVirtualMachine", phyServer="h1", vmName="r0")
    assert sent["result"] == "SUCCESS"
    server.stop()
    # Four segments; on h1 a seed, a definition, a start; on the others also two files of the image: a begin and an end
    # each. The next entry is the begin of the first proof.
    entries = 2 * (4 + 3 + 5 + 5) + 1
    (lab_data / "hold").touch()
    (lab_data / "held").unlink(missing_ok=True)
    server.start("--hold-after-entries", str(entries))
    answer = {}

    def ask():
        try:
            answer["made"] = create(server, line(stack="rip"))
        except Fault as refused:
            answer["fault"] = refused
    asking = threading.Thread(target=ask)
    try:
        asking.start()
        wait_for((lab_data / "held").exists, 120)
        strike(lab)
        (lab_data / "hold").unlink()
        asking.join(300)
        assert "fault" in answer, answer
        body = answer["fault"].body
        assert body["code"] == "proofFailed" and body["phyServer"] in HOSTS, body
        assert all(re.search(word, body["reason"]) for word in words), body["reason"]
        assert server.json("getVirtualNetworks")["network"] == []
        mend(lab)
        assert lab.leftovers() == []
        assert server.json("listOperations")["operation"][0]["state"] == "failed"
    finally:
        mend(lab)
        server.stop()


def variant(data, name, start=None, **changes):
    """A variant of the image ipv4-rip that starts another program in the guest and has another manifest."""
    folder = data / "images" / name
    shutil.copytree(CACHE / "images/ipv4-rip", folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"name": name} | changes
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if start:
        more = data / name
        (more / "etc/router").mkdir(parents=True)
        (more / "etc/router/start").write_text(start)
        # A kernel unpacks one archive after the other; later files replace earlier ones.
        subprocess.run(f"find . | cpio --quiet -o -H newc | gzip >> {folder / manifest['initrd']}", shell=True,
                       check=True,
                       cwd=more)


def test_a_routing_daemon_that_does_not_run_is_named(lab_data, lab, server_of):
    """r2 boots, answers at its addresses and forwards; its routing daemon is never started."""
    variant(lab_data, "dead", "echo no daemon\n", bootSeconds=30)
    server = server_of(lab_data)
    server.json("registerNodes", Node=lab.nodes())
    request = line(stack="rip")
    request["router"][1]["image"] = "dead"
    with pytest.raises(Fault) as refused:
        create(server, request)
    body = refused.value.body
    assert body["code"] == "proofFailed" and body["phyServer"] == "h2", body
    assert "on host h2: router 'r2' is there, but sent no rip within 30 s" in body["reason"], body
    assert lab.leftovers() == [] and server.json("getVirtualNetworks")["network"] == []


@long
def test_a_router_that_does_not_forward_is_named(lab_data, lab, server_of):
    """Every link works and every daemon sends; only addresses beyond r2 cannot be reached."""
    variant(lab_data, "quick", convergeSeconds=20)
    variant(lab_data, "deaf", ". /lib/router/bird\necho 0 > /proc/sys/net/ipv4/ip_forward\n", convergeSeconds=20)
    server = server_of(lab_data)
    server.json("registerNodes", Node=lab.nodes())
    request = line(image="quick")
    request["router"][1]["image"] = "deaf"
    with pytest.raises(Fault) as refused:
        create(server, request)
    body = refused.value.body
    assert body["code"] == "proofFailed" and body["field"] == "link", body
    assert re.search("from link 'l[12]' through router '(r1|r2)' to router 'r[123]' on link 'l[12]'.*within 30 s",
                     body["reason"]), body
    assert lab.leftovers() == [] and server.json("getVirtualNetworks")["network"] == []


# Three segments; a seed, a definition and a start on each of three hosts; a proof on the own host and one across: begin
# and end of each, then the end of the operation. The hosts already have the image.
CRASHES = range(1, 2 * 3 * (1 + 3 + 2) + 2)
# With simulated hosts every entry is always tested (CrashTests).
if BRIEF:
    CRASHES = [e for e in CRASHES if e % 6 == 1]


@pytest.fixture(scope="module")
def prepared(lab, tmp_path_factory):
    """A data folder whose hosts already have the image, so that every create has the same steps."""
    data = tmp_path_factory.mktemp("networks")
    shutil.copytree(lab.keys, data / "ssh")
    server = Server(data).start()
    server.json("registerNodes", Node=lab.nodes())
    for host in HOSTS:
        server.json("createVirtualMachine", phyServer=host, vmName="r0", vmIP=f"{lab.subnet}.150", vmRAM=96,
                    waitFor="started")
        server.json("destroyVirtualMachine", phyServer=host, vmName="r0")
    server.stop()
    return data


@pytest.mark.parametrize("entries", CRASHES)
def test_killed_after_entry(entries, prepared, lab):
    """kill -9 of vmsd after each journal entry of a create: the network is complete or gone afterwards."""
    request = {"networkName": "n1", "stack": "rip",
               "router": [{"name": f"r{i + 1}", "phyServer": h} for i, h in enumerate(HOSTS)],
               "link": [{"name": "lan", "end": [{"router": f"r{i + 1}"} for i in range(3)]}]}
    server = Server(prepared).start("--crash-after-entries", str(entries))
    try:
        requests.post(f"{server.url}/v1/createVirtualNetwork", json=request, timeout=300)
        server.stop()
    except requests.exceptions.ConnectionError:
        server.wait()
    server.start()
    try:
        def recovered():
            return all(o["state"] in ("succeeded", "failed")
                       for o in server.json("listOperations", limit=3)["operation"])
        wait_for(recovered, 90)
        networks = server.json("getVirtualNetworks")["network"]
        ended = server.json("listOperations", limit=1)["operation"][0]["state"]
        assert bool(networks) == (ended == "succeeded")
        if networks:
            assert verify(server, "n1")["connected"]
            destroy(server, "n1")
        assert lab.leftovers() == []
        assert server.json("listVirtualMachines")["vm"] == []
    finally:
        server.stop()


def test_a_host_that_lost_its_power(lab_server, lab):
    """Its part of the network comes back without the server. When the server runs, it proves the network again and
    reports that."""
    create(lab_server, line(stack="rip"))
    lab_server.stop()
    lab.run("crash", "h2")
    lab.run("start", "h2")
    # By the host's own tools only: both ports exist, and the router runs and sends to the far side of a link.
    wait_for(lambda: on(lab, "h2", "virsh -q list --name").split() == ["r2"], 60)
    mac = on(lab, "h2", "virsh domiflist r2 | awk '/vms-001001/ {print $5}'").strip()
    assert on(lab, "h3", f"timeout 120 tcpdump -nn -i vms-001001 -c 1 'ether src {mac} and udp port 520' 2>/dev/null")
    lab_server.start()
    assert wait_for(lambda: verify(lab_server, "n1")["connected"], 120)

    events = Events(lab_server)
    lab.run("crash", "h2")
    events.until("nodeLost", 40, phyServer="h2")
    shown = lab_server.json("getVirtualNetwork", networkName="n1")
    assert shown["unreachable"] == ["h2"] and set(state(shown["network"]).values()) == {"unproven"}, shown
    assert {r["name"] for r in shown["network"]["router"] if r.get("state")} == {"r1", "r3"}, shown
    before = shown["network"]["verified"]
    lab.run("start", "h2")
    event = events.until("networkVerified", 180, phyServer="h2")
    assert "'n1'" in event["reason"] and "h2" in event["reason"], event
    shown = lab_server.json("getVirtualNetwork", networkName="n1")
    assert shown["unreachable"] == [] and set(state(shown["network"]).values()) == {"ok"}, shown
    assert shown["network"]["verified"] > before
    assert "networkVerified" in lab_server.vms("events").stdout
    destroy(lab_server, "n1")


def test_a_plan_names_each_host_once_in_a_stage(lab_server):
    """Also if a host has several lanes in a stage."""
    planned = lab_server.json("planVirtualNetwork", **line(stack="rip"))
    for stage in planned["stage"]:
        hosts = [lane["phyServer"] for lane in stage["lane"]]
        assert hosts == sorted(set(hosts)), stage
    h2, = [lane for lane in planned["stage"][0]["lane"] if lane["phyServer"] == "h2"]
    assert len(h2["step"]) == 2 and all("make bridge" in step for step in h2["step"]), h2


BAD = [
    ({"phyServer": ["h1", "h2"], "VMName": ["r1"], "vmIP": ["10.0.0.1", "10.0.0.2"], "vmRAM": [96, 96]}, "invalidValue",
     "VMName"),
    ({"nodeCount": 3, "phyServer": ["h1"], "VMName": ["r1"], "vmIP": ["10.0.0.1"], "vmRAM": [96]}, "invalidValue",
     "nodeCount"),
    (line() | {"phyServer": ["h1"]}, "invalidValue", "one or the other"),
    (line() | {"link": [{"name": "l1", "end": [{"router": "r1"}, {"router": "r1"}]}]}, "linkInvalid", "itself"),
    (line() | {"link": [{"name": "l1", "mtu": 1500, "end": [{"router": "r1"}, {"router": "r2"}]}]}, "outOfRange",
     "1450"),
    (line(image="nope"), "imageNotFound", "nope"),
    (line(vmRAM=1_000_000), "notEnoughMemory", "MiB"),
    ({"networkName": "n1", "router": [{"name": "r1", "phyServer": "h9"}]}, "nodeNotRegistered", "h9"),
]


@pytest.mark.parametrize("request_, code, word", BAD, ids=[str(i) for i in range(len(BAD))])
def test_bad_requests(request_, code, word, lab_server):
    with pytest.raises(Fault) as refused:
        create(lab_server, request_)
    assert refused.value.code == code and word in refused.value.body["reason"], refused.value.body
    assert lab_server.json("listOperations")["operation"] == []


def test_vnis_that_others_use_are_not_chosen(lab_server, lab):
    """A network and a bridge of others with the names of the next segments, and VXLANs with their VNIs, visible and
    invisible."""
    on(lab, "h2",
       "virsh net-define /dev/stdin << XML\n<network><name>vms-001000</name><bridge name='mine0'/></network>\nXML")
    on(lab, "h1", "ip link add vms-001001 type bridge")
    on(lab, "h1", "ip link add other type vxlan id 4098 dstport 4789")
    # Only the kernel knows this VXLAN.
    on(lab, "h2",
       "ip netns add elsewhere; ip link add other type vxlan id 4099 dstport 4789 netns elsewhere 2>/dev/null ||"
       " { ip link add other type vxlan id 4099 dstport 4789 && ip link set other netns elsewhere; }")
    before = on(lab, "h2", "virsh net-dumpxml vms-001000")
    network = create(lab_server, line(count=2, stack="rip"))
    assert network["link"][0]["vni"] >= 4099, network
    destroy(lab_server, "n1")
    refused = [operation["fault"]
               for operation in lab_server.json("listOperations")["operation"] if "fault" in operation]
    assert all(fault["code"] == "segmentTaken" and fault["phyServer"] == "h2" and "4099" in fault["reason"]
               for fault in refused), refused
    assert on(lab, "h2", "virsh net-dumpxml vms-001000") == before
    assert "vms-001001" in on(lab, "h1", "ls /sys/class/net")
    on(lab, "h2", "virsh net-undefine vms-001000; ip netns del elsewhere")
    on(lab, "h1", "ip link del vms-001001; ip link del other")
