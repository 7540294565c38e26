"""Signing in: how many a second, what it does to everybody else's pages, and what memory it takes."""

import time
from concurrent.futures import wait
from contextlib import ExitStack
from statistics import median

from browser import SESSION
from figures import Figure, in_turn, ratio
from load import REPEATS, Pages, SignIns
from machine import cores, resident
from rows_pages import PATH
from site_under_test import SIGNED_IN, vestibule

SECONDS = 4
FLOOD = 64
SERVERS = 3
VIEWS = 100_000
# A minute until the hashing threads give their memory back, and a little.
REST = 64


def sign_ins(bench):
    with vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        people = node.signed_in(16)

        def ours():
            with SignIns(node, people) as load:
                load.during(1)
                return load.during(SECONDS)

        def raw():
            return float(bench.machine.run([bench.machine.baseline, "argon2", SECONDS]))

        rates = in_turn([ours, raw], REPEATS)
    return [ratio("sign-ins, 16 connections", "Argon2id alone on all cores", *rates, least=[0.92])]


def page_under_flood(bench):
    with vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        people = node.signed_in(FLOOD + 32)
        pages = Pages(bench.machine, [person.cookies[SESSION] for person in people[FLOOD:]], SIGNED_IN)
        pages.press(node.port, PATH, 1)

        def flooded():
            with SignIns(node, people[:FLOOD]) as load:
                load.during(1)
                return pages.press(node.port, PATH, SECONDS).p99

        ours, theirs = in_turn([flooded, lambda: pages.press(node.port, PATH, SECONDS).p99], REPEATS)
    what = f"99th percentile of the signed-in page while {FLOOD} connections sign in"
    return [ratio(what, "without them", ours, theirs, most=4, unit="ms")]


def memory(bench):
    """Several servers one after the other, which then rest together."""
    with ExitStack() as stack:
        nodes = [Watched(bench, stack) for _ in range(SERVERS)]
        datasets = bench.begin_datasets()
        time.sleep(REST)
        rested = [resident(node.node.pid) for node in nodes]
    # Or they would take the cores from the next row.
    wait(datasets)
    hashes = cores() * 19 + 15
    idle = [node.idle for node in nodes]
    viewed = [node.viewed - node.idle for node in nodes]
    grown = [node.viewed_again - node.viewed for node in nodes]
    flood = [node.flooded - node.idle for node in nodes]
    return [
        Figure("resident memory, idle after the start", "", idle, "at most 30 MiB", [median(idle) <= 30], "MiB"),
        Figure(
            f"resident memory after {VIEWS:,} page views", "idle", viewed, "at most +5 MiB", [median(viewed) <= 5], "MiB more"
        ),
        Figure(
            f"resident memory after {VIEWS:,} more", f"after the first {VIEWS:,}", grown, "at most +1 MiB",
            [median(grown) <= 1], "MiB more",
        ),
        Figure(
            "greatest resident memory while 64 connections sign in", "idle", flood, f"at most +{hashes} MiB",
            [median(flood) <= hashes], "MiB more",
        ),
        Figure(
            f"resident memory, idle again: {REST} s after all that, blocks for hashing given back", "", rested,
            "at most 30 MiB", [median(rested) <= 30], "MiB",
        ),
    ]  # fmt: skip


class Watched:
    """A server that runs as long as the stack stands, and its memory idle, after page views, after as many again, and at
    most in the flood."""

    def __init__(self, bench, stack):
        database = bench.databases.copy("sqlite")
        # People sign in at another process: the memory that hashing took is not to be in the first two figures.
        with vestibule(bench.databases, database) as before:
            people = before.signed_in(FLOOD)
        self.node = stack.enter_context(vestibule(bench.databases, database, public_port=before.port))
        time.sleep(1)
        self.idle = resident(self.node.pid)
        pages = Pages(bench.machine, [person.cookies[SESSION] for person in people], SIGNED_IN)
        self.viewed = self.view(pages)
        self.viewed_again = self.view(pages)
        self.flooded = self.flood(people)

    def view(self, pages):
        seen = 0
        while seen < VIEWS:
            seen += pages.press(self.node.port, PATH, 3).rate * 3
        return resident(self.node.pid)

    def flood(self, people):
        most = 0
        with SignIns(self.node, people) as load:
            for _ in range(40):
                load.during(0.1)
                most = max(most, resident(self.node.pid))
        return most
