"""Single virtual machines on lab hosts."""
from support.lab import QemuLab


def create(server, name="r1", address=f"{QemuLab.subnet}.101", host="h1", **more):
    return server.json("createVirtualMachine", phyServer=host, vmName=name, vmIP=address, vmRAM=96, **more)


def destroy(server, name="r1", host="h1"):
    server.json("destroyVirtualMachine", phyServer=host, vmName=name)


class Site:
    """A server, the lab with its hosts, and the host under test."""

    def __init__(self, server, lab, host):
        self.server, self.lab, self.host = server, lab, host
        self.address, self.other = f"{lab.subnet}.101", f"{lab.subnet}.102"

    def call(self, service, **fields):
        return self.server.send(service, {"phyServer": self.host} | fields, 400)

    def create(self, name="r1", address=None, **more):
        return self.call("createVirtualMachine", vmName=name, vmIP=address or self.address, vmRAM=96, **more)

    def destroy(self, name="r1"):
        self.call("destroyVirtualMachine", vmName=name)
