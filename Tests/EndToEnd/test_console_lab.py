"""Consoles of real routers: every byte that a guest writes is shown, or its gap is told, also while it moves."""
import re

from support.consoles import Follower, type_on
from support.moves import migrate
from support.networks import create, destroy, line

MOVES = 10
COUNT = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo line-$i-; usleep 20000; done &\r"


def test_ten_moves_of_a_router_that_writes(lab_server, lab):
    create(lab_server, line(count=2))
    follower = Follower(lab_server, "r1", **{"from": "start"})
    follower.wait(lambda f: "opened" in f.kinds())
    assert type_on(lab_server, "r1", COUNT).status_code == 204
    follower.until(b"line-20-")
    hosts = ["h1", "h3"]
    for number in range(MOVES):
        migrate(lab_server, "r1", hosts[number % 2], hosts[(number + 1) % 2])
        last = max(int(n) for n in re.findall(rb"line-(\d+)-", follower.data))
        follower.until(b"line-%d-" % (last + 20), 60)
    moved = [(event["from"], event["phyServer"]) for name, event in follower.notes if name == "moved"]
    assert moved == [(hosts[n % 2], hosts[(n + 1) % 2]) for n in range(MOVES)]
    # The kernel's own messages may stand between the lines.
    lines = [int(n) for n in re.findall(rb"line-(\d+)-", follower.data)]
    missing = set(range(1, lines[-1])) - set(lines)
    assert lines == sorted(lines) and len(lines) == len(set(lines)), "in order, each once"
    assert not missing or "gap" in follower.kinds(), (sorted(missing), follower.events)
    print(f"missing {len(missing)} of {lines[-1]} lines, gaps {follower.kinds().count('gap')}")
    type_on(lab_server, "r1", "kill %1\r")
    follower.close()
    destroy(lab_server, "n1")


def test_a_restart_of_the_machine_and_the_end_of_libvirtd(lab_server, lab):
    create(lab_server, line(count=2))
    follower = Follower(lab_server, "r1", **{"from": "start"})
    follower.wait(lambda f: "opened" in f.kinds())
    lab_server.json("shutdownVirtualMachine", phyServer="h1", vmName="r1")
    follower.wait(lambda f: "closed" in f.kinds())
    lab_server.json("startVirtualMachine", phyServer="h1", vmName="r1", timeout=300)
    follower.wait(lambda f: f.kinds().count("opened") == 2)
    assert type_on(lab_server, "r1", "echo HERE''-AGAIN\r").status_code == 204
    follower.until(b"HERE-AGAIN")
    assert "gap" in follower.kinds()
    del follower.events[:]
    lab.run("sh", "h1", "pkill", "-9", "-x", "libvirtd", check=False)
    follower.wait(lambda f: "opened" in f.kinds(), 90)
    assert follower.kinds().index("closed") < follower.kinds().index("gap") < follower.kinds().index("opened")
    assert type_on(lab_server, "r1", "echo STILL''-HERE\r").status_code == 204
    follower.until(b"STILL-HERE")
    follower.close()
    destroy(lab_server, "n1")
