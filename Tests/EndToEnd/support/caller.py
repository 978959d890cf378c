"""Repeats four requests to a server until standard input ends, and measures how long each waits for its answer.

Called as caller.py URL OPERATION. It is a separate process, so that work of the test itself does not count as the
server's. Prints a line when it has begun, and JSON at the end:
{"waits": {SERVICE: [SECONDS, ...]}, "failures": [...]}."""

import http.client
import json
import sys
import threading
import time

REQUESTS = [("sanityTest", {"testString": "x"}), ("getOperation", {"operation": sys.argv[2]}), ("listImages", {}),
            ("listVirtualMachines", {})]
#: Seconds after which a request counts as failed. Generous, because the wait itself is the measurement.
PATIENCE = 60
host, port = sys.argv[1].removeprefix("http://").rsplit(":", 1)
stop = threading.Event()
result = {"waits": {service: [] for service, _ in REQUESTS}, "failures": []}


def send(service, fields):
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    try:
        connection.request("POST", f"/v1/{service}", json.dumps(fields), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200 or service == "getOperation" and b"operationNotFound" in body, body[:500]
    finally:
        connection.close()


def repeat(service, fields):
    while not stop.is_set():
        began = time.monotonic()
        try:
            send(service, fields)
            result["waits"][service].append(time.monotonic() - began)
        except Exception as error:
            result["failures"].append(f"{service} after {time.monotonic() - began:.1f} s: {error!r}")
        stop.wait(0.02)


threads = [threading.Thread(target=repeat, args=request) for request in REQUESTS]
for thread in threads:
    thread.start()
print("ready", flush=True)
sys.stdin.read()
stop.set()
for thread in threads:
    thread.join()
print(json.dumps(result))
