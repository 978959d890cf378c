"""Links of simulated networks that are shaped, broken and mended while they run."""
import pytest
import requests

from support.networks import state
from support.server import Server, refused
from support.streams import Stream

pytestmark = pytest.mark.main
OPTIONS = ["--simulate", "hosts=3,networks=1,machines=0,speed=max"]


@pytest.fixture
def server(data):
    server = Server(data, *OPTIONS).start()
    yield server
    server.stop()


def link(server, name="west"):
    network = server.json("getVirtualNetwork", networkName="net1")["network"]
    return next(link for link in network["link"] if link["name"] == name)


def test_a_link_is_broken_and_mended(server):
    events = Stream(server, "/v1/events", kind="linkChanged")
    answer = server.json("breakLink", networkName="net1", link="west")
    assert answer["operation"] and answer["link"]["state"] == "down" and answer["link"]["conditions"] == {"down": True}
    verified = server.json("verifyVirtualNetwork", networkName="net1")
    states = state(verified["network"])
    assert verified["connected"] and states.pop("west") == "down" and set(states.values()) == {"ok"}
    assert "down" in server.vms("topology").stdout
    metrics = requests.get(f"{server.url}/metrics", timeout=60).text
    assert 'vms_link_proven{network="net1",link="east"} 1' in metrics
    assert 'vms_link_proven{network="net1",link="west"}' not in metrics, "it neither holds nor fails"
    assert "operation" not in server.json("breakLink", networkName="net1", link="west")
    assert "conditions" not in server.json("mendLink", networkName="net1", link="west")["link"]
    assert link(server)["state"] == "unproven"
    assert server.json("verifyVirtualNetwork", networkName="net1")["connected"] and link(server)["state"] == "ok"
    events.wait(lambda s: len(s.events) == 2)
    assert [event["reason"] for _, _, event in events.events] == [
        "link 'west' of network 'net1' is down", "link 'west' of network 'net1' is as requested"]


def test_the_command_line(server):
    server.vms("network", "shape", "net1", "west", "--delay", "20", "--loss", "0.5")
    assert link(server)["conditions"] == {"delay": 20, "loss": 0.5} and "delay" not in link(server)
    assert "now 20.0 ms, 0.5% lost" in server.vms("topology").stdout.replace("now 20 ms", "now 20.0 ms")
    server.vms("network", "break", "net1", "west")
    server.vms("network", "mend", "net1", "west")
    assert link(server)["conditions"] == {"delay": 20, "loss": 0.5}
    server.vms("network", "shape", "net1", "west")
    assert "conditions" not in link(server)


@pytest.mark.parametrize("service, fields, code, field", [
    ("breakLink", {"networkName": "net1", "link": "no"}, "linkInvalid", "link"),
    ("mendLink", {"networkName": "no", "link": "west"}, "networkNotFound", "networkName"),
    ("setLinkConditions", {"networkName": "net1", "link": "west", "bandwidth": 7}, "outOfRange", "bandwidth"),
    ("setLinkConditions", {"networkName": "net1", "link": "west", "loss": 51}, "outOfRange", "loss"),
    ("setLinkConditions", {"networkName": "net1", "link": "west", "delay": -1}, "outOfRange", "delay"),
])
def test_bad_values(server, service, fields, code, field):
    fault = refused(server, service, **fields)
    assert (fault.code, fault.body["field"]) == (code, field), fault.body


def test_conditions_survive_a_restart_of_the_server(server):
    server.json("breakLink", networkName="net1", link="west")
    server.json("setLinkConditions", networkName="net1", link="east", bandwidth=2000)
    server.stop()
    server.start()
    assert link(server)["state"] == "down" and link(server, "east")["conditions"] == {"bandwidth": 2000}
