"""The signed-in page: against the baseline, with a long blacklist, on PostgreSQL, and on two nodes."""

from contextlib import ExitStack
from functools import partial
from statistics import median

from browser import SESSION, Connection
from figures import in_turn, ratio
from load import REPEATS, THREADS, Meanwhile, Pages
from machine import Failed, busy_time, free_port
from site_under_test import NAMES, SIGNED_IN, baseline, vestibule

PATH = "/account"
SECONDS = 3
# As many people as click at once: what is remembered of one alone would flatter.
PEOPLE = 32
# Changes a second, each of which ends what is remembered on SQLite.
CHANGES = 10
REVOKED = [100_000, 1_000_000]
# What is looked for is a few in a hundred.
MANY_REPEATS = 7
# With so many changes a second, and so many sessions for each person, most requests are look-ups on SQLite.
MANY_CHANGES = 50
SESSIONS = 12


def pages_of(machine, *nodes):
    """The load for nodes that share their sessions, or for the only one."""
    people = nodes[0].signed_in(PEOPLE)
    return Pages(machine, [person.cookies[SESSION] for person in people], SIGNED_IN)


def signed_in_page(bench):
    with baseline(bench.machine) as bare, vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        pages = pages_of(bench.machine, node)
        paces = []

        def unsettled():
            with changes(node, CHANGES) as made:
                rate = pages.press(node.port, PATH, SECONDS).rate
            paces.append(made.rate)
            return rate

        settled, bare_route = warmed_up(pages, node.port, PATH), warmed_up(pages, bare.port, PATH)
        ours, others, theirs = in_turn([settled, unsettled, bare_route], REPEATS)
    what = "signed-in page, SQLite"
    with_changes = ratio(f"{what}, with {CHANGES} changes a second", "bare Rocket route", others, theirs)
    with_changes.sides += f"; {median(paces):.1f} changes a second"
    return [ratio(what, "bare Rocket route", ours, theirs, least=[0.60, 0.80]), with_changes]


def changes(node, a_second):
    """Somebody saves their profile, again and again, so that everybody who is remembered is forgotten."""
    person, connection = node.signed_in(1)[0], Connection(node.port)

    def save():
        answer = connection.post_as(person.cookies[SESSION], PATH, node.origin, {"display_name": "Somebody"})
        if answer.status != 303:
            raise Failed(f"saving a profile is answered with {answer.status}")

    return Meanwhile(a_second, save)


def warmed_up(pages, port, path):
    """A side: requests a second, after a first time that does not count."""
    pages.press(port, path, 1)
    return lambda: pages.press(port, path, SECONDS).rate


def blacklist(kind, bench):
    """As it is; and on SQLite, where hardly anybody is looked up then, so that most are, too."""
    what = f"signed-in page{{}}, {{:,}} entries in the blacklist, {NAMES[kind]}"
    with ExitStack() as stack:
        copies = [bench.databases.copy(kind, revoked=revoked) for revoked in [0, *REVOKED]]
        nodes = [stack.enter_context(vestibule(bench.databases, copy)) for copy in copies]
        sides = [warmed_up(pages_of(bench.machine, node), node.port, PATH) for node in nodes]
        figures = against_none(partial(what.format, ""), in_turn(sides, MANY_REPEATS))
        if kind == "sqlite":
            sides = [LookedUp(bench.machine, node) for node in nodes]
            looked_up = against_none(partial(what.format, ", looked up"), in_turn(sides, MANY_REPEATS))
            for figure, side in zip(looked_up, sides[1:], strict=True):
                most = median(side.shares)
                figure.sides += f"; {min(most, 1 / THREADS):.0%} to {most:.0%} looked up"
            figures += looked_up
    return figures


def against_none(what, rates):
    none, *some = rates
    return [
        ratio(what(revoked), "none", ours, none, least=[0.97]) for revoked, ours in zip(REVOKED, some, strict=True)
    ]


class LookedUp:
    """A side on SQLite: requests a second that ask the database, although what was looked up is remembered. Changes end
    that, and there are about as many sessions as requests between two of them."""

    def __init__(self, machine, node):
        people, connection = node.signed_in(PEOPLE), Connection(node.port)
        tokens = [person.cookies[SESSION] for person in people]
        tokens += [person.sign_in(connection, node.origin) for person in people for _ in range(SESSIONS - 1)]
        self.node, self.sessions, self.shares = node, len(tokens), []
        self.pages = Pages(machine, tokens, SIGNED_IN)
        self.pages.press(node.port, PATH, 1)

    def __call__(self):
        with changes(self.node, MANY_CHANGES) as made:
            rate = self.pages.press(self.node.port, PATH, SECONDS).rate
        # Each session once after each change. How many that are depends on how far wrk's threads, which all begin with the
        # same session, are apart: this is the most.
        self.shares.append(min(made.rate * self.sessions / rate, 1))
        return rate


def signed_in_page_postgres(bench):
    database = bench.databases.copy("postgres")
    with baseline(bench.machine, database) as bare, vestibule(bench.databases, database) as node:
        pages = pages_of(bench.machine, node)
        sides = [warmed_up(pages, node.port, PATH), warmed_up(pages, bare.port, "/select")]
        ours, theirs = in_turn(sides, REPEATS)
    return [ratio("signed-in page, PostgreSQL", "bare Rocket route with one SELECT", ours, theirs, least=[0.90])]


# What is kept for each request: connections on both sides, and no log.
NGINX = """
daemon off;
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    proxy_http_version 1.1;
    keepalive_requests 1000000;
    {inside}
}}
"""

NODES = """
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $remote_addr;
    upstream one {{ server 127.0.0.1:{first}; keepalive 64; keepalive_requests 1000000; }}
    upstream two {{ server 127.0.0.1:{first}; server 127.0.0.1:{second}; keepalive 64; keepalive_requests 1000000; }}
    server {{ listen 127.0.0.1:{to_one}; location / {{ proxy_pass http://one; }} }}
    server {{ listen 127.0.0.1:{to_two}; location / {{ proxy_pass http://two; }} }}
"""


def nginx(machine, inside):
    """Starts nginx with these settings inside of `http`."""
    settings = machine.scratch / "nginx.conf"
    settings.write_text(NGINX.format(folder=machine.scratch, inside=inside))
    return machine.start(["nginx", "-c", settings, "-e", machine.scratch / "nginx.log"], {}, "nginx.out")


def two_nodes(bench):
    machine, database = bench.machine, bench.databases.copy("postgres")
    trusted = {"ROCKET_TRUSTED_PROXIES": '["127.0.0.1/32"]'}
    with ExitStack() as stack:
        first = stack.enter_context(vestibule(bench.databases, database, trusted))
        second = stack.enter_context(vestibule(bench.databases, database, trusted, public_port=first.port))
        to_one, to_two = free_port(), free_port()
        proxy = nginx(machine, NODES.format(first=first.port, second=second.port, to_one=to_one, to_two=to_two))
        stack.callback(machine.stop, proxy)
        pages = pages_of(machine, first)
        wait_for(pages, to_one, proxy)
        two = warmed_up(pages, to_two, PATH)
        shares = []

        def one():
            worked, passed = busy_time()
            rate = pages.press(to_one, PATH, SECONDS).rate
            now_worked, now_passed = busy_time()
            shares.append((now_worked - worked) / (now_passed - passed))
            return rate

        ours, theirs = in_turn([two, one], REPEATS)
    figure = ratio("two nodes on one PostgreSQL behind a proxy, signed-in pages", "one node", ours, theirs)
    share = sorted(shares)[len(shares) // 2]
    figure.reach = "grows, or the machine's cores are the limit"
    figure.met = [figure.middle > 1.2 or share > 0.9]
    figure.sides += f"; with one node the cores are {share:.0%} busy"
    return [figure]


def wait_for(pages, port, proxy):
    for _ in range(50):
        if proxy.poll() is not None:
            break
        try:
            pages.press(port, PATH, 1)
            return
        except Failed:
            continue
    raise Failed(f"nginx does not serve: {pages.machine.log_of('nginx.out')} {pages.machine.log_of('nginx.log')}")

