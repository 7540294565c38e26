"""What is revoked lets nobody in any more: signed in, looked at a page, revoked, asked again, many times."""

import threading
import time
from contextlib import ExitStack

from browser import SESSION, Connection, Person
from figures import Figure
from machine import Failed
from site_under_test import PASSWORD, SIGNED_IN, vestibule

PATH = "/account"
# How soon the command line's changes of a SQLite file are seen.
BY_ANOTHER_PROCESS = 0.1
AT_ONCE = 2


def is_in(connection, token):
    """Whether a page answers a token as somebody who is signed in; if it does not, it leads to the sign-in page."""
    answer = connection.get(PATH, {SESSION: token})
    if answer.status == 200 and SIGNED_IN.encode() in answer.body:
        return True
    if answer.status == 303 and (answer.header("location") or "").startswith("/login"):
        return False
    raise Failed(f"{PATH} answers {answer.status}")


def must_be_in(connection, token):
    if not is_in(connection, token):
        raise Failed("a new session does not let its owner in")


class Loop:
    """Does one thing many times with several people at once, and counts how often somebody was let in who should not."""

    def __init__(self, times, once):
        self.let_in, self.failure = 0, None
        self.left = times
        self.once = once
        self.lock = threading.Lock()
        threads = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            # In pieces, so that a signal is heard.
            while thread.is_alive():
                thread.join(0.2)
        if self.failure:
            raise self.failure

    def work(self, number):
        person = Person(f"user{number + 4}@example.org", PASSWORD)
        try:
            while self.take():
                let_in = self.once(person)
                with self.lock:
                    self.let_in += let_in
        except (Failed, OSError) as error:
            self.failure = error

    def take(self):
        with self.lock:
            self.left -= 1
            return self.left >= 0 and not self.failure


def sign_out(node, asked, connections):
    """Signs out at one node and asks at another, which may be the same."""

    def once(person):
        here, there = connections(node), connections(asked)
        token = person.sign_in(here, node.origin)
        must_be_in(here, token)
        must_be_in(there, token)
        answer = here.post("/logout", node.origin, {}, {SESSION: token})
        if answer.status != 303:
            raise Failed(f"signing out is answered with {answer.status}")
        return is_in(there, token)

    return once


def end_others(node, asked, connections):
    def once(person):
        here, there = connections(node), connections(asked)
        old = person.sign_in(here, node.origin)
        must_be_in(there, old)
        new = person.sign_in(here, node.origin)
        answer = here.post("/account/sessions/end-others", node.origin, {}, {SESSION: new})
        if answer.status != 303:
            raise Failed(f"ending the other sessions is answered with {answer.status}")
        let_in = is_in(there, old)
        must_be_in(here, new)
        return let_in

    return once


def disable(node, connections, seen):
    """Disables an account from the command line. Seen are the milliseconds from the end of the command to the last time
    that somebody was let in."""

    def once(person):
        here = connections(node)
        token = person.sign_in(here, node.origin)
        must_be_in(here, token)
        node.command("user", "disable", person.email)
        ended = last = time.perf_counter()
        while time.perf_counter() - ended < BY_ANOTHER_PROCESS * 3:
            asked = time.perf_counter()
            if is_in(here, token):
                last = asked
        seen.append((last - ended) * 1000)
        node.command("user", "enable", person.email)
        return last - ended > BY_ANOTHER_PROCESS

    return once


def revocation(bench):
    times = bench.times
    figures = []

    def counted(what, times, once):
        figures.append(let_in(what, times, Loop(times, once).let_in))

    with vestibule(bench.databases, bench.databases.copy("sqlite")) as node:
        connections = own_connections()
        counted("signed out, SQLite", times, sign_out(node, node, connections))
        counted("ended from another session, SQLite", times, end_others(node, node, connections))
        seen, few = [], max(times // 6, 1)
        counted("disabled on the command line, SQLite, 100 ms later", few, disable(node, connections, seen))
        figures[-1].sides = f"seen after {max(seen):.0f} ms at most"
    with ExitStack() as stack:
        database = bench.databases.copy("postgres")
        one = stack.enter_context(vestibule(bench.databases, database))
        other = stack.enter_context(vestibule(bench.databases, database, public_port=one.port))
        connections = own_connections()
        counted("signed out at one node, asked at the other, PostgreSQL", times, sign_out(one, other, connections))
        counted("ended at one node, asked at the other, PostgreSQL", times, end_others(other, one, connections))
    return figures


def let_in(what, times, count):
    return Figure(f"let in although {what}", f"{times:,} times", [count], "0", [count == 0])


def own_connections():
    """A connection of each thread to each node."""
    local = threading.local()

    def of(node):
        if not hasattr(local, "open"):
            local.open = {}
        if node.port not in local.open:
            local.open[node.port] = Connection(node.port)
        return local.open[node.port]

    return of
