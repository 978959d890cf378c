"""HTTP/2 over TLS: every face, windows of all sizes, and clients that behave badly."""
import shutil
import signal
import socket
import ssl

import h2.connection
import h2.errors
import pytest
import requests

from support.access import User, first_token
from support.credentials import certificate, digest_of_key
from support.http2 import HTTP2
from support.server import Server

pytestmark = [pytest.mark.main, pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")]
SIMULATION = ["--simulate", "hosts=1,networks=0,machines=0,speed=max", "--require-token", "--listen",
              "https://127.0.0.1:0"]
JSON = ("content-type", "application/json")


def start(folder, *options):
    server = Server(folder, *SIMULATION, *options).start()
    server.admin = User(server, first_token(server))
    server.authority = str(server.data / "tls/ca.pem")
    server.proof = ("authorization", f"Bearer {server.admin.token}")
    return server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = start(tmp_path_factory.mktemp("data"))
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def client(server):
    with HTTP2(server.encrypted_url, server.authority) as client:
        yield client


def is_alive(server):
    answer = requests.get(f"{server.encrypted_url}/healthz", verify=server.authority, timeout=60)
    return answer.text == "ok\n"


@pytest.mark.parametrize("offered, chosen", [(["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), ([], None),
                                             (["spdy/3"], None)])
def test_the_client_chooses_the_protocol(server, offered, chosen):
    context = ssl.create_default_context(cafile=server.authority)
    if offered:
        context.set_alpn_protocols(offered)
    port = int(server.encrypted_url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted:
            assert encrypted.selected_alpn_protocol() == chosen
            if chosen != "h2":
                encrypted.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                assert encrypted.recv(12) == b"HTTP/1.1 200"


def test_every_face(server, client):
    assert client.call("GET", "/healthz").body == b"ok\n"
    head = client.call("HEAD", "/")
    assert head.status == 200 and head.body == b"" and int(head.headers["content-length"]) > 0
    assert client.call("GET", "/axis2/services/VMServer?wsdl").body.startswith(b"<?xml")
    assert b"vms" in client.call("GET", "/metrics", headers=[server.proof]).body
    answer = client.call("POST", "/v1/sanityTest", b'{"testString": "two"}', [server.proof, JSON])
    assert answer.status == 200 and "two" in answer.json()["testString"]
    stranger = client.call("POST", "/v1/sanityTest", b'{"testString": "two"}', [JSON])
    assert stranger.status == 401 and "bearer" in stranger.headers["www-authenticate"].lower()
    envelope = (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><sanityTest>'
                b"<testString>two</testString></sanityTest></e:Body></e:Envelope>")
    soap = client.call("POST", "/axis2/services/VMServer", envelope, [server.proof, ("content-type", "text/xml")])
    assert soap.status == 200 and b"two" in soap.body
    assert client.call("GET", "/nothing").status == 404


def test_a_hundred_requests_at_the_same_time(server, client):
    numbers = [client.begin("POST", "/v1/sanityTest", [server.proof, JSON], end=False) for _ in range(100)]
    for number in numbers:
        client.send(number, b'{"testString": "', end=False)
    for number in reversed(numbers):
        client.send(number, b'number %d"}' % number)
    for number in numbers:
        assert f"number {number}" in client.answer(number).json()["testString"]


@pytest.mark.parametrize("window", [1, 1000, 65535])
def test_an_answer_larger_than_the_window(server, window):
    """The answer arrives whole, however little the client takes at a time."""
    whole = requests.get(f"{server.encrypted_url}/axis2/services/VMServer?wsdl", verify=server.authority, timeout=60)
    path = "/healthz" if window == 1 else "/axis2/services/VMServer?wsdl"
    with HTTP2(server.encrypted_url, server.authority, window=window) as client:
        body = client.call("GET", path).body
    assert body == (b"ok\n" if window == 1 else whole.content)
    assert window == 1 or len(body) > 2 * window or window == 65535


def test_an_answer_that_is_not_read_delays_no_other(server):
    with HTTP2(server.encrypted_url, server.authority, window=0) as client:
        client.begin("GET", "/axis2/services/VMServer?wsdl")
        assert is_alive(server)
        number = client.begin("GET", "/healthz")
        client.state.increment_flow_control_window(10, number)
        client.flush()
        assert client.answer(number).body == b"ok\n"


def test_large_bodies(server, client):
    """A body of many windows; one over the limit is refused before it was sent."""
    body = b'{"testString": "large"}' + b" " * (3 << 20)
    answer = client.call("POST", "/v1/sanityTest", body, [server.proof, JSON])
    assert answer.status == 200 and "large" in answer.json()["testString"]
    announced = client.begin("POST", "/v1/sanityTest", [server.proof, JSON, ("content-length", str(1 << 30))], end=False)
    assert client.answer(announced).status == 413
    unannounced = client.begin("POST", "/v1/sanityTest", [server.proof, JSON], end=False)
    client.send(unannounced, b" " * (20 << 20))
    assert client.answer(unannounced).status == 413
    assert client.call("GET", "/healthz").status == 200


@pytest.mark.parametrize("length, continues", [(100, True), (1 << 30, False)])
def test_expect_continue(server, client, length, continues):
    number = client.begin("POST", "/v1/sanityTest", [server.proof, JSON, ("expect", "100-continue"),
                                                     ("content-length", str(length))], end=False)
    if continues:
        while not client.answers[number].continued:
            client.receive()
        client.send(number, b'{"testString": "x"}'.ljust(length))
    answer = client.answer(number)
    assert (answer.status, answer.continued) == ((200, True) if continues else (413, False))


@pytest.mark.parametrize("authority, headers, status", [
    (True, [], 200), (False, [], 400), (False, [("host", "127.0.0.1")], 200), (True, [("host", "example.org")], 400),
    (False, [("host", "127.0.0.1"), ("host", "127.0.0.1")], 400), (False, [("host", "a b")], 400),
    # The name of a header between the server's own handlers.
    (True, [("vms-head-fault", "coding")], 200), (False, [("vms-head-fault", "coding")], 400)])
def test_the_name_of_the_host(client, authority, headers, status):
    assert client.call("GET", "/healthz", headers=headers, authority=authority).status == status


@pytest.mark.parametrize("headers", [[("transfer-encoding", "chunked")], [("connection", "close")], [("Upper", "x")],
                                     [(":path", "/again")], [("content-length", "-1")]])
def test_headers_that_http2_forbids(server, client, headers):
    number = client.begin("POST", "/v1/sanityTest", [server.proof, JSON, *headers], end=False)
    client.state.send_data(number, b"{}", end_stream=True)
    client.flush()
    answer = client.answers[number]
    try:
        while not answer.ended and answer.reset is None:
            client.receive()
    except Exception as error:
        assert type(error).__name__ in ("Ended", "ConnectionResetError", "ProtocolError"), error
    assert answer.status in (None, 400)
    assert is_alive(server)


def test_a_client_certificate(server, tmp_path):
    file = certificate(tmp_path, "two")
    server.admin("addUser", user="two", serverRole="viewer")
    server.admin("changeUser", user="two", addCertificateKey=[digest_of_key(file)])
    with HTTP2(server.encrypted_url, server.authority, certificate=file) as client:
        who = lambda: client.call("POST", "/v1/whoAmI", b"{}", [JSON])
        assert who().json()["user"]["user"] == "two"
        server.admin("changeUser", user="two", removeCertificateKey=[digest_of_key(file)])
        assert who().status == 401


def test_cancelled_requests(server, client):
    """A client that resets its streams as fast as it opens them loses its connection; others notice nothing."""
    try:
        for _ in range(2000):
            client.reset(client.begin("POST", "/v1/sanityTest", [server.proof, JSON], end=False))
    except (ConnectionError, ssl.SSLError):
        pass
    client.until_end()
    assert client.goaway and client.goaway.error_code == h2.errors.ErrorCodes.ENHANCE_YOUR_CALM
    assert is_alive(server)


def test_places_of_streams(tmp_path):
    """Requests take places as connections do: one that stays incomplete gives way to a new one."""
    server = start(tmp_path, "--max-connections", "8", "--max-connections-per-address", "4")
    try:
        with HTTP2(server.encrypted_url, server.authority) as client:
            begin = lambda: client.begin("POST", "/v1/sanityTest", [server.proof, JSON], end=False)
            begun = [begin() for _ in range(4)]
            assert client.call("GET", "/healthz").status == 200
            assert client.answers[begun[0]].reset is not None
            assert [client.answers[number].reset for number in begun[1:]] == [None] * 3
            for number in begun[1:]:
                client.send(number, b'{"testString": "x"}')
                assert client.answer(number).status == 200
            assert client.call("GET", "/healthz").status == 200
    finally:
        server.stop(signal.SIGKILL)


def test_a_server_that_stops_answers_what_has_begun(tmp_path):
    server = start(tmp_path)
    with HTTP2(server.encrypted_url, server.authority) as client:
        number = client.begin("POST", "/v1/sanityTest", [server.proof, JSON], end=False)
        client.send(number, b'{"testString": ', end=False)
        assert client.call("GET", "/healthz").status == 200
        server.process.send_signal(signal.SIGTERM)
        while not client.goaway:
            client.receive()
        # Others still send what they have begun.
        client.state.state_machine.state = h2.connection.ConnectionState.CLIENT_OPEN
        client.send(number, b'"end"}')
        assert "end" in client.answer(number).json()["testString"]
        client.until_end()
    server.stop()
    assert server.process.returncode == 0
