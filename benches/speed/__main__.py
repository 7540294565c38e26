"""What bin/bench runs: `list`, `needs [NAME…]` (the programs that rows take), `run --built FOLDER [--times N] [NAME…]`."""

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import report
import rows_api
import rows_apps
import rows_pages
import rows_revocation
import rows_sign_ins
import rows_small
import rows_users
from figures import plain
from machine import Failed, Machine, Stopped, description, stop_on_signals
from site_under_test import Databases


class Row:
    def __init__(self, name, says, measure, *needs, dataset=None):
        self.name, self.says, self.measure, self.needs = name, says, measure, needs
        # The kind of database that it wants with a million users.
        self.dataset = dataset


ROWS = [
    Row("page", report.PAGE, rows_pages.signed_in_page, "wrk"),
    Row("blacklist-sqlite", report.BLACKLIST, partial(rows_pages.blacklist, "sqlite"), "wrk"),
    Row("blacklist-postgres", report.BLACKLIST, partial(rows_pages.blacklist, "postgres"), "wrk", "postgres"),
    Row("page-postgres", report.PAGE_POSTGRES, rows_pages.signed_in_page_postgres, "wrk", "postgres"),
    Row("nodes", report.NODES, rows_pages.two_nodes, "wrk", "postgres", "nginx"),
    Row("forward-auth", report.FORWARD_AUTH, partial(rows_apps.forward_auth, "sqlite"), "wrk"),
    Row("forward-auth-postgres", report.FORWARD_AUTH, partial(rows_apps.forward_auth, "postgres"), "wrk", "postgres"),
    Row("forward-auth-nginx", report.FORWARD_AUTH_NGINX, rows_apps.behind_nginx, "wrk", "nginx"),
    Row("refresh-sqlite", report.REFRESH, partial(rows_api.refreshes, "sqlite"), "wrk"),
    Row("refresh-postgres", report.REFRESH, partial(rows_api.refreshes, "postgres"), "wrk", "postgres"),
    Row("sign-ins", report.SIGN_INS, rows_sign_ins.sign_ins),
    Row("flood", report.FLOOD, rows_sign_ins.page_under_flood, "wrk"),
    Row("memory", report.MEMORY, rows_sign_ins.memory, "wrk"),
    Row("start", report.START, rows_small.cold_start),
    Row("list-sqlite", report.LIST, partial(rows_users.user_list, "sqlite"), dataset="sqlite"),
    Row("list-postgres", report.LIST, partial(rows_users.user_list, "postgres"), "postgres", dataset="postgres"),
    Row("search-sqlite", report.SEARCH, partial(rows_users.search, "sqlite"), dataset="sqlite"),
    Row("search-postgres", report.SEARCH, partial(rows_users.search, "postgres"), "postgres", dataset="postgres"),
    Row("revocation", report.REVOCATION, rows_revocation.revocation, "postgres"),
    Row("size", report.SIZE, rows_small.binary),
    Row("visit", report.VISIT, rows_small.first_visit),
]


class Bench:
    """What a row is given."""

    def __init__(self, machine, times, rows):
        self.machine, self.times, self.rows = machine, times, rows
        self.databases = Databases(machine)

    def begin_datasets(self):
        """The large data sets of all rows, in the making: for when a row waits and the cores are free."""
        return [self.databases.begin(kind, rows_users.MANY) for kind in {row.dataset for row in self.rows} - {None}]

    def note(self, figure):
        print("   " + "  ".join(cell for cell in figure.cells() if cell), flush=True)


def chosen(names):
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"bin/bench: there is no row {', '.join(sorted(unknown))}; bin/bench list names them")
    return [row for row in ROWS if not names or row.name in names]


def measure(bench, rows):
    """The figures of all rows, and the names of those that failed."""
    figures, failed = [], []
    for row in rows:
        print(f"\n{row.name}", flush=True)
        began = time.monotonic()
        try:
            found = row.measure(bench)
        except (Failed, OSError) as error:
            print(f"   FAILED: {error}", flush=True)
            failed.append(row.name)
            continue
        for figure in found:
            bench.note(figure)
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
        figures += [(row, figure) for figure in found]
    return figures, failed


def run(arguments):
    rows = chosen(arguments.names)
    began = time.monotonic()
    stop_on_signals()
    machine = Machine(arguments.built, os.environ.get("BENCH_POSTGRES_URL"))
    try:
        figures, failed = measure(Bench(machine, arguments.times, rows), rows)
        print("\n" + plain([figure for _, figure in figures]))
        took = f"{time.monotonic() - began:.0f} s"
        print(f"measured in {took}")
        if failed:
            sys.exit(f"bin/bench: FAILED: {', '.join(failed)}")
        # A part of the table would take the place of the whole.
        if not arguments.names:
            report.write(figures, [*description(machine), ("measured in", took)])
    except Stopped as signal:
        sys.exit(128 + signal.args[0])
    finally:
        machine.close()


def main():
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("what", choices=["list", "needs", "run"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--built", type=Path)
    arguments = parser.parse_intermixed_args()
    if arguments.what == "list":
        for row in ROWS:
            print(f"{row.name:22} {row.says}")
    elif arguments.what == "needs":
        print(" ".join(sorted({need for row in chosen(arguments.names) for need in row.needs})))
    else:
        run(arguments)


main()
