"""Clients of each face of the server: raw SOAP 1.1 and 1.2, JSON, the command line, zeep and PHP."""
import base64
import json
import pathlib
import shutil
import subprocess
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import pytest
import requests
import zeep

from support.server import SOAP11, SOAP12, Fault

TNS = "{http://vmserver/xsd}"
XS = "{http://www.w3.org/2001/XMLSchema}"


class ServiceFault(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def element(name, value):
    if isinstance(value, list):
        return "".join(element(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(element(k, v) for k, v in value.items())}</{name}>"
    if isinstance(value, bool):
        value = str(value).lower()
    return f"<{name}>{escape(str(value))}</{name}>"


class Schema:
    """The types that the server publishes, and which of their elements are lists."""

    def __init__(self, server):
        root = ET.fromstring(requests.get(f"{server.url}/services/VirtualMachineServer?xsd").content)
        self.elements = {e.get("name"): e.find(f"{XS}complexType") for e in root.findall(f"{XS}element")}
        self.types = {t.get("name"): t for t in root.findall(f"{XS}complexType")}

    def read(self, node, kind=None):
        """An XML element in the form of the JSON face."""
        if kind is None:
            kind = self.elements[node.tag.removeprefix(TNS)]
        fields = {e.get("name"): e for e in kind.iter(f"{XS}element")}
        values = {}
        for child in node:
            assert child.tag.startswith(TNS), f"{child.tag} is not qualified"
            name = child.tag.removeprefix(TNS)
            inner = self.types.get((fields[name].get("type") or "").removeprefix("tns:"))
            value = child.text or "" if inner is None else self.read(child, inner)
            if fields[name].get("maxOccurs") == "unbounded":
                values.setdefault(name, []).append(value)
            else:
                assert name not in values, f"{name} twice"
                values[name] = value
        return values


def with_text(value):
    """A request with its bytes as base64, for faces that send them as text."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: with_text(part) for name, part in value.items()}
    return [with_text(part) for part in value] if isinstance(value, list) else value


class Soap:
    version = SOAP11

    def __init__(self, server):
        self.server, self.schema = server, Schema(server)

    def __call__(self, service, fields):
        parts = "".join(element(k, v) for k, v in with_text(fields).items())
        body = f'<{service} xmlns="http://vmserver/xsd">{parts}</{service}>'
        answer = self.server.soap(body, version=self.version)
        kind = "text/xml" if self.version == SOAP11 else "application/soap+xml"
        assert answer.headers["Content-Type"] == f"{kind}; charset=UTF-8"
        root = ET.fromstring(answer.content)
        assert root.tag == f"{{{self.version}}}Envelope"
        content = root.find(f"{{{self.version}}}Body")[0]
        if answer.status_code == 500:
            assert content.tag == f"{{{self.version}}}Fault"
            raise ServiceFault(content.find(f".//{TNS}VirtualMachineServerFault/{TNS}code").text)
        assert answer.status_code == 200 and content.tag == f"{TNS}{service}Response"
        return self.schema.read(content)


class Soap12(Soap):
    version = SOAP12


class Json:
    def __init__(self, server):
        self.server = server

    def __call__(self, service, fields):
        try:
            return self.server.json(service, **with_text(fields))
        except Fault as fault:
            raise ServiceFault(fault.code) from fault


class CommandLine(Json):
    def __call__(self, service, fields):
        words = [f"{name}:={json.dumps(value)}" if isinstance(value, (list, dict)) else f"{name}={value}"
                 for name, value in with_text(fields).items()]
        done = self.server.vms("--json", "call", service, *words, check=False)
        # 5: the caller's credential or rights do not suffice.
        if done.returncode in (1, 5):
            raise ServiceFault(done.stderr.split(":")[1].strip())
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


class Zeep:
    """python's zeep in strict mode, over the WSDL that the server publishes."""

    def __init__(self, server):
        self.client = zeep.Client(f"{server.url}/services/VirtualMachineServer?wsdl",
                                  settings=zeep.Settings(strict=True))

    def __call__(self, service, fields):
        try:
            answer = getattr(self.client.service, service)(**fields)
        except zeep.exceptions.Fault as fault:
            raise ServiceFault(fault.detail.find(f".//{TNS}code").text) from fault
        result = zeep.helpers.serialize_object(answer, dict)
        return result if isinstance(result, dict) else {"result": result}


class Php:
    """PHP's own SOAP extension, over the WSDL."""
    SCRIPT = pathlib.Path(__file__).with_name("call.php")

    def __init__(self, server):
        if not shutil.which("php"):
            pytest.skip("php-cli with php-soap is not installed")
        self.server = server

    def __call__(self, service, fields):
        done = subprocess.run(["php", self.SCRIPT, f"{self.server.url}/services/VirtualMachineServer?wsdl", service],
                              input=json.dumps(fields,
                                               default=lambda data: {"base64": base64.b64encode(data).decode()}),
                              capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 1), done.stderr + done.stdout
        answer = json.loads(done.stdout)
        if done.returncode == 1:
            raise ServiceFault(answer["code"])
        return answer
