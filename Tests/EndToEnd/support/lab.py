"""Lab hosts with real libvirt, on QEMU or on Xen."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import pytest

from support.environment import BIN, ROOT


def free_subnet(*taken):
    """A /24 of the range for network tests (RFC 2544) that no other run on this machine uses."""
    used = subprocess.run(["ip", "-4", "route", "show"], capture_output=True, text=True).stdout
    choice = [net for net in (f"198.19.{number}" for number in range(1, 255))
              if net not in taken and f"{net}.0/24" not in used]
    return choice[os.getpid() % len(choice)]


class Lab:
    """Hosts with libvirt on this machine, started by a script under lab/."""
    script = ""
    hosts = []
    subnet = ""
    #: The path of a disk that boots nothing.
    SILENT = "/var/lib/libvirt/images/given-empty.img"

    def __init__(self, folder, environment):
        self.environment = os.environ | {"LAB_STATE": str(folder / "lab")} | environment

    def run(self, *words, check=True, input=None):
        done = subprocess.run([ROOT / self.script, *words], env=self.environment, capture_output=True,
                              text=input is None, input=input)
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
        """The fields with which a caller registers the host."""
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

    def link_parts(self):
        """Parts of virtual links on all hosts: bridges and ports, definitions, hooks, namespaces of probes."""
        look = ("ls /sys/class/net | grep -E '^vm[sx]'; ls /etc/libvirt/qemu/networks | grep ^vms-; "
                "find /etc/libvirt/hooks/*.d /run/netns /run/vmsp-* /run/vms-making -name '*vms*'")
        return [f"{host} {name}" for host in self.hosts
                for name in self.run("sh", host, "sh", "-c", look, check=False).stdout.split()]

    def leftovers(self):
        """Leftovers of tests on the hosts. They are removed, so that the next test begins on clean hosts."""
        left = self.machines() + self.volumes() + self.link_parts()
        for host in self.hosts if left else []:
            for name in self.virsh("net-list", "--all", "--name", host=host).split():
                if name.startswith("vms-"):
                    self.virsh("net-destroy", name, host=host)
                    self.virsh("net-undefine", name, host=host)
            self.run("sh", host, "sh", "-c", "for l in $(ls /sys/class/net | grep ^vm[sx]-); do ip link del $l; done;"
                     "for s in $(ip netns list | grep ^vmsp- | cut -d' ' -f1); do ip netns del $s; done; "
                     "rm -rf /etc/libvirt/hooks/*.d /run/vms-hooks.* /run/vms-making", check=False)
            for name in self.virsh("list", "--all", "--name", host=host).split():
                if name != "Domain-0":
                    self.virsh("destroy", name, host=host)
                    self.virsh("undefine", name, host=host)
            self.run("sh", host, "sh", "-c", "cd /var/lib/libvirt/images && rm -f vms-*-seed.iso vms-*-disk.*",
                     check=False)
            self.virsh("pool-refresh", "default", host=host)
        return left

    def state(self, host):
        """The host's processes and the end of its libvirtd's log, for the report of a failed test."""
        done = self.run("sh", host, "sh", "-c", "ps -eo pid,ppid,stat,wchan:20,args | cut -c1-120 | tail -n 40; "
                        "tail -n 15 /var/log/libvirt/libvirtd.log", check=False)
        return done.stdout + done.stderr

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
        """Fields of a create whose machine runs and never answers."""
        self.run("sh", host, "truncate", "-s", "1M", self.SILENT)
        return {"transferDisk": False, "diskPath": self.SILENT}

    def console(self, host, machine, seconds=5):
        """Presses Enter on a machine's serial console, and returns its output of the next seconds."""
        terminal = self.virsh("ttyconsole", machine, host=host).strip()
        return self.run("sh", host, "timeout", str(seconds), "sh", "-c", f"exec 3<>{terminal}; echo >&3; cat <&3",
                        check=False).stdout

    def weight_and_cap(self, host, machine):
        """The machine's CPU shares, and its quota in percent of a period of 100 ms."""
        parameters = dict(re.findall(r"(\w+)\s*: (-?\d+)", self.virsh("schedinfo", machine, host=host)))
        assert parameters["vcpu_period"] == "100000"
        return int(parameters["cpu_shares"]), int(parameters["vcpu_quota"]) // 1000

    def define_foreign_machine(self, host):
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
        """No fields: an emulated guest answers late enough."""
        return {}

    def weight_and_cap(self, host, machine):
        words = self.run("sh", host, "xl", "sched-credit", "-d", machine).stdout.split()
        return int(words[-2]), int(words[-1])

    def define_foreign_machine(self, host):
        self.run("sh", host, "sh", "-c", """virsh -c xen:///system define /dev/stdin << XML
            <domain type='xen'><name>stranger</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
            <os><type>linux</type><kernel>/none</kernel></os></domain>
XML""")


def running(kind):
    """Starts a lab that accepts the SSH key in its folder `keys`, and removes it at the end."""
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


def on(lab, host, script):
    return lab.run("sh", host, "sh", "-c", script).stdout
