"""Topology files on the QEMU lab: every example is planned, and two of them are made, by the command line alone."""
import json

import pytest

from conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").rglob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=[str(f.relative_to(ROOT / "examples")) for f in EXAMPLES])
def test_a_plan_changes_nothing(file, lab_server, lab):
    plan = json.loads(lab_server.vms("network", "plan", str(file), "--json").stdout)
    routers = {router["name"]: router for router in plan["network"]["router"]}
    assert routers and all(r["phyServer"] in lab.hosts and int(r["vmRAM"]) >= 64 and r["image"] for r in routers.values())
    assert len({link["vni"] for link in plan["network"]["link"]}) == len(plan["network"]["link"])
    assert [stage["name"] for stage in plan["stage"]][:3] == ["segments", "routers", "links"]
    text = lab_server.vms("network", "plan", str(file)).stdout
    for router in routers:
        assert f"define {router} with " in text and f"start {router}\n" in text
    for link in plan["network"]["link"]:
        assert f"prove link {link['name']} from h" in text
    assert lab_server.json("getVirtualNetworks")["network"] == []
    assert lab_server.json("listOperations")["operation"] == []
    assert lab.left() == []


@pytest.mark.parametrize("name", ["paper", "ring-of-six"])
def test_a_file_becomes_a_network(name, lab_server):
    file = str(ROOT / f"examples/{name}.yaml")
    planned = json.loads(lab_server.vms("network", "plan", file, "--json").stdout)["network"]
    lab_server.vms("network", "create", file)
    made = lab_server.json("verifyVirtualNetwork", networkName=name, timeout=300)
    assert made["connected"]
    where = {router["name"]: router["phyServer"] for router in made["network"]["router"]}
    assert where == {router["name"]: router["phyServer"] for router in planned["router"]}
    for link, asked in zip(made["network"]["link"], planned["link"]):
        assert (link["name"], link["prefix"], link["mtu"]) == (asked["name"], asked["prefix"], asked["mtu"])
        assert [e["address"] for e in link["end"]] == [e["address"] for e in asked["end"]]
    again = lab_server.vms("network", "plan", file, check=False)
    assert again.returncode == 1 and "networkNameTaken" in again.stderr
    lab_server.vms("network", "destroy", name)


def test_a_file_that_is_wrong_reaches_no_server(data, lab_server):
    file = data / "wrong.yaml"
    file.write_text("routers:\n  r1: {hots: h1}\nlinks:\n  l1: {ends: [r1, r9]}\n")
    told = lab_server.vms("network", "create", str(file), check=False)
    assert told.returncode == 2
    assert f"{file}:2:8: routers.r1 has no key 'hots'" in told.stderr and f"{file}:4:19: " in told.stderr
    assert lab_server.json("listOperations")["operation"] == []
