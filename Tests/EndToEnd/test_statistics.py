"""Statistics of a simulation, by every way: services, /metrics, and Prometheus' own checks."""
import datetime
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest
import requests

from support.server import Server, refused
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


@pytest.fixture(scope="module")
def prometheus(server, tmp_path_factory):
    """Debian's Prometheus with the configuration that we ship, reading this server each second."""
    folder = tmp_path_factory.mktemp("prometheus")
    for file in DEPLOY.glob("*.yml"):
        shutil.copy(file, folder)
    config = (DEPLOY / "prometheus.yml").read_text()
    address = server.url.removeprefix("http://")
    assert "http://127.0.0.1:8080/" in config and "scrape_interval: 15s" in config
    (folder / "prometheus.yml").write_text(config.replace("127.0.0.1:8080", address).replace("15s", "1s"))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    yield f"http://127.0.0.1:{port}/api/v1/query"
    process.terminate()
    process.wait(30)


def answers(prometheus, expression):
    """Whether an expression of the dashboard has a result, with the values of its variables."""
    query = re.sub(r"\$(host|network)\b", ".*", expression.replace("$__rate_interval", "10s"))
    try:
        answer = requests.get(prometheus, params={"query": query}, timeout=60).json()
    except (requests.ConnectionError, requests.exceptions.JSONDecodeError):
        return False  # it starts
    assert answer["status"] == "success", (expression, answer)
    return answer["data"]["result"] != []


@pytest.mark.skipif(not shutil.which("prometheus"), reason="prometheus is not installed")
def test_every_panel_of_the_dashboard_has_an_answer(server, prometheus):
    refused(server, "getVirtualMachineStatistics", phyServer="h1", vmName="nobody")
    board = json.loads((DEPLOY / "dashboard.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    variables = re.findall(r"label_values\((\w+), (\w+)\)", json.dumps(board["templating"]))
    assert len(expressions) > 15 and len(variables) >= 2
    for metric, label in variables:
        wait_for(lambda: answers(prometheus, f'count by ({label}) ({metric}{{{label}!=""}})'), 60)
    for expression in expressions:
        # A failure that has happened once has no rate before the next one.
        refused(server, "getVirtualMachineStatistics", phyServer="h1", vmName="nobody")
        wait_for(lambda: answers(prometheus, expression), 60)
    for name in "VMSHostLost", "VMSLinkUnproven":
        assert not answers(prometheus, f'ALERTS{{alertname="{name}"}}'), name
    wait_for(lambda: answers(prometheus, "libvirt_domain_info_cpu_time_seconds_total"), 60)


def points(server, service="getPhysicalServerStatistics", step=None, minutes=10, **fields):
    since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)
    answer = server.json(service, **fields, **{"from": since.isoformat()}, **({"step": step} if step else {}))
    return answer["step"], answer["point"]


def test_figures_over_time(server):
    wait_for(lambda: len(points(server, phyServer="h1")[1]) >= 4)
    step, series = points(server, phyServer="h1")
    times = [datetime.datetime.fromisoformat(point["time"]).timestamp() for point in series]
    assert step == 1 and times == sorted(set(times)) and all(time == int(time) for time in times)
    assert all(0 <= point["cpuUse"] <= 100 and point["memoryUsed"] > 0 for point in series[1:])
    step, series = points(server, phyServer="h1", step=60)
    assert step == 300 and len(series) in (1, 2), "the least step that is kept"
    machine = next(m for m in server.json("listVirtualMachines")["vm"] if m["phyServer"] == "h1")
    wait_for(lambda: any("cpuUse" in point for point in points(
        server, "getVirtualMachineStatistics", phyServer="h1", vmName=machine["vmName"])[1]))
    link = next(link for link in server.json(
        "getVirtualNetworkStatistics", networkName="net1", **{"from": "2020-01-01T00:00:00Z"})["link"])
    assert any("txRate" in point for port in link["port"] for point in port["point"])


def test_figures_over_time_outlive_the_server(tmp_path):
    server = Server(tmp_path, "--simulate", "hosts=1,machines=1,networks=0,speed=max", "--sample-seconds", "1").start()
    machine = server.json("listVirtualMachines")["vm"][0]["vmName"]
    wait_for(lambda: len(points(server, phyServer="h1")[1]) >= 3)
    before = points(server, phyServer="h1")[1]
    total = server.json("getVirtualMachineStatistics", phyServer="h1", vmName=machine)["cpuTime"]
    server.stop()
    server.start()
    again = points(server, phyServer="h1")[1]
    # The last one was not over.
    assert [point for point in again if point in before[:-1]] == before[:-1]
    assert server.json("getVirtualMachineStatistics", phyServer="h1", vmName=machine)["cpuTime"] >= total
    server.stop(signal.SIGKILL)
    # A damaged file is replaced, and nothing else is lost.
    (tmp_path / "statistics.sqlite").write_bytes(b"x" * 10_000)
    for file in tmp_path.glob("statistics.sqlite-*"):
        file.unlink()
    server.start()
    wait_for(lambda: points(server, phyServer="h1")[1])
    assert "statistics.sqlite" in (tmp_path / "vmsd.log").read_text()
    assert [vm["vmName"] for vm in server.json("listVirtualMachines")["vm"]] == [machine]
    server.stop(signal.SIGKILL)


def test_the_use_of_teams(tmp_path):
    server = Server(tmp_path, "--simulate", "hosts=2,machines=0,networks=0,speed=max", "--sample-seconds", "1").start()
    server.json("addTeam", team="class")
    for number, team in enumerate(["class", "class", "default"]):
        server.json("createVirtualMachine", phyServer="h1", vmName=f"m{number}", vmIP=f"192.0.2.{number + 10}",
                    vmRAM=96, team=team)
    wait_for(lambda: all(use.get("cpuTime", 0) >= 1 for use in server.json("getTeamStatistics")["team"]))
    uses = {use["team"]: use for use in server.json("getTeamStatistics")["team"]}
    # A simulated machine occupies half of its memory; the mean is also of the time before it was made.
    assert 0 < uses["default"]["memory"] <= 48 << 20 < uses["class"]["memory"] * 2
    assert 1.2 * uses["default"]["memory"] < uses["class"]["memory"] <= 2 * (48 << 20)
    assert 0 < uses["class"]["covered"] < 120
    server.json("destroyVirtualMachine", phyServer="h1", vmName="m2")
    before = server.json("getTeamStatistics", team="default")["team"][0]["cpuTime"]
    server.stop()
    server.start()
    again = server.json("getTeamStatistics", team="default")["team"][0]["cpuTime"]
    assert again >= before, "also of machines that are gone"
    lines = server.vms("team", "stats", "--csv").stdout.split("\n")
    assert lines[0].startswith("team,since,covered,cpuTime") and lines[1].startswith("class,") and len(lines) == 4
    assert refused(server, "getTeamStatistics", team="nobody").code == "teamNotFound"
    server.stop(signal.SIGKILL)


def test_no_figures_over_time(server_of, data):
    server = server_of(data, "--simulate", "hosts=1,speed=max", "--series-mib", "0")
    assert server.json("getPhysicalServerStatistics", phyServer="h1")["cpus"] == 16
    fault = refused(server, "getPhysicalServerStatistics", phyServer="h1", **{"from": "2020-01-01T00:00:00Z"})
    assert fault.code == "notOffered"


def test_the_heaviest_first(server):
    wait_for(lambda: all("cpuUse" in vm for vm in server.json("listLoads")["vm"]))
    loads = server.json("listLoads")
    uses = [vm["cpuUse"] for vm in loads["vm"]]
    assert uses == sorted(uses, reverse=True) and len(set(uses)) > 1
    assert {host["phyServer"] for host in loads["host"]} == {"h1", "h2", "h3"}
    names = [vm["vmName"] for vm in server.json("listLoads", sort="name")["vm"]]
    assert names == sorted(names)
    few = server.json("listLoads", limit=1, phyServer="h2")
    assert [host["phyServer"] for host in few["host"]] == ["h2"] and len(few["vm"]) == 1
    assert few["vm"][0]["phyServer"] == "h2"
    text = server.vms("top").stdout
    assert re.search(r"^machine +host +cpu %", text, re.M) and all(name in text for name in names)
    assert server.vms("top", "--sort", "weight", check=False).returncode == 2
