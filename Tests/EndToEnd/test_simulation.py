"""A server with simulated hosts: every service on every face, faults on demand, and no need for root."""
import json
import subprocess

import pytest
import requests

from support.environment import BIN
from support.faces import CommandLine, Json, Php, Soap, Soap12, Zeep
from support.server import Fault, refused
from support.simulated_calls import CALLS, MACHINE, PAPER, SPECIAL
from support.waiting import wait_for


def simulate(server, service, **fields):
    answer = requests.post(f"{server.url}/simulation/{service}", json=fields, timeout=60)
    if answer.status_code != 200:
        raise Fault(answer.status_code, answer.json())
    return answer.json()


def reasons(server, network):
    """The reasons of a network's failed links, by the name of the link."""
    answer = server.json("verifyVirtualNetwork", networkName=network)
    return {link["name"]: link["reason"] for link in answer["network"]["link"] if link["state"] == "failed"}


@pytest.mark.parametrize("face", [Soap, Soap12, Json, CommandLine, Zeep, Php])
def test_every_service_succeeds(face, simulation):
    call, answers = face(simulation), {}
    for service, fields, holds in CALLS:
        answers[service] = call(service, fields(answers) if callable(fields) else fields)
        assert holds(answers[service]), (service, answers[service])


def test_the_2010_client_gives_both_addresses_of_a_31(simulation):
    """RFC 3021: a link with two ends needs neither a network address nor a broadcast address."""
    answer = simulation.soap(
        '<createVirtualNetwork xmlns="http://vmserver/xsd"><phyServer>h1</phyServer><phyServer>h2</phyServer>'
        '<VMName>a1</VMName><VMName>a2</VMName><vmIP>10.1.0.0/31</vmIP><vmIP>10.1.0.1/31</vmIP>'
        '<vmRAM>96</vmRAM><vmRAM>96</vmRAM></createVirtualNetwork>')
    assert answer.status_code == 200 and b">SUCCESS<" in answer.content, answer.content
    name, = {network["networkName"] for network in simulation.json("getVirtualNetworks")["network"]} - {"net1", "net2"}
    link, = simulation.json("getVirtualNetwork", networkName=name)["network"]["link"]
    assert [end["address"] for end in link["end"]] == ["10.1.0.0/31", "10.1.0.1/31"] and link["prefix"] == "10.1.0.0/31"


def test_no_service_is_left_out(simulation):
    listed = {s["name"] for s in requests.get(f"{simulation.url}/v1").json()["services"]}
    assert listed == {call[0] for call in CALLS} | SPECIAL
    # The server and the command line have the same services.
    assert listed == set(json.loads(simulation.vms("services", "--json").stdout))


def test_an_operation_is_cancelled_and_one_that_is_stuck_is_resolved(simulation):
    simulate(simulation, "setFaults", fault=[{"phyServer": "h1", "number": 2, "hang": True}])
    begun = simulation.json("createVirtualMachine", **MACHINE, vmIP="192.0.2.9", vmRAM=96,
                            **{"async": True})["operation"]
    wait_for(lambda: simulation.json("getOperation", operation=begun)["operation"].get("done", 0) >= 1)
    simulation.json("cancelOperation", operation=begun)
    assert wait_for(lambda: simulation.json("getOperation", operation=begun)["operation"]["state"] == "failed")
    simulate(simulation, "setFaults", fault=[{"phyServer": "h1", "number": 4},
                                             {"phyServer": "h1", "call": "undo", "number": 1, "times": 20}])
    with pytest.raises(Fault) as fault:
        simulation.json("createVirtualMachine", **MACHINE, vmIP="192.0.2.9", vmRAM=96)
    assert fault.value.code == "operationStuck"
    simulate(simulation, "clearFaults")
    answer = simulation.json("resolveOperation", operation=fault.value.body["operation"], resolution="retry")
    assert answer["operation"]["state"] == "failed"
    assert "r1" not in {m["vmName"] for m in simulation.json("listVirtualMachines")["vm"]}


@pytest.mark.parametrize("kind, words", [
    ("peer", "did not answer"), ("mtu", "packets of 1450 bytes do not pass"), ("mac", "another MAC address"),
    ("bridge", "did not answer"), ("stack", "sends no rip")])
def test_a_broken_link_is_found_with_its_reason_and_repaired(kind, words, simulation):
    simulation.json("createVirtualNetwork", **PAPER)
    simulate(simulation, "breakLink", networkName="paper", link="west", kind=kind)
    assert words in reasons(simulation, "paper")["west"]
    if kind in ["mac", "stack"]:
        # It is not visible on a host, so there is nothing to apply.
        simulate(simulation, "mendLink", networkName="paper", link="west")
    else:
        assert simulation.json("applyVirtualNetwork", **PAPER)["network"]["link"][0]["state"] == "ok"
    assert reasons(simulation, "paper") == {}


def test_an_apply_makes_a_network_that_does_not_exist(simulation):
    made = simulation.json("applyVirtualNetwork", **PAPER)
    assert made["operation"] and made["network"]["link"][0]["state"] == "ok"
    assert "operation" not in simulation.json("applyVirtualNetwork", **PAPER)
    assert refused(simulation, "applyVirtualNetwork", **PAPER | {"networkName": "none", "abandon": True}).code == \
        "networkNotFound"


def test_a_step_that_fails_undoes_a_network_on_all_hosts(simulation):
    before = simulate(simulation, "getSimulation")["host"]
    for moment in ["before", "after"]:
        simulate(simulation, "setFaults",
                 fault=[{"phyServer": "h2", "number": 3, "moment": moment, "code": "storageFull"}])
        with pytest.raises(Fault) as fault:
            simulation.json("createVirtualNetwork", **PAPER)
        assert fault.value.code == "storageFull" and fault.value.body["phyServer"] == "h2"
        assert simulate(simulation, "getSimulation")["host"] == before


def test_a_host_is_lost_and_comes_back(simulation):
    def state():
        return {n["NodeName"]: n["state"] for n in simulation.json("getRegisteredNodes")["Node"]}["h3"]
    simulate(simulation, "loseHost", phyServer="h3")
    wait_for(lambda: state() == "unreachable")
    with pytest.raises(Fault) as fault:
        simulation.json("createVirtualMachine", phyServer="h3", vmName="x", vmIP="192.0.2.9", vmRAM=96)
    assert fault.value.code == "nodeUnreachable"
    simulate(simulation, "restoreHost", phyServer="h3")
    wait_for(lambda: state() == "up")
    simulate(simulation, "restartHosts")
    wait_for(lambda: [e["kind"] for e in simulation.json("getEvents", limit=200)["event"]].count("nodeLost") >= 4)
    wait_for(lambda: state() == "up")
    assert {m["state"] for m in simulation.json("listVirtualMachines")["vm"]} == {"running", "shutOff"}


def test_hosts_that_are_cut_from_each_other(simulation):
    simulation.json("createVirtualNetwork", **PAPER)
    simulate(simulation, "cutHosts", phyServer="h1", other="h2")
    assert "did not answer" in reasons(simulation, "paper")["west"]
    with pytest.raises(Fault) as fault:
        simulation.json("migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h2", vmName="m1")
    assert fault.value.code == "migrationFailed"
    simulate(simulation, "joinHosts", phyServer="h1", other="h2")
    assert reasons(simulation, "paper") == {}


def test_a_full_pool_and_a_slow_transfer(simulation):
    # The host has no image yet.
    simulation.json("registerNodes", Node=[{"NodeName": "h4"}])
    machine = {"phyServer": "h4", "vmName": "r1", "vmIP": "192.0.2.9", "vmRAM": 96}
    simulate(simulation, "fillPool", phyServer="h4", freeMiB=0)
    with pytest.raises(Fault) as fault:
        simulation.json("createVirtualMachine", **machine)
    assert fault.value.code == "storageFull"
    simulate(simulation, "clearFaults")
    assert simulate(simulation, "slowTransfers", phyServer="h4", mbit=8)["host"][3]["transferMbit"] == 8
    simulate(simulation, "setSpeed", speed="1000")
    assert simulation.json("createVirtualMachine", **machine)["vmName"] == "r1"


def test_a_script_is_played_again(simulation, server_of, tmp_path):
    simulate(simulation, "cutHosts", phyServer="h1", other="h2")
    simulate(simulation, "drawFaults", seed=7, count=3)
    simulate(simulation, "breakLink", networkName="net1", link="east", kind="mtu")
    script = tmp_path / "script"
    script.write_text("# what happened\n\n" + simulation.vms("simulate", "script").stdout)
    other = server_of(tmp_path, "--simulate", "hosts=3,speed=max")
    other.vms("simulate", "play", str(script))
    original, again = (simulate(server, "getSimulation") for server in (simulation, other))
    assert original["fault"] == again["fault"] and len(original["fault"]) == 3
    assert original["script"] == again["script"] and original["brokenLink"] == again["brokenLink"]
    script.write_text('{"loseHost": {"phyServer": "h1"}}\n{"loseHosts": {}}\n')
    done = other.vms("simulate", "play", str(script), check=False)
    assert done.returncode == 2 and "line 2" in done.stderr and "loseHost" in done.stderr


def test_a_data_folder_keeps_the_simulation(data, server_of):
    first = server_of(data, "--simulate", "hosts=2,speed=max")
    first.json("createVirtualNetwork", **PAPER)
    first.stop()
    again = server_of(data, "--simulate", "hosts=2,speed=max")
    assert reasons(again, "paper") == {}
    assert {m["state"] for m in again.json("listVirtualMachines")["vm"]} == {"running"}


def test_the_same_seed_gives_the_same_places(server_of, tmp_path):
    def places(name, seed):
        (tmp_path / name).mkdir()
        server = server_of(tmp_path / name, "--simulate", f"hosts=7,networks=5,machines=0,speed=max,seed={seed}")
        return [(m["vmName"], m["phyServer"]) for m in server.json("listVirtualMachines")["vm"]]
    assert places("a", 1) == places("b", 1) != places("c", 2)


@pytest.mark.parametrize("text, words", [
    ("hosts=0", "hosts is '0'"), ("hosts=x", "hosts is 'x'"), ("host=3", "'host=3' must be NAME=VALUE"),
    ("hosts=1,hosts=2", "hosts is given twice"),
    ("speed=0", "speed is '0'"), ("speed=nan", "speed is 'nan'"), ("", "must be NAME=VALUE"),
    ("hosts=99999999999999999999", "hosts is")])
def test_invalid_simulation_settings_are_refused(text, words):
    done = subprocess.run([BIN / "vmsd", "serve", "--listen", "127.0.0.1:0", "--simulate", text], capture_output=True,
                          text=True, timeout=30)
    assert done.returncode not in (0, -11) and words in done.stderr, done.stderr


def test_wrong_requests_of_a_simulation_are_refused_by_field(simulation):
    for service, fields, code, field in [
            ("loseHost", {"phyServer": "h9"}, "nodeNotRegistered", "phyServer"),
            ("cutHosts", {"phyServer": "h1", "other": "h1"}, "invalidValue", "other"),
            ("breakLink", {"networkName": "net9", "link": "west", "kind": "mtu"}, "networkNotFound", "networkName"),
            ("breakLink", {"networkName": "net1", "link": "w", "kind": "mtu"}, "linkInvalid", "link"),
            ("breakLink", {"networkName": "net1", "link": "west", "kind": "x"}, "invalidValue", "kind"),
            ("mendLink", {"networkName": "net1", "link": "west"}, "linkInvalid", "link"),
            ("setFaults", {"fault": [{"phyServer": "h1", "number": 0}]}, "outOfRange", "fault[0].number"),
            ("setFaults", {"fault": [{"phyServer": "h1", "number": 1, "code": "x"}]}, "invalidValue", "code"),
            ("setSpeed", {"speed": "-1"}, "invalidValue", "speed"),
            ("fillPool", {"phyServer": "h1", "freeMiB": -1}, "outOfRange", "freeMiB"),
            ("destroyTheWorld", {}, "unknownService", None)]:
        with pytest.raises(Fault) as fault:
            simulate(simulation, service, **fields)
        assert (fault.value.code, fault.value.body.get("field")) == (code, field), fault.value.body


def test_a_server_of_real_hosts_has_no_simulation(server):
    with pytest.raises(Fault) as fault:
        simulate(server, "loseHost", phyServer="h1")
    assert fault.value.code == "unknownService" and "--simulate" in fault.value.body["reason"]
    done = server.vms("simulate", "lose-host", "h1", check=False)
    assert done.returncode == 1 and "--simulate" in done.stderr


def test_hundreds_of_hosts_are_there_at_once(server_of, tmp_path):
    server = server_of(tmp_path, "--simulate", "hosts=300,machines=3000,networks=20,speed=max")
    assert len(server.json("getRegisteredNodes")["Node"]) == 300
    assert len(server.json("listVirtualMachines")["vm"]) == 3060
    assert server.json("verifyVirtualNetwork", networkName="net20")["connected"]
    json.dumps(server.json("topologyDiscover"))


def test_the_program_that_uses_the_client_library(simulation):
    done = subprocess.run([BIN / "first-machine", simulation.url], text=True, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "host h1: up" and "network net1: 3 routers, 3 links" in lines
    assert lines[-2].startswith("machine first on h1: 192.0.2.101/24 52:54:00:")
    assert lines[-1] == "machine first is removed"
    assert "first" not in {m["vmName"] for m in simulation.json("listVirtualMachines")["vm"]}
    simulate(simulation, "loseHost", phyServer="h1")
    wait_for(lambda: simulation.json("getRegisteredNodes")["Node"][0]["state"] == "unreachable")
    simulate(simulation, "setFaults", fault=[{"phyServer": "h2", "number": 1, "code": "storageFull"}])
    done = subprocess.run([BIN / "first-machine", simulation.url], text=True, capture_output=True, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith("first-machine: storageFull: ")


def test_the_program_that_uses_libvirt():
    def run(*uri):
        return subprocess.run([BIN / "list-domains", *uri], text=True, capture_output=True, timeout=60)
    assert run().stdout == "test\trunning\t2048 MiB\n"
    refused = run("nosuch:///system")
    assert refused.returncode == 1 and refused.stderr.startswith("list-domains: virConnectOpenAuth: ")


@pytest.mark.parametrize("face", [Soap, Soap12, Json, CommandLine, Zeep, Php])
def test_lists_come_in_pages_on_every_face(face, simulation):
    call = face(simulation)
    for number in range(5):
        simulation.json("createVirtualMachine", phyServer=f"h{number % 3 + 1}", vmName=f"p{number}",
                        vmIP=f"192.0.2.{9 + number}", vmRAM=96)
    for service, rows, name, orders in [("listVirtualMachines", "vm", "vmName", ["name", "-memory", "phyServer"]),
                                        ("getRegisteredNodes", "Node", "NodeName", ["name", "-name", "state"]),
                                        ("getVirtualNetworks", "network", "networkName", ["-name", "created"]),
                                        ("listImages", "image", "name", ["-size", "os"]),
                                        ("listOperations", "operation", "id", ["started", "-started"])]:
        # A request without paging gets no paging fields in its answer.
        plain = call(service, {})
        assert not {"next", "truncated", "hint"} & {k for k, v in plain.items() if v is not None}, plain
        whole = [row[name] for row in plain[rows]]
        assert len(whole) > 1
        for order in orders:
            found, fields = [], {"limit": 2, "sort": order}
            while fields.get("after", "x"):
                answer = call(service, fields)
                found += [row[name] for row in answer[rows]]
                fields = fields | {"after": answer.get("next")}
            assert sorted(found) == sorted(whole), (service, order)
    page = call("listVirtualMachines",
                {"filter": ["name=p*", "phyServer=h1", "managed=true"], "sort": "-name", "limit": 1})
    assert [m["vmName"] for m in page["vm"]] == ["p3"] and page["next"]


def test_invalid_list_fields_are_refused(simulation):
    cursor = simulation.json("getRegisteredNodes", limit=1)["next"]
    for fields, field, words in [({"filter": ["stat=running"]}, "filter[0]", "did you mean 'state'?"),
                                 ({"filter": ["state=runing"]}, "filter[0]", "state must be one of running"),
                                 ({"sort": "image"}, "sort", "There are phyServer, name, state, memory, vcpus"),
                                 ({"limit": 10001}, "limit", "must be from 1 to 10000"),
                                 ({"after": "x"}, "after", "gave as next"),
                                 ({"after": cursor, "sort": "name"}, "after", "with the same sort")]:
        with pytest.raises(Fault) as fault:
            simulation.json("listVirtualMachines", **fields)
        assert fault.value.body["field"] == field and words in fault.value.body["reason"], fault.value.body
