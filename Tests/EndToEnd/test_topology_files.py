"""Topology files on the QEMU lab: every example is planned, and two of them are created, by the command line alone."""
import json

import pytest

from support.environment import ROOT, long

EXAMPLES = sorted((ROOT / "examples").rglob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=[str(f.relative_to(ROOT / "examples")) for f in EXAMPLES])
def test_a_plan_changes_nothing(file, lab_server, lab):
    plan = json.loads(lab_server.vms("network", "plan", str(file), "--json").stdout)
    routers = {router["name"]: router for router in plan["network"]["router"]}
    assert routers and all(r["phyServer"] in lab.hosts and int(r["vmRAM"]) >= 64 and r["image"]
                           for r in routers.values())
    assert len({link["vni"] for link in plan["network"]["link"]}) == len(plan["network"]["link"])
    assert [stage["name"] for stage in plan["stage"]][:3] == ["segments", "routers", "links"]
    text = lab_server.vms("network", "plan", str(file)).stdout
    for router in routers:
        assert f"define {router} with " in text and f"start {router}\n" in text
    for link in plan["network"]["link"]:
        assert f"prove link {link['name']} from h" in text
    assert lab_server.json("getVirtualNetworks")["network"] == []
    assert lab_server.json("listOperations")["operation"] == []
    assert lab.leftovers() == []


@pytest.mark.parametrize("name", ["paper", pytest.param("ring-of-six", marks=long)])
def test_a_file_becomes_a_network(name, lab_server):
    file = str(ROOT / f"examples/{name}.yaml")
    planned = json.loads(lab_server.vms("network", "plan", file, "--json").stdout)["network"]
    lab_server.vms("network", "create", file)
    made = lab_server.json("verifyVirtualNetwork", networkName=name, timeout=300)
    assert made["connected"]
    hosts = lambda network: {router["name"]: router["phyServer"] for router in network["router"]}
    assert hosts(made["network"]).keys() == hosts(planned).keys()
    # VMS chooses the hosts of ring-of-six by their free memory at that moment, and the lab's hosts share one memory.
    if name == "paper":
        assert hosts(made["network"]) == hosts(planned)
    for link, expected in zip(made["network"]["link"], planned["link"]):
        assert (link["name"], link["prefix"], link["mtu"]) == (expected["name"], expected["prefix"], expected["mtu"])
        assert [e["address"] for e in link["end"]] == [e["address"] for e in expected["end"]]
    again = lab_server.vms("network", "create", file, check=False)
    assert again.returncode == 1 and "networkNameTaken" in again.stderr
    lab_server.vms("network", "destroy", name)


def test_a_file_that_is_wrong_reaches_no_server(data, lab_server):
    file = data / "wrong.yaml"
    file.write_text("routers:\n  r1: {hots: h1}\nlinks:\n  l1: {ends: [r1, r9]}\n")
    done = lab_server.vms("network", "create", str(file), check=False)
    assert done.returncode == 2
    assert f"{file}:2:8: routers.r1 has no key 'hots'" in done.stderr and f"{file}:4:19: " in done.stderr
    assert lab_server.json("listOperations")["operation"] == []


def described(data, r1=96, fourth=False, third=True, west="", weight=""):
    """A line of routers as a topology file: with a fourth beside the third, or without the third."""
    routers = {"r1": f"{{host: h1, ram: {r1}}}", "r2": f"{{host: h2{weight}}}"}
    links = {"west": f"{{ends: [r1, r2]{west}}}"}
    if third:
        routers["r3"] = "{host: h3}"
        links["east"] = "{ends: [r2, r3]}"
    if fourth:
        routers["r4"] = "{host: h1}"
        links["south"] = "{ends: [r3, r4]}"
    file = data / "applied.yaml"
    file.write_text(
        "network: applied\ndefaults: {stack: rip}\nrouters:\n" + "".join(f"  {k}: {v}\n" for k, v in routers.items())
        + "links:\n" + "".join(f"  {k}: {v}\n" for k, v in links.items()))
    return str(file)


def test_a_file_is_applied(lab_server, lab, data):
    def connected():
        return lab_server.json("verifyVirtualNetwork", networkName="applied", timeout=300)["connected"]

    def settled(file):
        diff = lab_server.vms("network", "diff", file, check=False)
        assert (diff.returncode, diff.stdout) == (0, "nothing differs\n"), diff.stdout + diff.stderr
        plan = json.loads(lab_server.vms("network", "plan", file, "--json").stdout)
        assert plan["change"] == [] and plan["stage"] == []

    # The network is created; a second apply does nothing.
    file = described(data)
    assert lab_server.vms("network", "diff", file, check=False).returncode == 4
    lab_server.vms("network", "apply", file)
    settled(file)
    before = len(lab_server.json("listOperations")["operation"])
    assert "operation" not in json.loads(lab_server.vms("network", "apply", file, "--json").stdout)
    assert len(lab_server.json("listOperations")["operation"]) == before

    # A new router, a new link, and more memory: other routers keep running.
    ran = lab.virsh("domid", "r2", host="h2").strip()
    grown = {"r1": 112, "fourth": True, "west": ", bandwidth: 20000", "weight": ", weight: 512"}
    file = described(data, **grown)
    stale = json.loads(lab_server.vms("network", "plan", file, "--json").stdout)["plan"]
    diff = lab_server.vms("network", "diff", file, check=False)
    assert diff.returncode == 4
    assert [line.split(":")[0] for line in diff.stdout.splitlines()] == [
        "+ router r4", "+ link south", "~ link west", "~ router r1", "~ router r2", "~ router r3"], diff.stdout
    assert "vmRAM 96 → 112 MiB" in diff.stdout and "joins link south" in diff.stdout
    assert "shape none → 20000 kbit/s" in diff.stdout and "weight 1024 → 512\n" in diff.stdout
    lab_server.vms("network", "apply", file, "--plan", stale)
    settled(file)
    assert lab.virsh("domid", "r2", host="h2").strip() == ran
    assert lab.weight_and_cap("h2", "r2")[0] == 512
    assert "rate 20Mbit" in lab.run("sh", "h2", "tc", "qdisc", "show").stdout
    assert lab.virsh("dominfo", "r1", host="h1").count(str(112 * 1024)) >= 1
    refused = lab_server.vms("network", "apply", described(data), "--plan", stale, check=False)
    assert refused.returncode == 1 and "networkChanged" in refused.stderr

    # Lost parts on hosts are shown and repaired; after that there is no difference.
    file = described(data, **grown)
    vni = {link["name"]: link["vni"]
           for link in lab_server.json("getVirtualNetwork", networkName="applied")["network"]["link"]}
    lab.run("sh", "h2", "ip", "link", "del", f"vms-{vni['west']:06x}")
    lab.virsh("destroy", "r3", host="h3")
    lab.virsh("destroy", "r4", host="h1")
    lab.virsh("undefine", "r4", host="h1")
    lost = lab_server.vms("network", "diff", file, check=False).stdout
    assert "! link west: on host h2: its bridge" in lost
    assert "! router r3: is shutOff" in lost and "! router r4: is not on its host h1" in lost
    assert not connected()
    assert lab_server.vms("network", "diff", "applied", check=False).stdout == lost
    lab_server.vms("network", "apply", "applied")
    settled(file)

    assert "rate 20Mbit" in lab.run("sh", "h2", "tc", "qdisc", "show").stdout, "also at the port of the new bridge"

    # A router less, and a smaller MTU on the remaining link; the rest is proven.
    file = described(data, third=False, west=", mtu: 1400")
    lab_server.vms("network", "apply", file)
    assert connected()
    settled(file)
    assert [lab.virsh("list", "--all", "--name", host=h).split() for h in ("h1", "h2", "h3")] == [["r1"], ["r2"], []]
    lab_server.vms("network", "destroy", "applied")
    assert lab.leftovers() == []
