"""Events by HTTP: signed, in order, again until they are accepted."""
import base64
import signal
import socket
import time

import pytest

from support.receivers import Receiver, is_signed
from support.server import Server, refused
from support.waiting import wait_for

pytestmark = pytest.mark.main
OPTIONS = ["--simulate", "hosts=3,networks=0,machines=0,speed=max"]


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def server(data):
    server = Server(data, *OPTIONS).start()
    yield server
    server.stop(signal.SIGKILL)


def add(server, receiver, name="w1", kind=("nodeMaintenance",), **fields):
    """Without a kind, the events that `maintain` makes: hosts may come up meanwhile."""
    return server.json("addWebhook", webhook=name, url=receiver.url, kind=list(kind), **fields)["secret"]


def maintain(server, host="h1", wanted=True):
    server.json("setPhysicalServerMaintenance", phyServer=host, maintenance=wanted)


def state(server, name="w1"):
    return next(webhook for webhook in server.json("listWebhooks")["webhook"] if webhook["webhook"] == name)


def test_events_arrive_signed_and_in_order(server, receiver):
    before = server.json("getEvents", limit=1000)["last"]
    secret = add(server, receiver)
    for host in "h1", "h2", "h3":
        maintain(server, host)
    receiver.wait(*["nodeMaintenance"] * 3)
    noted = server.json("getEvents", after=before, limit=1000)["event"]
    assert receiver.events() == [event for event in noted if event["kind"] == "nodeMaintenance"]
    for message in receiver.messages:
        headers, _, path = message
        assert is_signed(message, secret) and headers["content-type"] == "application/json"
        assert path == "/events?from=vms" and abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    ids = [int(headers["webhook-id"]) for headers, _, _ in receiver.messages]
    assert ids == [event["number"] for event in receiver.events()]
    assert not is_signed(receiver.messages[0], "whsec_" + base64.b64encode(b"x" * 32).decode())
    wait_for(lambda: state(server)["last"] == ids[-1])
    assert state(server)["state"] == "delivering" and "reason" not in state(server)


def test_filters_and_a_key_of_ones_own(server, receiver):
    key = base64.b64encode(bytes(range(32))).decode()
    secret = add(server, receiver, kind=["nodeLost", "nodeUp"], phyServer="h2", key=key)
    assert secret == f"whsec_{key}"
    maintain(server, "h2")
    for host in "h1", "h2":
        server.vms("simulate", "lose-host", host)
        server.vms("simulate", "restore-host", host)
    receiver.wait("nodeLost", "nodeUp")
    assert {event["phyServer"] for event in receiver.events()} == {"h2"}
    assert all(is_signed(message, secret) for message in receiver.messages)


def test_an_event_is_sent_again_until_it_is_accepted(server, receiver):
    receiver.status = 503
    add(server, receiver)
    maintain(server)
    wait_for(lambda: len(receiver.refused) >= 2)
    failing = wait_for(lambda: (lambda now: now if now["state"] == "failing" else None)(state(server)))
    assert "503" in failing["reason"] and failing["attempts"] >= 1 and failing["since"]
    maintain(server, "h2")
    receiver.status = 200
    receiver.wait("nodeMaintenance", "nodeMaintenance")
    assert [event["phyServer"] for event in receiver.events()] == ["h1", "h2"]
    assert {headers["webhook-id"] for headers, _, _ in receiver.refused} == {receiver.messages[0][0]["webhook-id"]}
    wait_for(lambda: state(server)["state"] == "delivering")


def test_no_event_is_lost_when_the_server_is_killed(data, receiver):
    receiver.status = 500
    server = Server(data, *OPTIONS).start()
    secret = add(server, receiver)
    maintain(server)
    wait_for(lambda: state(server)["state"] == "failing")
    server.stop(signal.SIGKILL)
    server.start()
    assert state(server)["state"] == "failing"
    receiver.status = 200
    wait_for(lambda: "nodeMaintenance" in receiver.kinds())
    assert all(is_signed(message, secret) for message in receiver.messages)
    server.stop(signal.SIGKILL)
    text = (data / "vmsd.log").read_text()
    assert "a webhook does not accept an event" in text and secret.removeprefix("whsec_") not in text


def test_a_receiver_that_wants_no_more(server, receiver):
    receiver.status = 410
    add(server, receiver)
    maintain(server)
    stopped = wait_for(lambda: (lambda now: now if now["state"] == "stopped" else None)(state(server)))
    assert "410" in stopped["reason"] and len(receiver.refused) == 1
    wait_for(lambda: "a webhook gets no more events" in (server.data / "vmsd.log").read_text())
    maintain(server, "h2")
    receiver.status = 204
    server.vms("webhook", "resume", "w1")
    receiver.wait("nodeMaintenance", "nodeMaintenance")
    assert len(receiver.refused) == 1


def test_a_removed_webhook_gets_nothing(server, receiver):
    add(server, receiver)
    add(server, receiver, "w2", kind=["nodeLost"])
    server.vms("webhook", "remove", "w1")
    maintain(server)
    server.vms("simulate", "lose-host", "h1")
    receiver.wait("nodeLost")
    assert [webhook["webhook"] for webhook in server.json("listWebhooks")["webhook"]] == ["w2"]


def test_a_redirect(server, receiver):
    other = Receiver()
    receiver.status, receiver.location = 307, other.url
    add(server, receiver)
    maintain(server)
    wait_for(lambda: "307" in state(server).get("reason", ""))
    assert other.messages == []
    other.close()


def test_a_silent_receiver(server, receiver):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server.json("addWebhook", webhook="silent", url=f"http://127.0.0.1:{silent.getsockname()[1]}/",
                    kind=["nodeMaintenance"])
        add(server, receiver)
        maintain(server)
        receiver.wait("nodeMaintenance")
        failing = wait_for(lambda: (lambda now: now if now["state"] == "failing" else None)(state(server, "silent")))
        assert "no answer" in failing["reason"]


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "ftp://127.0.0.1/", "https://", "https://user@host/",
                                 "https://host/#x", "//host", "http://127.0.0.1.example/", "https://h\u00f6st/", "x",
                                 "https://127.0.0.1:65536/", "https://[::1]:99999/", "https://h:0/",
                                 "https://h:99999999999999999999/"])
def test_bad_addresses(server, url):
    fault = refused(server, "addWebhook", webhook="w1", url=url)
    assert fault.code == "invalidValue" and fault.body["field"] == "url"


def test_bad_requests(server, receiver):
    add(server, receiver)
    assert refused(server, "addWebhook", webhook="w1", url=receiver.url).code == "webhookNameTaken"
    assert refused(server, "addWebhook", webhook="W 1", url=receiver.url).code == "invalidName"
    assert refused(server, "addWebhook", webhook="w2", url=receiver.url, kind=["no"]).body["field"] == "kind[0]"
    assert refused(server, "addWebhook", webhook="w2", url=receiver.url, key="c2hvcnQ=").body["field"] == "key"
    for service in "resumeWebhook", "removeWebhook":
        assert refused(server, service, webhook="w9").code == "webhookNotFound"
    for number in range(31):
        add(server, receiver, f"more{number}")
    assert refused(server, "addWebhook", webhook="last", url=receiver.url).code == "tooMany"
