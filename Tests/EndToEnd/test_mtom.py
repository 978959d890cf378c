"""Images whose content is an attachment of the envelope (MTOM), sent by a toolkit with MTOM and by one that knows only
MIME."""
import email
import email.mime.application
import email.mime.multipart
import email.policy
import hashlib
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as xml

import pytest
import requests

from support.environment import ROOT
from support.images import MANIFEST, names, stored
from support.server import SOAP11, SOAP12

SOURCES = ROOT / "Tests/EndToEnd/support/gsoap"
CONTENT = os.urandom(510) + b"\x55\xaa" + os.urandom(300_000)


def digest(server):
    return server.json("getImage", image="disky")["image"]["file"][0]["digest"]


@pytest.mark.skipif(not (shutil.which("soapcpp2") and shutil.which("gcc")), reason="gsoap or gcc is not installed")
@pytest.mark.parametrize("version", ["-1", "-2"])
def test_gsoap(server, data, version):
    folder = data / "gsoap"
    shutil.copytree(SOURCES, folder)
    subprocess.run(["soapcpp2", version, "-c", "-C", "-x", "-L", "-I/usr/share/gsoap/import", "addImage.h"], cwd=folder,
                   check=True,
                   capture_output=True)
    subprocess.run(["gcc", "-o", "addImage", "addImage.c", "soapC.c", "soapClient.c", "-lgsoap"], cwd=folder,
                   check=True)
    (folder / "disk.img").write_bytes(CONTENT)

    def add(manifest):
        return subprocess.run([folder / "addImage", f"{server.url}/services/VirtualMachineServer", json.dumps(manifest),
                               folder / "disk.img"], capture_output=True, text=True, timeout=60)
    added = add(MANIFEST)
    assert (added.returncode, added.stdout) == (0, "SUCCESS\n"), added.stderr
    assert digest(server) == hashlib.sha256(CONTENT).hexdigest()
    refused = add(MANIFEST | {"disk": "other.img"})
    assert refused.returncode == 1 and "imageInvalid" in refused.stderr


def message(version, content, cid="disk@vms"):
    """A message composed by Python's email package, with attachments in base64."""
    kind = "text/xml" if version == SOAP11 else "application/soap+xml"
    whole = email.mime.multipart.MIMEMultipart("related", type="application/xop+xml", start="<root@vms>",
                                               policy=email.policy.HTTP)
    whole.set_param("start-info", kind)
    envelope = (f'<e:Envelope xmlns:e="{version}"><e:Body><addImage xmlns="http://vmserver/xsd">'
                f'<manifest>{json.dumps(MANIFEST)}</manifest><file><name>disk.img</name><content>'
                '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" '
                f'href="cid:{cid}"/></content></file></addImage></e:Body></e:Envelope>')
    for name, data, subtype in [("root@vms", envelope.encode(), "xop+xml"), ("disk@vms", content, "octet-stream")]:
        part = email.mime.application.MIMEApplication(data, subtype, policy=email.policy.HTTP)
        part["Content-ID"] = f"<{name}>"
        whole.attach(part)
    body = whole.as_bytes().split(b"\r\n\r\n", 1)[1]
    return body, whole["Content-Type"].replace("\r\n", "").replace("\n", "")


def post(server, body, kind):
    return requests.post(f"{server.url}/axis2/services/VMServer", data=body, headers={"Content-Type": kind}, timeout=60)


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
def test_plain_mime(server, version):
    answer = post(server, *message(version, CONTENT))
    assert answer.status_code == 200, answer.text
    # A request in MTOM gets an answer in MTOM.
    whole = email.message_from_bytes(f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
                                     + answer.content)
    assert whole.get_content_type() == "multipart/related" and whole.get_param("type") == "application/xop+xml"
    [part] = whole.get_payload()
    assert part["Content-ID"] == whole.get_param("start") and part.get_content_type() == "application/xop+xml"
    root = xml.fromstring(part.get_payload(decode=True))
    assert root.tag == f"{{{version}}}Envelope"
    assert root.find(".//{http://vmserver/xsd}result").text == "SUCCESS"
    assert digest(server) == hashlib.sha256(CONTENT).hexdigest()


def test_a_broken_message_leaves_nothing(server):
    body, kind = message(SOAP11, CONTENT)
    for sent, words in [((body[:-40], kind), "the message ends within part 2"),
                        ((body, kind.replace("boundary", "border")), "Content-Type has no boundary"),
                        (message(SOAP11, CONTENT, cid="other"), "'other', but no part has that Content-ID"),
                        ((body, kind.replace("application/xop+xml", "text/xml")), "only in MTOM messages")]:
        answer = post(server, *sent)
        assert answer.status_code == 500 and words in answer.text, answer.text
    assert names(server) == [] and stored(server) == []
