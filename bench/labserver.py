"""A server with three lab hosts, and a table of measurements."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
VMSD = (pathlib.Path(os.environ["VMS_BIN"]) if "VMS_BIN" in os.environ else ROOT / ".build/release") / "vmsd"


class LabServer:
    HOSTS = ("h1", "h2", "h3")

    def __init__(self, folder, images, subnet):
        self.folder, self.images = folder, images
        (folder / "data").mkdir()
        key = folder / "key.pub"
        key.write_text(subprocess.run([VMSD, "key", "--data", folder / "data"], capture_output=True, text=True,
                                      check=True).stdout)
        self.environment = os.environ | {"LAB_STATE": str(folder / "lab"), "LAB_BRIDGE": "vmsbench0",
                                         "LAB_PREFIX": "vmsbench",
                                         "LAB_SUBNET": subnet, "LAB_AUTHORIZED_KEY": str(key)}

    def lab(self, *words):
        done = subprocess.run([ROOT / "lab/qemu/lab", *words], env=self.environment, capture_output=True, text=True)
        if done.returncode == 3:
            sys.exit(f"skipped: the lab cannot run here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self):
        self.lab("up", "3")
        self.facts = dict(word.split("=", 1) for word in shlex.split(self.lab("env")) if "=" in word)
        self.log = open(self.folder / "vmsd.log", "wb")
        self.vmsd = subprocess.Popen([VMSD, "serve", "--listen", "127.0.0.1:0", "--data", self.folder / "data",
                                      "--images",
                                      self.images, "--log-level", "warning"], stdout=subprocess.PIPE, stderr=self.log,
                                      text=True)
        self.url = re.search(r"http://\S+", self.vmsd.stdout.readline())[0]
        for host in self.HOSTS:
            self.call("registerNodes", Node=[{"NodeName": host, "IP": [self.facts[f"LAB_{host}_ADDRESS"]],
                                              "NodePK": self.facts[f"LAB_{host}_HOSTKEY"]}])
        self.call("listImages")

    def stop(self):
        if hasattr(self, "vmsd"):
            self.vmsd.terminate()
            self.vmsd.wait(60)
        self.lab("down")

    def call(self, service, **fields):
        request = urllib.request.Request(f"{self.url}/v1/{service}", json.dumps(fields).encode(),
                                         {"Content-Type": "application/json"})
        return json.loads(urllib.request.urlopen(request, timeout=600).read())

    def ssh(self):
        return ["-q", "-i", self.facts["LAB_KEY"], "-o", f"UserKnownHostsFile={self.facts['LAB_KNOWN_HOSTS']}"]


class Table:
    def __init__(self):
        self.rows, self.missed = [], False

    def row(self, name, ours, peer, target="", holds=None):
        """Adds a line; `holds` says whether it meets its target, and is `None` without a target."""
        self.missed |= holds is False
        self.rows.append((name, ours, peer, target, {None: "", True: "holds", False: "MISSED"}[holds]))

    def print(self):
        """Prints the table, and returns the exit status for the program."""
        widths = [max(len(r[i]) for r in self.rows) for i in range(5)]
        for r in self.rows:
            print("  ".join(text.ljust(width) for text, width in zip(r, widths)))
        return 1 if self.missed else 0
