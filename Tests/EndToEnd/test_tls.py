"""TLS: old versions, plain HTTP, men in the middle, and client certificates that are expired or taken away."""
import hashlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading

import pytest
import requests

from support.access import User, first_token
from support.credentials import certificate, digest_of_key, quiet, run_vms
from support.server import Server

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"), "--simulate", "hosts=1,networks=0,machines=0,speed=max",
                    "--require-token", "--listen", "https://127.0.0.1:0").start()
    server.admin = User(server, first_token(server))
    server.port = int(server.encrypted_url.rsplit(":", 1)[1])
    server.authority = str(server.data / "tls/ca.pem")
    yield server
    server.stop(signal.SIGKILL)


def shake_hands(port, version, authority):
    """The version that a client agrees on which speaks this one only."""
    context = ssl.create_default_context(cafile=authority)
    # OpenSSL itself speaks the old ones only if it is told so.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted:
            return encrypted.version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_of_tls(server):
    for version, name in [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]:
        assert shake_hands(server.port, version, server.authority) == name
    for version in [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]:
        with pytest.raises(ssl.SSLError, match="(?i)version"):
            shake_hands(server.port, version, server.authority)


def test_plain_http_at_the_port_of_tls(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n\r\n")
        answer = plain.recv(4096)
    assert not answer.startswith(b"HTTP")
    assert requests.get(f"{server.encrypted_url}/healthz", verify=server.authority, timeout=60).text == "ok\n"


class Impostor:
    """A server that shows the certificate of another one, whose key it does not have, and behind it an authority of its
    own, at the first connections; at the others it shows a certificate of that authority."""

    def __init__(self, folder, stolen, times):
        self.times = times
        folder.mkdir()
        quiet("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", "/CN=impostor")
        leaf = stolen.read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
        self.fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(leaf)).hexdigest()
        (folder / "chain.pem").write_text(leaf + (folder / "ca.pem").read_text())
        (folder / "leaf.pem").write_text(leaf)
        # OpenSSL compares only the public half with the certificate's: any number may stand for the secret half.
        public = subprocess.run(
            "openssl x509 -in leaf.pem -noout -pubkey | openssl pkey -pubin -outform der | tail -c 65", shell=True,
            cwd=folder, capture_output=True, timeout=60, check=True).stdout
        curve = bytes.fromhex("06082a8648ce3d030107")
        fields = (b"\x02\x01\x01" + b"\x04\x20" + b"\x01" * 32 + b"\xa0" + bytes([len(curve)]) + curve
                  + b"\xa1\x44\x03\x42\x00" + public)
        (folder / "key.pem").write_text(ssl.DER_cert_to_PEM_cert(b"\x30" + bytes([len(fields)]) + fields).replace(
            "CERTIFICATE", "EC PRIVATE KEY"))
        quiet("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=own",
              "-keyout", folder / "own.key", "-out", folder / "own.csr")
        (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
        quiet("openssl", "x509", "-req", "-in", folder / "own.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
              "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "own.pem")
        (folder / "own-chain.pem").write_text((folder / "own.pem").read_text() + (folder / "ca.pem").read_text())
        self.contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)]
        self.contexts[0].load_cert_chain(folder / "chain.pem", folder / "key.pem")
        self.contexts[1].load_cert_chain(folder / "own-chain.pem", folder / "own.key")
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        self.received, self.handshakes = b"", 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            context = self.contexts[self.handshakes >= self.times]
            self.handshakes += 1
            try:
                with context.wrap_socket(plain, server_side=True) as encrypted:
                    self.received += encrypted.recv(65536)
            except OSError:
                pass


@pytest.mark.parametrize("times", [1, 2, 3])
def test_login_needs_the_key(times, server, tmp_path):
    """`vms login` connects with the system's authorities, looks at the certificates, checks the key, and then calls."""
    impostor = Impostor(tmp_path / "impostor", server.data / "tls/server.pem", times)
    try:
        answer = run_vms("login", impostor.url, "--fingerprint", impostor.fingerprint, home=tmp_path,
                         token=server.admin.token + "\n")
        assert answer.returncode in (2, 3) and not (tmp_path / ".config").exists(), answer
        assert impostor.handshakes > 1 and impostor.received == b""
    finally:
        impostor.socket.close()


def test_a_token_is_not_sent_without_tls(server, tmp_path):
    """192.0.2.1 is no machine: the refusal comes before any connection."""
    for words, more in [(["--server", "http://192.0.2.1", "whoami"], {"VMS_TOKEN": server.admin.token}),
                        (["login", "http://192.0.2.1"], {})]:
        answer = run_vms(*words, home=tmp_path, token=server.admin.token + "\n", **more)
        assert answer.returncode != 0 and "has no TLS" in answer.stderr, answer


def test_an_expired_certificate(server, tmp_path):
    server.admin("addUser", user="late", serverRole="viewer")
    valid = certificate(tmp_path, "late")
    server.admin("changeUser", user="late", addCertificateKey=[digest_of_key(valid)])
    quiet("openssl", "req", "-new", "-key", valid, "-subj", "/CN=late", "-out", tmp_path / "request.pem")
    quiet("openssl", "x509", "-req", "-in", tmp_path / "request.pem", "-signkey", valid, "-days", "-1", "-out",
          tmp_path / "end.pem")
    expired = tmp_path / "expired.pem"
    expired.write_text((tmp_path / "late.key").read_text() + (tmp_path / "end.pem").read_text())
    call = lambda file: requests.post(f"{server.encrypted_url}/v1/whoAmI", json={}, timeout=60, cert=str(file),
                                      verify=server.authority)
    assert call(valid).json()["user"]["user"] == "late"
    with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
        call(expired)


def test_a_certificate_that_is_taken_away(server, tmp_path):
    file = certificate(tmp_path, "gone")
    key = digest_of_key(file)
    server.admin("addUser", user="gone", serverRole="viewer")
    change = lambda **fields: server.admin("changeUser", user="gone", **fields)
    change(addCertificateKey=[key])
    with requests.Session() as session:
        session.cert, session.verify, session.trust_env = str(file), server.authority, False
        call = lambda: session.post(f"{server.encrypted_url}/v1/whoAmI", json={}, timeout=60).status_code
        assert call() == 200
        change(disabled=True)
        assert call() == 401
        change(disabled=False)
        assert call() == 200
        change(removeCertificateKey=[key])
        assert call() == 401
        assert len(session.adapters["https://"].poolmanager.pools) == 1
