"""Statistics of a simulation, by every way: services, /metrics, and Prometheus' own checks."""
import pathlib
import re
import shutil
import subprocess

import pytest
import requests

from support.server import Server
from support.waiting import wait_for

pytestmark = pytest.mark.main
DEPLOY = pathlib.Path(__file__).parents[2] / "deploy"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"), "--simulate", "hosts=3,networks=2,machines=4,speed=max",
                    "--sample-seconds", "1").start()
    wait_for(lambda: all(f'vms_host_cpus{{host="h{n}"}}' in metrics(server) for n in (1, 2, 3)))
    yield server
    server.stop()


def metrics(server, page=""):
    answer = requests.get(f"{server.url}/metrics{page}", timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def value(text, name, **labels):
    """The value of the only sample with these labels."""
    words = [f'{key}="{word}"' for key, word in labels.items()]
    found = [line for line in text.splitlines() if line.startswith(name + "{") and all(word in line for word in words)]
    assert len(found) == 1, (name, labels, found)
    return float(found[0].rsplit(" ", 1)[1])


def test_services_and_metrics_agree(server):
    host = server.json("getPhysicalServerStatistics", phyServer="h1")
    text = metrics(server)
    assert value(text, "vms_host_cpus", host="h1") == host["cpus"] == 16
    assert value(text, "vms_host_memory_bytes", host="h1") == host["memory"]
    assert value(text, "vms_host_up", host="h1") == 1
    assert value(text, "vms_host_pool_bytes", host="h1", pool="default") == host["pool"][0]["capacity"]
    assert host["age"] < 60_000 and host["absent"] == []
    machine = next(m for m in server.json("listVirtualMachines")["vm"] if m["phyServer"] == "h1")
    figures = server.json("getVirtualMachineStatistics", phyServer="h1", vmName=machine["vmName"])
    page = metrics(server, "/host/h1")
    assert value(page, "vms_machine_memory_allocated_bytes", machine=machine["vmName"]) == figures["memoryAllocated"]
    assert "vms_machine_memory_used_bytes" not in page and "memoryUsed" in figures["absent"], "absent, not zero"


def test_a_networks_ports(server):
    network = server.json("getVirtualNetworkStatistics", networkName="net1")
    text = metrics(server)
    for link in network["link"]:
        assert link["proven"] and len(link["port"]) >= 2
        for port in link["port"]:
            sent = value(text, "vms_link_transmit_bytes_total", network="net1", link=link["name"],
                         router=port["router"])
            assert sent >= 0 and port["txBytes"] >= 0 and port["mac"]


def test_a_lost_host_is_shown_as_lost(server):
    server.vms("simulate", "lose-host", "h3")
    wait_for(lambda: value(metrics(server), "vms_host_up", host="h3") == 0)
    text = metrics(server)
    assert 'vms_host_cpus{host="h3"}' not in text, "old figures would be taken for present ones"
    assert value(text, "vms_host_sample_age_seconds", host="h3") >= 0
    server.vms("simulate", "restore-host", "h3")
    wait_for(lambda: 'vms_host_cpus{host="h3"}' in metrics(server))


def test_discovery_names_every_page(server):
    pages = requests.get(f"{server.url}/metrics/targets", timeout=60).json()
    assert [page["labels"]["__metrics_path__"] for page in pages] == [
        "/metrics", "/metrics/host/h1", "/metrics/host/h2", "/metrics/host/h3"]
    for page in pages:
        assert page["targets"] == [server.url.removeprefix("http://")]
        metrics(server, page["labels"]["__metrics_path__"].removeprefix("/metrics"))
    assert requests.get(f"{server.url}/metrics/host/h9", timeout=60).status_code == 404


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
@pytest.mark.parametrize("page", ["", "/host/h1"])
def test_prometheus_accepts_the_metrics(server, page):
    done = subprocess.run(["promtool", "check", "metrics"], input=metrics(server, page), capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
@pytest.mark.parametrize("words", [["check", "rules", "alerts.yml", "libvirt.yml"], ["test", "rules", "alerts_test.yml"],
                                   ["check", "config", "prometheus.yml"]])
def test_prometheus_accepts_what_we_ship(words):
    done = subprocess.run(["promtool", *words], cwd=DEPLOY, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["alerts.yml", "libvirt.yml"])
def test_every_metric_of_our_rules_exists(server, file):
    known = metrics(server) + metrics(server, "/host/h1")
    used = set(re.findall(r"\bvms_\w+", "".join(re.findall(r"expr:(.*?)(?:for:|- |$)", (DEPLOY / file).read_text(), re.S))))
    assert used and all(f"# TYPE {name} " in known for name in used), used
