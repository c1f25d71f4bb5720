#!/usr/bin/env python3
"""libasync and its peers side by side: what required.tsv names, in one run, the programs of a row in turn.

Every program of a row runs once in each round; the best of the rounds is compared, as other load on the machine only
ever adds. Time is the processor's, but where threads take turns ("post", "await") the wall's.
"""
import argparse
import csv
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

import echo

HERE = pathlib.Path(__file__).resolve().parent
TITLES = {
    "spawn": "a task's life: spawned, run, finished", "switch": "giving way, 100 tasks",
    "lock": "a lock passed between two tasks, held while giving way once", "queue": "an item through a queue of one",
    "timer_cancel": "a timer armed and cancelled among 100 000", "timer_fire": "a timer armed and fired",
    "sleeping": "a sleeping task's life, as many at once as there are items",
    "sleeping_bytes": "a sleeping task's memory, in bytes", "post": "a call posted by another thread and run",
    "await": "goroutines that wait for the loop, 100 of them; against a request and its reply by channels",
    "await_1": "the same, one goroutine",
    "echo": "a KiB echoed, 100 connections: the server's processor time",
    "echo_instructions": "the same, instructions by callgrind",
    "echo_100k": "100 KiB echoed, 100 connections: the server's processor time",
    "echo_idle_bytes": "a connection that waits: the server's memory, in bytes",
    "future_bytes": "a pending future's memory, in bytes",
}
COUNTS = {"timer_cancel": 1_000_000, "sleeping": 1_000_000, "future": 1_000_000}
COUNT = 200_000
COMPILED = (("c", "C", "echo_callbacks"), ("stack", "stackful C", "echo_stack"), ("cpp", "C++20", "echo_stream"),
            ("asio", "Asio", "echo_asio"))
ECHO_SIZES = {"echo": 1024, "echo_100k": 100 * 1024}
ONCE = ("sleeping", "future", "echo_instructions", "echo_idle")  # what repeats, or takes long

NOT_COUNTED = ("sleeping", "future", "post", "echo", "echo_instructions", "echo_100k", "echo_idle")


@dataclasses.dataclass
class Program:
    """How a program is run, and with how much of a row's work."""
    label: str
    command: list
    server: list
    probe: list = None
    share: int = 1
    environment: dict = dataclasses.field(default_factory=dict)

    def is_there(self):
        if not shutil.which(self.command[0]):
            return False
        return not self.probe or subprocess.run(self.probe, env=self.variables(), capture_output=True).returncode == 0

    def variables(self):
        return {**os.environ, **self.environment}

    def count(self, row):
        slow_start = 10 if row == "sleeping" and self.label == "stackful C" else 1
        return COUNTS.get(row, COUNT) // self.share // slow_start

    def run(self, row, count, wrapper=()):
        command = [*wrapper, *self.command, row, str(count)]
        done = subprocess.run(command, env=self.variables(), capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def figures(self, row, build, once):
        """Nanoseconds (or instructions) and bytes per item."""
        servers = build / "bench" / "peers"
        if row in ECHO_SIZES:
            seconds = 0.1 if once else 1.5
            return echo.cpu(servers, self.server, 100, ECHO_SIZES[row], seconds, self.variables()), 0
        if row == "echo_instructions":
            requests = (200, 400) if once else (2000, 12000)
            return echo.instructions(servers, self.server, 100, 1024, self.variables(), requests), 0
        if row == "echo_idle":
            return 0, echo.idle_bytes(self.server, 100 if once else 8000, self.variables())
        return map(float, self.run(row, 1000 if once else self.count(row)).stdout.split())


def programs(build):
    compiled = build / "bench" / "peers"
    made = {name: Program(label, [str(compiled / f"rows_{name}")], [str(compiled / server)])
            for name, label, server in COMPILED}
    for name, label, side in (("go_libasync", "Go", "libasync"), ("go", "plain Go", "go")):
        made[name] = Program(label, [str(compiled / "rows_go"), side], [str(compiled / "echo_go"), side], share=4)
    for name, label, lua, folder in (("lua", "Lua 5.4", "lua5.4", "5.4"), ("luajit", "LuaJIT", "luajit", "jit")):
        paths = {"LUA_PATH": f"{build}/lua/?.lua;;", "LUA_CPATH": f"{build}/lua/{folder}/?.so;;"}
        for peer in ("libasync", "cqueues", "luv"):
            own = peer == "libasync"
            made[name if own else f"{name}_{peer}"] = Program(
                label if own else peer, [lua, str(HERE / "rows" / "rows.lua"), peer],
                [lua, str(HERE / f"echo_{'lua' if own else peer}.lua")], [lua, "-e", f"require '{peer}'"], 10,
                paths)
    for name, peer in (("python", "libasync"), ("asyncio", "asyncio"), ("uvloop", "uvloop")):
        made[name] = Program(
            "Python" if name == "python" else name, [sys.executable, str(HERE / "rows" / "rows.py"), peer],
            [sys.executable, str(HERE / "echo_python.py"), peer], [sys.executable, "-c", f"import {peer}"], 10,
            {"PYTHONPATH": f"{build}/python:{build.parent}/peers/python"})
    return made


@dataclasses.dataclass
class Comparison:
    row: str
    ours: str
    against: str
    required: str

    def verdict(self, figures):
        """The line's right half, and whether it is well."""
        limit = self.against.isdigit()
        other = float(self.against) if limit else figures[self.against, self.row]
        ratio = other / figures[self.ours, self.row]
        well = self.required == "-" or ratio >= float(self.required)
        required = "" if self.required == "-" else f">= {float(self.required):g}"
        return other, ratio, required, well


def comparisons(rows):
    with open(HERE / "required.tsv", newline="") as file:
        lines = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return [c for c in (Comparison(**line) for line in lines) if not rows or c.row in rows]


def measured_row(row):
    return row.removesuffix("_bytes")


def measure(table, made, present, build, rounds, once):
    """Figures by program and row; the programs of a row take turns."""
    figures = {}
    for row in dict.fromkeys(measured_row(c.row) for c in table):
        chosen = [c for c in table if measured_row(c.row) == row]
        names = dict.fromkeys(n for c in chosen for n in (c.ours, c.against) if n in present)
        for _ in range(1 if once or row in ONCE else rounds):
            for name in names:
                ns, size = made[name].figures(row, build, once)
                for key, figure in ((row, ns), (f"{row}_bytes", size)):
                    figures[name, key] = min(figure, figures.get((name, key), figure))
    return figures


def instructions(table, made, present):
    """The same by callgrind, of what is compiled: the difference of a long and a short run."""
    figures = {}
    counter = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    for row in dict.fromkeys(c.row for c in table):
        for name in dict.fromkeys(n for c in table if c.row == row for n in (c.ours, c.against) if n in present):
            counts = []
            for count in (10_000, 20_000):
                errors = made[name].run(row, count, counter).stderr
                counts.append(int(re.search(r"Collected : (\d+)", errors).group(1)))
            figures[name, row] = (counts[1] - counts[0]) / 31_000  # a row warms up with a tenth, and runs three times
    return figures


def report(table, made, figures, unit):
    missed = []
    print(f"{'':24}{unit:>10}  {'against':24}{'ratio':>8}  required")
    last = None
    for comparison in table:
        other, ratio, required, well = comparison.verdict(figures)
        if last is None or last.row != comparison.row:
            print(TITLES[comparison.row])
        ours = f"  {made[comparison.ours].label:22}{figures[comparison.ours, comparison.row]:10.1f}"
        if last and (last.row, last.ours) == (comparison.row, comparison.ours):
            ours = " " * 34
        label = "limit" if comparison.against.isdigit() else made[comparison.against].label
        print(f"{ours}  {f'{label} {other:.1f}':24}{ratio:8.2f}  {required}{'' if well else '  MISSED'}")
        if not well:
            missed.append(comparison)
        last = comparison
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("rows", nargs="*", help=f"{', '.join(TITLES)}; all without")
    parser.add_argument("--report", action="store_true", help="a requirement that is missed is no failure")
    parser.add_argument("--once", action="store_true", help="every program runs briefly, nothing is compared")
    parser.add_argument("--instructions", action="store_true", help="by callgrind, of the compiled programs")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_intermixed_args()
    made = programs(options.build.resolve())
    present = {name for name, program in made.items() if program.is_there()}
    if options.instructions:
        present &= {name for name, _, _ in COMPILED}
    elif absent := made.keys() - present:
        print("skipped, as they are not here: " + ", ".join(sorted(absent)), file=sys.stderr)
    table = [c for c in comparisons(options.rows) if c.ours in present
             and (c.against in present or c.against.isdigit() and not options.instructions)]
    if not table:
        sys.exit("nothing to compare")
    if options.instructions:
        table = [c for c in table if measured_row(c.row) not in NOT_COUNTED]
        figures = instructions(table, made, present)
    else:
        figures = measure(table, made, present, options.build.resolve(), options.rounds, options.once)
    if options.once:
        return
    missed = report(table, made, figures, "instr" if options.instructions else "ns")
    if missed and not options.report:
        sys.exit(f"{len(missed)} of {len(table)} missed what is required")


main()
