"""Events of hosts, machines, networks and operations, followed over HTTP."""
import signal

import pytest
import requests

from support.access import User, first_token
from support.server import Server
from support.streams import Stream

pytestmark = pytest.mark.main
OPTIONS = ["--simulate", "hosts=3,networks=1,machines=2,speed=max"]


@pytest.fixture
def server(data):
    server = Server(data, *OPTIONS).start()
    yield server
    server.stop(signal.SIGKILL)


def lose(server, host="h3"):
    server.vms("simulate", "lose-host", host)


def restore(server, host="h3"):
    server.vms("simulate", "restore-host", host)


def test_events_as_they_come_and_after_a_pause(server):
    stream = Stream(server, "/v1/events")
    lose(server)
    stream.wait(lambda s: "nodeLost" in s.kinds())
    lost = stream.events[0]
    assert lost[2]["phyServer"] == "h3" and lost[2]["number"] == int(lost[1])
    stream.close()
    restore(server)
    again = Stream(server, "/v1/events", last_id=lost[1])
    again.wait(lambda s: "nodeUp" in s.kinds())
    numbers = [int(number) for _, number, _ in again.events]
    assert numbers == list(range(int(lost[1]) + 1, int(lost[1]) + 1 + len(numbers)))
    everything = Stream(server, "/v1/events", after="0")
    everything.wait(lambda s: len(s.events) >= numbers[-1])
    assert [int(number) for _, number, _ in everything.events][:numbers[-1]] == list(range(1, numbers[-1] + 1))


def test_filters(server):
    machine = next(m for m in server.json("listVirtualMachines")["vm"] if not m.get("networkName"))
    name, host = machine["vmName"], machine["phyServer"]
    streams = {"machine": Stream(server, "/v1/events", vmName=name), "kind": Stream(server, "/v1/events", kind="nodeLost,nodeUp"),
               "host": Stream(server, "/v1/events", phyServer=host), "network": Stream(server, "/v1/events", networkName="net1")}
    server.json("shutdownVirtualMachine", phyServer=host, vmName=name)
    streams["machine"].wait(lambda s: "machineStopped" in s.kinds())
    for lost in "h1", "h2", "h3":
        lose(server, lost)
        restore(server, lost)
    streams["kind"].wait(lambda s: s.kinds().count("nodeUp") == 3)
    assert set(streams["kind"].kinds()) == {"nodeLost", "nodeUp"}
    streams["network"].wait(lambda s: "networkVerified" in s.kinds())
    assert {event["networkName"] for _, _, event in streams["network"].events} == {"net1"}
    assert {event["vmName"] for _, _, event in streams["machine"].events} == {name}
    assert {event["phyServer"] for _, _, event in streams["host"].events} == {host}


def test_numbers_that_are_not_stored(server):
    stream = Stream(server, "/v1/events", last_id=10**12)
    stream.wait(lambda s: s.kinds() == ["reset"])
    last = server.json("getEvents", limit=1000)["last"]
    assert stream.events[0][2] == {"last": last} and stream.events[0][1] == str(last)
    lose(server)
    stream.wait(lambda s: "nodeLost" in s.kinds())


@pytest.mark.parametrize("query, field", [({"after": "x"}, "after"), ({"after": "-1"}, "after"), ({"kind": "no"}, "kind")])
def test_bad_requests(server, query, field):
    answer = requests.get(f"{server.url}/v1/events", params=query, timeout=60)
    assert answer.status_code == 400 and answer.json()["code"] == "invalidValue" and answer.json()["field"] == field
    assert requests.post(f"{server.url}/v1/operations/x/events", timeout=60).status_code == 405


def test_an_operation_is_followed_to_its_end(server):
    server.vms("simulate", "speed", "20")
    made = server.json("createVirtualMachine", phyServer="h1", vmName="new", vmIP="192.0.2.77", vmRAM=96, **{"async": True})
    stream = Stream(server, f"/v1/operations/{made['operation']}/events")
    stream.wait(lambda s: "end" in s.kinds())
    states = [operation["state"] for name, _, operation in stream.events[:-1]]
    assert states[0] == "running" and states[-1] == "succeeded" and set(states[:-1]) == {"running"}
    done = [operation["done"] for _, _, operation in stream.events[:-1]]
    assert done == sorted(done) and done[-1] == stream.events[-2][2]["total"]
    over = Stream(server, f"/v1/operations/{made['operation']}/events")
    over.wait(lambda s: s.kinds() == ["operation", "end"])
    unknown = requests.get(f"{server.url}/v1/operations/nothing/events", timeout=60)
    assert unknown.status_code == 404 and unknown.json()["code"] == "operationNotFound"


def test_a_server_that_stops_ends_its_streams(server):
    streams = [Stream(server, "/v1/events") for _ in range(20)]
    server.stop(seconds=20)
    for stream in streams:
        stream.wait(lambda s: "end" in s.kinds())


def test_rights(tmp_path):
    server = Server(tmp_path, *OPTIONS, "--require-token").start()
    try:
        admin = User(server, first_token(server))
        assert requests.get(f"{server.url}/v1/events", timeout=60).status_code == 401
        stranger = admin.new_user("stranger")
        seen, all_of_it = (Stream(server, "/v1/events", user.token) for user in (stranger, admin))
        vm = next(m for m in admin("listVirtualMachines")["vm"] if not m.get("networkName"))
        admin("shutdownVirtualMachine", phyServer=vm["phyServer"], vmName=vm["vmName"])
        admin("setPhysicalServerMaintenance", phyServer="h1", maintenance=True)
        all_of_it.wait(lambda s: "nodeMaintenance" in s.kinds())
        seen.wait(lambda s: "nodeMaintenance" in s.kinds())
        assert "machineStopped" in all_of_it.kinds() and "machineStopped" not in seen.kinds()
        operation = admin("listOperations")["operation"][0]["id"]
        hidden = Stream(server, f"/v1/operations/{operation}/events", stranger.token)
        assert hidden.answer.status_code == 404
        admin("revokeToken", token=stranger("whoAmI")["token"]["token"])
        seen.wait(lambda s: "closed" in s.kinds(), 40)
    finally:
        server.stop(signal.SIGKILL)
