"""Fixtures: a vmsd of our own for each need, and lab hosts with real libvirt and QEMU."""
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
BIN = pathlib.Path(os.environ.get("VMS_BIN", ROOT / ".build/release"))
CLI = pathlib.Path(os.environ.get("VMS_CLI", BIN / "vms"))
CACHE = pathlib.Path(os.environ.get("VMS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vms")
#: Leaves out what takes long for what it adds to the other tests: CI has an hour.
BRIEF = bool(os.environ.get("VMS_BRIEF"))
long = pytest.mark.skipif(BRIEF, reason="VMS_BRIEF is set, and this takes long")

#: What `make test` runs: the main jobs, by file or test. `make test-all` runs the others, too.
MAIN = {
    "test_simulation.py", "test_documents.py", "test_faces.py", "test_mtom.py", "test_newcomer.py", "test_bad_input.py", "test_attack.py",
    "test_repository.py", "test_create.py", "test_topology.py", "test_hosts.py::test_the_main_job_on_each_host",
    "test_hosts.py::test_power_loss_of_a_host", "test_networks.py::test_the_old_clients_call",
    "test_networks.py::test_a_fault_is_named_and_all_is_undone", "test_networks.py::test_bad_requests",
    "test_topology_files.py::test_a_file_becomes_a_network", "test_migration.py::test_a_router_in_the_middle_moves_under_traffic",
    "test_stacks.py::test_a_stack", "test_disks.py", "test_xen.py::test_a_soap_call_makes_a_router_that_answers",
    "test_xen.py::test_domain_0_is_not_ours", "test_xen.py::test_a_stack",
}


def pytest_configure(config):
    config.addinivalue_line("markers", "main: one of the main jobs, which `make test` runs")


def pytest_collection_modifyitems(items):
    for item in items:
        if {item.path.name, f"{item.path.name}::{item.originalname}"} & MAIN:
            item.add_marker(pytest.mark.main)


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
            [BIN / "vmsd", "serve", "--listen", "127.0.0.1:0", "--data", self.data, "--log-level", "debug",
             # A simulation has images of its own.
             *([] if "--simulate" in self.options else ["--images", CACHE / "images"]), *self.options, *extra],
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
        return self.send(service, fields, timeout)

    def send(self, service, fields, timeout):
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
        done = subprocess.run([CLI, "--server", self.url, *words], capture_output=True, text=True, timeout=180)
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
def server_of():
    """Starts a server over a data folder, with options; ends it with the test."""
    servers = []

    def start(data, *options):
        servers.append(Server(data, *options).start())
        return servers[-1]
    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


@pytest.fixture
def simulation(data):
    """A server whose three hosts are simulated, as fast as it can, with two networks."""
    server = Server(data, "--simulate", "hosts=3,speed=max").start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def test_host(server):
    """A server with one host on libvirt's own test driver."""
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    return server


def free_subnet(*taken):
    """A /24 of those meant for tests of networks (RFC 2544) that nothing on this machine uses: another run may be going on."""
    used = subprocess.run(["ip", "-4", "route", "show"], capture_output=True, text=True).stdout
    choice = [net for net in (f"198.19.{number}" for number in range(1, 255)) if net not in taken and f"{net}.0/24" not in used]
    return choice[os.getpid() % len(choice)]


class Lab:
    """Hosts with libvirt on this machine, started by a script under lab/."""
    script = ""
    hosts = []
    subnet = ""
    #: Of a disk that boots nothing.
    SILENT = "/var/lib/libvirt/images/given-empty.img"

    def __init__(self, folder, environment):
        self.environment = os.environ | {"LAB_STATE": str(folder / "lab")} | environment

    def run(self, *words, check=True, input=None):
        done = subprocess.run([ROOT / self.script, *words], env=self.environment, capture_output=True, text=input is None,
                              input=input)
        assert not check or done.returncode == 0, (done.stdout, done.stderr)
        return done

    def up(self):
        done = self.run("up", str(len(self.hosts)), check=False)
        if done.returncode == 3:
            pytest.skip(f"{self.script} cannot run here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stdout + done.stderr
        self.facts = dict(word.split("=", 1) for word in shlex.split(self.run("env").stdout) if "=" in word)
        return self

    def node(self, host):
        """The host as a caller registers it."""
        return {"NodeName": host, "IP": [self.facts[f"LAB_{host}_ADDRESS"]],
                "NodePK": self.facts[f"LAB_{host}_HOSTKEY"]}

    def nodes(self):
        return [self.node(host) for host in self.hosts]

    def machines(self):
        return [name for host in self.hosts for name in self.virsh("list", "--all", "--name", host=host).split()
                if name != "Domain-0"]

    def files(self, host):
        return self.run("sh", host, "ls", "/var/lib/libvirt/images").stdout.split()

    def volumes(self):
        """Volumes that are a machine's own, on any host; copies of images stay for the next machine."""
        return [name for host in self.hosts for name in self.files(host)
                if not name.startswith(("vms-image-", "given-")) and name != "lost+found"]

    def fabric(self):
        """What hosts have of any virtual network's links: bridges and ports, definitions, hooks, name spaces of probes."""
        look = ("ls /sys/class/net | grep -E '^vm[sx]'; ls /etc/libvirt/qemu/networks | grep ^vms-; "
                "find /etc/libvirt/hooks/*.d /run/netns /run/vmsp-* /run/vms-making -name '*vms*'")
        return [f"{host} {name}" for host in self.hosts
                for name in self.run("sh", host, "sh", "-c", look, check=False).stdout.split()]

    def left(self):
        """What tests left on the hosts. It is taken away, so that the next test begins as it should."""
        left = self.machines() + self.volumes() + self.fabric()
        for host in self.hosts if left else []:
            for name in self.virsh("net-list", "--all", "--name", host=host).split():
                if name.startswith("vms-"):
                    self.virsh("net-destroy", name, host=host)
                    self.virsh("net-undefine", name, host=host)
            self.run("sh", host, "sh", "-c", "for l in $(ls /sys/class/net | grep ^vm[sx]-); do ip link del $l; done;"
                     "for s in $(ip netns list | grep ^vmsp- | cut -d' ' -f1); do ip netns del $s; done; rm -rf /etc/libvirt/hooks/*.d /run/vms-hooks.* /run/vms-making", check=False)
            for name in self.virsh("list", "--all", "--name", host=host).split():
                if name != "Domain-0":
                    self.virsh("destroy", name, host=host)
                    self.virsh("undefine", name, host=host)
            self.run("sh", host, "sh", "-c", "cd /var/lib/libvirt/images && rm -f vms-*-seed.iso vms-*-disk.*", check=False)
            self.virsh("pool-refresh", "default", host=host)
        return left

    def state(self, host):
        """What runs there and what its libvirtd said last, for whoever reads a failed test."""
        told = self.run("sh", host, "sh", "-c", "ps -eo pid,ppid,stat,wchan:20,args | cut -c1-120 | tail -n 40; "
                        "tail -n 15 /var/log/libvirt/libvirtd.log", check=False)
        return told.stdout + told.stderr

    def answers(self, address):
        return subprocess.run(["ping", "-n", "-c", "1", "-W", "5", address], capture_output=True).returncode == 0


class QemuLab(Lab):
    """Three QEMU hosts in namespaces, each with its own libvirtd and sshd."""
    script = "lab/qemu/lab"
    hosts = ["h1", "h2", "h3"]
    subnet = free_subnet()
    hypervisor = "QEMU"
    scheduler = "posix"

    def __init__(self, folder, key):
        tag = f"{os.getpid() % 1000:03d}"
        super().__init__(folder, {"LAB_BRIDGE": f"vmst{tag}", "LAB_PREFIX": f"vmst{tag}", "LAB_SUBNET": self.subnet,
                                  "LAB_AUTHORIZED_KEY": str(key)})

    def node(self, host="h1"):
        return super().node(host)

    def virsh(self, *words, host="h1"):
        uri = f"qemu+unix:///system?socket={self.facts[f'LAB_{host}_SOCKET']}"
        return subprocess.run(["virsh", "-q", "-c", uri, *words], capture_output=True, text=True, timeout=60).stdout

    def image_volumes(self, host="h1"):
        return [name for name in self.files(host) if name.startswith("vms-image-")]

    def put(self, host, file, path):
        self.run("sh", host, "cp", str(file), path)

    def silent(self, host):
        """What makes a machine run and never answer."""
        self.run("sh", host, "truncate", "-s", "1M", self.SILENT)
        return {"transferDisk": False, "diskPath": self.SILENT}

    def console(self, host, machine, seconds=5):
        """Presses Enter on a machine's serial console, and tells what is written there for so long."""
        terminal = self.virsh("ttyconsole", machine, host=host).strip()
        return self.run("sh", host, "timeout", str(seconds), "sh", "-c", f"exec 3<>{terminal}; echo >&3; cat <&3",
                        check=False).stdout

    def weight_and_cap(self, host, machine):
        """A share of CPU time as cgroups have it; the quota is of a period of 100 ms."""
        told = dict(re.findall(r"(\w+)\s*: (-?\d+)", self.virsh("schedinfo", machine, host=host)))
        assert told["vcpu_period"] == "100000"
        return int(told["cpu_shares"]), int(told["vcpu_quota"]) // 1000

    def define_stranger(self, host):
        self.run("sh", host, "sh", "-c", """virsh define /dev/stdin << XML
            <domain type='qemu'><name>stranger</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
            <os><type arch='x86_64'>hvm</type></os></domain>
XML""")


class XenLab(Lab):
    """Two hosts that run the real Xen hypervisor under QEMU."""
    script = "lab/xen/lab"
    hosts = ["x1", "x2"]
    subnet = free_subnet(QemuLab.subnet)
    hypervisor = "Xen"
    scheduler = "credit"

    def __init__(self, folder, key):
        super().__init__(folder, {"LAB_XEN_PREFIX": f"vmsx{os.getpid() % 1000:03d}", "LAB_XEN_SUBNET": self.subnet,
                                  "LAB_AUTHORIZED_KEY": str(key)})

    def virsh(self, *words, host="x1"):
        return self.run("sh", host, "virsh", "-q", "-c", "xen:///system", *words, check=False).stdout

    def put(self, host, file, path):
        self.run("sh", host, "sh", "-c", f"cat > {path}", input=file.read_bytes())

    def silent(self, host):
        """Nothing: an emulated guest takes long enough to answer."""
        return {}

    def weight_and_cap(self, host, machine):
        words = self.run("sh", host, "xl", "sched-credit", "-d", machine).stdout.split()
        return int(words[-2]), int(words[-1])

    def define_stranger(self, host):
        self.run("sh", host, "sh", "-c", """virsh -c xen:///system define /dev/stdin << XML
            <domain type='xen'><name>stranger</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
            <os><type>linux</type><kernel>/none</kernel></os></domain>
XML""")


class Site:
    """A server, the lab whose hosts it has, and one of them to work on."""

    def __init__(self, server, lab, host):
        self.server, self.lab, self.host = server, lab, host
        self.address, self.other = f"{lab.subnet}.101", f"{lab.subnet}.102"

    def call(self, service, **fields):
        return self.server.send(service, {"phyServer": self.host} | fields, 400)

    def create(self, name="r1", address=None, **more):
        return self.call("createVirtualMachine", vmName=name, vmIP=address or self.address, vmRAM=96, **more)

    def destroy(self, name="r1"):
        self.call("destroyVirtualMachine", vmName=name)


def running(kind):
    """A lab that accepts the key of the data folder that is copied from `keys`; taken down in the end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vmsl-"))
    (folder / "data").mkdir()
    key = folder / "key.pub"
    key.write_text(subprocess.run([BIN / "vmsd", "key", "--data", folder / "data"], capture_output=True, text=True,
                                  check=True).stdout)
    lab = kind(folder, key)
    lab.keys = folder / "data/ssh"
    try:
        yield lab.up()
    finally:
        lab.run("down", check=False)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def lab():
    yield from running(QemuLab)


@pytest.fixture
def lab_data(data, lab):
    """A data folder with the SSH identity that the lab's hosts accept."""
    shutil.copytree(lab.keys, data / "ssh")
    return data


@pytest.fixture
def lab_server(lab_data, lab):
    """A server with the lab's hosts registered. Whatever a test leaves on a host fails it."""
    server = Server(lab_data).start()
    server.json("registerNodes", Node=lab.nodes())
    yield server
    server.stop(signal.SIGKILL)
    assert lab.left() == [], (lab_data / "vmsd.log").read_text()[-3000:]


def create(server, name="r1", address=f"{QemuLab.subnet}.101", host="h1", **more):
    return server.json("createVirtualMachine", phyServer=host, vmName=name, vmIP=address, vmRAM=96, **more)


def destroy(server, name="r1", host="h1"):
    server.json("destroyVirtualMachine", phyServer=host, vmName=name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what its server logged last, and how the hosts of its lab are."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Server) and (value.data / "vmsd.log").exists():
                report.sections.append(("vmsd.log", (value.data / "vmsd.log").read_text()[-6000:]))
            if isinstance(value, Lab):
                report.sections += [(host, value.state(host)) for host in value.hosts]
    return report
