"""Browsers' sessions, over TLS: from a token, from a one-time code, their ends, and what other sites' pages cannot do."""
import re
import signal

import pytest
import requests

from support.access import User, first_token
from support.credentials import run_vms
from support.server import SOAP11, Server

OWN = {"VMS-Request": "page"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"), "--simulate", "hosts=1,networks=0,machines=0,speed=max",
                    "--require-token", "--listen", "https://127.0.0.1:0").start()
    server.admin = User(server, first_token(server))
    yield server
    server.stop(signal.SIGKILL)


class Browser(requests.Session):
    """Keeps cookies as a browser does, and sends the headers that the server's own page sends."""

    def __init__(self, server):
        super().__init__()
        self.trust_env, self.verify, self.root = False, str(server.data / "tls/ca.pem"), server.encrypted_url
        self.headers.update(OWN | {"Origin": self.root, "Sec-Fetch-Site": "same-origin"})

    def log_in(self, **credential):
        return self.post(f"{self.root}/session", json=credential, timeout=60)

    def call(self, service, headers=None, **fields):
        return self.post(f"{self.root}/v1/{service}", json=fields, headers=headers, timeout=60)


def test_a_session_ends_with_its_token(server):
    user = server.admin.new_user("browser", serverRole="viewer")
    browser = Browser(server)
    assert browser.call("whoAmI").status_code == 401
    answer = browser.log_in(token=user.token)
    assert answer.status_code == 204 and answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch("__Host-vms=[a-z2-7]{52}; Max-Age=43200; Path=/; Secure; HttpOnly; SameSite=Strict", cookie)
    caller = browser.call("whoAmI").json()
    assert caller["user"]["user"] == "browser" and caller["credential"] == "session"
    assert browser.call("addTeam", team="x").json()["code"] == "notAllowed"
    line = [line for line in server.admin("getAudit", limit=1000)["line"] if line["service"] == "beginSession"][-1]
    assert line["user"] == "browser" and line["token"] == caller["token"]["token"]
    for file in server.data.iterdir():
        assert not file.is_file() or cookie[11:63].encode() not in file.read_bytes(), file
    server.admin("revokeToken", token=caller["token"]["token"])
    assert browser.call("whoAmI").status_code == 401


def test_a_stolen_cookie(server):
    browser = Browser(server)
    browser.log_in(token=server.admin.token)
    for service, fields in [("addToken", {}), ("addUser", {"serverRole": "admin"}),
                            ("changeUser", {"addCertificateKey": ["ab" * 32]})]:
        assert browser.call(service, user="root", **fields).json()["code"] == "notAllowed", service
    stolen = browser.cookies["__Host-vms"]
    answer = browser.delete(f"{browser.root}/session", timeout=60)
    assert answer.status_code == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert browser.call("whoAmI", headers={"Cookie": f"__Host-vms={stolen}"}).status_code == 401


def test_a_code_logs_one_browser_in_once(server, tmp_path):
    vms = lambda *words, **more: run_vms("--server", server.encrypted_url + "/", "login", "--browser", *words,
                                         home=tmp_path, VMS_CA=str(server.data / "tls/ca.pem"), **more)
    assert "no token" in vms().stderr and "--name" in vms("--name", "x", VMS_TOKEN=server.admin.token).stderr
    printed = vms(VMS_TOKEN=server.admin.token).stdout
    address, code = printed.strip().split("#")
    assert address == f"{server.encrypted_url}/login"
    first, second = Browser(server), Browser(server)
    first.log_in(token=server.admin.new_user("earlier", serverRole="viewer").token)
    earlier = first.cookies["__Host-vms"]
    assert first.log_in(code=code).status_code == 204
    # The session whose cookie it replaces has ended.
    assert second.call("whoAmI", headers={"Cookie": f"__Host-vms={earlier}"}).status_code == 401
    assert first.call("whoAmI").json()["user"]["user"] == "root"
    refused = second.log_in(code=code)
    assert refused.status_code == 401 and "Set-Cookie" not in refused.headers
    assert "it was used" in refused.json()["reason"]
    # A session does not prolong itself.
    assert first.call("addLoginCode").json()["code"] == "notAllowed"


def test_wrong_begins_are_refused(server):
    browser = Browser(server)
    assert browser.log_in(token="vms_wrong").status_code == 401
    for body in [{}, {"token": server.admin.token, "code": "x"}, {"token": 5}, ["x"]]:
        answer = browser.post(f"{browser.root}/session", json=body, timeout=60)
        assert answer.status_code in (400, 401), (body, answer.text)
    assert browser.post(f"{browser.root}/session", data="{", timeout=60,
                        headers={"Content-Type": "application/json"}).status_code == 400
    assert browser.post(f"{browser.root}/session", data="{}", timeout=60,
                        headers={"Content-Type": "text/plain"}).status_code == 415
    assert browser.get(f"{browser.root}/session", timeout=60).status_code == 405
    assert browser.log_in(token="x" * 5000).status_code == 413
    assert browser.log_in(token="vms_wrong").headers["WWW-Authenticate"] == 'Bearer realm="vms"'
    narrow = server.admin("addToken", service=["whoAmI"])["text"]
    assert browser.log_in(token=narrow).json()["code"] == "notAllowed"


def test_pages_of_other_sites(server):
    browser = Browser(server)
    browser.log_in(token=server.admin.token)
    teams = lambda: {team["team"] for team in browser.call("listTeams").json()["team"]}
    before = teams()
    # A form of another site, if a browser sent the cookie with it.
    assert browser.call("addTeam", {"VMS-Request": None}, team="forged").status_code == 401
    assert browser.call("addTeam", {"Origin": "https://evil.example"}, team="forged").status_code == 403
    assert browser.call("addTeam", {"Sec-Fetch-Site": "cross-site"}, team="forged").status_code == 403
    envelope = (f'<e:Envelope xmlns:e="{SOAP11}"><e:Body><addTeam xmlns="urn:x"><team>forged</team></addTeam></e:Body>'
                "</e:Envelope>")
    soap = browser.post(f"{browser.root}/services/VirtualMachineServer", data=envelope, timeout=60,
                        headers={"VMS-Request": None, "Content-Type": "text/xml"})
    assert soap.status_code == 401
    assert browser.post(f"{browser.root}/session", json={"token": server.admin.token}, timeout=60,
                        headers={"VMS-Request": None}).status_code == 403
    assert browser.delete(f"{browser.root}/session", timeout=60, headers={"VMS-Request": None}).status_code == 403
    # The preflight that the browser makes for the header.
    asked = browser.options(f"{browser.root}/v1/addTeam", timeout=60, headers={
        "Origin": "https://evil.example", "Access-Control-Request-Headers": "vms-request"})
    assert asked.status_code == 405 and not [name for name in asked.headers if name.startswith("Access-Control")]
    assert teams() == before
    assert browser.call("addTeam", team="own").status_code == 200 and teams() == before | {"own"}


def test_a_browser_is_not_told_to_ask_for_a_password(server):
    challenges = Browser(server).call("whoAmI").headers["WWW-Authenticate"]
    assert challenges == 'Bearer realm="vms"'


def test_the_login_page_loads_nothing_from_elsewhere(server):
    browser = Browser(server)
    page = browser.get(f"{browser.root}/login", timeout=60)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "frame-ancestors 'none'" in policy and page.headers["X-Content-Type-Options"] == "nosniff"
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sorted(files) == ["login.css", "login.js"] and not re.search(r"<style|\bon\w+=|<script>", page.text)
    for file, kind in [("login.css", "text/css"), ("login.js", "text/javascript")]:
        answer = browser.get(f"{browser.root}/{file}", timeout=60)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
    everywhere = browser.get(f"{browser.root}/v1", timeout=60).headers["Content-Security-Policy"]
    assert everywhere == "default-src 'none'; frame-ancestors 'none'"
