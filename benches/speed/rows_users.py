"""The user list and its search, among a million users. Measured is how long one page takes on one connection."""

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
FILTERED = ["status=disabled", "role=admin", "status=disabled&sort=name", "role=admin&sort=-seen"]


def shows(users, body):
    """Whether a page is the user list with so many people on it."""
    return body.count(b'<tr role="row">') == users + 1


def shows_nobody(body):
    return b'<div class="empty">' in body


def found(admin, connection, path):
    """How many people a page shows the first time: all further answers have to show as many. At least one."""
    answer = connection.get(path, {SESSION: admin.cookies[SESSION]})
    users = answer.body.count(b'<tr role="row">') - 1
    if answer.status != 200 or users < 1:
        raise Failed(f"{path}: status {answer.status}, nobody on it")
    return users


def user_list(kind, bench):
    databases = bench.databases
    with vestibule(databases, databases.crowd(kind, MANY)) as many, vestibule(databases, databases.crowd(kind, FEW)) as few:
        sides = [(Connection(node.port), node.admin()) for node in (many, few)]
        groups = {
            "sorted": [f"/users?sort={sort}" for sort in SORTED],
            "filtered": [f"/users?{query}" for query in FILTERED],
        }
        figures = []
        for group, paths in groups.items():
            measured = []
            for path in paths:
                ways = [
                    partial(milliseconds, connection, path, admin, partial(shows, found(admin, connection, path)))
                    for connection, admin in sides
                ]
                ours, theirs = in_turn(ways, REPEATS)
                measured.append(ratio(path, f"{FEW:,} users", ours, theirs, most=1.5, unit="ms"))
                bench.note(measured[-1])
            worst = max(measured, key=lambda figure: figure.middle)
            worst.what = f"user list, {group}, {MANY:,} users, {NAMES[kind]}: worst of {len(paths)}, {worst.what}"
            figures.append(worst)
    return figures


def search(kind, bench):
    # Every address but the first hundred ends in its number, so this one is there once.
    terms = {
        "rare": ("777777", partial(shows, 1)),
        "common": ("ann", partial(shows, 50)),
        "absent": ("zzqqxx", shows_nobody),
        "one letter": ("e", partial(shows, 50)),
    }
    database = bench.databases.crowd(kind, MANY)
    with ExitStack() as stack:
        node = beside = stack.enter_context(vestibule(bench.databases, database))
        if kind == "postgres":
            # A node of its own: PostgreSQL plans a statement once for all that a connection asks with it, and a plan that
            # suits the search would make the list slow and the search look quick.
            beside = stack.enter_context(vestibule(bench.databases, database))
        connection, admin = Connection(node.port, timeout=60), node.admin()
        whole = partial(milliseconds, Connection(beside.port), "/users", beside.admin(), partial(shows, 50))
        figures = []
        for name, (term, right) in terms.items():
            term_page = partial(milliseconds, connection, f"/users?q={term}", admin, right)
            ours, theirs = in_turn([term_page, whole], REPEATS)
            what = f"search, {name} ({term}), {MANY:,} users, {NAMES[kind]}"
            figures.append(ratio(what, "the unfiltered page", ours, theirs, most=3, unit="ms"))
    return figures
