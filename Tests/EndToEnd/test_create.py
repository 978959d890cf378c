"""The main scenario on QEMU hosts in namespaces."""
import pytest

from support.machines import Site
from support.main_job import *  # noqa: F403: the tests that Xen hosts pass too
from support.server import Fault


@pytest.fixture
def site(lab_server, lab):
    return Site(lab_server, lab, "h1")


def test_wrong_host_key(lab, server):
    wrong = lab.node() | {"NodePK": server_key(server)}
    with pytest.raises(Fault) as refused:
        server.json("registerNodes", Node=[wrong])
    assert refused.value.code == "nodeKeyRefused"
    assert server.json("getRegisteredNodes")["Node"] == []
    with pytest.raises(Fault) as missing:
        server.json("registerNodes", Node=[{"NodeName": "h1", "IP": lab.node()["IP"]}])
    assert missing.value.code == "nodeKeyMissing" and missing.value.body["field"] == "NodePK"


def server_key(server):
    return " ".join((server.data / "ssh/id_ed25519.pub").read_text().split()[:2])
