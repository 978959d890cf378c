"""Virtual networks over the hosts of the QEMU lab."""
import concurrent.futures

HOSTS = ["h1", "h2", "h3"]


def line(name="n1", letter="r", count=3, **more):
    """A line of routers, on the lab's hosts in turn, with a link between each two neighbours."""
    routers = [{"name": f"{letter}{i + 1}", "phyServer": HOSTS[i % 3]} | more for i in range(count)]
    links = [{"name": f"l{i + 1}", "end": [{"router": f"{letter}{i + 1}"}, {"router": f"{letter}{i + 2}"}]}
             for i in range(count - 1)]
    return {"networkName": name, "router": routers, "link": links}


def create(server, request):
    return server.json("createVirtualNetwork", timeout=600, **request)["network"]


def destroy(server, name):
    server.json("destroyVirtualNetwork", networkName=name)


def verify(server, name):
    return server.json("verifyVirtualNetwork", networkName=name, timeout=300)


def concurrently(call, values):
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        return list(threads.map(call, values))


def state(network):
    return {link["name"]: link["state"] for link in network["link"]}
