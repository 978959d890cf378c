"""The repository of images: images are added by the command line, over HTTP and inside a request, completely or not at
all."""
import gzip
import hashlib
import json
import os
import signal
import struct
import subprocess

import pytest
import requests

from support.environment import CLI
from support.images import MANIFEST, MIB, names, stored
from support.lab import QemuLab
from support.server import Fault, Server
from support.waiting import wait_for

def disk(content):
    """Content with the mark of a boot sector, without which the server accepts no raw disk."""
    return content[:510].ljust(510, b"\0") + b"\x55\xaa" + content[512:]


def folder_of(place, content, **changes):
    place.mkdir(parents=True)
    (place / "disk.img").write_bytes(content)
    (place / "manifest.json").write_text(json.dumps(MANIFEST | changes))
    return place


def draft(content, **changes):
    file = {"name": "disk.img", "size": len(content),
            "digest": hashlib.sha256(content).hexdigest()} | changes.pop("file", {})
    return {"manifest": json.dumps(MANIFEST | changes), "file": [file]}


def send(server, path, content, offset=0):
    return requests.patch(server.url + path, data=content, timeout=60,
                          headers={"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)})


def test_the_command_line_adds_shows_and_removes(server, data):
    content = disk(os.urandom(9 * MIB))
    folder = folder_of(data / "mine", content)
    image = json.loads(server.vms("--json", "--progress", "image", "add", str(folder)).stdout)["image"]
    assert (image["name"], image["file"]) == ("disky",
                                              [{"digest": hashlib.sha256(content).hexdigest(), "size": len(content)}])
    assert names(server) == [("disky", "1")]
    assert "disky" in server.vms("image", "show", "disky").stdout
    again = json.loads(server.vms("--json", "image", "add", str(folder)).stdout)["image"]
    assert again == image
    server.stop()
    server.start()
    assert names(server) == [("disky", "1")]
    server.vms("image", "remove", "disky")
    assert names(server) == [] and stored(server) == []


def test_versions_and_the_default(server, data):
    for version in ("1.9", "1.10"):
        server.vms("image", "add", str(folder_of(data / version, disk(version.encode()), version=version)))
    assert names(server) == [("disky", "1.10"), ("disky", "1.9")]
    get = lambda name: server.json("getImage", image=name)["image"]["version"]
    assert (get("disky"), get("disky:1.9")) == ("1.10", "1.9")
    server.vms("image", "default", "disky:1.9")
    server.stop()
    server.start()
    assert [i["version"] for i in server.json("listImages")["image"] if i["default"]] == ["1.9"]
    with pytest.raises(Fault) as taken:
        server.json("addImage", **draft(b"another", version="1.9"))
    assert (taken.value.status, taken.value.code, taken.value.body["field"]) == (409, "imageNameTaken", "version")
    server.json("removeImage", image="disky:1.10")
    assert get("disky") == "1.9"


def test_two_at_once_make_one_image(server):
    """If two uploads have the same name and version, the second is refused, although it began before the first was
    complete."""
    contents = [disk(b"first"), disk(b"other")]
    for content in contents:
        [missing] = server.json("addImage", **draft(content))["missing"]
        assert send(server, missing["path"], content).status_code == 204
    assert server.json("addImage", **draft(contents[0]))["image"]["name"] == "disky"
    with pytest.raises(Fault) as second:
        server.json("addImage", **draft(contents[1]))
    assert second.value.code == "imageNameTaken" and names(server) == [("disky", "1")]


def test_an_upload_goes_on_where_it_broke(server):
    content = disk(os.urandom(3 * MIB))
    [missing] = server.json("addImage", **draft(content))["missing"]
    assert (missing["name"], missing["received"]) == ("disk.img", 0)
    assert send(server, missing["path"], content[:MIB]).headers["Upload-Offset"] == str(MIB)
    assert names(server) == []
    server.stop(signal.SIGKILL)
    server.start()
    [missing] = server.json("addImage", **draft(content))["missing"]
    assert missing["received"] == MIB
    wrong = send(server, missing["path"], content[:MIB])
    assert (wrong.status_code, wrong.json()["code"]) == (409, "uploadMismatch")
    assert send(server, missing["path"], content[MIB:], MIB).status_code == 204
    assert send(server, missing["path"], b"more", 3 * MIB).json()["code"] == "uploadMismatch"
    assert server.json("addImage", **draft(content))["image"]["name"] == "disky"
    assert names(server) == [("disky", "1")]
    assert send(server, missing["path"], b"late", 3 * MIB).json()["code"] == "uploadNotFound"


def test_the_command_line_survives_a_server_that_dies(server, data):
    """All bytes arrive, some before the server is killed, some after it is restarted at the same address."""
    content = disk(os.urandom(64 * MIB))
    folder = folder_of(data / "mine", content)
    port = server.url.rsplit(":", 1)[1]
    sending = subprocess.Popen([CLI, "--server", server.url, "image", "add", str(folder)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    wait_for(lambda: sum(os.path.getsize(f) for f in stored(server) if f.endswith("disk.img")) > 8 * MIB, 60,
             every=0.005)
    server.stop(signal.SIGKILL)
    again = Server(data, "--listen", f"127.0.0.1:{port}")
    again.start()
    try:
        assert sending.wait(120) == 0, sending.stderr.read()
        assert names(again) == [("disky", "1")]
        file = next(f for f in stored(again) if f.endswith("disk.img"))
        assert open(file, "rb").read() == content
    finally:
        again.stop(signal.SIGKILL)


def qcow2(size=1 << 20, backing=b""):
    """A qcow2 header of version 3, followed by the name of the backing file, if any."""
    offset = 104 if backing else 0
    return struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, offset, len(backing), 16, size, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                       0, 4,
                       104) + backing.ljust(920, b"\0")


@pytest.mark.parametrize("content, changes, why", [
    (b"x" * 100, {"file": {"digest": "0" * 64}}, "SHA-256"),
    (b"x" * 100, {"diskFormat": "qcow2"}, "not qcow2"),
    (qcow2(), {}, "is qcow2"),
    (qcow2(), {"diskFormat": "qcow2"}, "damaged"),
    (b"x" * 100, {}, "is text"),
    (gzip.compress(disk(b"mine")), {}, "is gzip"),
    (bytes(1000), {}, "zeros"),
    (qcow2(backing=b"/etc/shadow"), {"diskFormat": "qcow2"}, "backing file"),
    (qcow2(size=1 << 62), {"diskFormat": "qcow2"}, "TiB"),
    (qcow2()[:60], {"diskFormat": "qcow2"}, "cut short"),
    (b"x", {"disk": "../disk.img", "file": {"name": "../disk.img"}}, "plain name"),
    (b"x", {"name": "../../etc"}, "name"),
    (b"x", {"disk": "manifest.json", "file": {"name": "manifest.json"}}, "manifest.json"),
    (b"x", {"file": {"name": "other.img"}}, "needs disk.img"),
    (b"x", {"file": {"digest": "xyz"}}, "SHA-256"),
    (b"x", {"minimumRAM": 0}, "minimumRAM"),
    (b"", {}, "size"),
])
def test_invalid_images_are_refused_and_leave_nothing(content, changes, why, server):
    with pytest.raises(Fault) as refused:
        answer = server.json("addImage", **draft(content, **changes))
        for missing in answer["missing"]:
            assert send(server, missing["path"], content).status_code == 204
        server.json("addImage", **draft(content, **changes))
    assert why in refused.value.body["reason"] and refused.value.code in ("imageInvalid", "outOfRange"), refused.value
    assert names(server) == [] and stored(server) == []


@pytest.mark.parametrize("path, headers, status", [
    ("/images/uploads/../../vms.sqlite", {}, 404), ("/images/uploads/%2e%2e/x", {}, 404),
    ("/images/uploads/x", {}, 404),
    ("/images/uploads/" + "0" * 32 + "/..", {}, 404), ("/images/uploads/" + "0" * 32 + "/x", {}, 404),
    ("/images/uploads/" + "0" * 32 + "/x", {"Upload-Offset": "-1"}, 400),
    ("/images/uploads/" + "0" * 32 + "/x", {"Content-Type": "text/plain"}, 415),
    ("/images/uploads/" + "0" * 32 + "/x", {"Origin": "http://evil.example"}, 403),
])
def test_uploads_to_wrong_paths_are_refused(path, headers, status, server):
    sent = requests.Request("PATCH", server.url, data=b"x", headers={
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"} | headers).prepare()
    sent.url = server.url + path
    assert requests.Session().send(sent, timeout=60).status_code == status
    assert stored(server) == []


def test_an_image_in_use_stays(test_host, data):
    """An image that machines use, or in a folder of the operator, is not removed."""
    test_host.vms("image", "add", str(folder_of(data / "mine", disk(b"mine"))))
    test_host.vms("image", "add", str(folder_of(data / "other", disk(b"other"), version="2")))
    made = test_host.json("createVirtualMachine", phyServer="t1", vmName="r1", vmIP="10.0.0.1", vmRAM=32,
                          image="disky:1",
                          waitFor="started")
    status = test_host.json("getVirtualMachineStatus", phyServer="t1", vmName="r1")["asked"]
    listed = next(m for m in test_host.json("listVirtualMachines")["vm"] if m["vmName"] == "r1")
    assert [(m["image"], m["imageVersion"]) for m in (made, status, listed)] == [("disky", "1")] * 3
    test_host.json("removeImage", image="disky:2")
    with pytest.raises(Fault) as used:
        test_host.json("removeImage", image="disky")
    assert (used.value.status, used.value.code) == (409, "imageInUse") and "r1" in used.value.body["reason"]
    test_host.json("destroyVirtualMachine", phyServer="t1", vmName="r1")
    test_host.json("removeImage", image="disky")
    with pytest.raises(Fault) as other:
        test_host.json("removeImage", image="ipv4-rip")
    assert other.value.code == "imageReadOnly"


def test_a_tag_moves_between_versions_and_goes_with_its_own(test_host, data):
    for version in ("1", "2"):
        test_host.vms("image", "add", str(folder_of(data / version, disk(version.encode()), version=version)))
    test_host.vms("image", "tag", "disky:1", "stable")
    tags = lambda: {i["version"]: i["tag"] for i in test_host.json("listImages")["image"] if i["name"] == "disky"}
    assert tags() == {"1": ["stable"], "2": []}
    made = test_host.json("createVirtualMachine", phyServer="t1", vmName="r1", vmIP="10.0.0.1", vmRAM=32,
                          image="disky:stable",
                          waitFor="started")
    assert (made["image"], made["imageVersion"]) == ("disky", "1")
    test_host.json("destroyVirtualMachine", phyServer="t1", vmName="r1")
    test_host.vms("image", "tag", "disky", "stable")
    assert tags() == {"1": [], "2": ["stable"]}
    for service, fields, code in [
            ("tagImage", {"image": "disky", "tag": "1"}, "imageNameTaken"),
            ("tagImage", {"image": "disky", "tag": "a b"}, "invalidName"),
            ("tagImage", {"image": "disky", "tag": "gone", "remove": True}, "imageNotFound"),
            ("addImage", draft(b"3", version="stable"), "imageNameTaken")]:
        with pytest.raises(Fault) as refused:
            test_host.json(service, **fields)
        assert refused.value.code == code, refused.value
    test_host.json("removeImage", image="disky:stable")
    assert tags() == {"1": []}
    test_host.vms("image", "tag", "disky", "old")
    test_host.vms("image", "tag", "disky", "old", "--remove")
    assert tags() == {"1": []}


def test_an_added_image_makes_a_machine(lab_server, lab, data):
    content = disk(os.urandom(2 * MIB))
    lab_server.vms("image", "add", str(folder_of(data / "mine", content)))
    made = lab_server.json("createVirtualMachine", phyServer="h1", vmName="r1", vmIP=f"{QemuLab.subnet}.105", vmRAM=32,
                           image="disky:1",
                           waitFor="started")
    assert made["image"] == "disky" and made["transferredBytes"] == len(content)
    assert lab_server.json("getImage", image="disky")["image"]["phyServer"] == ["h1"]
    lab_server.json("destroyVirtualMachine", phyServer="h1", vmName="r1")
    digest = hashlib.sha256(content).hexdigest()
    lab.virsh("vol-delete", f"vms-image-{digest}", "default")
