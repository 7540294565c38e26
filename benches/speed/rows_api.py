"""Refresh tokens of the JSON API, exchanged as fast as it goes."""

import http.client
import json
from pathlib import Path

from figures import Figure
from load import REPEATS, THREADS
from machine import Failed
from site_under_test import NAMES, PASSWORD, vestibule

SECONDS = 3
CONNECTIONS = 16
PATH = "/api/v1/token/refresh"


def refreshes(kind, bench):
    with vestibule(bench.databases, bench.databases.copy(kind)) as node:
        rates = [press(bench.machine, node) for _ in range(REPEATS)]
    figure = Figure(f"refreshes of tokens a second, {NAMES[kind]}", "", rates, reach="at least 1,000")
    figure.met = [figure.middle >= 1000]
    return [figure]


def press(machine, node):
    """Refreshes a second. wrk gives up what is under way at its end, so each time begins with new sign-ins."""
    tokens = machine.scratch / "refresh-tokens"
    # One to spare for each connection: wrk makes a request in advance.
    tokens.write_text("".join(sign_in(node, number) + "\n" for number in range(2 * CONNECTIONS)))
    printed = machine.run([
        "wrk", "--threads", THREADS, "--connections", CONNECTIONS, "--duration", f"{SECONDS}s", "--timeout", "10s",
        "--script", Path(__file__).with_name("refresh.lua"), f"http://127.0.0.1:{node.port}{PATH}", "--", tokens,
        THREADS,
    ])  # fmt: skip
    found = json.loads(printed.strip().splitlines()[-1])
    if found["wrong"] or found["broken"] or not found["answered"]:
        raise Failed(f"of {found['answered']} refreshes {found['wrong']} were wrong (first {found['first_wrong']})")
    return found["answered"] / found["microseconds"] * 1e6


def sign_in(node, number):
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
    body = json.dumps({"email": f"user{number + 4}@example.org", "password": PASSWORD})
    connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise Failed(f"a sign-in at the API is answered with {answer.status}: {text[:300]}")
    return json.loads(text)["refresh_token"]
