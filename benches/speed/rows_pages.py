"""The signed-in page: against the ceiling, with a long blacklist, on PostgreSQL, and on two nodes."""

from contextlib import ExitStack

from browser import SESSION
from figures import in_turn, ratio
from load import REPEATS, Pages
from machine import Failed, busy_time, free_port
from site_under_test import SIGNED_IN, ceiling, vestibule

PATH = "/account"
SECONDS = 3
# As many people as click at once: what is remembered of one alone would flatter.
PEOPLE = 32
REVOKED = [100_000, 1_000_000]


def rates(sides, pages, repeats=REPEATS):
    """Requests a second of several ports and paths, in turn, each warmed up before."""
    for port, path in sides:
        pages.press(port, path, 1)
    presses = [lambda port=port, path=path: pages.press(port, path, SECONDS).rate for port, path in sides]
    return in_turn(presses, repeats)


def pages_of(machine, *nodes):
    """The load for nodes that share their sessions, or for the only one."""
    people = nodes[0].signed_in(PEOPLE)
    return Pages(machine, [person.cookies[SESSION] for person in people], SIGNED_IN)


def signed_in_page(bench):
    with ceiling(bench.machine) as bare, vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        pages = pages_of(bench.machine, node)
        ours, theirs = rates([(node.port, PATH), (bare.port, PATH)], pages)
    return [ratio("signed-in page, SQLite", "bare Rocket route", ours, theirs, least=[0.60, 0.80])]


def blacklist(bench):
    figures = []
    for revoked in REVOKED:
        with ExitStack() as stack:
            long = stack.enter_context(vestibule(bench.databases, bench.databases.copy("sqlite", revoked=revoked)))
            none = stack.enter_context(vestibule(bench.databases, bench.databases.copy("sqlite")))
            with_it, without = pages_of(bench.machine, long), pages_of(bench.machine, none)
            for pages, node in [(with_it, long), (without, none)]:
                pages.press(node.port, PATH, 1)
            ours, theirs = in_turn(
                [
                    lambda: with_it.press(long.port, PATH, SECONDS).rate,
                    lambda: without.press(none.port, PATH, SECONDS).rate,
                ],
                REPEATS,
            )
        what = f"signed-in page, {revoked:,} entries in the blacklist"
        figures.append(ratio(what, "none", ours, theirs, least=[0.97]))
    return figures


def signed_in_page_postgres(bench):
    database = bench.databases.copy("postgres")
    with ceiling(bench.machine, database) as bare, vestibule(bench.databases, database) as node:
        pages = pages_of(bench.machine, node)
        ours, theirs = rates([(node.port, PATH), (bare.port, "/select")], pages)
    return [ratio("signed-in page, PostgreSQL", "bare Rocket route with one SELECT", ours, theirs, least=[0.90])]


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
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $remote_addr;
    keepalive_requests 1000000;
    upstream one {{ server 127.0.0.1:{first}; keepalive 64; keepalive_requests 1000000; }}
    upstream two {{ server 127.0.0.1:{first}; server 127.0.0.1:{second}; keepalive 64; keepalive_requests 1000000; }}
    server {{ listen 127.0.0.1:{to_one}; location / {{ proxy_pass http://one; }} }}
    server {{ listen 127.0.0.1:{to_two}; location / {{ proxy_pass http://two; }} }}
}}
"""


def two_nodes(bench):
    machine, database = bench.machine, bench.databases.copy("postgres")
    trusted = {"ROCKET_TRUSTED_PROXIES": '["127.0.0.1/32"]'}
    with ExitStack() as stack:
        first = stack.enter_context(vestibule(bench.databases, database, trusted))
        second = stack.enter_context(vestibule(bench.databases, database, trusted, public_port=first.port))
        to_one, to_two = free_port(), free_port()
        settings = machine.scratch / "nginx.conf"
        settings.write_text(
            NGINX.format(
                folder=machine.scratch, first=first.port, second=second.port, to_one=to_one, to_two=to_two
            )
        )
        proxy = machine.start(["nginx", "-c", settings, "-e", machine.scratch / "nginx.log"], {}, "nginx.out")
        stack.callback(machine.stop, proxy)
        pages = pages_of(machine, first)
        wait_for(pages, to_one, proxy)
        pages.press(to_two, PATH, 1)
        shares = []

        def one():
            worked, passed = busy_time()
            rate = pages.press(to_one, PATH, SECONDS).rate
            now_worked, now_passed = busy_time()
            shares.append((now_worked - worked) / (now_passed - passed))
            return rate

        ours, theirs = in_turn([lambda: pages.press(to_two, PATH, SECONDS).rate, one], REPEATS)
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

