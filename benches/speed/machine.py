"""What runs and where it may write: programs, free ports, the scratch folder. Whatever is started here is stopped here."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A row cannot be measured, or measured something that is not right."""


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or sent a signal."""


def stop_on_signals():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number, _frame):
        # One is enough: a second one must not keep us from tidying up.
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in numbers:
        signal.signal(number, stop)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Machine:
    """The programs that were built, a folder for what they make, and everything that runs."""

    def __init__(self, built, postgres_url):
        self.vestibule = built / "vestibule"
        self.baseline = built / "examples" / "baseline"
        self.dataset = built / "examples" / "dataset"
        self.postgres_url = postgres_url
        # Not in /tmp, which is memory on many systems.
        self.scratch = Path(tempfile.mkdtemp(prefix="vestibule-bench.", dir=os.environ.get("TMPDIR") or "/var/tmp"))
        self.running, self.closed = [], False
        self.lock = threading.Lock()

    def start(self, command, environment, log):
        """Starts a program that runs until it is stopped."""
        with open(self.scratch / log, "ab") as output:
            return self.launch(command, environment, stdout=output, stderr=output)

    def run(self, command, environment=None):
        """Runs a program to its end and returns what it printed."""
        process = self.launch(command, environment or {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        printed, complaint = process.communicate()
        self.forget(process)
        if process.returncode != 0:
            raise Failed(f"{Path(command[0]).name} {command[1] if command[1:] else ''}: {complaint.strip()[-800:]}")
        return printed

    def launch(self, command, environment, **pipes):
        """In a process group of its own: Ctrl-C is for us, who then stop it. Not in a session of its own: Linux shares
        processor time out by session first, and a server's threads of low priority would take as much as wrk."""
        with self.lock:
            # Threads go on for a moment after the end was decided.
            if self.closed:
                raise Failed("the measuring is over")
            process = subprocess.Popen(
                [str(part) for part in command],
                env={**clean_environment(), **environment},
                cwd=self.scratch,
                stdin=subprocess.DEVNULL,
                process_group=0,
                **pipes,
            )
            self.running.append(process)
        return process

    def forget(self, process):
        with self.lock:
            if process in self.running:
                self.running.remove(process)

    def stop(self, process):
        self.forget(process)
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=12)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self):
        """Stops everything and takes the folder away."""
        with self.lock:
            self.closed = True
            left = list(reversed(self.running))
        for process in left:
            if process.poll() is None:
                process.terminate()
        for process in left:
            self.stop(process)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def log_of(self, name):
        try:
            return (self.scratch / name).read_text(errors="replace")[-1500:]
        except OSError:
            return ""


def clean_environment():
    """Ours without the settings of a Vestibule that somebody has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ROCKET_", "CEILING_"))}


def resident(pid):
    """Resident memory of a process, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failed("the process has ended")


def busy_time():
    """Seconds that all cores have worked, and seconds that have passed on all of them, since the machine started."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / ticks, sum(fields) / ticks


def cores():
    return len(os.sched_getaffinity(0))


def description(machine):
    """The machine and the versions, as pairs."""
    model = memory = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemTotal"):
            memory = f"{int(line.split()[1]) / 1024 / 1024:.1f} GiB"
    commit = first_line("git", "-C", SOURCE, "rev-parse", "--short=12", "HEAD")
    if first_line("git", "-C", SOURCE, "status", "--porcelain", "--untracked-files=no", "--", "src", "Cargo.toml",
                  "Cargo.lock", "templates", "static", "locales", "migrations"):
        commit += ", changed since"
    pairs = [
        ("processor", model),
        ("cores", str(cores())),
        ("memory", memory),
        ("kernel", f"{platform.system()} {platform.release().split('-')[0]}"),
        ("rustc", first_line("rustc", "--version").removeprefix("rustc ")),
        ("SQLite", bundled_sqlite()),
        ("PostgreSQL", os.environ.get("BENCH_POSTGRES_VERSION", "not used")),
        ("wrk", first_line("wrk", "-v").removeprefix("wrk ").split(" [")[0]),
        ("Vestibule", commit),
        ("date", time.strftime("%Y-%m-%d", time.gmtime())),
    ]
    return [(name, value) for name, value in pairs if value]


def bundled_sqlite():
    """The version that sqlx carries, as the source of its C library says."""
    homes = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry" / "src"
    wanted = ""
    lines = (SOURCE / "Cargo.lock").read_text().splitlines()
    for number, line in enumerate(lines):
        if line == 'name = "libsqlite3-sys"':
            wanted = lines[number + 1].split('"')[1]
    for header in homes.glob(f"*/libsqlite3-sys-{wanted}/sqlite3/sqlite3.h"):
        for line in header.read_text(errors="replace").splitlines():
            if line.startswith("#define SQLITE_VERSION "):
                return line.split('"')[1]
    return "bundled"


def first_line(*command):
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip().split("\n")[0]
