"""One request that succeeds for every service, in an order that works on a fresh simulation.

Each entry is (service, fields, a condition on the answer). Fields that depend on earlier answers are a function of
those, by the names of their services."""

import json

from support.calls import ACCESS, ACCESS_END, ANNOUNCED, SMALL_DISK, SMALL_IMAGE, UPLOAD

HOST = {"phyServer": "h1"}
MACHINE = HOST | {"vmName": "r1"}
PAPER = {"networkName": "paper", "stack": "rip",
         "router": [{"name": "p1", "phyServer": "h1"}, {"name": "p2", "phyServer": "h2"}],
         "link": [{"name": "west", "end": [{"router": "p1"}, {"router": "p2"}]}]}
WIDER = PAPER | {"link": PAPER["link"] + [{"name": "east", "end": [{"router": "p1"}, {"router": "p2"}]}]}


def true(value):
    return str(value).lower() == "true"


CALLS = [
    ("sanityTest", {"testString": "f\u00fc <&>\n"}, lambda a: a["testString"] == "f\u00fc <&>\n"),
    ("registerNodes", {"Node": [{"NodeName": "h4"}]}, lambda a: a["Node"][0]["NodeName"] == "h4"),
    ("updateNode", {"NodeName": "h4", "Memory": 4096}, lambda a: int(a["Node"]["Memory"]) == 4096),
    ("getRegisteredNodes", {}, lambda a: [n["NodeName"] for n in a["Node"]] == ["h1", "h2", "h3", "h4"]),
    ("getPhysicalServerStatus", HOST, lambda a: int(a["cores"]) == 16 and a["hypervisor"] == "QEMU"),
    ("getPhysicalServerStatistics", HOST, lambda a: int(a["cpus"]) == 16 and int(a["cpuIdle"]) > 0),
    ("checkPhysicalServer", {"NodeName": "h5"}, lambda a: [c["verdict"] for c in a["check"]] == ["ok"]),
    ("getServerKey", {}, lambda a: a["key"]),
    ("endAbandoned", HOST, lambda a: not a.get("abandoned")),
    ("getEvents", {"limit": 5}, lambda a: a["event"] and int(a["last"]) > 0),
    ("getTeamStatistics", {"team": "default"}, lambda a: [t["team"] for t in a["team"]] == ["default"]),
    ("listLoads", {"sort": "name"}, lambda a: {h["phyServer"] for h in a["host"]} >= {"h1", "h2", "h3"}),
    ("createVirtualMachine", MACHINE | {"vmIP": "192.0.2.9", "vmRAM": 96, "waitFor": "stack"},
     lambda a: a["vmIP"] == "192.0.2.9/24"),
    ("getVirtualMachineStatus", MACHINE, lambda a: a["getName"] == "r1" and int(a["memory"]) == 96 * 1024),
    ("getVirtualMachineStatistics", MACHINE, lambda a: int(a["memoryAllocated"]) == 96 << 20),
    ("sendConsole", {"vmName": "r1", "text": "uptime\n"}, lambda a: a["result"] == "SUCCESS"),
    ("readConsole", {"vmName": "r1", "until": ["# "], "wait": 20}, lambda a: "uptime" in a["text"] and a["next"]),
    ("listVirtualMachines", {}, lambda a: "r1" in {m["vmName"] for m in a["vm"]}),
    ("getVirtualMachineSchedulerType", MACHINE, lambda a: a["schedulerType"] == "posix"),
    ("setVirtualMachineSchedulerParameters", MACHINE | {"weight": 512}, lambda a: int(a["weight"]) == 512),
    ("getVirtualMachineSchedulerParameters", MACHINE, lambda a: int(a["weight"]) == 512),
    ("pauseVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("resumeVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("shutdownVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("startVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("migrateVirtualMachine", {"sourcePhyServer": "h1", "destPhyServer": "h2", "vmName": "r1"},
     lambda a: a["operation"]),
    ("planVirtualNetwork", PAPER, lambda a: a["plan"]),
    ("createVirtualNetwork", PAPER, lambda a: a["network"]["link"][0]["state"] == "ok"),
    ("applyVirtualNetwork", WIDER, lambda a: {link["name"] for link in a["network"]["link"]} == {"east", "west"}),
    ("getVirtualNetworks", {}, lambda a: {n["networkName"] for n in a["network"]} == {"net1", "net2", "paper"}),
    ("getVirtualNetwork", {"networkName": "paper"}, lambda a: len(a["network"]["router"]) == 2),
    ("getVirtualNetworkStatistics", {"networkName": "paper"}, lambda a: len(a["link"][0]["port"]) == 2),
    ("verifyVirtualNetwork", {"networkName": "paper"}, lambda a: true(a["connected"])),
    ("setLinkConditions", {"networkName": "paper", "link": "west", "delay": 5},
     lambda a: float(a["link"]["conditions"]["delay"]) == 5),
    ("breakLink", {"networkName": "paper", "link": "west"}, lambda a: a["link"]["state"] == "down"),
    ("mendLink", {"networkName": "paper", "link": "west"}, lambda a: a["link"]["state"] == "unproven"),
    ("migrateVirtualNetwork", {"networkName": "paper", "phyServer": "h3"}, lambda a: a["operation"]),
    ("topologyDiscover", {}, lambda a: len(a["host"]) == 4 and not any(h.get("reason") for h in a["host"])),
    ("listOperations", {"limit": 2}, lambda a: len(a["operation"]) == 2),
    ("getOperation", lambda answers: {"operation": answers["migrateVirtualNetwork"]["operation"]},
     lambda a: a["operation"]["state"] == "succeeded"),
    ("getAvailableOSes", {}, lambda a: "vms-router" in a["os"]),
    ("getAvailableArch", {"os": "vms-router"}, lambda a: a["arch"] == ["x86_64"]),
    ("getAvailableKernelVersions", {"os": "vms-router", "arch": "x86_64"}, lambda a: len(a["kernelVersion"]) >= 1),
    ("listImages", {}, lambda a: {"ipv4-rip", "ipv6-ospf3"} <= {i["name"] for i in a["image"]}),
    ("addImage", {"manifest": json.dumps(SMALL_IMAGE), "file": [{"name": "disk.img", "content": SMALL_DISK}]},
     lambda a: a["image"]["name"] == "small"),
    ("addImage", ANNOUNCED, lambda a: a["missing"][0]["path"] == f"/images/uploads/{UPLOAD}/disk.img"),
    ("listImageUploads", {}, lambda a: [u["upload"] for u in a["upload"]] == [UPLOAD]),
    ("cancelImageUpload", {"upload": UPLOAD}, lambda a: a["result"] == "SUCCESS"),
    ("getImage", {"image": "small:1.0"}, lambda a: a["image"]["version"] == "1.0"),
    ("setDefaultImage", {"image": "ipv4-rip"}, lambda a: a["image"]["name"] == "ipv4-rip"),
    ("tagImage", {"image": "small:1.0", "tag": "stable"}, lambda a: a["image"]["tag"] == ["stable"]),
    ("sweepImages", {"dryRun": True}, lambda a: int(a["freed"]) >= 0),
    ("removeImage", {"image": "small"}, lambda a: a["result"] == "SUCCESS"),
    *ACCESS,
    ("shareVirtualNetwork", {"networkName": "paper", "user": "ana", "role": "user"},
     lambda a: a["share"]["user"] == "ana"),
    ("listShares", {"networkName": "paper"}, lambda a: [s["role"] for s in a["share"]] == ["user"]),
    ("unshareVirtualNetwork", {"networkName": "paper", "user": "ana"}, lambda a: a["result"] == "SUCCESS"),
    ("revokeToken", lambda answers: {"token": answers["addToken"]["token"]["token"]},
     lambda a: a["result"] == "SUCCESS"),
    *ACCESS_END,
    ("destroyVirtualNetwork", {"networkName": "paper"}, lambda a: a["operation"]),
    ("destroyVirtualMachine", {"phyServer": "h2", "vmName": "r1"}, lambda a: a["operation"]),
    ("evacuatePhysicalServer", HOST, lambda a: true(a["empty"])),
    ("setPhysicalServerMaintenance", HOST | {"maintenance": False}, lambda a: a["Node"]["NodeName"] == "h1"),
    ("shutdownPhysicalServer", {"phyServer": "h4", "machines": "evacuate"}, lambda a: a["since"]),
    ("unregisterNodes", {"NodeName": ["h4"]}, lambda a: a["result"] == "SUCCESS"),
]

#: These services need an operation in a rare state, or a caller with a credential, and have a test of their own.
SPECIAL = {"addLoginCode", "adoptVirtualMachine", "cancelOperation", "resolveOperation"}
