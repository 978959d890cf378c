"""Who may call what: every service in every role, on the server, in the own team, in another team, and on a network that
is shared; credentials of each kind; and what callers see of each other's objects."""
import base64
import collections
import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import re
import shutil
import signal
import socket
import sqlite3
import zlib

import pytest
import requests

from support.access import ROLES, User, first_token, table
from support.calls import SMALL_DISK, SMALL_IMAGE
from support.credentials import run_vms
from support.faces import element
from support.server import SOAP11, Server
from support.waiting import wait_for

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
#: The code of an object that does not exist, or may not be seen.
ABSENT = {"the network": "networkNotFound", "the machine": "machineNotFound", "the image": "imageNotFound",
          "the upload's team": "uploadNotFound", "the operation's object": "operationNotFound",
          "the owner team": "teamNotFound", "the team": "teamNotFound",
          "the network, or the owner team": "networkNotFound", "the network, without shares": "networkNotFound"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A simulation that requires a credential, with one administrator."""
    server = Server(tmp_path_factory.mktemp("data"), "--simulate", "hosts=3,networks=0,machines=0,speed=max",
                    "--require-token").start()
    server.admin = User(server, first_token(server))
    yield server
    server.stop(signal.SIGKILL)


def network(name, **fields):
    return {"networkName": name, "router": [{"name": name + "a"}, {"name": name + "b"}],
            "link": [{"name": "l", "end": [{"router": name + "a"}, {"router": name + "b"}]}]} | fields


@pytest.fixture(scope="module")
def world(closed):
    """Two teams with a network, a machine and an image each; users with every role on the server, in the team red, and
    on blue's network by a share."""
    admin = closed.admin
    for number, team in enumerate(["red", "blue"]):
        admin("addTeam", team=team)
        created = admin("createVirtualNetwork", **network(team), team=team)
        setattr(closed, team, {"operation": created["operation"]})
        admin("createVirtualMachine", phyServer="h1", vmName=f"{team}-vm", vmIP=f"192.0.2.{10 + number}", vmRAM=96,
              team=team)
        add_image(admin, team, team)
    closed.users = {}
    for role in ROLES:
        closed.users["server", role] = admin.new_user(f"s-{role}", serverRole=role)
        closed.users["red", role] = admin.new_user(f"r-{role}", team=[{"team": "red", "role": role}])
        guest = closed.users["shared", role] = admin.new_user(f"g-{role}")
        admin("shareVirtualNetwork", networkName="blue", user=f"g-{role}", role=role)
        assert guest("whoAmI")["right"] == [f"{role} on network blue, which is shared"]
    return closed


def add_image(user, name, team):
    return user("addImage", manifest=json.dumps(SMALL_IMAGE | {"name": name}), team=team,
                file=[{"name": "disk.img", "content": base64.b64encode(SMALL_DISK).decode()}])


def fields_for(service, team, world):
    """A request on an object of a team. A call that is allowed changes nothing that later ones need."""
    machine = {"vmName": f"{team}-vm", "phyServer": "h1"}
    special = {
        "createVirtualMachine": {"phyServer": "nowhere", "vmName": "x", "vmIP": "192.0.2.99", "team": team},
        "createVirtualNetwork": network("other", router=[{"name": "x", "phyServer": "nowhere"}], link=[], team=team),
        "planVirtualNetwork": network(team),
        "applyVirtualNetwork": network(team, plan="stale"),
        "addImage": {"manifest": "{", "file": [{"name": "x", "size": 1}], "team": team},
        "destroyVirtualMachine": machine | {"abandon": True},
        "destroyVirtualNetwork": {"networkName": team, "abandon": True},
        "migrateVirtualMachine": {"vmName": f"{team}-vm", "sourcePhyServer": "h1", "destPhyServer": "nowhere"},
        "migrateVirtualNetwork": {"networkName": team, "dryRun": True},
        "setLinkConditions": {"networkName": team, "link": "none"},
        "breakLink": {"networkName": team, "link": "none"}, "mendLink": {"networkName": team, "link": "none"},
        "setVirtualMachineSchedulerParameters": machine | {"weight": 512},
        "shareVirtualNetwork": {"networkName": team, "user": "nobody", "role": "viewer"},
        "unshareVirtualNetwork": {"networkName": team, "user": "nobody"},
        "removeImage": {"image": f"{team}:1.0"}, "getImage": {"image": f"{team}:1.0"},
        "tagImage": {"image": f"{team}:1.0", "tag": "1.0"},
        "renameTeam": {"team": team, "newName": "UPPER"},
        "registerNodes": {"Node": []}, "updateNode": {"NodeName": "nowhere"},
        "unregisterNodes": {"NodeName": ["nowhere"]}, "checkPhysicalServer": {"NodeName": "h9"},
        "setDefaultImage": {"image": "nothing"}, "sweepImages": {"dryRun": True},
        "adoptVirtualMachine": {"phyServer": "nowhere", "vmName": "x"},
        "addUser": {"user": "UPPER"}, "changeUser": {"user": "nobody"}, "removeUser": {"user": "nobody"},
        "addTeam": {"team": "UPPER"}, "removeTeam": {"team": "nobody"},
        "getQuota": {"team": team}, "setQuota": {"team": "nobody", "machines": 1},
        "addToken": {"user": "nobody"}, "listTokens": {"user": "nobody"}, "revokeToken": {"token": "x"},
        "resolveOperation": {"operation": getattr(world, team)["operation"], "resolution": "retry"},
        "addWebhook": {"webhook": "UPPER", "url": "x"}, "resumeWebhook": {"webhook": "none"},
        "removeWebhook": {"webhook": "none"},
        "sanityTest": {"testString": "x"}, "setPhysicalServerMaintenance": {"phyServer": "nowhere", "maintenance": True},
    }
    if service in special:
        return special[service]
    role, place = table()[service]
    return {"the machine": machine, "the network": {"networkName": team},
            "the operation's object": {"operation": getattr(world, team)["operation"]},
            "the server": {"phyServer": "nowhere"}}.get(place, {})


def role_on(place, caller, role, team):
    """The caller's role on an object of a team, by what docs/access.md says of roles."""
    if caller == "server":
        return role
    if place.startswith("the server"):
        return None
    if caller == "shared":
        shared = place in ("the network", "the network, or the owner team") or place == "the operation's object"
        return role if shared and team == "blue" else None
    return role if caller == team else None


def expected(service, caller, role, team):
    """The code of a refusal by the access control; `None` if the call passes it."""
    needed, place = table()[service]
    if place == "what the caller may see":
        return None
    held = role_on(place, caller, role, team)
    if held is None and place == "the image":
        return "imageNotFound"
    if place == "the network, without shares" and caller == "shared" and team == "blue":
        return "notAllowed"
    if held is None:
        return "notAllowed" if place.startswith("the server") else ABSENT[place]
    return None if ROLES.index(held) >= ROLES.index(needed) else "notAllowed"


def by_json(user, service, fields):
    status, answer = user.call(service, **fields)
    return None if status == 200 else answer["code"]


def by_soap(user, service, fields):
    parts = "".join(element(k, v) for k, v in fields.items())
    answer = user.server.soap(f'<{service} xmlns="http://vmserver/xsd">{parts}</{service}>', timeout=60, headers={
        "Authorization": "Basic " + base64.b64encode(b"x:" + user.token.encode()).decode()})
    if answer.status_code == 200:
        return None
    return answer.text.split(":code>")[1].split("</")[0]


@pytest.mark.parametrize("face", [by_json, by_soap])
@pytest.mark.parametrize("team", ["red", "blue"])
@pytest.mark.parametrize("caller", ["server", "red", "shared"])
def test_every_service_in_every_role(caller, team, face, world):
    # An upload has a test of its own: each is gone once it was cancelled.
    for service in sorted(table().keys() - {"cancelImageUpload"}):
        for role in ROLES:
            if table()[service][1] == "the image" and world.admin.call("getImage", image=team)[0] != 200:
                add_image(world.admin, team, team)
            got = face(world.users[caller, role], service, fields_for(service, team, world))
            wanted = expected(service, caller, role, team)
            about = (service, caller, role, team, got)
            if wanted is None:
                assert got is None or got not in {"notAllowed", "notAuthenticated", ABSENT.get(table()[service][1])}, about
            else:
                assert got == wanted, (about, wanted)


def test_every_service_is_in_the_table(closed):
    listed = {s["name"] for s in requests.get(f"{closed.url}/v1").json()["services"]}
    assert listed == table().keys()


def test_without_a_credential_nothing_is_served_but_the_contract(world):
    for service in table():
        answer = requests.post(f"{world.url}/v1/{service}", json=fields_for(service, "red", world), timeout=60)
        assert answer.status_code == 401 and answer.json()["code"] == "notAuthenticated"
        assert "Bearer" in answer.headers["WWW-Authenticate"]
        soap = world.soap(f'<{service} xmlns="http://vmserver/xsd"/>')
        assert soap.status_code == 401 and "notAuthenticated" in soap.text, (service, soap.text)
    assert requests.post(f"{world.url}/simulation/getSimulation", json={}, timeout=60).status_code == 401
    assert requests.get(f"{world.url}/metrics").status_code == 401
    assert requests.patch(f"{world.url}/images/uploads/x/y", data=b"x").status_code == 401
    assert requests.get(f"{world.url}/healthz").status_code == 200
    assert requests.get(f"{world.url}/services/VirtualMachineServer?wsdl").status_code == 200


def test_lists_have_what_the_caller_sees(world):
    red, guest, server = (world.users[who, "viewer"] for who in ["red", "shared", "server"])
    networks = lambda user: {n["networkName"] for n in user("getVirtualNetworks")["network"]}
    machines = lambda user: {m["vmName"] for m in user("listVirtualMachines")["vm"]}
    images = lambda user: {i["name"] for i in user("listImages")["image"]} & {"red", "blue"}
    drawn = lambda user: {n["networkName"] for n in user("topologyDiscover")["network"]}
    domains = lambda user: {name for h in ["h1", "h2", "h3"]
                            for name in user("getPhysicalServerStatus", phyServer=h)["domain"]}
    operations = lambda user: {o.get("networkName") or o.get("vmName") for o in user("listOperations")["operation"]}
    events = lambda user: {e["vmName"] for e in user("getEvents", limit=1000)["event"] if "vmName" in e}
    for team in ["red", "blue"]:
        for name in [f"{team}a", f"{team}b", f"{team}-vm"]:
            host = next(m["phyServer"] for m in server("listVirtualMachines")["vm"] if m["vmName"] == name)
            world.admin.call("startVirtualMachine", phyServer=host, vmName=name)
    for seen in [machines, domains, events]:
        assert seen(red) == {"reda", "redb", "red-vm"}, seen
        assert seen(guest) == {"bluea", "blueb"}, seen
        assert seen(server) == {"reda", "redb", "red-vm", "bluea", "blueb", "blue-vm"}, seen
    for seen in [networks, drawn]:
        assert (seen(red), seen(guest), seen(server)) == ({"red"}, {"blue"}, {"red", "blue"})
    assert operations(red) >= {"red", "red-vm"} and operations(red) <= {"red", "red-vm"}
    assert operations(guest) == {"blue"}
    assert images(red) == {"red"} and images(guest) == set()
    assert not red("getRegisteredNodes")["Node"][0]["IP"] and not red("topologyDiscover")["physicalLink"]


def test_metrics_are_for_roles_on_the_server(world):
    metrics = lambda user: requests.get(f"{world.url}/metrics", timeout=60,
                                        headers={"Authorization": f"Bearer {user.token}"}).status_code
    assert metrics(world.users["server", "viewer"]) == 200
    assert {metrics(world.users[place, "admin"]) for place in ("red", "shared")} == {403}
    for limits in [{"service": ["whoAmI"]}, {"networkName": ["red"]}]:
        assert metrics(User(world, world.admin("addToken", **limits)["text"])) == 403, limits


def test_hidden_objects(world):
    red = world.users["red", "admin"]
    hidden = red.call("getVirtualNetwork", networkName="blue")
    missing = red.call("getVirtualNetwork", networkName="none")
    assert json.dumps(hidden).replace("blue", "none") == json.dumps(missing)
    hidden = red.call("getVirtualMachineStatus", phyServer="h1", vmName="blue-vm")
    missing = red.call("getVirtualMachineStatus", phyServer="h1", vmName="none-vm")
    assert json.dumps(hidden).replace("blue", "none") == json.dumps(missing)


def test_a_token_is_narrowed_to_roles_networks_services_and_addresses(world):
    admin = world.admin
    admin("addUser", user="narrow", serverRole="admin")
    make = lambda **limits: User(world, admin("addToken", user="narrow", **limits)["text"])
    assert make(role="viewer").call("destroyVirtualNetwork", networkName="red")[1].get("code") == "notAllowed"
    one = make(networkName=["red"])
    assert one("getVirtualNetwork", networkName="red")
    assert one.call("getVirtualNetwork", networkName="blue")[1].get("code") == "networkNotFound"
    assert one.call("getServerKey")[1].get("code") == "notAllowed"
    assert {n["networkName"] for n in one("getVirtualNetworks")["network"]} == {"red"}
    few = make(service=["getEvents"])
    assert few("getEvents") and few.call("sanityTest", testString="x")[1].get("code") == "notAllowed"
    assert make(source=["127.0.0.0/8"])("sanityTest", testString="x")
    assert make(source=["192.0.2.0/24"]).call("sanityTest", testString="x")[0] == 401
    assert one.call("addToken", user="narrow")[1].get("code") == "notAllowed"


def with_other_secret(token):
    """A token with the id of a valid one and a valid checksum, but with another secret."""
    body = token[:12] + ("a" * 52 if token[12:64] != "a" * 52 else "e" * 52)
    check = zlib.crc32(body.encode()).to_bytes(4, "big")
    return body + base64.b32encode(check).decode().lower().rstrip("=")


def test_a_wrong_secret(world):
    user = world.admin.new_user("guessed", serverRole="viewer")
    wrong, unknown = with_other_secret(user.token), with_other_secret("vms_aaaaaaaa" + user.token[12:])
    assert with_other_secret(wrong)[:12] == user.token[:12] and user("whoAmI")
    answers = [User(world, token).call("whoAmI") for token in (wrong, unknown)]
    assert answers[0] == answers[1] and answers[0][0] == 401
    assert "is not valid" in answers[0][1]["reason"], "the checksum is right"


def test_a_revoked_token(world):
    user = world.admin.new_user("leaver", serverRole="viewer")
    token = user("whoAmI")["token"]["token"]
    other = User(world, world.admin("addToken", user="leaver")["text"])
    world.admin("revokeToken", token=token)
    assert user.call("whoAmI")[0] == 401 and other("whoAmI")
    world.admin("changeUser", user="leaver", disabled=True)
    assert other.call("whoAmI")[0] == 401
    world.admin("changeUser", user="leaver", disabled=False)
    assert other("whoAmI")
    world.admin("removeUser", user="leaver")
    assert other.call("whoAmI")[0] == 401


def test_the_last_administrator_stays(closed):
    for service, fields in [("removeUser", {}), ("changeUser", {"disabled": True}), ("changeUser", {"noServerRole": True}),
                            ("changeUser", {"serverRole": "operator"})]:
        others = [u["user"] for u in closed.admin("listUsers")["user"]
                  if u.get("serverRole") == "admin" and u["user"] != "root" and not u["disabled"]]
        for name in others:
            closed.admin("changeUser", user=name, disabled=True)
        assert closed.admin.call(service, user="root", **fields)[1].get("code") == "lastAdmin"
        for name in others:
            closed.admin("changeUser", user=name, disabled=False)


def envelope(password, kind="PasswordText"):
    return (f'<e:Envelope xmlns:e="{SOAP11}"><e:Header><w:Security xmlns:w="{WSSE}" e:mustUnderstand="1">'
            f'<w:UsernameToken><w:Username>root</w:Username><w:Password Type="{PROFILE}#{kind}">{password}</w:Password>'
            '</w:UsernameToken></w:Security></e:Header><e:Body><sanityTest xmlns="http://vmserver/xsd">'
            '<testString>x</testString></sanityTest></e:Body></e:Envelope>')


def post(server, text, **headers):
    return requests.post(f"{server.url}/services/VirtualMachineServer", data=text.encode(), timeout=60,
                         headers={"Content-Type": "text/xml"} | headers)


def test_usernametokens(world):
    right = post(world, envelope(world.admin.token))
    assert right.status_code == 200 and ":testString>x<" in right.text
    changed = world.admin.token[:-1] + ("b" if world.admin.token[-1] == "a" else "a")
    for text in [envelope("wrong"), envelope(changed), envelope("x", "PasswordDigest")]:
        wrong = post(world, text)
        assert wrong.status_code == 500 and ">wsse:FailedAuthentication<" in wrong.text
    assert "PasswordText" in wrong.text and "plain text" in wrong.text
    # A credential in the message and another one in the connection's header.
    both = post(world, envelope(world.admin.token), Authorization=f"Bearer {world.users['red', 'viewer'].token}")
    assert both.status_code == 500 and "disagree" in both.text
    assert post(world, envelope(world.admin.token), Authorization=f"Bearer {world.admin.token}").status_code == 200


def test_a_token_in_the_address_is_refused(world):
    answer = requests.post(f"{world.url}/v1/sanityTest?token={world.admin.token}", json={"testString": "x"}, timeout=60)
    assert answer.status_code == 401 and "revoke" in answer.json()["reason"]
    assert world.admin.token not in (world.data / "vmsd.log").read_text()


def test_no_secret_is_stored(world):
    secret = world.admin.token[12:64]
    raw = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    assert len(raw) == 32
    spelled = [world.admin.token.encode(), secret.encode(), raw, raw.hex().encode(), raw.hex().upper().encode(),
               base64.b64encode(raw)[:40]]
    for path in world.data.rglob("*"):
        if path.is_file():
            assert not [text for text in spelled if text in path.read_bytes()], path


def test_a_team_is_renamed_with_what_it_owns_and_not_removed_with_it(world):
    world.admin("renameTeam", team="blue", newName="azure")
    try:
        assert world.admin.call("removeTeam", team="azure")[1].get("code") == "teamInUse"
        assert world.users["shared", "viewer"]("getVirtualNetwork", networkName="blue")
    finally:
        world.admin("renameTeam", team="azure", newName="blue")


def test_guesses_are_limited(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--require-token").start()
    try:
        right = User(server, first_token(server))
        for wrong in [with_other_secret(right.token), right.token[:20] + "a" * 44 + right.token[64:]]:
            codes = [User(server, wrong).call("sanityTest", testString="x")[0] for _ in range(25)]
            assert codes[-5:] == [429] * 5 and set(codes) <= {401, 429}
        assert right("sanityTest", testString="x")["result"] == "SUCCESS"
    finally:
        server.stop(signal.SIGKILL)


def test_a_client_that_cannot_send_a_token_is_bound_to_one_by_its_address(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--require-token").start()
    try:
        first_token(server, "old", "viewer")
        admin = User(server, first_token(server))
        token = admin("listTokens", user="old")["token"][0]["token"]
        server.stop()
        server.start("--legacy-client", f"127.0.0.1/32={token}")
        assert server.json("whoAmI")["user"]["user"] == "old"
        assert "legacy-client" in (server.data / "vmsd.log").read_text()
        admin("revokeToken", token=token)
        assert requests.post(f"{server.url}/v1/whoAmI", json={}, timeout=60).status_code == 401
    finally:
        server.stop(signal.SIGKILL)


def test_the_first_token_is_made_while_the_server_runs_and_while_it_does_not(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--require-token").start()
    try:
        first = User(server, first_token(server, "one"))
        assert first("whoAmI")["right"] == ["admin on the server"]
        server.stop()
        second = first_token(server, "two", "viewer")
        server.start()
        assert User(server, second)("whoAmI")["right"] == ["viewer on the server"] and first_works(server, first)
        # A server that was killed leaves its socket.
        server.stop(signal.SIGKILL)
        assert (data / "vmsd.sock").exists()
        third = first_token(server, "three", "viewer")
        server.start()
        assert first_works(server, User(server, third))
    finally:
        server.stop(signal.SIGKILL)


def first_works(server, user):
    return User(server, user.token)("whoAmI")


def test_the_command_line_logs_in_keeps_the_token_private_and_names_servers(world, tmp_path):
    vms = lambda *words, **more: run_vms(*words, home=tmp_path, **more)
    assert vms("--server", world.url, "network", "list").returncode == 5
    wrong = vms("login", world.url, token="vms_wrong\n")
    assert wrong.returncode == 5 and "mistyped" in wrong.stderr
    done = vms("login", world.url, "--name", "lab", token=world.admin.token + "\n")
    assert done.returncode == 0 and "as root" in done.stderr
    kept = tmp_path / ".config/vms/servers.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "admin on the server" in vms("whoami").stdout
    assert vms("--server", "lab", "network", "list").returncode == 0
    assert vms("servers").stdout == f"* lab  {world.url}\n"
    other = world.users["red", "viewer"].token
    assert "viewer in team red" in vms("whoami", VMS_TOKEN=other).stdout
    denied = vms("network", "destroy", "red", VMS_TOKEN=other)
    assert denied.returncode == 5 and "operator" in denied.stderr
    kept.chmod(0o644)
    open_to_all = vms("whoami")
    assert open_to_all.returncode == 2 and "chmod 600" in open_to_all.stderr
    kept.chmod(0o600)
    assert vms("logout").returncode == 0 and vms("servers").stdout == ""
    assert world.admin.token not in kept.read_text()


def test_the_audit(world, tmp_path):
    operator = world.users["red", "operator"]
    # Another one has used up the lines that refusals of a minute may have.
    viewer = world.admin.new_user("audited", team=[{"team": "red", "role": "viewer"}])
    last = 0
    while lines := world.admin("getAudit", after=last, limit=10000)["line"]:
        last = lines[-1]["number"]
    operator.call("destroyVirtualMachine", phyServer="h1", vmName="red-vm", abandon=True)
    viewer.call("destroyVirtualNetwork", networkName="red")
    viewer("getVirtualNetworks")
    world.admin("verifyVirtualNetwork", networkName="red")
    lines = world.admin("getAudit", after=last)["line"]
    assert [(x["moment"], x["service"], x["user"], x.get("outcome")) for x in lines] == [
        ("begun", "destroyVirtualMachine", "r-operator", None),
        ("ended", "destroyVirtualMachine", "r-operator", "nodeAnswers"),
        ("refused", "destroyVirtualNetwork", "audited", "notAllowed")]
    assert lines[1]["begun"] == lines[0]["number"] and lines[0]["address"] == "127.0.0.1"
    assert lines[0]["token"] == operator("whoAmI")["token"]["token"]
    assert lines[0]["object"] == ["phyServer h1", "vmName red-vm"]

    vms = lambda *words, **more: run_vms("--server", world.url, *words, home=tmp_path,
                                     VMS_TOKEN=world.admin.token, **more)
    export = vms("audit", "export").stdout
    assert len(export.splitlines()) >= last + 3
    assert vms("audit", "verify", "-", token=export).returncode == 0
    rows = export.splitlines(keepends=True)
    changed = [*rows[:3], rows[3].replace("root", "toor"), *rows[4:]]
    own = next(index for index, row in enumerate(rows) if '"user":"root"' in row)
    shown = [*rows[:own], rows[own].replace('"user":"root"', '"user":"toor"', 1), *rows[own + 1:]]
    for broken in [changed, shown, rows[5:], rows[:3] + rows[4:], rows[:3] + [rows[4], rows[3]] + rows[5:], rows[:3] + rows[2:]]:
        assert broken != rows
        verdict = vms("audit", "verify", "-", token="".join(broken))
        assert verdict.returncode == 1 and "line" in verdict.stderr, verdict
    # A part of the audit can be checked as well.
    part = vms("audit", "verify", "-", "--after", "5", token="".join(rows[5:]))
    assert part.returncode == 0 and part.stdout == f"lines 6 to {len(rows)} are unchanged\n"
    assert vms("audit", "verify", "-", "--after", "5", token="".join(rows[6:])).returncode == 1
    # An export may be larger than other files are.
    long, digest = [], ""
    for number in range(1, 20_001):
        entry = json.dumps({"time": 1.5, "moment": "refused", "service": "x", "objects": ["y" * 300]})
        digest = hashlib.sha256(f"{digest}\n{number}\n{entry}".encode()).hexdigest()
        long.append(json.dumps({"number": number, "time": "1970-01-01T00:00:01Z", "moment": "refused", "service": "x",
                                "object": ["y" * 300], "entry": entry, "digest": digest}))
    (tmp_path / "long").write_text("\n".join(long))
    assert vms("audit", "verify", tmp_path / "long").stdout == "lines 1 to 20000 are unchanged\n"
    assert vms("audit", "export", "--after", str(last)).stdout == "".join(rows[last:])


def test_a_quota_and_fifty_creates(world):
    admin = world.admin
    admin("addTeam", team="small")
    user = admin.new_user("smallest", team=[{"team": "small", "role": "operator"}])
    admin("setQuota", team="small", machines=5, memory=700)
    create = lambda number: user.call("createVirtualMachine", phyServer=f"h{number % 3 + 1}", vmName=f"q{number}",
                                      vmIP=f"192.0.2.{100 + number}", vmRAM=128)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(create, range(50)))
    codes = collections.Counter(answer.get("code", "SUCCESS") for _, answer in answers)
    assert codes == {"SUCCESS": 5, "quotaExceeded": 45}
    used = {row["name"]: (row["used"], row.get("limit")) for row in user("getQuota", team="small")["quota"]}
    assert used["machines"] == (5, 5) and used["memory"] == (640, 700) and used["networks"] == (0, None)
    refusal = user.call("createVirtualNetwork", **network("quota"))[1]
    assert refusal["code"] == "quotaExceeded" and "limit of machines is 5, 5 are used, and 2 more" in refusal["reason"]
    admin("setQuota", team="small", noLimit=["machines", "memory"], networks=0)
    assert "limit of networks is 0" in user.call("createVirtualNetwork", **network("quota"))[1]["reason"]
    admin("setQuota", team="small", noLimit=["networks"])
    assert user("createVirtualNetwork", **network("quota"))["network"]["networkName"] == "quota"


def test_disks_moves_and_operations_have_limits_which_do_not_stop_the_servers_operators(world):
    admin = world.admin
    admin("addTeam", team="tiny")
    user = admin.new_user("tiny-user", team=[{"team": "tiny", "role": "operator"}])
    admin("setQuota", team="tiny", disk=2048, moves=2)
    create = lambda number, size: user.call("createVirtualMachine", phyServer="h1", vmName=f"t{number}", vmRAM=96,
                                            vmIP=f"192.0.2.{200 + number}", vmDiskSize=size)
    assert create(1, 2)[0] == 200
    refused = create(2, 1)[1]
    assert refused["code"] == "quotaExceeded"
    assert "limit of disk is 2048 MiB, 2048 MiB are used, and 1024 MiB more" in refused["reason"]

    def move(caller, source, destination):
        status, answer = caller.call("migrateVirtualMachine", vmName="t1", sourcePhyServer=source,
                                     destPhyServer=destination)
        return "SUCCESS" if status == 200 else answer["code"], answer

    assert [move(user, *way)[0] for way in [("h1", "h2"), ("h2", "h3")]] == ["SUCCESS", "SUCCESS"]
    code, refused = move(user, "h3", "h1")
    assert code == "quotaExceeded" and "limit of moves within an hour is 2, 2 are used" in refused["reason"]
    assert move(admin, "h3", "h1")[0] == "SUCCESS"
    used = {row["name"]: row["used"] for row in user("getQuota", team="tiny")["quota"]}
    assert used["moves"] == 2 and used["disk"] == 2048
    admin("setQuota", team="tiny", operations=0, noLimit=["moves"])
    code, refused = move(user, "h1", "h2")
    assert code == "quotaExceeded" and "unfinished operations is 0" in refused["reason"]
    assert move(admin, "h1", "h2")[0] == "SUCCESS"


def test_a_trusted_proxy_names_the_client_and_a_stranger_does_not(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--trusted-proxy", "127.0.0.1/32").start()
    try:
        admin = User(server, first_token(server))
        inside = admin("addToken", user="root", source=["192.0.2.0/24"])["text"]
        call = lambda **headers: requests.post(
            f"{server.url}/v1/addTeam", json={"team": "new"}, timeout=60,
            headers={name.replace("_", "-"): value for name, value in headers.items()} | {
                "Authorization": f"Bearer {inside}"})
        assert call().status_code == 401
        assert call(X_Forwarded_For="192.0.2.5, 198.51.100.1").status_code == 401
        assert call(X_Forwarded_For="192.0.2.5", Forwarded="for=198.51.100.1").status_code == 400
        assert call(X_Forwarded_For="198.51.100.1, 192.0.2.5").status_code == 200
        assert admin("getAudit")["line"][-1]["address"] == "192.0.2.5"
        server.stop()
        server = Server(data, *server.options[:2], "--trusted-proxy", "198.51.100.0/24").start()
        assert call(X_Forwarded_For="192.0.2.5").status_code == 401
    finally:
        server.stop(signal.SIGKILL)


def test_a_flood_of_one_user(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--require-token", "--calls-at-once", "3").start()
    try:
        admin = User(server, first_token(server))
        other = admin.new_user("other", serverRole="admin")
        last = admin("getEvents", limit=1000)["last"]
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            waiting = concurrent.futures.as_completed(
                [pool.submit(admin.call, "getEvents", after=last, wait=50) for _ in range(5)])
            for status, answer in [next(waiting).result(), next(waiting).result()]:
                assert (status, answer.get("code")) == (429, "tooManyCalls"), answer
            # The event ends the calls that wait.
            other("setPhysicalServerMaintenance", phyServer="h1", maintenance=True)
            assert {future.result()[0] for future in waiting} == {200}
    finally:
        server.stop(signal.SIGKILL)


def test_login_pins_the_server(data, tmp_path):
    closed = ["--simulate", "hosts=1,networks=0,machines=0", "--require-token", "--listen"]
    server = Server(data, *closed, "https://127.0.0.1:0").start()
    vms = lambda *words, **more: run_vms(*words, home=tmp_path, **more)
    try:
        url, token = server.encrypted_url, first_token(server) + "\n"
        unknown = vms("login", url, token=token)
        digest = re.search("[0-9a-f]{64}", unknown.stderr)[0]
        assert unknown.returncode == 2 and digest in (data / "vmsd.log").read_text()
        other = vms("login", url, "--fingerprint", "0" * 64, token=token)
        assert other.returncode == 2 and digest in other.stderr and not (tmp_path / ".config").exists()
        assert vms("login", url, "--fingerprint", digest.upper(), token=token).returncode == 0
        assert "admin on the server" in vms("whoami").stdout
        assert vms("--server", url, "whoami", VMS_CA=str(data / "tls/ca.pem")).returncode == 0
        # Another server at the same address does not get the token.
        server.stop()
        shutil.rmtree(data / "tls")
        server = Server(data, *closed, url).start()
        stranger = vms("whoami")
        assert stranger.returncode == 3 and "is not trusted" in stranger.stderr
    finally:
        server.stop(signal.SIGKILL)


def test_images_of_others(world):
    admin, red, blue = world.admin, world.users["red", "operator"], admin_of(world, "blue")
    for user, team, version in [(red, "red", "1"), (blue, "blue", "1")]:
        add_named(user, f"{team}-own", version, team)
    assert add_named(red, "blue-own", "2", "red").get("code") == "imageNameTaken"
    assert add_named(red, "ipv4-rip", "99", "red").get("code") == "imageNameTaken"
    assert red.call("getImage", image="blue-own")[1].get("code") == "imageNotFound"
    assert red.call("removeImage", image="blue-own")[1].get("code") == "imageNotFound"
    assert red.call("tagImage", image="ipv4-rip", tag="mine")[1].get("code") == "notAllowed"
    admin("tagImage", image="ipv4-rip", tag="stable")
    assert red.call("tagImage", image="ipv4-rip", tag="stable", remove=True)[1].get("code") == "notAllowed"
    assert {i["name"] for i in admin("listImages")["image"]} >= {"red-own", "blue-own"}


def admin_of(world, team):
    return world.admin.new_user(f"{team}-boss", team=[{"team": team, "role": "operator"}])


def add_named(user, name, version, team):
    return user.call("addImage", manifest=json.dumps(SMALL_IMAGE | {"name": name, "version": version}), team=team,
                     file=[{"name": "disk.img", "content": base64.b64encode(SMALL_DISK).decode()}])[1]


def test_networks_of_others(world):
    nobody = world.admin.new_user("nobody1")
    for name in ["red", "blue", "none"]:
        refusal = nobody.call("addToken", networkName=[name])[1]
        assert refusal["code"] == "networkNotFound" and "there is none" in refusal["reason"], refusal
    guest = world.admin.new_user("guest9")
    world.admin("shareVirtualNetwork", networkName="blue", user="guest9", role="operator")
    narrow = User(world, guest("addToken", networkName=["blue"])["text"])
    assert narrow("listOperations")["operation"]
    # A share is passed on only by operators of the team itself, with a token without limits.
    assert guest.call("shareVirtualNetwork", networkName="blue", user="nobody1", role="viewer")[1].get("code") == "notAllowed"
    world.admin("unshareVirtualNetwork", networkName="blue", user="guest9")
    assert not narrow("listOperations")["operation"] and not guest("listOperations")["operation"]


def test_a_token_with_limits(world):
    operator = world.users["red", "operator"]
    short = User(world, operator("addToken", days=1)["text"])
    child = short("addToken", days=3650)["token"]
    assert child["expires"] == short("whoAmI")["token"]["expires"]
    narrow = User(world, operator("addToken", role="operator", networkName=["red"])["text"])
    assert narrow.call("shareVirtualNetwork", networkName="red", user="nobody", role="viewer")[1].get("code") == "notAllowed"
    own = narrow("whoAmI")["token"]["token"]
    assert [t["token"] for t in narrow("listTokens")["token"]] == [own]
    assert narrow.call("revokeToken", token=child["token"])[1].get("code") == "notAllowed"
    assert narrow("revokeToken", token=own) and narrow.call("whoAmI")[0] == 401
    for limits in [{"source": ["127.0.0.0/8"]}, {"service": ["addUser", "changeUser"]}]:
        limited = User(world, world.admin("addToken", **limits)["text"])
        for service, fields in [("changeUser", {"addCertificateKey": ["ab" * 32]}),
                                ("changeUser", {"serverRole": "admin"}), ("addUser", {"serverRole": "admin"})]:
            status, answer = limited.call(service, user="r-viewer", **fields)
            assert (status, answer["code"]) == (403, "notAllowed"), (limits, service, answer)


def test_shares_beyond_the_own_role(world):
    operator = world.users["red", "operator"]
    share = lambda **fields: operator.call("shareVirtualNetwork", networkName="red", user="g-viewer", **fields)[1]
    assert share(role="admin").get("code") == "notAllowed"
    assert share(role="viewer", until="2020-01-01T00:00:00Z").get("code") == "invalidValue"
    assert operator("listShares", networkName="red").get("share", []) == []


def test_an_operation_outlasts_the_share_by_which_it_began(data):
    server = Server(data, "--simulate", "hosts=2,networks=0,machines=0,speed=3", "--require-token").start()
    try:
        admin = User(server, first_token(server))
        guest = admin.new_user("guest")
        admin("createVirtualNetwork", **network("n", router=[{"name": "na", "phyServer": "h1"},
                                                             {"name": "nb", "phyServer": "h1"}]))
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
        admin("shareVirtualNetwork", networkName="n", user="guest", role="operator", until=end.isoformat())
        moving = guest("migrateVirtualMachine", vmName="na", sourcePhyServer="h1", destPhyServer="h2", **{"async": True})
        wait_for(lambda: not guest("whoAmI")["share"])
        again = guest.call("migrateVirtualMachine", vmName="nb", sourcePhyServer="h1", destPhyServer="h2")[1]
        assert again.get("code") == "machineNotFound"
        assert guest.call("getOperation", operation=moving["operation"])[1].get("code") == "operationNotFound"
        state = lambda: admin("getOperation", operation=moving["operation"])["operation"]["state"]
        assert wait_for(lambda: state() if state() not in ("running", "undoing") else None) == "succeeded"
    finally:
        server.stop(signal.SIGKILL)


def test_uploads_of_other_teams(world):
    admin, blue = world.users["server", "admin"], world.admin.new_user(
        "b-operator", team=[{"team": "blue", "role": "operator"}])
    red = world.users["red", "operator"]
    content = b"\x01" * 1024
    draft = {"name": "disk.img", "size": len(content), "digest": hashlib.sha256(content).hexdigest()}
    begun = blue("addImage", manifest=json.dumps(SMALL_IMAGE | {"name": "hidden"}), file=[draft], team="blue")
    path = begun["missing"][0]["path"]
    upload = path.split("/")[3]
    assert red.call("cancelImageUpload", upload=upload)[1].get("code") == "uploadNotFound"
    assert red("listImageUploads").get("upload", []) == []
    piece = lambda user: requests.patch(
        world.url + path, data=content[:10], timeout=60, headers={
            "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0",
            "Authorization": f"Bearer {user.token}"})
    assert piece(red).json()["code"] == "uploadNotFound" and piece(blue).status_code == 204
    assert [row["received"] for row in admin("listImageUploads")["upload"]] == [10]
    blue("cancelImageUpload", upload=upload)


def test_a_body_after_the_revocation(world):
    user = world.admin.new_user("late", serverRole="admin")
    body = json.dumps({"user": "backdoor", "serverRole": "admin"}).encode() + b" " * 70_000
    host, port = world.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"POST /v1/addUser HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                           f"Authorization: Bearer {user.token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:100])
        # The server has read the head when it has answered another connection.
        assert user("whoAmI")
        world.admin("removeUser", user="late")
        connection.sendall(body[100:])
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 401"), answer[:200]
    assert "backdoor" not in {u["user"] for u in world.admin("listUsers")["user"]}


def test_a_call_that_waits_is_not_answered_after_the_revocation(world):
    waiter = world.admin.new_user("waiter", serverRole="viewer")
    token = lambda: world.admin("listTokens", user="waiter")["token"][0]
    last = world.admin("getEvents", newest=True, limit=1)["last"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.call, "getEvents", after=last, wait=50)
        wait_for(lambda: "lastUsed" in token())
        world.admin("revokeToken", token=token()["token"])
        world.admin("setPhysicalServerMaintenance", phyServer="h3", maintenance=True)
        assert waiting.result()[0] == 401
    world.admin("setPhysicalServerMaintenance", phyServer="h3", maintenance=False)


def test_a_network_that_an_apply_makes_is_the_teams(world):
    red, viewer = world.users["red", "operator"], world.users["red", "viewer"]
    for user, more, code in [(viewer, {}, "notAllowed"), (viewer, {"team": "red"}, "notAllowed"),
                             (red, {"team": "blue"}, "teamNotFound")]:
        assert user.call("applyVirtualNetwork", **network("applied", **more))[1].get("code") == code, more
    assert red("applyVirtualNetwork", **network("applied"))["network"]["networkName"] == "applied"
    assert viewer("getVirtualNetwork", networkName="applied")["network"]["networkName"] == "applied"
    stranger = world.users["shared", "operator"]
    for service, fields in [("getVirtualNetwork", {"networkName": "applied"}), ("applyVirtualNetwork", network("applied"))]:
        assert stranger.call(service, **fields)[1]["code"] == "networkNotFound", service
    red("destroyVirtualNetwork", networkName="applied")


def test_machines_of_others(world):
    red = world.users["red", "operator"]
    taken = red.call("createVirtualMachine", phyServer="h1", vmName="probe", vmIP="192.0.2.11", vmRAM=96)[1]
    assert taken["code"] == "addressTaken" and "blue" not in json.dumps(taken)
    taken = red.call("createVirtualMachine", phyServer="h2", vmName="blue-vm", vmIP="192.0.2.77", vmRAM=96)[1]
    assert taken["code"] == "machineNameTaken" and "h1" not in json.dumps(taken)
    card = red.call("createVirtualMachine", phyServer="h1", vmName="probe", vmIP="192.0.2.77", vmRAM=96,
                    netInterface="br0")[1]
    assert card["code"] == "notAllowed" and card["field"] == "netInterface"
    disk = red.call("createVirtualMachine", phyServer="h1", vmName="probe", vmIP="192.0.2.77", vmRAM=96,
                    transferDisk=False, diskPath="/pool/other.qcow2")[1]
    assert disk["code"] == "notAllowed" and disk["field"] == "diskPath"
    for service, name in [("createVirtualNetwork", "probe"), ("planVirtualNetwork", "probe"),
                          ("applyVirtualNetwork", "red")]:
        cards = red.call(service, networkName=name, phyServer=["h1"], VMName=["probe"], vmIP=["192.0.2.77"],
                         vmRAM=[96], netInterface=["br0"])[1]
        assert cards.get("code") == "notAllowed" and cards["field"] == "netInterface", (service, cards)


def test_nothing_is_changed_without_the_audit(data):
    server = Server(data, "--simulate", "hosts=1,networks=0,machines=0", "--require-token").start()
    try:
        admin = User(server, first_token(server))
        teams = lambda: {team["team"] for team in admin("listTeams")["team"]}
        with contextlib.closing(sqlite3.connect(data / "vms.sqlite", isolation_level=None)) as database:
            database.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
            status, refusal = admin.call("addTeam", team="x")
            assert (status, refusal["code"]) == (500, "storeFailed") and teams() == {"default"}
            database.execute("DROP TRIGGER full")
        assert admin("addTeam", team="x") and teams() == {"default", "x"}
    finally:
        server.stop(signal.SIGKILL)


def test_a_flood_of_the_audit(world):
    viewer = world.admin.new_user("flooder", team=[{"team": "red", "role": "viewer"}])
    last = world.admin("getAudit", limit=10000)["line"][-1]["number"]
    while lines := world.admin("getAudit", after=last, limit=10000)["line"]:
        last = lines[-1]["number"]
    for _ in range(70):
        viewer.call("createVirtualNetwork", phyServer=["\u00e9" * 250] * 100, vmName=["\u00e9" * 250] * 100, team="red")
    lines = [line for line in world.admin("getAudit", after=last, limit=1000)["line"] if line["user"] == "flooder"]
    # A minute may end meanwhile.
    assert len(lines) < 70 and any("not recorded" in line.get("reason", "") for line in lines)
    assert max(len(line["entry"]) for line in lines) < 8000


def test_the_audit_has_what_was_granted(world):
    admin = world.admin
    admin("addUser", user="granted", serverRole="viewer", reason="for a while")
    token = admin("addToken", user="granted", days=7)["token"]["token"]
    last = 0
    found = []
    while lines := admin("getAudit", after=last, limit=10000)["line"]:
        last = lines[-1]["number"]
        found += lines
    added, = [x for x in found if x["service"] == "addUser" and x["moment"] == "begun" and "user granted" in x["object"]]
    assert "serverRole viewer" in added["object"] and added["reason"] == "for a while"
    made, = [x for x in found if x["service"] == "addToken" and x["moment"] == "ended" and "user granted" in x["object"]]
    assert f"token {token}" in made["object"] and "days 7" in made["object"]
