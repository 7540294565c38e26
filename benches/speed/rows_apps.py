"""The question of a proxy for an app: against the baseline and our own page, and behind nginx."""

import urllib.parse
from contextlib import ExitStack

from browser import SESSION, Connection
from figures import in_turn, ratio
from load import REPEATS, Pages
from machine import Failed, free_port
from rows_pages import PATH, PEOPLE, SECONDS, nginx, pages_of, wait_for, warmed_up
from site_under_test import NAMES, baseline, vestibule

HOST = "wiki.example.org"
COOKIE = "__Host-vestibule_app"
STATE = "__Host-vestibule_app_state"
QUESTION = "/forward-auth"
SETTINGS = {
    "ROCKET_TRUSTED_PROXIES": '["127.0.0.1/32"]',
    "ROCKET_APPS": f'{{wiki={{hosts=["{HOST}"],access="everyone"}}}}',
}
HEADERS = {
    "X-Forwarded-Method": "GET",
    "X-Forwarded-Host": HOST,
    "X-Forwarded-Uri": "/page?a=1",
    "X-Forwarded-For": "192.0.2.1",
}


def questions_of(machine, node):
    """The load: each person has signed in at the host of the app."""
    connection = Connection(node.port)
    tokens = [at_the_app(connection, person) for person in node.signed_in(PEOPLE)]
    connection.close()
    return Pages(machine, tokens, "@example.org", cookie=COOKIE)


def at_the_app(connection, person):
    """The token of the app's host for somebody who is signed in."""
    of_host = f"X-Forwarded-Host: {HOST}\r\n"
    start = connection.get("/.vestibule/start?to=%2Fpage", headers=of_host)
    page = connection.get(path_of(start), {SESSION: person.cookies[SESSION]})
    callback = (page.header("refresh") or "").partition("url=")[2]
    answer = connection.get(path_of_url(callback), {STATE: start.cookie(STATE)}, of_host)
    token = answer.cookie(COOKIE)
    if answer.status != 303 or token is None:
        raise Failed(f"signing in at the host of an app is answered with {answer.status}")
    return token


def path_of(answer):
    return path_of_url(answer.header("location") or "")


def path_of_url(url):
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path}?{parts.query}"


def forward_auth(kind, bench):
    database = bench.databases.copy(kind)
    bare_route, least, bare_database = {
        "sqlite": (QUESTION, 0.85, None),
        "postgres": (f"{QUESTION}/select", 0.90, database),
    }[kind]
    with (
        baseline(bench.machine, bare_database) as bare,
        vestibule(bench.databases, database, SETTINGS) as node,
    ):
        questions = questions_of(bench.machine, node).questions(HEADERS, "remote-email")
        sides = [
            warmed_up(questions, node.port, QUESTION),
            warmed_up(questions, bare.port, bare_route),
            warmed_up(pages_of(bench.machine, node), node.port, PATH),
        ]
        ours, theirs, page = in_turn(sides, REPEATS)
    what = f"question of a proxy, {NAMES[kind]}"
    bare_name = "bare Rocket route" if kind == "sqlite" else "bare Rocket route with one SELECT"
    return [
        ratio(what, bare_name, ours, theirs, least=[least]),
        ratio(what, "our signed-in page", ours, page, least=[1.4]),
    ]


APP = """
    upstream vestibule {{ server 127.0.0.1:{vestibule}; keepalive 64; keepalive_requests 1000000; }}
    upstream app {{ server 127.0.0.1:{app}; keepalive 64; keepalive_requests 1000000; }}
    proxy_set_header Connection "";
    server {{
        listen 127.0.0.1:{without};
        location / {{ proxy_pass http://app; }}
    }}
    server {{
        listen 127.0.0.1:{asking};
        location / {{
            auth_request /question;
            auth_request_set $remote_email $upstream_http_remote_email;
            proxy_set_header Connection "";
            proxy_set_header Remote-Email $remote_email;
            proxy_pass http://app;
        }}
        location = /question {{
            internal;
            proxy_pass http://vestibule/forward-auth?refuse=401;
            proxy_pass_request_body off;
            proxy_set_header Connection "";
            proxy_set_header Content-Length "";
            proxy_set_header X-Forwarded-Method $request_method;
            proxy_set_header X-Forwarded-Host {host};
            proxy_set_header X-Forwarded-Uri $request_uri;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
"""


def behind_nginx(bench):
    machine = bench.machine
    with ExitStack() as stack:
        app = stack.enter_context(baseline(machine))
        node = stack.enter_context(vestibule(bench.databases, bench.databases.copy("sqlite"), SETTINGS))
        asking, without = free_port(), free_port()
        inside = APP.format(vestibule=node.port, app=app.port, asking=asking, without=without, host=HOST)
        proxy = nginx(machine, inside)
        stack.callback(machine.stop, proxy)
        questions = questions_of(machine, node).questions({}, "remote-email")
        wait_for(questions, without, proxy)
        sides = [warmed_up(questions, asking, QUESTION), warmed_up(questions, without, QUESTION)]
        ours, theirs = in_turn(sides, REPEATS)
    return [ratio("an app behind nginx that asks", "the same nginx without the question", ours, theirs, least=[0.60])]
