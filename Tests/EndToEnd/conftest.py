"""Fixtures: a vmsd of our own for each need, and a lab host with real libvirt and QEMU."""
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("VMS_BIN", ROOT / ".build/debug"))
CACHE = pathlib.Path(os.environ.get("VMS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vms")
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


def wait_for(what, seconds=30, every=0.05):
    """Asks until `what` answers something true; the deadline fails the test."""
    end = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what} did not come true within {seconds} s"
        time.sleep(every)


class Fault(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body, self.code = status, body, body.get("code")


class Server:
    """One vmsd process on a free port."""

    def __init__(self, data, *options):
        self.data, self.options, self.process = pathlib.Path(data), options, None

    def start(self, *extra):
        self.log = open(self.data / "vmsd.log", "ab")
        self.process = subprocess.Popen(
            [BIN / "vmsd", "serve", "--listen", "127.0.0.1:0", "--data", self.data, "--images", CACHE / "images",
             "--log-level", "debug", *self.options, *extra],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"listens on (http://\S+)", line)
        assert found, f"vmsd did not start: {line!r}\n{(self.data / 'vmsd.log').read_text()[-2000:]}"
        self.url = found[1]
        return self

    def stop(self, how=signal.SIGTERM, seconds=60):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process:
            self.process.wait(timeout=seconds)
            self.process.stdout.close()
            self.log.close()

    def wait(self, seconds=120):
        """Until it ends by itself; tells how."""
        return self.process.wait(timeout=seconds)

    def json(self, service, timeout=180, **fields):
        answer = requests.post(f"{self.url}/v1/{service}", json=fields, timeout=timeout)
        if answer.status_code != 200:
            raise Fault(answer.status_code, answer.json())
        return answer.json()

    def soap(self, body, version=SOAP11, timeout=180, path="/axis2/services/VMServer", headers=None):
        """Sends an envelope the way the 2010 client does: chunked, single-quoted declaration, its one action."""
        text = (f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{version}\">"
                f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>")
        kind = "text/xml" if version == SOAP11 else "application/soap+xml"
        sent = {"Content-Type": f"{kind}; charset=UTF-8", "SOAPAction": '"urn:anonOutInOp"', "User-Agent": "Axis2"}
        return requests.post(self.url + path, data=iter([text.encode()]), headers=sent | (headers or {}),
                             timeout=timeout)

    def vms(self, *words, check=True):
        done = subprocess.run([BIN / "vms", "--server", self.url, *words], capture_output=True, text=True, timeout=180)
        if check:
            assert done.returncode == 0, done.stderr
        return done


@pytest.fixture
def data():
    folder = tempfile.mkdtemp(prefix="vms-")
    yield pathlib.Path(folder)
    shutil.rmtree(folder)


@pytest.fixture
def server(data):
    server = Server(data).start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def test_host(server):
    """A server with one host on libvirt's own test driver."""
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    return server


class Lab:
    """One QEMU host in a namespace, with its own libvirtd and sshd."""

    def __init__(self, folder, key):
        tag = f"{os.getpid() % 1000:03d}"
        self.environment = os.environ | {
            "LAB_STATE": str(folder / "lab"), "LAB_BRIDGE": f"vmst{tag}", "LAB_PREFIX": f"vmst{tag}",
            "LAB_SUBNET": "198.18.88", "LAB_AUTHORIZED_KEY": str(key)}

    def run(self, *words, check=True):
        done = subprocess.run([ROOT / "lab/qemu/lab", *words], env=self.environment, capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def up(self):
        done = self.run("up", "1", check=False)
        if done.returncode == 3:
            pytest.skip(f"the lab cannot run here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stdout + done.stderr
        self.facts = dict(word.split("=", 1) for word in shlex.split(self.run("env").stdout) if "=" in word)
        return self

    @property
    def node(self):
        return {"NodeName": "h1", "IP": [self.facts["LAB_h1_ADDRESS"]], "NodePK": self.facts["LAB_h1_HOSTKEY"]}

    def virsh(self, *words):
        uri = f"qemu+unix:///system?socket={self.facts['LAB_h1_SOCKET']}"
        return subprocess.run(["virsh", "-q", "-c", uri, *words], capture_output=True, text=True, timeout=60).stdout

    def machines(self):
        return self.virsh("list", "--all", "--name").split()

    def volumes(self):
        """Volumes that are a machine's own; copies of images stay for the next machine."""
        names = self.run("sh", "h1", "ls", "/var/lib/libvirt/images").stdout.split()
        return [name for name in names if not name.startswith("vms-image-")]

    def image_volumes(self):
        names = self.run("sh", "h1", "ls", "/var/lib/libvirt/images").stdout.split()
        return [name for name in names if name.startswith("vms-image-")]

    def answers(self, address):
        return subprocess.run(["ping", "-n", "-c", "1", "-W", "2", address], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def lab():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vmsl-"))
    (folder / "data").mkdir()
    key = folder / "key.pub"
    key.write_text(subprocess.run([BIN / "vmsd", "key", "--data", folder / "data"], capture_output=True, text=True,
                                  check=True).stdout)
    lab = Lab(folder, key)
    lab.keys = folder / "data/ssh"
    try:
        yield lab.up()
    finally:
        lab.run("down", check=False)
        shutil.rmtree(folder)


@pytest.fixture
def lab_data(data, lab):
    """A data folder with the SSH identity that the lab's hosts accept."""
    shutil.copytree(lab.keys, data / "ssh")
    return data


@pytest.fixture
def lab_server(lab_data, lab):
    """A server with the lab's host registered. Whatever a test leaves on the host fails it."""
    server = Server(lab_data).start()
    server.json("registerNodes", Node=[lab.node])
    yield server
    server.stop(signal.SIGKILL)
    assert lab.machines() == [] and lab.volumes() == [], (lab_data / "vmsd.log").read_text()[-3000:]
