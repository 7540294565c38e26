"""What is counted rather than pressed: the start, the binary, the first visit."""

import gzip
import re
from statistics import median

from browser import Connection
from figures import Figure
from machine import Failed, free_port
from site_under_test import Node, vestibule

STARTS = 10


def cold_start(bench):
    """From the start of the process to its first answer with 200, of the front page."""
    database = bench.databases.copy("sqlite")
    # The first start makes the signing key.
    with vestibule(bench.databases, database):
        pass
    taken = []
    for _ in range(STARTS):
        port = free_port()
        environment = bench.databases.settings(database, port)
        with Node(bench.machine, [bench.machine.vestibule, "serve"], environment, port, database) as node:
            taken.append(node.until_answering("/") * 1000)
    return [Figure("cold start to the first answer, SQLite", "", taken, "at most 100 ms", [median(taken) <= 100], "ms")]


def binary(bench):
    return [Figure("the binary", "", [bench.machine.vestibule.stat().st_size / 1024 / 1024], unit="MiB")]


def first_visit(bench):
    figures = []
    with vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        for path, name in [("/", "front page"), ("/login", "sign-in page")]:
            pieces = fetched(node.port, path)
            figures.append(
                Figure(f"first visit of the {name}, headers and all", "", [sum(pieces)], unit="bytes",
                       sides=f"{len(pieces)} requests")
            )  # fmt: skip
    return figures


def fetched(port, path):
    """Bytes of each answer: the page's, and those of what it loads."""
    connection = Connection(port)
    asks = "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en\r\n"
    page = connection.get(path, headers=asks)
    body = page.body
    if page.header("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if page.status != 200 or b"<main" not in body:
        raise Failed(f"{path}: status {page.status}")
    loaded = re.findall(r'<(?:link|script|img)\b[^>]*?(?:href|src)="([^"]+)"', body.decode())
    if not loaded:
        raise Failed(f"{path} loads nothing")
    pieces = [page.wire]
    for asset in dict.fromkeys(loaded):
        answer = connection.get(asset, headers=asks)
        if answer.status != 200:
            raise Failed(f"{asset}: status {answer.status}")
        pieces.append(answer.wire)
    connection.close()
    return pieces
