"""Asks a server the same few questions again and again, and tells at its end how long each waited for its answer.

A process of its own, so that nothing which another program thinks about counts as the server's: asker.py URL OPERATION, until its
standard input ends. Prints a line when it has begun, and then JSON: {"waits": {SERVICE: [SECONDS, ...]}, "failures": [...]}."""

import http.client
import json
import sys
import threading
import time

QUESTIONS = [("sanityTest", {"testString": "x"}), ("getOperation", {"operation": sys.argv[2]}), ("listImages", {}),
             ("listVirtualMachines", {})]
#: How long an answer may take before it counts as none. Generous: how long others wait is what is measured.
PATIENCE = 60
host, port = sys.argv[1].removeprefix("http://").rsplit(":", 1)
stop = threading.Event()
told = {"waits": {service: [] for service, _ in QUESTIONS}, "failures": []}


def ask(service, fields):
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    try:
        connection.request("POST", f"/v1/{service}", json.dumps(fields), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200 or service == "getOperation" and b"operationNotFound" in body, body[:500]
    finally:
        connection.close()


def go_on(service, fields):
    while not stop.is_set():
        began = time.monotonic()
        try:
            ask(service, fields)
            told["waits"][service].append(time.monotonic() - began)
        except Exception as error:
            told["failures"].append(f"{service} after {time.monotonic() - began:.1f} s: {error!r}")
        stop.wait(0.02)


threads = [threading.Thread(target=go_on, args=question) for question in QUESTIONS]
for thread in threads:
    thread.start()
print("asks", flush=True)
sys.stdin.read()
stop.set()
for thread in threads:
    thread.join()
print(json.dumps(told))
