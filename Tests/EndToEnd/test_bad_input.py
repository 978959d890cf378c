"""Bad input gets a typed fault that names the field and the value, and changes neither host nor store."""
import concurrent.futures
import gzip
import re
import socket

import pytest
import requests

from support.server import SOAP11, SOAP12, Fault, Server

GOOD = {"phyServer": "t1", "vmName": "r1", "vmIP": "10.0.0.1", "vmRAM": 96, "waitFor": "started"}

BAD = [
    ({"vmName": None}, "missingField", "vmName"),
    ({"vmName": ""}, "emptyField", "vmName"),
    ({"vmName": "<b>&"}, "invalidName", "vmName"),
    ({"vmName": "a\"b'c"}, "invalidName", "vmName"),
    ({"vmName": "a\u0007b"}, "invalidName", "vmName"),
    ({"vmName": "../etc"}, "invalidName", "vmName"),
    ({"vmName": "a/b"}, "invalidName", "vmName"),
    ({"vmName": "x" * 64}, "invalidName", "vmName"),
    ({"vmName": "x" * 256}, "tooLong", "vmName"),
    ({"vmName": "test"}, "machineNameTaken", "vmName"),
    ({"vmRAM": 0}, "outOfRange", "vmRAM"),
    ({"vmRAM": -1}, "outOfRange", "vmRAM"),
    ({"vmRAM": 1 << 20}, "notEnoughMemory", "vmRAM"),
    ({"vmRAM": "much"}, "invalidValue", "vmRAM"),
    ({"vmRAM": [96, 96]}, "duplicateField", "vmRAM"),
    ({"vcpus": 0}, "outOfRange", "vcpus"),
    ({"vcpus": 300}, "outOfRange", "vcpus"),
    ({"vmIP": "10.0.0.0"}, "invalidAddress", "vmIP"),
    ({"vmIP": "10.0.0.255"}, "invalidAddress", "vmIP"),
    ({"vmIP": "10.0.0.1/33"}, "invalidAddress", "vmIP"),
    ({"vmIP": "10.0.0.1.5"}, "invalidAddress", "vmIP"),
    ({"vmIP": "224.0.0.5"}, "invalidAddress", "vmIP"),
    ({"vmIP": "ff02::1"}, "invalidAddress", "vmIP"),
    ({"vmIP": "localhost"}, "invalidAddress", "vmIP"),
    ({"phyServer": "t9"}, "nodeNotRegistered", "phyServer"),
    ({"hypervisor": "Xen"}, "hypervisorMismatch", "hypervisor"),
    ({"image": "none-such"}, "imageNotFound", "image"),
    ({"netInterface": "br9"}, "bridgeNotFound", "netInterface"),
    ({"diskPath": "/x"}, "invalidValue", "diskPath"),
    ({"diskPath": "x", "transferDisk": False}, "invalidValue", "diskPath"),
    ({"waitFor": "address"}, "notOffered", "waitFor"),
    ({"waitFor": "ever"}, "invalidValue", "waitFor"),
    ({"guestType": "pvh"}, "notOffered", "guestType"),
]


@pytest.mark.parametrize("change, code, field", BAD, ids=[f"{list(b[0])[0]}-{b[1]}-{i}" for i, b in enumerate(BAD)])
def test_create_refuses(change, code, field, test_host):
    with pytest.raises(Fault) as fault:
        test_host.json("createVirtualMachine", **(GOOD | change))
    assert (fault.value.code, fault.value.body["field"]) == (code, field)
    assert field in fault.value.body["reason"]
    value = change[field] if field in change else None
    if isinstance(value, (str, int)) and value != "" and "\u0007" not in str(value):
        assert str(value)[:60] in fault.value.body["reason"] or code == "tooLong"
    assert [m["vmName"] for m in test_host.json("listVirtualMachines")["vm"]] == ["test"]
    assert test_host.json("listOperations")["operation"] == []


def fault_of(answer, version=SOAP11):
    assert "Fault" in answer.text, answer.text
    return re.search(r"<ns:code>(\w+)</ns:code>", answer.text)[1]


@pytest.mark.parametrize("text, code", [
    (b"", "malformed"), (b"hello", "malformed"), (b"<a><b></a>", "malformed"), (b"<html/>", "malformed"),
    (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "malformed"),
    (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "malformed"),
    (b"<a>" * 100_000, "malformed"),
    (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "malformed"),
    (b"<a>\xff\xfe\xff</a>", "malformed"),
    (b"<a " + b" ".join(b'b%d=""' % i for i in range(3000)) + b"/>", "malformed"),
], ids=["empty", "text", "unbalanced", "html", "entity", "external", "deep", "encoding", "bytes", "attributes"])
def test_malformed_envelopes(text, code, server):
    answer = requests.post(f"{server.url}/services/VirtualMachineServer", data=text,
                           headers={"Content-Type": "text/xml; charset=UTF-8"} if b"encoding" not in text else
                           {"Content-Type": "text/xml"})
    assert answer.status_code == 400 and fault_of(answer) == code
    assert server.json("sanityTest", testString="still there")["testString"] == "still there"


def envelope(body, header="", version=SOAP11):
    return (f'<e:Envelope xmlns:e="{version}">{header}<e:Body>{body}</e:Body></e:Envelope>').encode()


def test_faults_of_the_envelope(server):
    def send(text, kind="text/xml"):
        return requests.post(f"{server.url}/services/VirtualMachineServer", data=text,
                             headers={"Content-Type": f"{kind}; charset=UTF-8"})
    unknown = send(envelope("<noSuchService/>"))
    assert unknown.status_code == 500 and fault_of(unknown) == "unknownService" and "noSuchService" in unknown.text
    assert "<faultcode>soapenv:Client</faultcode>" in unknown.text
    must = send(envelope("<sanityTest/>", '<e:Header><x:y xmlns:x="urn:x" e:mustUnderstand="1"/></e:Header>'))
    assert must.status_code == 500 and "soapenv:MustUnderstand" in must.text
    other = send(envelope("<sanityTest><testString>a</testString></sanityTest>",
                          '<e:Header><x:y xmlns:x="urn:x" e:mustUnderstand="1" e:actor="urn:else"/></e:Header>'))
    assert other.status_code == 200
    wrong = send(envelope("<sanityTest/>", version="urn:other"))
    assert wrong.status_code == 500 and "VersionMismatch" in wrong.text
    twelve = send(envelope("<noSuchService/>", version=SOAP12), "application/soap+xml")
    assert "soapenv:Sender" in twelve.text and 'xml:lang="en"' in twelve.text
    addressed = send(envelope(
        "<noSuchService/>", '<e:Header><w:MessageID xmlns:w="http://www.w3.org/2005/08/addressing" '
        'e:mustUnderstand="1">urn:uuid:7</w:MessageID></e:Header>'))
    assert ">urn:uuid:7</wsa:RelatesTo>" in addressed.text and "<wsa:Action" in addressed.text


def test_lenient_forms(server):
    """Forms that Axis2 and other clients send: fields one level down, without namespace, in UTF-16, compressed, over
    HTTP/1.0."""
    def send(text, **headers):
        return requests.post(f"{server.url}/axis2/services/"
                             "VirtualMachineServer.VirtualMachineServerHttpSoap11Endpoint/",
                             data=text, headers={"Content-Type": "text/xml; charset=UTF-8"} | headers)
    call = '<s:sanityTest xmlns:s="urn:any"><element><testString>\u00e1\u20ac</testString></element></s:sanityTest>'
    assert "\u00e1\u20ac" in send(envelope(call)).content.decode()
    wide = envelope(call).decode().encode("utf-16")
    assert "\u00e1\u20ac" in send(wide, **{"Content-Type": "text/xml; charset=utf-16"}).content.decode()
    packed = gzip.compress(envelope(call))
    assert "\u00e1\u20ac" in send(packed, **{"Content-Encoding": "gzip"}).content.decode()
    latin = envelope("<sanityTest><testString>\u00e1</testString></sanityTest>").decode().encode("latin-1")
    assert "\u00e1" in send(latin, **{"Content-Type": "text/xml; charset=ISO-8859-1"}).content.decode()
    host, port = server.url.removeprefix("http://").split(":")
    body = envelope(call)
    for first, rest in [(b"HTTP/1.0", b""), (b"HTTP/1.1", b"Host: x\r\nConnection: close\r\nExpect: 100-continue\r\n")]:
        with socket.create_connection((host, int(port)), timeout=20) as raw:
            raw.sendall(b"POST /axis2/services/VMServer " + first + b"\r\nContent-Type: text/xml\r\nContent-Length: "
                        + str(len(body)).encode() + b"\r\n" + rest + b"\r\n")
            if rest:
                assert b"100 Continue" in raw.recv(100)
            raw.sendall(body)
            answer = b""
            while b"</soapenv:Envelope>" not in answer:
                part = raw.recv(65536)
                assert part, answer
                answer += part
            assert " 200 OK".encode() in answer


def test_sizes(data):
    server = Server(data, "--body-limit-mib", "1").start()
    try:
        big = envelope(f"<sanityTest><testString>{'x' * (1 << 20)}</testString></sanityTest>")
        answer = requests.post(f"{server.url}/services/VirtualMachineServer", data=big)
        assert answer.status_code == 413 and fault_of(answer) == "tooLarge"
        chunked = requests.post(f"{server.url}/services/VirtualMachineServer", data=iter([big]))
        assert chunked.status_code == 413
        bomb = requests.post(f"{server.url}/v1/sanityTest", data=gzip.compress(b" " * (64 << 20)),
                             headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
        assert bomb.status_code == 413 and bomb.json()["code"] == "tooLarge"
    finally:
        server.stop()


def test_misspelt_fields(server):
    """A misspelt field is refused; a client's own field is ignored."""
    def soap(body):
        return requests.post(f"{server.url}/axis2/services/VMServer", data=envelope(body),
                             headers={"Content-Type": "text/xml"})
    for name in ["dryrun", "DryRun", "dry-run", "dry_run", "dru"]:
        with pytest.raises(Fault) as fault:
            server.json("sweepImages", **{name: True, "olderThanDays": 0})
        assert (fault.value.code, fault.value.body["field"]) == ("unknownField", name)
        assert "dryRun" in fault.value.body["reason"]
        answer = soap(f'<sweepImages xmlns="http://vmserver/xsd"><{name}>true</{name}></sweepImages>')
        assert answer.status_code == 500 and fault_of(answer) == "unknownField" and "dryRun" in answer.text
    assert fault_of(soap('<sweepImages dryRun="true"/>')) == "unknownField"
    assert requests.post(f"{server.url}/v1/sweepImages?dryRun=true").status_code == 400
    assert server.json("sweepImages", dryRun=True)["dryRun"] is True
    assert server.json("sweepImages")["dryRun"] is False
    with pytest.raises(Fault) as fault:
        server.json("createVirtualMachine", **GOOD, Async=True)
    assert fault.value.code == "unknownField" and "'async'" in fault.value.body["reason"]
    own = "<sanityTest><owner>me</owner><testString>a</testString><nodeCount>2</nodeCount></sanityTest>"
    assert soap(own).status_code == 200


def test_references_of_soap(server):
    """References of SOAP 1.1's section 5 are read, or refused by name."""
    def host(given):
        body = f"<getPhysicalServerStatus>{given}</getPhysicalServerStatus><multiRef id='a'>n7</multiRef>"
        return requests.post(f"{server.url}/services/VirtualMachineServer", data=envelope(body)).text
    assert "phyServer is 'n7'" in host("<phyServer href='#a'/>")
    assert "phyServer: href is '#b'" in host("<phyServer href='#b'/>")
    assert "second element" in host("<phyServer>n1</phyServer>")
    # SOAP 1.2 has its own attributes for references (part 2, section 3.1).
    refers = '<phyServer e:ref="{}" xmlns:e="http://www.w3.org/2003/05/soap-encoding"/>'
    named = '<owner e:id="a" xmlns:e="http://www.w3.org/2003/05/soap-encoding">n8</owner>'
    for target, words in [("a", "phyServer is 'n8'"), ("b", "phyServer: ref is 'b'")]:
        answer = server.soap(f"<getPhysicalServerStatus>{named}{refers.format(target)}</getPhysicalServerStatus>",
                             version=SOAP12,
                             path="/services/VirtualMachineServer")
        assert words in answer.text and SOAP12 in answer.text, answer.text


def test_memory_is_not_promised_twice(test_host):
    def make(number):
        try:
            return test_host.json("createVirtualMachine", phyServer="t1", vmName=f"m{number}",
                                  vmIP=f"10.0.0.{number + 1}", vmRAM=2150,
                                  waitFor="started")["result"]
        except Fault as refused:
            return refused.code
    with concurrent.futures.ThreadPoolExecutor(7) as calls:
        answers = list(calls.map(make, range(7)))
    assert sorted(answers) == ["SUCCESS"] + ["notEnoughMemory"] * 6
    assert make(8) == "notEnoughMemory", "one that runs has what it was promised"


def test_a_weight_that_the_hypervisor_changes_is_a_fault(test_host):
    """libvirt's test driver accepts any weight and keeps 50, like a hypervisor that clamps a value."""
    machine = {"phyServer": "t1", "vmName": "r1"}
    test_host.json("createVirtualMachine", **machine, vmIP="10.0.0.1", waitFor="started")
    assert test_host.json("getVirtualMachineStatus", **machine)["memory"] == 128 * 1024, "what is given without vmRAM"
    with pytest.raises(Fault) as fault:
        test_host.json("setVirtualMachineSchedulerParameters", **machine, weight=77)
    details = fault.value.body
    assert fault.value.code == "hypervisorFailed"
    assert (details["field"], details["value"], details["vmName"]) == ("weight", "77", "r1")
    assert "'77'" in details["reason"] and "'50'" in details["reason"]
    assert test_host.json("getOperation", operation=details["operation"])["operation"]["state"] == "failed"
    assert test_host.json("setVirtualMachineSchedulerParameters", **machine, weight=50)["weight"] == 50


def test_json_faults(server):
    def send(text, kind="application/json", service="sanityTest"):
        return requests.post(f"{server.url}/v1/{service}", data=text, headers={"Content-Type": kind})
    assert send('{"testString":"a","testString":"b"}').json()["code"] == "duplicateField"
    assert send("[" * 100_000).json()["code"] == "malformed"
    assert send("{").status_code == 400 and "truncated" in send("{").json()["reason"]
    assert send('\ufeff{"testString":"a"}'.encode()).json()["testString"] == "a"
    assert "UTF-16" in send('{"testString":"a"}'.encode("utf-16")).json()["reason"]
    assert send("{}", "text/plain").status_code == 415
    assert send("{}", service="noSuch").status_code == 404
    assert requests.get(f"{server.url}/v1/sanityTest").status_code == 405
    assert requests.get(f"{server.url}/nowhere").status_code == 404


@pytest.mark.parametrize("uri", [
    "qemu+ext:///system?command=/bin/true", "qemu+ssh://h/system?command=/bin/true", "esx://h/", "qemu+tcp://h/system",
    "test:///default?command=x", "qemu:///system?socket=/x&netcat=y", "file:///etc/passwd", "test:///etc/shadow",
    "test:///dev/ptmx#1", "qemu+tls://h/system;no_verify=1", "qemu:///system?socket=/a%3Bcommand=x",
    "qemu:///system?socket=/etc/shadow", "qemu:///system?socket=/nowhere", "qemu:///system?socket=/run/libvirt.x/s",
])
def test_uris_that_are_not_allowed(uri, server):
    with pytest.raises(Fault) as refused:
        server.json("registerNodes", Node=[{"NodeName": "n1", "uri": uri}])
    assert (refused.value.code, refused.value.body["field"]) == ("invalidValue", "uri")
    assert "root:" not in refused.value.body["reason"]


@pytest.mark.parametrize("field", ["sourcePhyServer", "destPhyServer"])
def test_an_unknown_host_of_a_move_is_named_by_its_field(field, test_host):
    hosts = {"sourcePhyServer": "t1", "destPhyServer": "t1"} | {field: "nowhere"}
    with pytest.raises(Fault) as refused:
        test_host.json("migrateVirtualMachine", vmName="test", **hosts)
    body = refused.value.body
    assert (body["code"], body["field"], body["value"]) == ("nodeNotRegistered", field, "nowhere")


def test_registering_is_all_or_none(server):
    with pytest.raises(Fault) as refused:
        server.json("registerNodes", Node=[
            {"NodeName": "t1", "uri": "test:///default"},
            {"NodeName": "n2", "uri": "qemu+unix:///system?socket=/run/libvirt/nowhere/libvirt-sock"}])
    assert refused.value.code == "nodeUnreachable" and refused.value.body["phyServer"] == "n2"
    assert "nowhere" not in refused.value.body["reason"] and "nowhere" in (server.data / "vmsd.log").read_text()
    assert server.json("getRegisteredNodes")["Node"] == []
    for name in ["-oProxyCommand=x", "a b", "a;b", "", ".", "..", "a" * 250]:
        with pytest.raises(Fault) as bad:
            server.json("registerNodes", Node=[{"NodeName": name, "uri": "test:///default"}])
        assert bad.value.body["field"].endswith("NodeName")
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    with pytest.raises(Fault) as twice:
        server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "qemu:///session"}])
    assert twice.value.code == "nodeNameTaken"


def test_health_metrics_and_a_graceful_stop(server):
    assert requests.get(f"{server.url}/healthz").text == "ok\n"
    server.json("sanityTest", testString="x")
    metrics = requests.get(f"{server.url}/metrics").text
    assert 'vms_calls_total{service="sanityTest",face="json",outcome="SUCCESS"} 1' in metrics
    server.stop()
    assert server.process.returncode == 0
