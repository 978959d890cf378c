"""Consoles of simulated machines: over HTTP as events, by services, and with `vms console` in a terminal."""
import os
import pty
import re
import select
import signal
import socket
import subprocess
import termios
import time

import pytest
import requests

from support.access import User, first_token
from support.consoles import Follower, type_on
from support.environment import CLI
from support.server import Server, refused

pytestmark = pytest.mark.main
OPTIONS = ["--simulate", "hosts=3,networks=1,machines=2,speed=10"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"), *OPTIONS).start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def machine(server):
    """A new machine on h1, for one test."""
    name = f"c{time.monotonic_ns()}"
    number = sum(1 for _ in server.json("listVirtualMachines")["vm"]) + 20
    server.json("createVirtualMachine", phyServer="h1", vmName=name, vmIP=f"192.0.2.{number}", vmRAM=96)
    return name


def test_every_follower_sees_what_is_typed(server, machine):
    followers = [Follower(server, machine, **{"from": "start"}) for _ in range(3)]
    assert type_on(server, machine, "show ip route\r").status_code == 204
    for follower in followers:
        assert bytes(follower.until(b"# ").data) == b"show ip route\r\n# "
        assert follower.notes == [("opened", {"kind": "opened", "phyServer": "h1"}),
                                   ("writer", {"kind": "writer", "user": "local"})]
        follower.close()


def test_a_console_goes_on_through_moves(server, machine):
    follower = Follower(server, machine, **{"from": "start"})
    type_on(server, machine, "first\r")
    follower.until(b"first\r\n# ")
    for number, (source, target) in enumerate([("h1", "h2"), ("h2", "h3"), ("h3", "h1")]):
        server.json("migrateVirtualMachine", sourcePhyServer=source, destPhyServer=target, vmName=machine)
        type_on(server, machine, f"move{number}\r")
        follower.until(b"move%d\r\n# " % number)
    assert bytes(follower.data) == b"first\r\n# " + b"".join(b"move%d\r\n# " % n for n in range(3))
    moved = [(event["from"], event["phyServer"]) for name, event in follower.notes if name == "moved"]
    assert moved == [("h1", "h2"), ("h2", "h3"), ("h3", "h1")] and "gap" not in follower.kinds()
    follower.close()


def test_a_follower_resumes_where_it_was(server, machine):
    first = Follower(server, machine, **{"from": "start"})
    type_on(server, machine, "one\r")
    first.until(b"# ").close()
    type_on(server, machine, "two\r")
    second = Follower(server, machine, last_id=first.ids[-1]).until(b"# ")
    assert bytes(second.data) == b"two\r\n# " and second.notes == []
    for place, data in [("start", b"one\r\n# two\r\n# "), ("5", b"# two\r\n# ")]:
        other = Follower(server, machine, **{"from": place}).until(b"two\r\n# ")
        assert bytes(other.data) == data
        other.close()
    second.close()


def test_after_a_restart_of_the_server_the_gap_is_marked(data):
    server = Server(data, *OPTIONS).start()
    name = server.json("listVirtualMachines")["vm"][0]["vmName"]
    follower = Follower(server, name, **{"from": "start"})
    type_on(server, name, "x\r")
    follower.until(b"# ")
    server.stop()
    follower.wait(lambda f: "end" in f.kinds())
    server.start()
    later = Follower(server, name, last_id=follower.ids[-1])
    later.wait(lambda f: "opened" in f.kinds())
    assert later.kinds()[0] == "gap"
    server.stop(signal.SIGKILL)


def test_one_program_types_at_a_time(server, machine):
    follower = Follower(server, machine, **{"from": "start"})
    assert [type_on(server, machine, "a", writer="one", sequence=n).status_code for n in (1, 1, 2)] == [204] * 3
    refusal = type_on(server, machine, "b", writer="two")
    assert refusal.status_code == 409 and refusal.json()["code"] == "machineBusy", refusal.text
    assert type_on(server, machine, "c\r", writer="two", takeOver="true").status_code == 204
    assert bytes(follower.until(b"# ").data) == b"aac\r\n# "
    follower.close()


@pytest.mark.parametrize("path, headers, data, status, code", [
    ("nobody/console", {}, b"x", 404, "machineNotFound"), ("%2e%2e/console", {}, b"x", 404, None),
    ("{}/console", {"Content-Type": "text/plain"}, b"x", 415, None),
    ("{}/console", {"Console-Sequence": "-1"}, b"x", 400, None),
    ("{}/console", {"Console-Writer": "w" * 65}, b"x", 400, None), ("{}/console", {}, b"x" * 65537, 413, None),
])
def test_bad_requests_to_type(server, machine, path, headers, data, status, code):
    answer = requests.post(f"{server.url}/v1/machines/{path.format(machine)}", data=data, timeout=60,
                           headers={"Content-Type": "application/octet-stream"} | headers)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


@pytest.mark.parametrize("place", ["", "x", "-1", "1.2", "1.2.", "9" * 30, "start\r\n"])
def test_bad_positions(server, machine, place):
    answer = requests.get(f"{server.url}/v1/machines/{machine}/console", params={"from": place}, stream=True, timeout=60)
    if place == "1.2.":
        assert answer.status_code == 200, "the session's id is of no session"
    else:
        assert answer.status_code == 400 and answer.json()["code"] == "invalidValue", place
    answer.close()


def test_a_stalled_follower_delays_no_other(server, machine):
    stalled = socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.sendall(f"GET /v1/machines/{machine}/console?from=start HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    followers = [Follower(server, machine, **{"from": "start"}) for _ in range(100)]
    for number in range(15):
        assert type_on(server, machine, "flood 20000\r").status_code == 204
        text = b"flood 20000\r\n" + b"." * 20000 + b"\r\n# "
        for follower in followers:
            follower.until(text)
            assert bytes(follower.data) == text
            del follower.data[:]
    assert all("gap" not in follower.kinds() for follower in followers)
    for follower in followers:
        follower.close()
    stalled.close()


def test_services_for_programs(server, machine):
    first = server.json("readConsole", vmName=machine)
    assert first["next"] and not first.get("text") and "found" not in first
    server.json("sendConsole", vmName=machine, text="show version\n")
    answer = server.json("readConsole", vmName=machine, **{"from": first["next"]}, until=["# "], wait=30)
    assert answer["found"] is True and answer["text"] == "show version\n# "
    assert {"kind": "writer", "user": "local"} in answer["note"]
    raw = server.json("readConsole", vmName=machine, **{"from": first["next"]}, raw=True)
    assert raw["data"] == "c2hvdyB2ZXJzaW9uDQojIA=="
    begin = time.monotonic()
    nothing = server.json("readConsole", vmName=machine, **{"from": answer["next"]}, until=["login:"], wait=1)
    assert nothing["found"] is False and time.monotonic() - begin >= 1
    assert refused(server, "sendConsole", vmName=machine).code == "missingField"
    assert refused(server, "sendConsole", vmName=machine, text="x", data="eA==").code == "invalidValue"
    assert refused(server, "readConsole", vmName=machine, **{"from": "x"}).code == "invalidValue"


def test_rights(tmp_path):
    server = Server(tmp_path, *OPTIONS, "--require-token").start()
    try:
        admin = User(server, first_token(server))
        vm = admin("listVirtualMachines")["vm"][0]
        name, network = vm["vmName"], vm.get("networkName")
        assert Follower(server, name).answer.status_code == 401
        assert type_on(server, name, "x").status_code == 401
        stranger = admin.new_user("stranger")
        assert Follower(server, name, stranger.token).answer.json()["code"] == "machineNotFound"
        viewer = admin.new_user("viewer", serverRole="viewer")
        follower = Follower(server, name, viewer.token, **{"from": "start"})
        refusal = type_on(server, name, "x", viewer.token)
        assert refusal.status_code == 403 and refusal.json()["code"] == "notAllowed"
        user = admin.new_user("typist", serverRole="user")
        for letter in "secret-password\r":
            assert type_on(server, name, letter, user.token).status_code == 204
        follower.until(b"# ")
        lines = [line for line in admin("getAudit", limit=1000)["line"] if line["service"] == "sendConsole"]
        typed = [line for line in lines if line["user"] == "typist" and line["moment"] == "ended"]
        assert len(typed) == 1 and name in str(typed), "who types, and not each key"
        assert "secret" not in str(lines) and b"secret-password" not in (tmp_path / "vmsd.log").read_bytes()
        # A token that is revoked ends what it reads.
        admin("revokeToken", token=viewer("whoAmI")["token"]["token"])
        follower.wait(lambda f: "closed" in f.kinds(), 40)
        assert "secret" not in dict(follower.notes)["closed"]["reason"]
    finally:
        server.stop(signal.SIGKILL)


class Terminal:
    """`vms console` in a terminal of its own."""

    def __init__(self, server, *words):
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.slave, self.shown = slave, b""
        self.process = subprocess.Popen([CLI, "--server", server.url, "console", *words], stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True)

    def type(self, text):
        os.write(self.master, text.encode())

    def until(self, text, seconds=30):
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, self.shown
            self.shown += os.read(self.master, 65536)

    def isRaw(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def wait(self):
        status = self.process.wait(timeout=30)
        assert termios.tcgetattr(self.slave)[:4] == self.before[:4], "the terminal is restored"
        os.close(self.master)
        os.close(self.slave)
        return status


def test_a_console_in_a_terminal(server, machine):
    terminal = Terminal(server, machine)
    terminal.until(b"Ctrl-] ends")
    assert terminal.isRaw()
    terminal.type("show\r")
    terminal.until(b"show\r\n# ")
    server.json("migrateVirtualMachine", sourcePhyServer="h1", destPhyServer="h2", vmName=machine)
    terminal.type("\x03again\r")
    terminal.until(b"[the machine was moved from h1 to h2]")
    terminal.until(b"again\r\n# ")
    terminal.type("\x1b]0;title\x07\x1b[6nend\r")
    terminal.until(b"end\r\n# ")
    assert b"title" not in terminal.shown and b"\x1b[6n" not in terminal.shown
    terminal.type("\x1d")
    assert terminal.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal(server, machine, number):
    terminal = Terminal(server, machine)
    terminal.until(b"Ctrl-] ends")
    terminal.process.send_signal(number)
    assert terminal.wait() == -number


def test_a_console_in_a_pipe(server, machine):
    done = subprocess.Popen([CLI, "--server", server.url, "console", machine, "--from", "start"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done.stdin.write(b"hello\r")
    done.stdin.flush()
    shown = b""
    while b"# " not in shown:
        shown += done.stdout.read1()
    assert shown == b"hello\r\n# "
    done.send_signal(signal.SIGINT)
    done.wait(timeout=30)


def test_a_console_ends_when_its_reader_closes_the_pipe(server, machine):
    console = subprocess.Popen([CLI, "--server", server.url, "console", machine, "--from", "start", "--readOnly"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    type_on(server, machine, "one\r")
    assert console.stdout.read(5) == b"one\r\n"
    console.stdout.close()
    # A write that is under way when the pipe is closed may succeed.
    for _ in range(10):
        type_on(server, machine, "more\r")
        try:
            console.wait(timeout=3)
            break
        except subprocess.TimeoutExpired:
            pass
    assert console.returncode == 0, console.stderr.read()


@pytest.mark.parametrize("words, reason", [([], "name of a machine"), (["a", "b"], "one machine"),
                                           (["a", "--wrong"], "no option"), (["a", "--from"], "needs a value")])
def test_wrong_words(server, words, reason):
    done = server.vms("console", *words, check=False)
    assert done.returncode == 2 and reason in done.stderr, done.stderr


def test_an_unknown_machine(server):
    done = server.vms("console", "nobody", "--readOnly", check=False)
    assert done.returncode == 1 and "machineNotFound" in done.stderr
