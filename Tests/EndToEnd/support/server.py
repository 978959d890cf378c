"""One vmsd process, and requests to it by SOAP, JSON and the command line."""
import pathlib
import re
import signal
import subprocess

import pytest
import requests

from support.environment import BIN, CACHE, CLI

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


class Fault(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body, self.code = status, body, body.get("code")


class Server:
    """One vmsd process on a free port."""

    def __init__(self, data, *options):
        self.data, self.options, self.process = pathlib.Path(data), options, None

    def start(self, *extra):
        self.log = open(self.data / "vmsd.log", "ab")
        self.process = subprocess.Popen(
            [BIN / "vmsd", "serve", "--listen", "127.0.0.1:0", "--data", self.data, "--log-level", "debug",
             # A simulation has its own images.
             *([] if "--simulate" in self.options else ["--images", CACHE / "images"]), *self.options, *extra],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        # A line for each listener, in any order.
        lines = "".join(self.process.stdout.readline() for _ in range(self.process.args.count("--listen")))
        found = {scheme: url for url, scheme in re.findall(r"listens on ((https?)://\S+)", lines)}
        assert "http" in found, f"vmsd did not start: {lines!r}\n{(self.data / 'vmsd.log').read_text()[-2000:]}"
        self.url, self.encrypted_url = found["http"], found.get("https")
        return self

    def stop(self, how=signal.SIGTERM, seconds=60):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process:
            self.process.wait(timeout=seconds)
            self.process.stdout.close()
            self.log.close()

    def wait(self, seconds=120):
        """Waits until the process ends by itself, and returns its exit status."""
        return self.process.wait(timeout=seconds)

    def json(self, service, timeout=180, **fields):
        return self.send(service, fields, timeout)

    def send(self, service, fields, timeout):
        answer = requests.post(f"{self.url}/v1/{service}", json=fields, timeout=timeout)
        if answer.status_code != 200:
            raise Fault(answer.status_code, answer.json())
        return answer.json()

    def soap(self, body, version=SOAP11, timeout=180, path="/axis2/services/VMServer", headers=None):
        """Sends an envelope as the 2010 client does: chunked, with a single-quoted declaration and its one
        SOAPAction."""
        text = (f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{version}\">"
                f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>")
        kind = "text/xml" if version == SOAP11 else "application/soap+xml"
        sent = {"Content-Type": f"{kind}; charset=UTF-8", "SOAPAction": '"urn:anonOutInOp"', "User-Agent": "Axis2"}
        return requests.post(self.url + path, data=iter([text.encode()]), headers=sent | (headers or {}),
                             timeout=timeout)

    def vms(self, *words, check=True):
        done = subprocess.run([CLI, "--server", self.url, *words], capture_output=True, text=True, timeout=180)
        if check:
            assert done.returncode == 0, done.stderr
        return done


def refused(server, service, timeout=180, **fields):
    with pytest.raises(Fault) as fault:
        server.json(service, timeout=timeout, **fields)
    return fault.value
