"""Attacks by callers that can only send bytes. No attack stops the server, delays other callers, or exhausts its
memory.

Each attack runs against one real server with libvirt's test driver. Meanwhile another caller repeats four requests
(caller.py). Afterwards the server must be the same process, must have answered in time, and must not have grown beyond
GROWTH."""

import contextlib
import gzip
import json
import os
import pathlib
import random
import re
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
import zlib

import pytest
import requests

from support.access import first_token
from support.environment import BIN, ROOT
from support.images import MIB
from support.server import Server
from support.waiting import wait_for

#: The maximum growth of the server's memory by an attack, in bytes.
GROWTH = 256 * MIB
#: The timeout, in seconds, of requests outside of the attack. Generous, because other tests may run in parallel.
PATIENCE = 20
#: The longest wait of another caller, in seconds: on a quiet machine with the release build (`make attack`), or beside
#: other tests.
DEADLINE = 0.2 if os.environ.get("VMS_QUIET") else 10

SOAP = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<sanityTest xmlns="http://vmserver/xsd">'
        "<testString>%s</testString></sanityTest></s:Body></s:Envelope>")


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("attack")).start()
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    operations = server.json("listOperations")["operation"]
    server.known = operations[0]["id"] if operations else "none"
    yield server
    server.stop()
    for service, (wait, test) in sorted(WORST.items()):
        print(f"{service}: others waited at most {wait * 1000:.0f} ms, in {test}")


#: The longest wait of another caller for each service, with the name of the test.
WORST = {}


def memory(server):
    """Resident memory of the server, in bytes."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) << 10


def address(server):
    host, port = server.url.removeprefix("http://").rsplit(":", 1)
    return host, int(port)


def sent(server, data, timeout=PATIENCE):
    """The server's answer to some bytes, until it closes the connection."""
    with socket.create_connection(address(server), timeout=timeout) as connection:
        answer = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(data)
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
        return answer


def post(body, headers=(), path="/services/VirtualMachineServer", kind="text/xml", length=True):
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Type: {kind}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status(answer):
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0


class Caller:
    """Another caller, in a separate process, that continuously repeats four requests."""

    def __init__(self, server):
        self.process = subprocess.Popen([sys.executable, ROOT / "Tests/EndToEnd/support/caller.py", server.url,
                                         getattr(server, "known", "none")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def end(self):
        result = json.loads(self.process.communicate()[0])
        assert not result["failures"], result["failures"][:3]
        assert all(result["waits"].values()), result["waits"]
        return result["waits"]


@contextlib.contextmanager
def under_attack(server, limit=GROWTH):
    """Checks that the server survives the body of the `with`, answers other callers meanwhile, and does not grow too
    much.

    Other tests may run in parallel, and a list grows with the attack. So a wait fails the test only when it exceeds
    DEADLINE: this detects a server that has stopped for others. `make attack` measures the waits."""
    before, stop = memory(server), threading.Event()
    largest = [before]

    def watch():
        while not stop.wait(0.05):
            with contextlib.suppress(OSError):
                largest[0] = max(largest[0], memory(server))

    watcher = threading.Thread(target=watch)
    caller = Caller(server)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
        waits = caller.end()
    assert server.process.poll() is None
    assert largest[0] - before < limit, f"{before >> 20} MiB became {largest[0] >> 20}"
    name = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[-1].split(" ")[0]
    for service, some in waits.items():
        WORST[service] = max(WORST.get(service, (0, "")), (max(some), name))
        assert max(some) <= DEADLINE, f"{service}: others waited {max(some) * 1000:.0f} ms"


def open_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count)), hard))


def test_large_bodies_that_never_end(victim):
    """Sixty connections send 15 of 16 MiB and stop."""
    block, connections = b" " * MIB, []
    with under_attack(victim):
        for _ in range(60):
            connection = socket.create_connection(address(victim), timeout=PATIENCE)
            connections.append(connection)
            connection.sendall(b"POST /v1/sanityTest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                               b"Content-Length: 16777216\r\n\r\n")
            connection.setblocking(False)
        sent_of = dict.fromkeys(connections, 0)
        for _ in range(40):
            for connection in list(sent_of):
                try:
                    sent_of[connection] += connection.send(block) if sent_of[connection] < 15 * MIB else 0
                except BlockingIOError:
                    pass
                except OSError:
                    del sent_of[connection]
        # Another caller's large body still gets memory, since little of these bodies has arrived.
        large = json.dumps({"testString": "x"}).encode() + b" " * 5 * MIB
        wait_for(lambda: requests.post(f"{victim.url}/v1/sanityTest", data=large, timeout=60, headers={
            "Content-Type": "application/json"}).status_code == 200, 90)
    for connection in connections:
        connection.close()


def test_more_connections_than_there_are_places(tmp_path):
    """A server with few descriptors reserves some for itself, and accepts active callers despite many idle
    connections."""
    open_files(2000)
    server = Server(tmp_path)
    real = subprocess.Popen

    def limited(*arguments, **options):
        return real(*arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 256)), **options)

    subprocess.Popen = limited
    try:
        server.start()
    finally:
        subprocess.Popen = real
    try:
        with under_attack(server):
            connections = [socket.create_connection(address(server), timeout=PATIENCE) for _ in range(600)]
            descriptors = pathlib.Path(f"/proc/{server.process.pid}/fd")
            wait_for(lambda: len(list(descriptors.iterdir())) < 200)
            server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
            server.json("createVirtualMachine", phyServer="t1", vmName="m", vmIP="10.0.0.9", vmRAM=64,
                        waitFor="started")
        for connection in connections:
            connection.close()
        log = (server.data / "vmsd.log").read_text()
        assert log.count("too many connections") == 1
        assert "connections are taken: the process may have 256 descriptors" in log
    finally:
        server.stop()


def test_waiters(victim):
    """Callers that wait for events and disconnect do not block others."""
    ask = json.dumps({"after": 10**9, "wait": 60}).encode()
    request = (b"POST /v1/getEvents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
               % len(ask)) + ask
    with under_attack(victim):
        for _ in range(1000):
            with socket.create_connection(address(victim), timeout=PATIENCE) as connection:
                connection.sendall(request)


def concurrently(attacks):
    """Runs each attack in a thread of its own, and waits for all."""
    threads = [threading.Thread(target=attack) for attack in attacks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_operations_with_large_plans(tmp_path):
    """Lists of operations, and refused requests, read no plan, although many operations with large plans are stuck."""
    server = Server(tmp_path).start()
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    server.json("createVirtualMachine", phyServer="t1", vmName="m", vmIP="10.0.0.9", vmRAM=64, waitFor="started")
    server.known = server.json("listOperations")["operation"][0]["id"]
    server.stop()
    with contextlib.closing(sqlite3.connect(tmp_path / "vms.sqlite")) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(operation)")]
        row = dict(zip(columns, database.execute("SELECT * FROM operation WHERE id = ?", [server.known]).fetchone(),
                       strict=True))
        plan = json.loads(database.execute("SELECT plan FROM operation_plan WHERE operation = ?",
                                           [server.known]).fetchone()[0])
        rows = database.execute("SELECT entry FROM journal WHERE operation = ? ORDER BY sequence", [server.known])
        entries = [entry for entry, in rows]
        some = plan["steps"] * (100_000 // len(json.dumps(plan["steps"])))
        stuck = entries[:1] + [json.dumps({kind: {"_0": {"code": "hypervisorFailed", "reason": "x"}}})
                               for kind in ("failing", "stuck")]
        for number in range(300):
            over = number < 100
            plan["steps"] = some * 7 if over else some
            plan["machine"] = f"m{number}"
            row |= {"id": f"o{number}", "number": number + 100, "machine": f"m{number}",
                    "state": "succeeded" if over else "stuck",
                    "steps": "d" * len(plan["steps"]) if over else None}
            database.execute(f"INSERT INTO operation ({','.join(row)}) VALUES ({','.join('?' * len(row))})",
                             list(row.values()))
            database.execute("INSERT INTO operation_plan VALUES (?, ?)", [row["id"], json.dumps(plan)])
            if not over:
                database.execute("INSERT INTO operation_claim (host, machine, operation) VALUES ('t1', ?, ?)",
                                 [row["machine"], row["id"]])
                database.executemany("INSERT INTO journal VALUES (?, ?, 1, ?)",
                                     [(row["id"], sequence, entry) for sequence, entry in enumerate(stuck, 1)])
    try:
        server.start()
        listed = server.json("listOperations", limit=1000)["operation"]
        assert [one["state"] for one in listed].count("stuck") == 200

        def listing():
            assert len(server.json("listOperations", limit=1000)["operation"]) == len(listed)

        def refused():
            for _ in range(5):
                with pytest.raises(Exception) as found:
                    server.json("createVirtualMachine", phyServer="t1", vmName="m", vmIP="10.0.0.8", vmRAM=64)
                assert found.value.code == "machineNameTaken"

        with under_attack(server):
            concurrently([listing, listing, listing, listing, refused, refused, refused, refused])
    finally:
        server.stop()


def test_plans_and_large_messages(victim):
    """Sixty plans of large networks, and eight messages of tens of thousands of hosts."""
    routers = [{"name": f"r{number}"} for number in range(1024)]
    links = [{"name": f"l{number}", "end": [{"router": f"r{number}"}, {"router": f"r{number + 1}"}]}
             for number in range(1023)]
    network = json.dumps({"networkName": "n", "router": routers, "link": links}).encode()
    nodes = "".join(f"<Node><NodeName>n{number}</NodeName><uri>test:///default</uri></Node>"
                    for number in range(49_000))
    message = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
               '<registerNodes xmlns="http://vmserver/xsd">'
               f"{nodes}</registerNodes></s:Body></s:Envelope>").encode()
    few = json.dumps({"networkName": "n", "nodeCount": 1000, "phyServer": ["t1"]}).encode()
    with under_attack(victim):
        concurrently([lambda: sent(victim, post(message), 120)] * 8)
    with under_attack(victim):
        concurrently([lambda: sent(victim, post(few, path="/v1/planVirtualNetwork", kind="application/json"), 120)] * 50
                     + [lambda: sent(victim, post(network, path="/v1/planVirtualNetwork", kind="application/json"),
                                     120)] * 10)


def test_creates_without_waiting(tmp_path):
    """Two thousand creates, each from a connection that ends before its answer."""
    open_files(3000)
    server = Server(tmp_path).start()
    try:
        server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
        with under_attack(server):
            for number in range(2000):
                body = json.dumps({"phyServer": "t1", "vmName": f"m{number}",
                                   "vmIP": f"10.1.{number // 200}.{number % 200 + 1}",
                                   "vmRAM": 64, "waitFor": "started"}).encode()
                with socket.create_connection(address(server), timeout=PATIENCE) as connection:
                    connection.sendall(post(body, path="/v1/createVirtualMachine", kind="application/json"))
    finally:
        server.stop()


def test_images_that_are_hashed(victim):
    """Files of images whose digests the server computes; the uploads are cancelled at the end."""
    content = os.urandom(510) + b"\x55\xaa" + bytes(8 * MIB - 512)

    def added(name):
        manifest = json.dumps({"name": name, "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1",
                               "stacks": ["ipv4"],
                               "boot": "disk", "disk": "d.img", "diskFormat": "raw", "minimumRAM": 64,
                               "configuration": "none"})
        ask = {"manifest": manifest, "file": [{"name": "d.img", "size": 16 * len(content), "digest": "0" * 64}]}
        path = victim.json("addImage", **ask)["missing"][0]["path"]
        for piece in range(16):
            answer = requests.patch(victim.url + path, data=content if piece == 0 else content[512:] + bytes(512),
                                    timeout=120, headers={
                "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(piece * len(content))})
        refused.append((answer.status_code, answer.text))
        with contextlib.suppress(Exception):
            victim.json("cancelImageUpload", upload=path.split("/")[3])

    refused = []
    with under_attack(victim):
        concurrently([lambda name=name: added(name) for name in ("big1", "big2", "big3", "big4")])
    assert len(refused) == 4, refused


def test_bodies_in_tiny_chunks(victim):
    """A million chunks of one byte each are refused before they delay others."""
    head = (b"POST /v1/sanityTest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n")
    data = head + b"1\r\n \r\n" * 1_000_000 + b"0\r\n\r\n"
    answers = []
    with under_attack(victim):
        concurrently([lambda: answers.append(sent(victim, data, 60))] * 6)
    assert [status(answer) for answer in answers] == [400] * 6, answers[0][:200]


XML = [
    ("an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SOAP % "&x;"),
    ("an external DTD", '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x">' + SOAP % "a"),
    ("entities in entities", "<!DOCTYPE l [" + '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>" + SOAP % "&j;"),
    ("depth", SOAP % ("<a>" * 100_000 + "</a>" * 100_000)),
    ("depth without end", SOAP % ("<a>" * 1_000_000)),
    ("many elements", SOAP % ("<a/>" * 2_000_000)),
    ("many attributes", SOAP % ("<a " + " ".join(f'a{i}="1"' for i in range(5000)) + "/>")),
    ("attributes of many elements", SOAP % (("<a " + " ".join(f'a{i}=""' for i in range(25)) + "/>") * 80_000)),
    ("a long name", SOAP % ("<" + "n" * 100_000 + "/>")),
    ("much text", SOAP % ("x" * 16_000_000)),
    ("a long comment", SOAP % ("<!--" + "x" * 10_000_000 + "-->")),
    ("many ampersands", SOAP % ("&" * 3_000_000)),
    ("many comments begun", SOAP % ("<!--" * 1_000_000)),
    ("many name spaces", SOAP % "".join(f'<a xmlns="{"u" * 2000}{i}"/>' for i in range(7000))),
]


@pytest.mark.parametrize("body", [body.encode() for _, body in XML], ids=[name for name, _ in XML])
def test_xml(victim, body):
    with under_attack(victim):
        answer = sent(victim, post(body), timeout=60)
    assert status(answer) in (200, 400, 413, 500), answer[:200]
    assert b"root:" not in answer


JSON = [
    ("depth", b"[" * 5_000_000), ("many nulls", b'{"testString":[' + b",".join([b"null"] * 3_000_000) + b"]}"),
    ("many arrays", b"[" + b",".join([b"[]"] * 1_400_000) + b"]"),
    ("arrays in arrays", b"[" + b",".join([b"[[1]]"] * 1_000_000) + b"]"),
    ("many members", b"{" + b",".join(b'"a%d":1' % i for i in range(500_000)) + b',"testString":"a"}'),
    ("many digits", b'{"testString":' + b"9" * 10_000_000 + b"}"),
    ("a long text", b'{"testString":"' + b"a" * 15_000_000 + b'"}'),
    ("many escapes", b'{"testString":"' + b"\\u0041" * 2_000_000 + b'"}'),
]


@pytest.mark.parametrize("body", [body for _, body in JSON], ids=[name for name, _ in JSON])
def test_json(victim, body):
    with under_attack(victim):
        answer = sent(victim, post(body, path="/v1/sanityTest", kind="application/json"), timeout=60)
    assert status(answer) in (400, 413), answer[:200]


def deflated(data, window):
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(data) + packer.flush()


def test_compressed_bombs(victim):
    bomb = (SOAP % ("A" * 15_000_000)).encode()
    with under_attack(victim):
        for encoding, body, right in [
                ("gzip", gzip.compress(bytes(200 * MIB), 9), 413), ("gzip", gzip.compress(bomb, 9), 413),
                ("deflate", deflated(bytes(200 * MIB), -15), 413),
                ("gzip", gzip.compress((SOAP % "a").encode()) * 2, 400),
                ("gzip", gzip.compress((SOAP % "a").encode()) + b"GARBAGE", 400),
                ("gzip", gzip.compress((SOAP % "a").encode())[:-9], 400), ("gzip, gzip", b"x", 400)]:
            assert status(sent(victim, post(body, [f"Content-Encoding: {encoding}"]))) == right
        # Sixty concurrent requests.
        bodies = [post(gzip.compress(bomb[:900_000], 9), ["Content-Encoding: gzip"])] * 60
        threads = [threading.Thread(target=sent, args=(victim, body, 60)) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


HIDDEN = b"GET /metrics HTTP/1.1\r\nHost: smuggled\r\n\r\n"
BODY = (SOAP % "hi").encode()
HEAD = b"POST /services/VirtualMachineServer HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
SMUGGLED = [
    HEAD + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + b"Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n" + HIDDEN,
    HEAD + LENGTH + b"Content-Length: 0\r\n\r\n" + BODY + HIDDEN, HEAD + b"Content-Length: 5, 5\r\n\r\nxxxxx",
    HEAD + b"Content-Length: +5\r\n\r\nxxxxx", HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Content-Length: 0x5\r\n\r\nxxxxx",
    HEAD + b"Content-Length: \r\n\r\nxxxxx", HEAD + b"X: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + BODY,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nxxxxx\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b'GET /services/VirtualMachineServer?wsdl HTTP/1.1\r\nHost: a"><script>\r\n\r\n',
]


@pytest.mark.parametrize("request_", SMUGGLED, ids=range(len(SMUGGLED)))
def test_smuggled_requests(victim, request_):
    """The request is refused, and the bytes after it are not treated as a second request."""
    with under_attack(victim):
        answer = sent(victim, request_.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    # A valid transfer coding that the server does not support: RFC 9112, 6.1.
    unknown = b"Transfer-Encoding: xchunked" in request_
    assert status(answer) == (501 if unknown else 400), answer[:200]
    assert b"vms_calls_total" not in answer


@pytest.mark.parametrize("length", [2**63, 2**64, 10**30, 2**63 - 1])
def test_lengths_that_overflow(victim, length):
    with under_attack(victim):
        answer = sent(victim, HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\nx" % length)
    assert status(answer) in (400, 413), answer[:200]


def test_uploads_that_are_announced(victim, tmp_path):
    """An announced upload reserves space on the disk; each upload can be cancelled."""
    free = os.statvfs(victim.data)
    half = free.f_bavail * free.f_frsize * 6 // 10
    manifest = json.dumps({"name": "huge", "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1",
                           "stacks": ["ipv4"],
                           "boot": "disk", "disk": "d.img", "minimumRAM": 64, "configuration": "none"})
    with under_attack(victim):
        announced = victim.json("addImage", manifest=manifest,
                                file=[{"name": "d.img", "size": half}])["missing"][0]["path"]
        other = manifest.replace("huge", "other")
        with pytest.raises(Exception) as refused:
            victim.json("addImage", manifest=other, file=[{"name": "d.img", "size": half}])
        assert refused.value.code == "storageFull"
        upload = announced.split("/")[3]
        assert victim.json("cancelImageUpload", upload=upload)["result"] == "SUCCESS"
        with pytest.raises(Exception) as refused:
            victim.json("cancelImageUpload", upload=upload)
        assert refused.value.code == "uploadNotFound"
        upload = victim.json("addImage", manifest=other,
                             file=[{"name": "d.img", "size": half}])["missing"][0]["path"].split("/")[3]
        victim.json("cancelImageUpload", upload=upload)
        for name in ["../x", "..", "", "a/b", "0" * 32, "draft"]:
            with pytest.raises(Exception) as refused:
                victim.json("cancelImageUpload", upload=name)
            assert refused.value.code in ("uploadNotFound", "emptyField")


def test_callers_cannot_forge_log_lines(victim):
    mark = "\x1b[2J\r\nforged=1\u2028\u202e"
    for service, fields in [("getEvents", {}), ("getVirtualMachineStatus", {"phyServer": mark, "vmName": mark}),
                            ("cancelImageUpload", {"upload": "x" + mark}),
                            ("registerNodes", {"Node": [{"NodeName": mark, "uri": mark}]})]:
        with contextlib.suppress(Exception):
            victim.json(service, **fields)
    sent(victim, b"GET /\x1b[31mred\xe2\x80\xa8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    sent(victim, b"GET /%0aforged=1%1b[31m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    log = (victim.data / "vmsd.log").read_text(errors="surrogateescape")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", log)
    assert "\nforged" not in log


def test_dns_rebinding_is_refused(victim):
    for path in ["/metrics", "/v1", "/"]:
        for host, right in [("evil.example", 403), ("127.0.0.1:1", 200), ("localhost", 200), ("[::1]:8080", 200)]:
            answer = requests.get(victim.url + path, headers={"Host": host}, timeout=PATIENCE)
            assert answer.status_code == right, (path, host)


def test_listening_needs_tls(tmp_path):
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"]:
        refused = subprocess.run([BIN / "vmsd", "serve", "--listen", listen, "--data", tmp_path], capture_output=True,
                                 text=True,
                                 timeout=60)
        assert refused.returncode != 0
        assert "unencrypted" in refused.stderr, refused.stderr
        assert "192" in listen or f"use --listen https://{listen}" in refused.stderr, refused.stderr
    simulated = subprocess.run(
        [BIN / "vmsd", "serve", "--listen", "127.0.0.1:0", "--simulate", "hosts=1", "--require-token"],
        capture_output=True, text=True, timeout=60)
    assert simulated.returncode != 0 and "needs --data" in simulated.stderr, simulated.stderr
    for url in ["vms.example.org", "ftp://a", "https://a:b@c", "https://a?x", "https://a/<b>", "https://",
                "https://a:99999"]:
        refused = subprocess.run([BIN / "vmsd", "serve", "--public-url", url, "--listen", "127.0.0.1:0", "--data",
                                  tmp_path],
                                 capture_output=True, text=True, timeout=60)
        assert refused.returncode != 0 and f"public-url is '{url}'" in refused.stderr, refused.stderr


def test_behind_a_proxy_with_tls(tmp_path):
    server = Server(tmp_path, "--public-url", "https://vms.example.org/vms/").start()
    try:
        credential = {"Authorization": f"Bearer {first_token(server)}"}
        for host in ["vms.example.org", "127.0.0.1:8080"]:
            wsdl = requests.get(f"{server.url}/services/VirtualMachineServer?wsdl", timeout=PATIENCE, headers={
                "Host": host, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}).text
            places = re.findall(r'location="([^"]*)"', wsdl)
            assert len(places) >= 2 and set(places) == {"https://vms.example.org/vms/services/VirtualMachineServer"}
            for origin, right in [("https://vms.example.org", 200), ("https://evil.example", 403), ("null", 403)]:
                answer = requests.post(f"{server.url}/v1/sanityTest", json={"testString": "x"}, timeout=PATIENCE,
                                       headers=credential | {"Host": host, "Origin": origin})
                assert answer.status_code == right, (host, origin)
                response = server.soap("<sanityTest><testString>x</testString></sanityTest>",
                                       headers=credential | {"Host": host, "Origin": origin})
                assert response.status_code == (200 if right == 200 else 400), (host, origin)
    finally:
        server.stop()


def changed(source, data):
    """A message with a few random changes."""
    data = bytearray(data)
    for _ in range(source.choice([0, 1, 1, 2, 4])):
        at = source.randrange(len(data) + 1)
        choice = source.random()
        if choice < 0.3 and at < len(data):
            data[at] = source.randrange(256)
        elif choice < 0.5:
            del data[at:at + source.choice([1, 2, 10, 50])]
        else:
            data[at:at] = source.choice([b"\r\n", b"--", b"\0", b"\xff", b"9" * 30, b"<![CDATA[", b"<!--", b"]]>",
                                         b"&#x110000;", b"{",
                                         b"[" * 70, b'"', b"\\ud800", b"\xed\xa0\x80", b"boundary=", b"%", b":", b"e99",
                                         b"-"])
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_changed_messages(victim, seed):
    """Requests of every kind with a few random changes: the server answers each, or closes the connection."""
    source = random.Random(seed)
    services = requests.get(f"{victim.url}/v1", timeout=PATIENCE).json()["services"]
    names = [service["name"] for service in services if not service["name"].startswith(("shutdown", "unregister"))]
    values = [0, -1, 2**63, 2**64, 10**30, 1e300, "", "x" * 5000, "../../etc/passwd", "\u202e", "10.0.0.1/99", "t1",
              "fd00::1/64", None, [], {},
              [[]], True, "test:///default", "-oProxyCommand=x"]
    mtom = (b"--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\nContent-ID: <r>\r\n\r\n" + BODY
            + b"\r\n--b\r\nContent-ID: <a@b>\r\n\r\nxx\r\n--b--\r\n")
    with under_attack(victim):
        for _ in range(400):
            service = source.choice(services)
            if service["name"] not in names:
                continue
            fields = {field["name"]: source.choice(values) for field in service["fields"]
                      if field["name"] not in ("wait", "timeout") and source.random() < 0.7}
            kind = source.random()
            if kind < 0.5:
                data = post(changed(source, json.dumps(fields).encode()), path=f"/v1/{service['name']}",
                            kind="application/json")
            elif kind < 0.8:
                data = post(changed(source, BODY))
            elif kind < 0.9:
                data = post(changed(source, mtom),
                            kind='multipart/related; type="application/xop+xml"; boundary="b"; start="<r>"')
            else:
                data = changed(source, post(BODY))
            with socket.create_connection(address(victim), timeout=PATIENCE) as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(data)
                    connection.shutdown(socket.SHUT_WR)
                    answer = b""
                    while piece := connection.recv(65536):
                        answer += piece
                    assert b"internalError" not in answer, data
