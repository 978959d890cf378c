"""Every service by every client: raw SOAP 1.1 as the 2010 client sends it, SOAP 1.2, JSON, the command line, zeep and
PHP."""
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
import requests
import zeep

from support.calls import CALLS, REFUSED, WITH_OPERATION
from support.faces import CommandLine, Json, Php, ServiceFault, Soap, Soap12, Zeep, element
from support.server import SOAP11


@pytest.mark.parametrize("face", [Soap, Soap12, Json, CommandLine, Zeep, Php])
def test_every_service(face, server):
    call = face(server)
    for service, fields, holds in CALLS:
        answer = call(service, fields)
        assert holds(answer), (service, answer)
    operation = server.json("listOperations", limit=1)["operation"][0]["id"]
    call("registerNodes", CALLS[1][1])
    for service, fields, code in REFUSED:
        with pytest.raises(ServiceFault) as fault:
            call(service, fields)
        assert fault.value.code == code
    for service, more, code in WITH_OPERATION:
        fields = {"operation": operation} | more
        if code is None:
            assert call(service, fields)["operation"]["id"] == operation
            continue
        with pytest.raises(ServiceFault) as fault:
            call(service, fields)
        assert fault.value.code == code


def test_no_service_is_left_out(server):
    listed = {s["name"] for s in requests.get(f"{server.url}/v1").json()["services"]}
    assert listed == {call[0] for call in CALLS + REFUSED + WITH_OPERATION}
    client = zeep.Client(f"{server.url}/services/VirtualMachineServer?wsdl")
    service = client.wsdl.services["VirtualMachineServer"]
    assert list(service.ports) == ["VirtualMachineServerHttpSoap11Endpoint", "VirtualMachineServerHttpSoap12Endpoint"]
    for port in service.ports.values():
        assert set(port.binding._operations) == listed


def test_answers_are_valid_by_the_schema(test_host, data):
    """Every answer of the SOAP face is valid by the XSD that the server publishes, according to libxml2's validator."""
    if not shutil.which("xmllint"):
        pytest.skip("xmllint is not installed")
    schema = data / "vms.xsd"
    schema.write_bytes(requests.get(f"{test_host.url}/services/VirtualMachineServer?xsd").content)
    for service, fields in [("getPhysicalServerStatus", {"phyServer": "t1"}), ("listImages", {}),
                            ("getVirtualMachineStatus", {"phyServer": "t1", "vmName": "test"}),
                            ("getRegisteredNodes", {}), ("listVirtualMachines", {})]:
        body = f'<{service} xmlns="http://vmserver/xsd">{"".join(element(k, v) for k, v in fields.items())}</{service}>'
        content = ET.fromstring(test_host.soap(body).content).find(f"{{{SOAP11}}}Body")[0]
        file = data / "answer.xml"
        ET.ElementTree(content).write(file)
        done = subprocess.run(["xmllint", "--noout", "--schema", schema, file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
