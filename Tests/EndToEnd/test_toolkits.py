"""SOAP toolkits with each credential of their caller that they can send, and the client of 2010, which sends none.

The clients in other languages are in support/toolkits. Each gets its input in the environment, calls whoAmI at URL, and
prints the user. CREDENTIAL is basic (TOKEN is the password of HTTP Basic), challenge (the same, but not before the server
asks for it), username (TOKEN is in a UsernameToken) or certificate (that of the PEM file CERTIFICATE). AUTHORITY is the
file of certificates that the client trusts. If the call is refused, the client prints the status 401 or the code of the
fault, and ends with 1."""
import os
import shutil
import signal
import ssl
import subprocess
import urllib.request

import pytest
import requests
import suds
import suds.client
import suds.transport.http
import suds.transport.https
import suds.wsse
import zeep
import zeep.wsse.username

from support.access import User, first_token
from support.credentials import certificate, digest_of_key, quiet
from support.environment import ROOT
from support.server import Server

PROGRAMS = ROOT / "Tests/EndToEnd/support/toolkits"
CLOSED = ["--simulate", "hosts=1,networks=0,machines=0", "--require-token"]
PASSWORD = "changeit"


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = str(code)


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A simulation that requires a credential, with a user who has a token and one who has a certificate."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    server = Server(tmp_path_factory.mktemp("data"), *CLOSED, "--listen", "https://127.0.0.1:0").start()
    admin = User(server, first_token(server))
    server.token = admin.new_user("tom").token
    server.certificate = certificate(server.data, "carla")
    admin("addUser", user="carla")
    admin("changeUser", user="carla", addCertificateKey=[digest_of_key(server.certificate)])
    server.authority = server.data / "tls/ca.pem"
    yield server
    server.stop(signal.SIGKILL)


def endpoint(server, credential):
    url = server.encrypted_url if credential == "certificate" else server.url
    return f"{url}/services/VirtualMachineServer"


class Zeep:
    def __init__(self, server, folder):
        self.server = server

    def __call__(self, credential, token):
        session, wsse, statuses = requests.Session(), None, []
        session.hooks["response"].append(lambda answer, *_, **__: statuses.append(answer.status_code))
        # Otherwise REQUESTS_CA_BUNDLE takes precedence over `verify`.
        session.trust_env = False
        session.verify = str(self.server.authority)
        if credential == "basic":
            session.auth = ("toolkit", token)
        elif credential == "username":
            wsse = zeep.wsse.username.UsernameToken("toolkit", token)
        else:
            session.cert = str(self.server.certificate)
        url = endpoint(self.server, credential)
        client = zeep.Client(f"{url}?wsdl", wsse=wsse, transport=zeep.Transport(session=session, operation_timeout=60))
        service = client.create_service("{http://vmserver/xsd}VirtualMachineServerSoap11Binding", url)
        try:
            return service.whoAmI().user.user
        except zeep.exceptions.Fault as fault:
            raise Refused(401 if statuses[-1] == 401 else fault.code) from fault


class Suds:
    def __init__(self, server, folder):
        self.server = server

    def __call__(self, credential, token):
        transport, wsse = suds.transport.http.HttpTransport(timeout=60), None
        if credential == "basic":
            transport = suds.transport.http.HttpAuthenticated(username="toolkit", password=token, timeout=60)
        elif credential == "challenge":
            transport = suds.transport.https.HttpAuthenticated(username="toolkit", password=token, timeout=60)
        elif credential == "username":
            wsse = suds.wsse.Security()
            wsse.tokens.append(suds.wsse.UsernameToken("toolkit", token))
        else:
            # suds leaves certificates to handlers of urllib.
            context = ssl.create_default_context(cafile=self.server.authority)
            context.load_cert_chain(self.server.certificate)
            transport.urlopener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
        url = endpoint(self.server, credential)
        client = suds.client.Client(f"{url}?wsdl", location=url, transport=transport, wsse=wsse, cache=None)
        try:
            return client.service.whoAmI().user.user
        except suds.WebFault as fault:
            raise Refused(fault.fault.faultcode) from fault
        except Exception as error:  # suds has no class for it
            raise Refused(error.args[0][0]) from error


class Program:
    """A client in another language."""
    words = []

    def __init__(self, server, folder):
        self.server = server
        self.prepare(folder)

    def __call__(self, credential, token):
        given = {"URL": endpoint(self.server, credential), "CREDENTIAL": credential, "TOKEN": token,
                 "CERTIFICATE": str(self.server.certificate), "AUTHORITY": str(self.server.authority)}
        done = subprocess.run(self.words, env=os.environ | given, capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            return done.stdout.strip()
        assert done.returncode == 1 and done.stdout, done.stderr
        raise Refused(done.stdout.strip())


class Php(Program):
    def prepare(self, folder):
        if not shutil.which("php"):
            pytest.skip("php-cli with php-soap is not installed")
        self.words = ["php", PROGRAMS / "whoAmI.php"]


class SoapLite(Program):
    def prepare(self, folder):
        if not shutil.which("perl") or subprocess.run(["perl", "-MSOAP::Lite", "-e0"], capture_output=True).returncode:
            pytest.skip("libsoap-lite-perl is not installed")
        self.words = ["perl", PROGRAMS / "whoAmI.pl"]


class Gsoap(Program):
    def prepare(self, folder):
        if not all(map(shutil.which, ["wsdl2h", "soapcpp2", "gcc"])):
            pytest.skip("gsoap or gcc is not installed")
        for file in PROGRAMS.glob("whoAmI.[ch]"):
            shutil.copy(file, folder)
        shared = "/usr/share/gsoap"
        quiet("wsdl2h", "-c", "-s", "-o", "contract.h", f"{endpoint(self.server, 'basic')}?wsdl", cwd=folder)
        quiet("soapcpp2", "-c", "-C", "-x", "-L", f"-I{shared}/import", "whoAmI.h", cwd=folder)
        quiet("gcc", "-w", "-o", "whoAmI", f"-I{shared}/plugin", "-I.", "-DWITH_OPENSSL", "-DWITH_GZIP", "-DWITH_IPV6",
              "-DWITH_DOM", "whoAmI.c", "soapC.c", "soapClient.c", f"{shared}/plugin/wsseapi.c",
              f"{shared}/plugin/smdevp.c", f"{shared}/plugin/mecevp.c", f"{shared}/custom/struct_timeval.c",
              "-lgsoapssl", "-lssl", "-lcrypto", cwd=folder)
        self.words = [folder / "whoAmI"]


class JaxWs(Program):
    def prepare(self, folder):
        if not all(map(shutil.which, ["wsimport", "javac", "keytool"])):
            pytest.skip("jaxws or openjdk-17-jdk-headless is not installed")
        classes, keys, trusted = "/usr/share/java/jaxws-rt.jar", folder / "keys.p12", folder / "trusted.p12"
        quiet("wsimport", "-Xnocompile", "-s", folder, "-p", "vms", f"{endpoint(self.server, 'basic')}?wsdl")
        quiet("javac", "-nowarn", "-cp", classes, "-sourcepath", folder, "-d", folder, PROGRAMS / "WhoAmI.java",
              *folder.glob("vms/*.java"))
        quiet("openssl", "pkcs12", "-export", "-passout", f"pass:{PASSWORD}", "-in", self.server.certificate, "-out",
              keys)
        quiet("keytool", "-importcert", "-noprompt", "-alias", "vms", "-file", self.server.authority, "-keystore",
              trusted, "-storepass", PASSWORD)
        self.words = ["java", f"-Djavax.net.ssl.trustStore={trusted}", f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
                      f"-Djavax.net.ssl.keyStore={keys}", f"-Djavax.net.ssl.keyStorePassword={PASSWORD}", "-cp",
                      f"{folder}:{classes}", "WhoAmI"]


@pytest.fixture(scope="module", params=[Zeep, Suds, Php, SoapLite, Gsoap, JaxWs])
def toolkit(request, closed, tmp_path_factory):
    return request.param(closed, tmp_path_factory.mktemp("toolkit"))


@pytest.mark.parametrize("credential, user", [("basic", "tom"), ("username", "tom"), ("certificate", "carla")])
def test_a_toolkit_proves_its_caller(toolkit, credential, user, closed):
    assert toolkit(credential, "" if credential == "certificate" else closed.token) == user


@pytest.mark.parametrize("credential, code", [("basic", "401"), ("username", "wsse:FailedAuthentication")])
def test_a_wrong_token_is_a_fault_of_the_toolkit(toolkit, credential, code):
    with pytest.raises(Refused) as refused:
        toolkit(credential, "vms_wrong")
    assert refused.value.code == code


@pytest.mark.parametrize("kind", [Suds, SoapLite])
def test_a_toolkit_sends_its_password_when_it_is_asked_for(kind, closed, tmp_path):
    assert kind(closed, tmp_path)("challenge", closed.token) == "tom"


def test_an_unknown_certificate(closed, tmp_path):
    url = f"{closed.encrypted_url}/v1/whoAmI"
    for cert, status in [(certificate(tmp_path, "carla"), 401), (closed.certificate, 200)]:
        answer = requests.post(url, json={}, cert=str(cert), verify=str(closed.authority), timeout=60)
        assert answer.status_code == status


def test_the_contract_over_tls_has_an_encrypted_address(closed):
    url = endpoint(closed, "certificate")
    contract = requests.get(f"{url}?wsdl", verify=str(closed.authority), timeout=60).text
    assert f'location="{url}"' in contract


def test_the_client_of_2010_calls_by_its_address(closed, data):
    body = '<whoAmI xmlns="http://vmserver/xsd"/>'
    assert closed.soap(body).status_code == 401
    server = Server(data, *CLOSED)
    # The id of a token is behind its prefix, vms_.
    id = first_token(server, "old", "viewer")[4:12]
    server.start("--legacy-client", f"127.0.0.1/32={id}")
    try:
        answer = server.soap(body)
        assert answer.status_code == 200 and ":user>old</" in answer.text
    finally:
        server.stop(signal.SIGKILL)
