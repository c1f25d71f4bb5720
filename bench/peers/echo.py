#!/usr/bin/env python3
"""Echo servers side by side: CPU time per request and instructions per request, as ratios to libuv alone.

One server runs at a time, on the first processor, the load on the last. Every measurement of ours stands between two of
the limit and is divided by their mean; the median of the rounds counts. Instructions are user instructions that
callgrind counts, as the difference of a long and a short run in which all connections ask at once.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

LIMIT = "echo_uv"
LABELS = {"echo_uv": "libuv alone", "echo_callbacks": "callbacks", "echo_stream": "C++ stream", "echo_stack": "stackful C"}
TARGET_INSTRUCTIONS = {"echo_callbacks": 80, "echo_stream": 400}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A running echo server."""

    def __init__(self, folder, name, wrapper=()):
        self.port = free_port()
        pin = ["taskset", "-c", "0"] if shutil.which("taskset") else []
        self.process = subprocess.Popen([*pin, *wrapper, str(folder / name), str(self.port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{name} ended: {self.process.stderr.read()}")
                time.sleep(0.02)
        sys.exit(f"{name} does not listen")

    def load(self, folder, connections, size, amount):
        last = str(os.cpu_count() - 1)
        pin = ["taskset", "-c", last] if shutil.which("taskset") else []
        out = subprocess.run([*pin, str(folder / "echo_load"), str(self.port), str(connections), str(size), str(amount),
                              str(self.process.pid)], capture_output=True, text=True)
        if out.returncode:
            sys.exit(f"the load failed: {out.stderr}")
        return [float(word) for word in out.stdout.split()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=60)
        if self.process.returncode:
            sys.exit(f"a server ended with {self.process.returncode}: {errors}")
        return errors


def cpu(folder, name, connections, size, seconds):
    server = Server(folder, name)
    rate, nanoseconds, median, worst = server.load(folder, connections, size, seconds)
    server.stop()
    return nanoseconds, rate, median, worst


def cpu_table(folder, names, shapes, rounds, seconds):
    print(f"CPU per request, ratio of libuv alone to ours ({rounds} rounds of {seconds:g} s; above 1 is better than the limit)")
    print(f"{'connections x bytes':>20}  {'libuv us':>8}" + "".join(f"{LABELS[n]:>12}" for n in names))
    for connections, size in shapes:
        limits = [cpu(folder, LIMIT, connections, size, seconds)[0]]
        ratios = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                ours = cpu(folder, name, connections, size, seconds)[0]
                limits.append(cpu(folder, LIMIT, connections, size, seconds)[0])
                ratios[name].append((limits[-2] + limits[-1]) / 2 / ours)
        row = f"{f'{connections} x {size}':>20}  {statistics.median(limits) / 1000:8.2f}"
        print(row + "".join(f"{statistics.median(ratios[n]):12.3f}" for n in names), flush=True)


def instructions(folder, name, connections, size):
    counts = []
    for requests in (2000, 12000):
        server = Server(folder, name, ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"))
        server.load(folder, connections, size, -requests)
        time.sleep(0.3)  # idle: valgrind cannot always deliver a signal deep in a call
        found = re.search(r"Collected : (\d+)", server.stop())
        if not found:
            sys.exit(f"callgrind counted nothing for {name}")
        counts.append(int(found.group(1)))
    return (counts[1] - counts[0]) / 10000


def instruction_table(folder, names, size):
    if not shutil.which("valgrind"):
        print("\ninstructions per request: valgrind is missing")
        return
    print(f"\nUser instructions per request of {size} bytes (callgrind)")
    print(f"{'connections':>20}  {'libuv':>8}" + "".join(f"{LABELS[n]:>20}" for n in names))
    for connections in (1, 100):
        limit = instructions(folder, LIMIT, connections, size)
        cells = []
        for name in names:
            ours = instructions(folder, name, connections, size)
            cells.append(f"{ours:.0f} ({ours - limit:+.0f}, x{ours / limit:.2f})")
        print(f"{connections:>20}  {limit:8.0f}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
    print("required above libuv: " + ", ".join(f"{LABELS[n]} {TARGET_INSTRUCTIONS[n]:+d}" for n in names
                                               if n in TARGET_INSTRUCTIONS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the programs are")
    parser.add_argument("servers", nargs="*", help="which servers of ours; all without")
    parser.add_argument("--once", action="store_true", help="each server answers a few requests, nothing is measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run")
    parser.add_argument("--shapes", default="10x1024,100x1024,100x10240,100x102400", help="CONNECTIONSxBYTES,...")
    parser.add_argument("--only", choices=("cpu", "instructions"))
    options = parser.parse_args()
    present = [n for n in LABELS if (options.folder / n).exists()]
    names = [n for n in options.servers or present if n != LIMIT]
    if options.once:
        for name in [LIMIT, *names]:
            server = Server(options.folder, name)
            server.load(options.folder, 10, 1024, -200)
            server.stop()
        return
    shapes = [tuple(map(int, shape.split("x"))) for shape in options.shapes.split(",")]
    if options.only != "instructions":
        cpu_table(options.folder, names, shapes, options.rounds, options.seconds)
    if options.only != "cpu":
        instruction_table(options.folder, names, 1024)


main()
