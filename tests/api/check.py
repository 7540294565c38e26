"""Asks the running server what its OpenAPI document promises, with other people's tools, unmodified.

Two validators read the document, schemathesis sends what it allows and what it forbids, and clients generated from it, in
Python and in TypeScript, sign up, sign in, refresh and sign out. `bin/test api` runs it.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = Path(os.environ.get("VESTIBULE_PROGRAM", ROOT / "target/debug/vestibule"))
PASSWORD = "seven green kettles hum"
ADMIN = "root@example.org"


def run(*command, cwd=None, **more):
    print("   $", " ".join(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, **more)


class Server:
    """A server with a database of its own, which one admin uses."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.settings = os.environ | {
            "ROCKET_PROFILE": "debug",
            "ROCKET_ADDRESS": "127.0.0.1",
            "ROCKET_PORT": str(port),
            "ROCKET_PUBLIC_URL": self.url,
            "ROCKET_DATABASES": f'{{vestibule={{url="sqlite://{folder}/vestibule.db"}}}}',
            "ROCKET_THROTTLE": "{enabled=false}",
            "ROCKET_ARGON2": "{memory_kib=64,iterations=1}",
            "ROCKET_LIFETIMES": '{reauthentication="60 minutes",access_token="60 minutes"}',
            "ROCKET_LOG_LEVEL": "critical",
        }
        self.folder = folder
        self.log = (Path(folder) / "log").open("wb")

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, "serve"], cwd=self.folder, env=self.settings, stdout=self.log, stderr=self.log)
        for _ in range(300):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/health/ready").read()
                return self
            time.sleep(0.1)
        raise SystemExit((Path(self.folder) / "log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def command(self, *arguments, typed=None):
        command = [PROGRAM, *arguments]
        subprocess.run(command, cwd=self.folder, env=self.settings, input=typed, text=True, check=True, stdout=subprocess.DEVNULL)

    def post(self, path, body):
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")


def validated(document, tools):
    """By two validators that have nothing in common."""
    run(sys.executable, "-m", "openapi_spec_validator", document)
    run("node", HERE / "validate.mjs", document, cwd=tools)


def searched(server, document):
    token = server.post("login", {"email": ADMIN, "password": PASSWORD})["access_token"]
    ending = ["/api/v1/logout", "/api/v1/logout/access"]
    each = lambda option: [part for path in ending for part in (option, path)]
    # Those that end the session are asked by nobody.
    for options in (each("--exclude-path") + ["--header", f"Authorization: Bearer {token}"], each("--include-path")):
        run(
            Path(sys.executable).with_name("schemathesis"),
            "--config-file", HERE / "schemathesis.toml",
            "run", document,
            "--url", server.url,
            "--max-examples", os.environ.get("VESTIBULE_TEST_EXAMPLES", "60"),
            "--suppress-health-check", "all",
            *options,
            cwd=server.folder,
        )


def python_client(server, document):
    folder = Path(server.folder) / "client"
    generator = Path(sys.executable).with_name("openapi-python-client")
    run(generator, "generate", "--path", document, "--output-path", folder, "--meta", "none", "--fail-on-warning")
    run(sys.executable, HERE / "journey.py", server.url, "py@example.org", PASSWORD, env=server.settings | {"PYTHONPATH": str(folder.parent)})


def typescript_client(server, document, tools):
    run("npx", "openapi-typescript", document, "--output", tools / "api.d.ts", cwd=tools)
    shutil.copy(HERE / "journey.ts", tools)
    run("npx", "tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "node", "journey.ts", cwd=tools)
    run("node", "journey.js", server.url, "ts@example.org", PASSWORD, cwd=tools, env=server.settings | {"MAILED": str(HERE / "mailed.py")})


def main():
    tools = Path(sys.argv[1]).resolve()
    # The generator formats what it has made by a program that stands beside it.
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder, Server(folder) as server:
        server.command("user", "add", ADMIN, "--password-stdin", typed=PASSWORD + "\n")
        server.command("user", "grant", ADMIN, "admin")
        document = Path(folder) / "openapi.json"
        with urllib.request.urlopen(f"{server.url}/api/v1/openapi.json") as answer:
            document.write_bytes(answer.read())
        validated(document, tools)
        python_client(server, document)
        typescript_client(server, document, tools)
        searched(server, document)


if __name__ == "__main__":
    main()
