"""One request for every service, in an order that works on libvirt's test driver.

Each entry is (service, fields, a condition on the answer)."""

import hashlib
import json

HOST = {"phyServer": "t1"}
MACHINE = HOST | {"vmName": "r1"}

#: A disk that is small enough for its request; boots nothing, although it has the mark of a boot sector.
SMALL_DISK = bytes(510) + b"\x55\xaa"
SMALL_IMAGE = {"name": "small", "version": "1.0", "os": "none", "arch": "x86_64", "kernelVersion": "0",
               "stacks": ["none"], "boot": "disk", "disk": "disk.img", "diskFormat": "raw", "minimumRAM": 32,
               "configuration": "none"}

#: The same image without its content, and the id of its upload, which is a hash of the announcement.
ANNOUNCED = {"manifest": json.dumps(SMALL_IMAGE | {"name": "announced"}), "file": [{"name": "disk.img", "size": 600}]}
UPLOAD = hashlib.sha256(json.dumps({"files": ANNOUNCED["file"], "manifest": ANNOUNCED["manifest"]}, sort_keys=True,
                                   separators=(",", ":")).encode()).hexdigest()[:32]

#: Users, teams, tokens, quotas and the audit, the same on every server.
ACCESS = [
    ("whoAmI", {}, lambda a: a["credential"] == "local"),
    ("addTeam", {"team": "lab", "reason": "a class"}, lambda a: a["team"]["team"] == "lab"),
    ("addUser", {"user": "ana", "team": [{"team": "lab", "role": "viewer"}]},
     lambda a: a["user"]["team"][0]["role"] == "viewer"),
    ("changeUser", {"user": "ana", "team": [{"team": "lab", "role": "operator"}]},
     lambda a: a["user"]["team"][0]["role"] == "operator"),
    ("listUsers", {}, lambda a: [u["user"] for u in a["user"]] == ["ana"]),
    ("addToken", {"user": "ana"}, lambda a: a["text"].startswith(f"vms_{a['token']['token']}")),
    ("listTokens", {"user": "ana"}, lambda a: len(a["token"]) == 1),
    ("setQuota", {"team": "lab", "machines": 5}, lambda a: int(a["quota"][0]["limit"]) == 5),
    ("getQuota", {"team": "lab"}, lambda a: int(a["quota"][0]["used"]) == 0),
    ("listTeams", {}, lambda a: {t["team"] for t in a["team"]} == {"default", "lab"}),
    ("addWebhook", {"webhook": "w1", "url": "http://127.0.0.1:1/hook", "kind": ["nodeLost"]},
     lambda a: a["webhook"]["state"] == "delivering" and a["secret"].startswith("whsec_")),
    ("listWebhooks", {}, lambda a: [w["url"] for w in a["webhook"]] == ["http://127.0.0.1:1/hook"]),
    ("resumeWebhook", {"webhook": "w1"}, lambda a: a["result"] == "SUCCESS"),
    ("removeWebhook", {"webhook": "w1"}, lambda a: a["result"] == "SUCCESS"),
    ("renameTeam", {"team": "lab", "newName": "class"}, lambda a: a["team"]["team"] == "class"),
    ("getAudit", {"limit": 1000}, lambda a: "a class" in [line.get("reason") for line in a["line"]]),
]
ACCESS_END = [
    ("removeUser", {"user": "ana"}, lambda a: a["result"] == "SUCCESS"),
    ("removeTeam", {"team": "class"}, lambda a: a["result"] == "SUCCESS"),
]

CALLS = [
    ("sanityTest", {"testString": "f\u00fc\U0001d11e <&>\n"}, lambda a: a["testString"] == "f\u00fc\U0001d11e <&>\n"),
    ("registerNodes", {"Node": [{"NodeName": "t1", "uri": "test:///default"}]},
     lambda a: a["Node"][0]["NodeName"] == "t1"),
    ("endAbandoned", HOST, lambda a: not a.get("abandoned") and not a.get("operation")),
    ("getRegisteredNodes", {}, lambda a: [n["NodeName"] for n in a["Node"]] == ["t1"]),
    ("getPhysicalServerStatistics", HOST, lambda a: int(a["cpus"]) > 0 and int(a["memory"]) > 0),
    ("getPhysicalServerStatus", HOST, lambda a: int(a["cores"]) > 0 and a["hypervisor"] == "Test"),
    ("evacuatePhysicalServer", HOST | {"dryRun": True}, lambda a: str(a["empty"]).lower() == "true"),
    ("setPhysicalServerMaintenance", HOST | {"maintenance": False}, lambda a: a["Node"]["NodeName"] == "t1"),
    ("checkPhysicalServer", {"NodeName": "t1"}, lambda a: [c["name"] for c in a["check"]] == ["libvirt"]),
    ("getServerKey", {}, lambda a: a["key"].startswith("ssh-ed25519 ")),
    ("getEvents", {"limit": 5}, lambda a: a["event"][0]["kind"] == "nodeRegistered" and int(a["last"]) > 0),
    ("getTeamStatistics", {}, lambda a: [t["team"] for t in a["team"]] == ["default"]),
    ("listLoads", {}, lambda a: [h["phyServer"] for h in a["host"]] == ["t1"]),
    ("updateNode", {"NodeName": "t1", "Memory": 4096},
     lambda a: a["Node"]["NodeName"] == "t1" and int(a["Node"]["Memory"]) == 4096),
    ("createVirtualMachine", MACHINE | {"vmIP": "10.0.0.1", "vmRAM": 96, "waitFor": "started"},
     lambda a: a["vmIP"] == "10.0.0.1/24"),
    ("getVirtualMachineStatistics", MACHINE, lambda a: int(a["memoryAllocated"]) == 96 << 20),
    ("readConsole", {"vmName": "r1"}, lambda a: a["next"]),
    ("getVirtualMachineStatus", MACHINE, lambda a: a["getName"] == "r1" and int(a["memory"]) == 96 * 1024),
    ("listVirtualMachines", {}, lambda a: {m["vmName"] for m in a["vm"]} == {"r1", "test"}),
    ("getVirtualMachineSchedulerType", MACHINE, lambda a: a["schedulerType"] == "fair"),
    # The test driver accepts any weight and keeps 50; the test of other weights is on QEMU.
    ("setVirtualMachineSchedulerParameters", MACHINE | {"weight": 50}, lambda a: int(a["weight"]) == 50),
    ("getVirtualMachineSchedulerParameters", MACHINE, lambda a: int(a["weight"]) == 50),
    ("pauseVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("resumeVirtualMachine", MACHINE | {"waitFor": "started"}, lambda a: a["operation"]),
    ("shutdownVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("startVirtualMachine", MACHINE | {"waitFor": "started"}, lambda a: a["operation"]),
    ("adoptVirtualMachine", HOST | {"vmName": "test"}, lambda a: a["result"] == "SUCCESS"),
    ("listOperations", {"limit": 2}, lambda a: len(a["operation"]) == 2),
    ("getAvailableOSes", {}, lambda a: "vms-router" in a["os"]),
    ("getAvailableArch", {"os": "vms-router"}, lambda a: a["arch"] == ["x86_64"]),
    ("getAvailableKernelVersions", {"os": "vms-router", "arch": "x86_64"}, lambda a: len(a["kernelVersion"]) >= 1),
    ("listImages", {}, lambda a: "ipv4-rip" in [i["name"] for i in a["image"]]),
    ("addImage", {"manifest": json.dumps(SMALL_IMAGE), "file": [{"name": "disk.img", "content": SMALL_DISK}]},
     lambda a: a["image"]["name"] == "small" and len(a["image"]["file"][0]["digest"]) == 64),
    ("addImage", ANNOUNCED, lambda a: a["missing"][0]["path"] == f"/images/uploads/{UPLOAD}/disk.img"),
    ("listImageUploads", {}, lambda a: [u["upload"] for u in a["upload"]] == [UPLOAD]),
    ("cancelImageUpload", {"upload": UPLOAD}, lambda a: a["result"] == "SUCCESS"),
    ("getImage", {"image": "small:1.0"}, lambda a: a["image"]["version"] == "1.0"),
    ("setDefaultImage", {"image": "ipv4-rip"}, lambda a: a["image"]["name"] == "ipv4-rip"),
    ("tagImage", {"image": "small:1.0", "tag": "stable"}, lambda a: a["image"]["tag"] == ["stable"]),
    ("sweepImages", {"dryRun": True}, lambda a: int(a["freed"]) == 0),
    ("removeImage", {"image": "small"}, lambda a: a["result"] == "SUCCESS"),
    ("destroyVirtualMachine", MACHINE, lambda a: a["operation"]),
    ("destroyVirtualMachine", HOST | {"vmName": "test"}, lambda a: a["operation"]),
    ("getVirtualNetworks", {}, lambda a: not a.get("network")),
    # No program can be run on the test driver's host, so its devices cannot be listed.
    ("topologyDiscover", {},
     lambda a: [h["name"] for h in a["host"]] == ["t1"] and "cannot be looked at" in a["host"][0]["reason"]),
    ("unregisterNodes", {"NodeName": ["t1"]}, lambda a: a["result"] == "SUCCESS"),
    *ACCESS, *ACCESS_END,
]

# Services that libvirt's test driver does not support: (service, fields, the code of the fault).
REFUSED = [
    ("planVirtualNetwork", {"phyServer": ["t1"], "VMName": ["r1"], "vmIP": ["10.0.0.1"], "vmRAM": [96]}, "notOffered"),
    ("createVirtualNetwork", {"phyServer": ["t1"], "VMName": ["r1"], "vmIP": ["10.0.0.1"], "vmRAM": [96]},
     "notOffered"),
    ("applyVirtualNetwork",
     {"networkName": "n1", "phyServer": ["t1"], "VMName": ["r1"], "vmIP": ["10.0.0.1"], "vmRAM": [96]},
     "notOffered"),
    ("migrateVirtualMachine", {"sourcePhyServer": "t1", "destPhyServer": "t1", "vmName": "r1"}, "invalidValue"),
    ("migrateVirtualNetwork", {"networkName": "n1", "phyServer": "t1"}, "networkNotFound"),
    ("getVirtualNetwork", {"networkName": "n1"}, "networkNotFound"),
    ("getVirtualNetworkStatistics", {"networkName": "n1"}, "networkNotFound"),
    ("verifyVirtualNetwork", {"networkName": "n1"}, "networkNotFound"),
    ("setLinkConditions", {"networkName": "n1", "link": "l1", "delay": 5}, "networkNotFound"),
    ("breakLink", {"networkName": "n1", "link": "l1"}, "networkNotFound"),
    ("mendLink", {"networkName": "n1", "link": "l1"}, "networkNotFound"),
    ("shutdownPhysicalServer", HOST, "notOffered"),
    ("destroyVirtualNetwork", {"networkName": "n1"}, "networkNotFound"),
    ("shareVirtualNetwork", {"networkName": "n1", "user": "ana", "role": "viewer"}, "networkNotFound"),
    ("unshareVirtualNetwork", {"networkName": "n1", "user": "ana"}, "networkNotFound"),
    ("listShares", {"networkName": "n1"}, "networkNotFound"),
    ("sendConsole", {"vmName": "nobody", "text": "x"}, "machineNotFound"),
    ("revokeToken", {"token": "none"}, "tokenNotFound"),
    ("addLoginCode", {}, "notAllowed"),
]

# Services whose request needs an operation's id: (service, more fields, the fault's code for a finished operation).
WITH_OPERATION = [
    ("getOperation", {}, None),
    ("cancelOperation", {}, "operationNotRunning"),
    ("resolveOperation", {"resolution": "retry"}, "operationNotStuck"),
]
