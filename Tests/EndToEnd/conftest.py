"""Fixtures (servers and the lab), hooks, the list of the main tests, and the order of two workers."""
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import pytest

# Registered before the imports, so that pytest explains a failed assertion in these modules as in a test.
pytest.register_assert_rewrite("support")

from support.lab import Lab, QemuLab, running  # noqa: E402
from support.server import Server  # noqa: E402
from support.waiting import wait_for  # noqa: E402

#: The main tests, by file or test, which `make test` runs. `make test-all` also runs the others.
MAIN = {
    "test_simulation.py", "test_documents.py", "test_faces.py", "test_mtom.py", "test_newcomer.py", "test_bad_input.py",
    "test_attack.py", "test_access.py", "test_toolkits.py", "test_repository.py", "test_create.py", "test_topology.py",
    "test_hosts.py::test_the_main_job_on_each_host",
    "test_hosts.py::test_power_loss_of_a_host", "test_networks.py::test_the_old_clients_call",
    "test_networks.py::test_a_fault_is_named_and_all_is_undone", "test_networks.py::test_bad_requests",
    "test_topology_files.py::test_a_file_becomes_a_network",
    "test_migration.py::test_a_router_in_the_middle_moves_under_traffic",
    "test_stacks.py::test_a_stack", "test_disks.py", "test_xen.py::test_a_soap_call_makes_a_router_that_answers",
    "test_xen.py::test_domain_0_is_protected", "test_xen.py::test_a_stack",
}


def group_of(item):
    """The name of the tests that stay in one of two workers (`make test-all`): all on QEMU and Xen hosts in one of them,
    since two labs at once would miss their deadlines on two processors, and otherwise those of a file.
    """
    return "lab" if {"lab", "xen_lab"} & set(item.fixturenames) else item.path.name


def pytest_configure(config):
    config.addinivalue_line("markers", "main: one of the main tests, which `make test` runs")


def pytest_make_parametrize_id(val):
    """A name for bytes that is the same in both workers: compressed ones contain the time."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


# Before pytest-xdist, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if {item.path.name, f"{item.path.name}::{item.originalname}"} & MAIN:
            item.add_marker(pytest.mark.main)
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The longest group begins first.
        items.sort(key=lambda item: group_of(item) != "lab")


@pytest.fixture
def data():
    folder = tempfile.mkdtemp(prefix="vms-")
    yield pathlib.Path(folder)
    # A connection of ssh outlives a server that is killed, and may still make its socket there.
    wait_for(lambda: shutil.rmtree(folder, ignore_errors=True) or not os.path.exists(folder), 30)


@pytest.fixture
def server(data):
    server = Server(data).start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def server_of():
    """Starts a server with a data folder and options; ends it with the test."""
    servers = []

    def start(data, *options):
        servers.append(Server(data, *options).start())
        return servers[-1]
    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


@pytest.fixture
def simulation(data):
    """A server with three simulated hosts at maximum speed, and two networks."""
    server = Server(data, "--simulate", "hosts=3,speed=max").start()
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def test_host(server):
    """A server with one host on libvirt's own test driver."""
    server.json("registerNodes", Node=[{"NodeName": "t1", "uri": "test:///default"}])
    return server


@pytest.fixture(scope="session")
def lab():
    yield from running(QemuLab)


@pytest.fixture
def lab_data(data, lab):
    """A data folder with the SSH identity that the lab's hosts accept."""
    shutil.copytree(lab.keys, data / "ssh")
    return data


@pytest.fixture
def lab_server(lab_data, lab):
    """A server with the lab's hosts registered. A test that leaves anything on a host fails."""
    server = Server(lab_data).start()
    server.json("registerNodes", Node=lab.nodes())
    yield server
    server.stop(signal.SIGKILL)
    assert lab.leftovers() == [], (lab_data / "vmsd.log").read_text()[-3000:]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the end of the server's log and the state of the lab's hosts to the report of a failed test."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            folder = value.data if isinstance(value, Server) else value
            if isinstance(folder, pathlib.Path) and (folder / "vmsd.log").exists():
                report.sections.append(("vmsd.log", (folder / "vmsd.log").read_text()[-6000:]))
            if isinstance(value, Lab):
                report.sections += [(host, value.state(host)) for host in value.hosts]
    return report


def pytest_runtest_logreport(report):
    """Shows a failure when it happens: a run of two hours may be ended before its summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sections = "".join(f"\n{name}:\n{text}" for name, text in report.sections)
        print(f"\n{report.nodeid}, {report.when}:\n{report.longreprtext[-4000:]}{sections}", file=sys.__stderr__,
              flush=True)
