"""What presses on a server: wrk for pages, threads of our own for sign-ins, one connection for how long a page takes."""

import json
import threading
import time
from pathlib import Path

from browser import SESSION, Connection
from machine import Failed, cores

REPEATS = 5
# Of wrk. Each asks with all sessions in turn, the others beside it.
THREADS = min(cores(), 4)


class Measured:
    """Requests a second and the 99th percentile in milliseconds."""

    def __init__(self, rate, p99):
        self.rate, self.p99 = rate, p99


class Pages:
    """Asks for one page with many keep-alive connections. Both sides of a comparison send the same cookies."""

    def __init__(self, machine, tokens, marker, connections=32, cookie=SESSION):
        self.machine, self.marker, self.connections, self.cookie = machine, marker, connections, cookie
        self.tokens = machine.scratch / f"tokens-{id(self)}"
        self.tokens.write_text("".join(token + "\n" for token in tokens))
        self.more = []

    def questions(self, headers, place):
        """Sends these headers, too, and looks for the text in a header of the answer."""
        sent = self.tokens.with_suffix(".headers")
        sent.write_text("".join(f"{name}: {value}\n" for name, value in headers.items()))
        self.more = [place, sent]
        return self

    def press(self, port, path, seconds):
        """Presses for so many seconds. A single wrong answer fails it."""
        printed = self.machine.run([
            "wrk", "--threads", THREADS, "--connections", self.connections, "--duration", f"{seconds}s",
            "--timeout", "10s", "--script", Path(__file__).with_name("check.lua"), f"http://127.0.0.1:{port}{path}",
            "--", self.marker, self.cookie, self.tokens, *self.more,
        ])  # fmt: skip
        found = json.loads(printed.strip().splitlines()[-1])
        if found["wrong"] or found["broken"] or not found["answered"]:
            raise Failed(
                f"{path}: of {found['answered']} answers {found['wrong']} were wrong (the first with status "
                f"{found['first_wrong']}), {found['broken']} connections broke"
            )
        return Measured(found["answered"] / found["microseconds"] * 1e6, found["p99"] / 1000)


class SignIns:
    """As many connections as people, each signing in as fast as it can."""

    def __init__(self, node, people):
        self.node, self.people = node, people
        self.stop = threading.Event()
        self.done, self.failure = 0, None
        self.lock = threading.Lock()
        self.threads = []

    def __enter__(self):
        self.began = time.perf_counter()
        for person in self.people:
            thread = threading.Thread(target=self.work, args=(person,), daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def __exit__(self, failed, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=40)
        self.seconds = time.perf_counter() - self.began
        if self.failure and not failed:
            raise Failed(self.failure)

    def work(self, person):
        connection = Connection(self.node.port)
        try:
            while not self.stop.is_set():
                person.sign_in(connection, self.node.origin)
                with self.lock:
                    self.done += 1
        except Exception as error:
            self.failure = self.failure or f"sign-in: {error}"
            self.stop.set()
        finally:
            connection.close()

    def during(self, seconds):
        """Sign-ins a second, over so many seconds from now."""
        began, before = time.perf_counter(), self.done
        self.stop.wait(seconds)
        return (self.done - before) / (time.perf_counter() - began)


class Meanwhile:
    """People who each do something again and again while something else is measured: together so many times a second, or as
    often as it goes."""

    def __init__(self, a_second, *deeds):
        self.pause, self.deeds = len(deeds) / a_second, deeds
        self.stop = threading.Event()
        self.done, self.failure = [], None

    def __enter__(self):
        self.began = time.perf_counter()
        self.threads = [threading.Thread(target=self.work, args=turn, daemon=True) for turn in enumerate(self.deeds)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, failed, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=40)
        self.rate = len(self.done) / (time.perf_counter() - self.began)
        if self.failure and not failed:
            raise Failed(self.failure)

    def work(self, number, deed):
        due = self.began + number * self.pause / len(self.deeds)
        try:
            while not self.stop.wait(max(due - time.perf_counter(), 0)):
                deed()
                self.done.append(number)
                due += self.pause
        except Exception as error:
            self.failure = f"meanwhile: {error}"


def milliseconds(connection, path, person, right, seconds=0.2, most=200):
    """How long a page takes on one connection: the median of as many requests as fit, one at least."""
    taken, until = [], time.perf_counter() + seconds
    while not taken or (time.perf_counter() < until and len(taken) < most):
        began = time.perf_counter()
        answer = connection.get(path, {SESSION: person.cookies[SESSION]})
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status != 200 or not right(answer.body):
            raise Failed(f"{path}: status {answer.status}, and not the page that was asked for")
    return sorted(taken)[len(taken) // 2]
