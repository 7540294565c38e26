"""What is revoked lets nobody in any more: signed in, looked at a page, revoked, asked again, many times, while several
connections ask with the very same token as fast as they can. So a request may read a row, the row die, and what was read be
remembered."""

import threading
import time
from contextlib import ExitStack
from itertools import cycle

from browser import SESSION, Connection, Person
from figures import Figure
from machine import Failed
from site_under_test import NAMES, PASSWORD, SMALL, vestibule

# How soon the command line's changes of a SQLite file are seen.
BY_ANOTHER_PROCESS = 0.1
AT_ONCE = 2
# Connections to each node that is asked, for each of those.
ASKERS = 2
# So long they all go on asking, in seconds. Then they rest: people sign in, and hashing gives way to everything else.
AFTERWARDS = 0.02
# Those who sign in again and again; who is revoked by a command is gone.
REGULARS = 20


def is_in(connection, person, token):
    """Whether the profile page answers a token as its owner; if it does not, it leads to the sign-in page."""
    answer = connection.get("/account", {SESSION: token})
    if answer.status == 200 and f"{person.email}</bdi></dd>".encode() in answer.body:
        return True
    if answer.status == 303 and (answer.header("location") or "").startswith("/login"):
        return False
    raise Failed(f"/account answers {answer.status}")


def is_obeyed(connection, _person, token):
    """Whether the user list is shown; if it is not, it is forbidden to somebody who is signed in all the same."""
    answer = connection.get("/users", {SESSION: token})
    if answer.status == 200 and b"<caption>" in answer.body:
        return True
    if answer.status == 403:
        return False
    raise Failed(f"/users answers {answer.status}")


class Session:
    """Somebody's session: when the last request began that was let in with it, and when whoever revoked it was answered."""

    def __init__(self, person, token, lets_in):
        self.person, self.token, self.lets_in = person, token, lets_in
        self.last_in, self.over = 0, None
        self.lock = threading.Lock()

    def ask(self, connection):
        began = time.perf_counter()
        if self.lets_in(connection, self.person, self.token):
            with self.lock:
                self.last_in = max(self.last_in, began)

    def outlived(self):
        """By how many seconds; less than none, if nobody was let in afterwards."""
        return self.last_in - self.over


class Askers:
    """Connections that ask some nodes as fast as they can, with one session after the other."""

    def __init__(self, nodes):
        self.session, self.failure = None, None
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self.work, args=(node,), daemon=True) for node in nodes for _ in range(ASKERS)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=40)

    def work(self, node):
        connection = Connection(node.port)
        try:
            while not self.stop.is_set():
                if session := self.session:
                    session.ask(connection)
                else:
                    time.sleep(0.001)
        except Exception as error:
            self.failure = error
        finally:
            connection.close()

    def take(self, session):
        """Asks with this one from now on; waits until it has let somebody in."""
        self.session = session
        until = time.perf_counter() + 10
        while not session.last_in:
            if self.failure or time.perf_counter() > until:
                raise self.failure or Failed("a new session does not let its owner in")
            time.sleep(0.0005)

    def rest(self):
        self.session = None


class Way:
    """A way of revoking at a node: what is done before somebody signs in, and how their session, or what it may do, is
    ended with what came of that."""

    def __init__(self, says, before, revoke, lets_in=is_in):
        self.says, self.before, self.revoke, self.lets_in = says, before, revoke, lets_in


def nothing(_node, _connection, _person):
    pass


def another_session(node, connection, person):
    return person.sign_in(connection, node.origin)


def sign_out(node, connection, session, _nothing):
    redirected(connection.post_as(session.token, "/logout", node.origin))


def end_others(node, connection, _session, another):
    redirected(connection.post_as(another, "/account/sessions/end-others", node.origin))


def redirected(answer):
    if answer.status != 303:
        raise Failed(f"what revokes is answered with {answer.status}")


def make_admin(node, _connection, person):
    node.command("user", "grant", person.email, "admin")


def command(word, *more):
    return lambda node, _connection, session, _nothing: node.command("user", word, session.person.email, *more)


ON_PAGES = [
    Way("let in although signed out", nothing, sign_out),
    Way("let in although ended from another session", another_session, end_others),
]
BY_COMMAND = [
    Way("let in although disabled", nothing, command("disable")),
    Way("let in although deleted", nothing, command("delete")),
    Way("obeyed although demoted", make_admin, command("revoke", "admin"), is_obeyed),
]


class Loop:
    """Revokes in one way many times, several people at once: at one node, while some are asked."""

    def __init__(self, way, node, asked, people, times, seen_within=0):
        self.way, self.node, self.asked, self.people, self.seen_within = way, node, asked, people, seen_within
        self.left, self.sessions, self.failure = times, [], None
        self.lock = threading.Lock()
        threads = [threading.Thread(target=self.work, daemon=True) for _ in range(AT_ONCE)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self.left = 0
        if self.failure:
            raise Failed(f"{way.says}: {type(self.failure).__name__}: {self.failure}") from self.failure
        if len(self.sessions) != times:
            raise Failed(f"{way.says}: tried {len(self.sessions)} times instead of {times}")

    def work(self):
        try:
            connections = {node.port: Connection(node.port) for node in (self.node, *self.asked)}
            with Askers(self.asked) as askers:
                while (person := self.next_person()) and not askers.failure:
                    self.once(person, connections, askers)
            if askers.failure:
                raise askers.failure
        except Exception as error:
            self.failure = error

    def next_person(self):
        with self.lock:
            self.left -= 1
            return next(self.people) if self.left >= 0 and not self.failure else None

    def once(self, person, connections, askers):
        here = connections[self.node.port]
        prepared = self.way.before(self.node, here, person)
        session = Session(person, person.sign_in(here, self.node.origin), self.way.lets_in)
        askers.take(session)
        self.way.revoke(self.node, here, session, prepared)
        session.over = now = time.perf_counter()
        while now - session.over < self.seen_within + AFTERWARDS:
            for node in self.asked:
                session.ask(connections[node.port])
            now = time.perf_counter()
        askers.rest()
        self.sessions.append(session)

    def let_in(self):
        return sum(session.outlived() > self.seen_within for session in self.sessions)

    def seen_after(self):
        return max(0, *(session.outlived() for session in self.sessions))


def revocation(bench):
    return revoked(bench, "sqlite", 1, BY_ANOTHER_PROCESS) + revoked(bench, "postgres", 2, 0)


def revoked(bench, kind, count, seen_within):
    """What is done on pages of the first node is asked about at the last; what commands do, in another process, at all."""
    # A command revokes a sixth of the times: it takes a process each.
    few = max(bench.times // 6, 1)
    figures = []
    with ExitStack() as stack:
        database = bench.databases.copy(kind, users=max(SMALL, bench.times))
        first = stack.enter_context(vestibule(bench.databases, database))
        nodes = [first]
        while len(nodes) < count:
            nodes.append(stack.enter_context(vestibule(bench.databases, database, public_port=first.port)))
        everybody = people_of(first)
        regulars, others = cycle(everybody[:REGULARS]), iter(everybody[REGULARS:])
        where = ", asked at another node" if count > 1 else ""
        for way in ON_PAGES:
            loop = Loop(way, first, nodes[-1:], regulars, bench.times)
            figures.append(never(f"{way.says}{where}, {NAMES[kind]}", loop))
        where = f", {seen_within * 1000:.0f} ms later" if seen_within else ""
        for way in BY_COMMAND:
            loop = Loop(way, first, nodes, others, few, seen_within)
            figures.append(never(f"{way.says} by a command{where}, {NAMES[kind]}", loop))
            if seen_within:
                figures[-1].sides = f"seen after {loop.seen_after() * 1000:.0f} ms at most"
    return figures


def people_of(node):
    """Everybody who is active and no admin."""
    listed = [line.split("\t")[0].split() for line in node.command("user", "list").splitlines()]
    return [Person(email, PASSWORD) for status, role, _, email in listed if (status, role) == ("active", "user")]


def never(what, loop):
    count, times = loop.let_in(), f"{len(loop.sessions):,} times"
    if count:
        raise Failed(f"{what}: {count} of {times}")
    return Figure(what, times, [count], "0", [True])
