"""The user list and its search, among a million users. Measured is how long one page takes on one connection."""

import re
from contextlib import ExitStack
from functools import partial

from browser import SESSION, Connection
from figures import in_turn, ratio
from load import REPEATS, milliseconds
from machine import Failed
from site_under_test import NAMES, vestibule

MANY = 1_000_000
FEW = 1_000
SORTED = ["created", "-created", "email", "-email", "name", "-name", "seen", "-seen"]
USUAL = ["/users", "/users?sort=-created"]
FILTERED = ["status=disabled", "role=admin", "status=disabled&sort=name", "role=admin&sort=-seen"]

# What is searched for, and how many people are shown. Every address but the first hundred ends in its number.
TERMS = {
    "rare": ("777777", 1),
    "some hundreds": ("rosa+quinn", 50),
    "some thousands": ("777", 50),
    "some thousands, who signed up longest ago": ("school.example", 50),
    "common": ("ann", 50),
    "absent": ("zzqqxx", 0),
    "one letter": ("e", 50),
}
CAPTION = re.compile(rb"<caption>(.+?)</caption>")


def shown(body):
    """How many people a page shows, and its caption, which says how many there are and in what order; if there is none,
    this is no list."""
    if b'<div class="empty">' in body:
        return 0, b"nobody"
    caption = CAPTION.search(body)
    return body.count(b'<tr role="row">') - 1, caption and caption[1]


def page(connection, admin, path, people=range(1, 51)):
    """A side: how long a page takes. What the first answer shows, all others have to: so many people, and not simply all
    in the usual order unless that is asked for."""
    first, whole = (shown(connection.get(each, {SESSION: admin.cookies[SESSION]}).body) for each in (path, "/users"))
    if None in (*first, *whole) or first[0] not in people or (first == whole) != (path in USUAL):
        raise Failed(f"{path} shows {first}, and /users {whole}")
    return partial(milliseconds, connection, path, admin, lambda body: shown(body) == first)


def user_list(kind, bench):
    databases = bench.databases
    with vestibule(databases, databases.dataset(kind, MANY)) as many, vestibule(databases, databases.dataset(kind, FEW)) as few:
        sides = [(Connection(node.port), node.admin()) for node in (many, few)]
        groups = {
            "sorted": [f"/users?sort={sort}" for sort in SORTED],
            "filtered": [f"/users?{query}" for query in FILTERED],
        }
        figures = []
        for group, paths in groups.items():
            measured = []
            for path in paths:
                ours, theirs = in_turn([page(*side, path) for side in sides], REPEATS)
                measured.append(ratio(path, f"{FEW:,} users", ours, theirs, most=1.5, unit="ms"))
                bench.note(measured[-1])
            worst = max(measured, key=lambda figure: figure.middle)
            worst.what = f"user list, {group}, {MANY:,} users, {NAMES[kind]}: worst of {len(paths)}, {worst.what}"
            figures.append(worst)
    return figures


def search(kind, bench):
    database = bench.databases.dataset(kind, MANY)
    with ExitStack() as stack:
        node = beside = stack.enter_context(vestibule(bench.databases, database))
        if kind == "postgres":
            # A node of its own: PostgreSQL plans a statement once for all that a connection asks with it, and a plan that
            # suits the search would make the list slow and the search look quick.
            beside = stack.enter_context(vestibule(bench.databases, database))
        connection, admin = Connection(node.port, timeout=60), node.admin()
        whole = page(Connection(beside.port), beside.admin(), "/users")
        figures = []
        for name, (term, people) in TERMS.items():
            found = page(connection, admin, f"/users?q={term}", [people])
            ours, theirs = in_turn([found, whole], REPEATS)
            what = f"search, {name} ({term}), {MANY:,} users, {NAMES[kind]}"
            figures.append(ratio(what, "the unfiltered page", ours, theirs, most=3, unit="ms"))
    return figures
