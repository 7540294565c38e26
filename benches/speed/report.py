"""docs/speed.md: what each row means, the table, the machine."""

from figures import markdown
from load import REPEATS
from machine import SOURCE

PAGE = (
    "The profile page for whoever is signed in (token, blacklist, session, user, template), 32 connections, against the "
    "same template with constant data in a bare Rocket route. On SQLite what was looked up is remembered until anything "
    "changes, so that hardly anybody is looked up in the first figure; in the second, somebody saves their profile ten times "
    "a second, and each time everybody is forgotten."
)
BLACKLIST = (
    "The same page with many live entries in the blacklist, against none; seven times each. On SQLite in two ways: as it is, "
    "when what was looked up is remembered; and while somebody saves their profile 50 times a second and 384 sessions ask, "
    "so that most requests are look-ups (how many, is said as least and most)."
)
PAGE_POSTGRES = (
    "The same page on PostgreSQL, against the same template in a bare Rocket route that makes one SELECT by primary key, "
    "from sqlx's pool with as many connections. (That route is written as anybody would: its answer goes out in the pieces "
    "that Rocket makes of it, and the pool asks each connection that is given back whether it lives. The app does without "
    "either, so more than 1 would be possible.)"
)
NODES = "The same page from two nodes on one PostgreSQL behind nginx, against one node behind nginx."
SIGN_INS = (
    "Sign-ins over HTTP, 16 connections of browsers that the accounts know, against Argon2id of the same cost with "
    "nothing around it, on all cores."
)
FLOOD = (
    "How long one in a hundred signed-in pages takes or longer, 32 connections, while 64 others sign in as fast as they "
    "can, against the same without them."
)
MEMORY = (
    "Resident memory of the process, of three servers one after the other: after the start; how much more after 100,000 "
    "pages, and after as many again; how much more at most while 64 connections sign in (a hash takes 19 MiB, as many at "
    "once as cores); and idle again, when the memory for hashing has been given back."
)
START = "From the start of the process, its database migrated, to the first front page; ten times."
LIST = (
    "A page of 50 users, each sort order and the filters, among 1,000,000 users against 1,000: how long one takes on one "
    "connection. The worst of each group is in the table."
)
SEARCH = (
    "A search among 1,000,000 users for something that is there once, often, never, for one letter, and for what is in "
    "between, be it only among those who signed up longest ago, whom the list shows last; against the list without a "
    "search: how long a page takes on one connection."
)
REVOCATION = (
    "How often somebody was let in, or obeyed, by a request that began after whoever revoked it had the answer (of commands "
    "on SQLite, 100 ms after that), while several connections asked with the same token as fast as they could. Pages were "
    "asked for at the same node on SQLite, at another one on PostgreSQL; commands are another process, and on PostgreSQL "
    "both nodes were asked."
)
SIZE = "The one file that is installed."
VISIT = "What a browser fetches that comes for the first time: the page and everything it loads, compressed where it is."

# What stands from here on was written by hand and is kept.
BY_HAND = "<!-- Written by hand from here on; bin/bench keeps it. -->"

INTRODUCTION = f"""# How fast it is

`bin/bench` measured this and wrote it down. Ratios say more than figures: both sides of each were measured in turn on the \
same machine, {REPEATS} times each at least, the order reversed every time; the ratio is that of the two medians, least and \
most are those of the pairs. The reach is what we set ourselves before; met is it by the median. A bare Rocket route is \
`examples/ceiling`, with the same memory allocator. The program that presses (wrk, or for sign-ins and single pages a small \
one in Python) runs on the same cores as what it presses on: that takes something of both sides of a page, and of sign-ins \
but not of Argon2id alone. Every answer was looked at, and a row with a single wrong one fails. The servers ran with their \
default settings, the log of requests included, but without limits for attempts; PostgreSQL ran with its own, but for \
shared_buffers = 256MB, max_wal_size = 4GB and max_connections = 200.

To repeat it: `bin/bench`, on a machine that does nothing else; `bin/bench list` names the rows, and `bin/bench page memory` \
measures two of them and only prints.
"""


def write(figures, machine):
    path = SOURCE / "docs" / "speed.md"
    parts = [INTRODUCTION, "## The figures\n", markdown([figure for _, figure in figures])]
    parts += ["## What they mean\n", meanings(figures), "## The machine\n"]
    parts += ["".join(f"- {name}: {value}\n" for name, value in machine), f"{BY_HAND}\n\n{by_hand(path)}"]
    path.write_text("\n".join(parts))
    print(f"written: docs/{path.name}")


def meanings(figures):
    """One line for each kind of row: those of both databases say the same."""
    said = {}
    for row, _ in figures:
        said.setdefault(row.says, [])
        if row.name not in said[row.says]:
            said[row.says].append(row.name)
    return "".join(f"- **{', '.join(names)}**: {says}\n" for says, names in said.items())


def by_hand(path):
    if path.exists() and BY_HAND in (text := path.read_text()):
        return text.split(BY_HAND, 1)[1].strip() + "\n"
    return "## What is in the way\n\nNothing has been written about missed reaches yet.\n"
