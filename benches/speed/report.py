"""Writes docs/speed.md: what each row means, the table, the machine."""

from figures import markdown
from load import REPEATS
from machine import SOURCE

PAGE = (
    "The profile page of a signed-in user (token, blacklist, session, user, template), 32 connections, against the same "
    "template with constant data in a bare Rocket route. On SQLite the session cache answers until anything changes, so "
    "the first figure has hardly any look-ups. In the second, a user saves a profile ten times a second, which "
    "invalidates the whole cache each time."
)
BLACKLIST = (
    "The same page with many live entries in the blacklist, against none; seven times each. On SQLite in two ways: "
    "normally, when the session cache answers; and while a user saves a profile 50 times a second and 384 sessions make "
    "requests, so that most requests are look-ups (the last column has the least and the most)."
)
PAGE_POSTGRES = (
    "The same page on PostgreSQL, against the same template in a bare Rocket route that makes one SELECT by primary key, "
    "from sqlx's pool with as many connections. (That route is written in the usual way: Rocket sends its response in "
    "several chunks, and the pool pings each connection that is returned. Vestibule avoids both, so a ratio above 1 "
    "would be possible.)"
)
FORWARD_AUTH = (
    "A question of a proxy at `/forward-auth`, of 32 people who are signed in at the host of an app, 32 connections; "
    "against a bare Rocket route that answers 200 with as many headers (on PostgreSQL, after one SELECT by primary key), "
    "and against our own signed-in page."
)
FORWARD_AUTH_NGINX = (
    "Requests to an app behind nginx, which asks Vestibule on SQLite with `auth_request`; against the same nginx without "
    "the question. The app is a bare Rocket route, all connections are kept."
)
REFRESH = (
    "Exchanges of refresh tokens at the JSON API (each is used once, and its successor is stored as a hash), of 32 sessions, "
    "16 connections."
)
NODES = "The same page from two nodes on one PostgreSQL behind nginx, against one node behind nginx."
SIGN_INS = (
    "Sign-ins over HTTP, 16 connections of known browsers, against Argon2id of the same cost with nothing around it, on "
    "all cores."
)
FLOOD = (
    "The 99th percentile of the time of a signed-in page, 32 connections, while 64 others sign in as fast as they can, "
    "against the same without them."
)
MEMORY = (
    "Resident memory of the process, of three servers one after the other: after the start; the increase after 100,000 "
    "pages, and after as many again; the greatest increase while 64 connections sign in (a hash takes 19 MiB, as many at "
    "once as cores); and idle again, after the memory for hashing was released."
)
START = "From the start of the process, with a migrated database, to the first front page; ten times."
LIST = (
    "A page of 50 users, each sort order and the filters, among 1,000,000 users against 1,000: the time of one page on "
    "one connection. The table has the worst of each group."
)
SEARCH = (
    "A search among 1,000,000 users for a text that occurs once, often or never, for one letter, and for texts in "
    "between, including one that occurs only among the users who signed up first, whom the list shows last; against the "
    "list without a search: the time of one page on one connection."
)
REVOCATION = (
    "How many requests were accepted that began after the revocation was answered (for commands on SQLite, 100 ms after "
    "that), while several connections used the same token as fast as they could. Pages were requested from the same node "
    "on SQLite, from another one on PostgreSQL; commands are another process, and on PostgreSQL both nodes were asked."
)
SIZE = "The one file that is installed."
VISIT = "What a browser fetches at a first visit: the page and everything it loads, compressed where it is."

# Text below this line is written by hand and is kept.
BY_HAND = "<!-- The rest is written by hand; bin/bench keeps it. -->"

INTRODUCTION = f"""# Performance

`bin/bench` measured and wrote this page. Ratios are more meaningful than absolute figures. Both sides of each ratio were \
measured alternately on the same machine, at least {REPEATS} times each, with the order reversed every time. "Median" is the \
ratio of the two medians, "least" and "most" are those of the pairs. "Reach" is the target, set before measuring; "met" \
compares it with the median. The bare Rocket route is `examples/baseline`, with the same memory allocator. The load generator \
(wrk, or a small Python program for sign-ins and single pages) runs on the same cores as the server. It slows both sides of \
a page, and it slows sign-ins but not Argon2id alone. Every response was checked, and a row with a single wrong one fails. \
The servers ran with their default settings, request log included, but without rate limits; PostgreSQL ran with its default \
settings, except shared_buffers = 256MB, max_wal_size = 4GB and max_connections = 200.

To repeat it, run `bin/bench` on an otherwise idle machine. `bin/bench list` names the rows; `bin/bench page memory` measures \
two of them and only prints.
"""


def write(figures, machine):
    path = SOURCE / "docs" / "speed.md"
    parts = [INTRODUCTION, "## The figures\n", markdown([figure for _, figure in figures])]
    parts += ["## What they mean\n", meanings(figures), "## The machine\n"]
    parts += ["".join(f"- {name}: {value}\n" for name, value in machine), f"{BY_HAND}\n\n{by_hand(path)}"]
    path.write_text("\n".join(parts))
    print(f"written: docs/{path.name}")


def meanings(figures):
    """One line for each kind of row; both databases share a line."""
    said = {}
    for row, _ in figures:
        said.setdefault(row.says, [])
        if row.name not in said[row.says]:
            said[row.says].append(row.name)
    return "".join(f"- **{', '.join(names)}**: {says}\n" for says, names in said.items())


def by_hand(path):
    if path.exists() and BY_HAND in (text := path.read_text()):
        return text.split(BY_HAND, 1)[1].strip() + "\n"
    return "## Bottlenecks\n\nNothing has been written about missed targets yet.\n"
