"""Vestibule under test: its databases, its nodes, and the people who use it."""

import base64
import http.client
import os
import shutil
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from browser import Connection, Person
from machine import Failed, free_port

# As examples/dataset says.
PASSWORD = "benchmarks need no secrets"
ADMIN = "user3@example.org"
# What stands on the profile page of each of them, and on no page that is shown to somebody who is not signed in.
SIGNED_IN = "@example.org</bdi></dd>"
SMALL = 2_000
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


class Database:
    def __init__(self, name, url):
        self.name, self.url = name, url


class Databases:
    """Databases, made once each; a row that writes gets a copy."""

    def __init__(self, machine):
        self.machine = machine
        self.secret = base64.b64encode(os.urandom(32)).decode()
        self.makers = ThreadPoolExecutor()
        self.begun = {}
        self.copies = 0

    def dataset(self, kind, users=SMALL, revoked=0):
        """A migrated database with so many users and entries in the blacklist. Kept for other rows: not to be written."""
        return self.begin(kind, users, revoked).result()

    def begin(self, kind, users=SMALL, revoked=0):
        """The same in the making, for whoever has something else to do."""
        key = (kind, users, revoked)
        if key not in self.begun:
            self.begun[key] = self.makers.submit(self.make, *key)
        return self.begun[key]

    def make(self, kind, users, revoked):
        name = f"dataset_{users}_{revoked}"
        if kind == "sqlite":
            database = Database(name, f"sqlite://{self.machine.scratch}/{name}.db")
        else:
            self.administer(f"CREATE DATABASE {name}")
            database = Database(name, self.postgres(name))
        self.machine.run([self.machine.dataset, "--users", users, "--revoked", revoked], self.settings(database, 1))
        return database

    def copy(self, kind, users=SMALL, revoked=0):
        """A copy of such a database, to be written."""
        original = self.dataset(kind, users, revoked)
        self.copies += 1
        name = f"{original.name}_{self.copies}"
        if kind == "sqlite":
            path = self.machine.scratch / f"{name}.db"
            shutil.copyfile(self.machine.scratch / f"{original.name}.db", path)
            path.chmod(0o600)
            return Database(name, f"sqlite://{path}")
        self.administer(f"CREATE DATABASE {name} TEMPLATE {original.name}")
        return Database(name, self.postgres(name))

    def postgres(self, name):
        parts = urllib.parse.urlsplit(self.machine.postgres_url)
        return parts._replace(path="/" + name).geturl()

    def administer(self, statement):
        self.machine.run(["psql", "--quiet", "--no-psqlrc", self.machine.postgres_url, "-c", statement])

    def settings(self, database, port, more=None):
        """The environment of a node that people reach as https://127.0.0.1 and that port."""
        return {
            "ROCKET_PROFILE": "release",
            "ROCKET_ADDRESS": "127.0.0.1",
            "ROCKET_PORT": str(port),
            "ROCKET_SECRET_KEY": self.secret,
            # Without the port, which would be a part of the cookies' names.
            "ROCKET_PUBLIC_URL": "https://127.0.0.1",
            "ROCKET_MAIL__URL": "smtp://127.0.0.1:9",
            "ROCKET_MAIL__FROM": "bench@example.org",
            "ROCKET_THROTTLE__ENABLED": "false",
            "ROCKET_DATABASES__VESTIBULE__URL": database.url,
            **(more or {}),
        }


class Node:
    """A running server, Vestibule's or the baseline's."""

    def __init__(self, machine, command, environment, port, database=None):
        self.machine, self.environment, self.port, self.database = machine, environment, port, database
        self.log = f"{port}.log"
        self.origin = environment.get("ROCKET_PUBLIC_URL")
        self.began = time.perf_counter()
        self.process = machine.start(command, environment, self.log)
        self.pid = self.process.pid
        self.people = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.stop(self.process)

    def ready(self, path):
        """Itself, as soon as it answers; if it does not, it is stopped."""
        try:
            self.until_answering(path)
        except BaseException:
            self.machine.stop(self.process)
            raise
        return self

    def until_answering(self, path):
        """Waits for the first 200, and returns how many seconds after the start it came."""
        while time.perf_counter() - self.began < 20:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return time.perf_counter() - self.began
            except ConnectionError:
                # Not sooner, or the asking takes the core from the one who starts.
                time.sleep(0.001)
            finally:
                connection.close()
            if self.process.poll() is not None:
                break
        raise Failed(f"the server does not start: {self.machine.log_of(self.log)}")

    def signed_in(self, count):
        """So many users of the data set, each signed in once with a browser that is known from then on."""
        connection = Connection(self.port)
        for number in range(len(self.people) + 4, count + 4):
            person = Person(f"user{number}@example.org", PASSWORD)
            person.sign_in(connection, self.origin)
            self.people.append(person)
        connection.close()
        return self.people[:count]

    def admin(self):
        connection = Connection(self.port)
        person = Person(ADMIN, PASSWORD)
        person.sign_in(connection, self.origin)
        connection.close()
        return person

    def command(self, *arguments):
        """Runs a command of the command line on the same database."""
        return self.machine.run([self.machine.vestibule, *arguments], self.environment)


def vestibule(databases, database, more=None, public_port=None):
    """A node of Vestibule on a database, ready. Where several share a public address, its port is given."""
    port = free_port()
    environment = databases.settings(database, public_port or port, more)
    environment["ROCKET_PORT"] = str(port)
    machine = databases.machine
    return Node(machine, [machine.vestibule, "serve"], environment, port, database).ready("/health/ready")


def baseline(machine, database=None):
    """The other side: examples/baseline."""
    port = free_port()
    environment = {"ROCKET_PORT": str(port)}
    if database:
        environment["CEILING_DATABASE_URL"] = database.url
    return Node(machine, [machine.baseline], environment, port).ready("/account")
