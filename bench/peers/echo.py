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
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

LIMIT = "echo_uv"
LABELS = {"echo_uv": "libuv alone", "echo_callbacks": "callbacks", "echo_stream": "C++ stream",
          "echo_stack": "stackful C"}
# The least ratio to libuv alone, at 1 KiB and above; the most instructions beyond libuv's.
REQUIRED_RATIO = {"echo_callbacks": (0.97, 0.95), "echo_stream": (0.95, 0.92), "echo_stack": (0.93, 0.90)}
REQUIRED_INSTRUCTIONS = {"echo_callbacks": 80, "echo_stream": 400}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A running echo server: a command that takes its port last."""

    def __init__(self, command, wrapper=(), environment=None):
        self.port = free_port()
        pin = ["taskset", "-c", "0"] if shutil.which("taskset") else []
        self.process = subprocess.Popen([*pin, *wrapper, *command, str(self.port)], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{command} ended: {self.process.stderr.read()}")
                time.sleep(0.02)
        sys.exit(f"{command} does not listen")

    def load(self, folder, connections, size, amount):
        last = str(os.cpu_count() - 1)
        pin = ["taskset", "-c", last] if shutil.which("taskset") else []
        out = subprocess.run([*pin, str(folder / "echo_load"), str(self.port), str(connections), str(size), str(amount),
                              str(self.process.pid)], capture_output=True, text=True)
        if out.returncode:
            sys.exit(f"the load failed: {out.stderr}")
        return [float(word) for word in out.stdout.split()]

    def stop(self, endings=(0, -signal.SIGTERM)):
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=60)
        if self.process.returncode not in endings:
            sys.exit(f"a server ended with {self.process.returncode}: {errors}")
        return errors


def cpu(folder, command, connections, size, seconds, environment=None):
    """The server's nanoseconds per request."""
    server = Server(command, environment=environment)
    _, nanoseconds, _, _ = server.load(folder, connections, size, seconds)
    server.stop()
    return nanoseconds


def cpu_table(folder, names, shapes, rounds, seconds):
    """Prints it, and gives what missed its requirement."""
    missed = []
    print(f"CPU per request: libuv alone divided by ours, (required); {rounds} rounds of {seconds:g} s")
    print(f"{'connections x bytes':>20}  {'libuv us':>8}" + "".join(f"{LABELS[n]:>16}" for n in names))
    for connections, size in shapes:
        limits = [cpu(folder, [folder / LIMIT], connections, size, seconds)]
        ratios = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                ours = cpu(folder, [folder / name], connections, size, seconds)
                limits.append(cpu(folder, [folder / LIMIT], connections, size, seconds))
                ratios[name].append((limits[-2] + limits[-1]) / 2 / ours)
        row = f"{f'{connections} x {size}':>20}  {statistics.median(limits) / 1000:8.2f}"
        for name in names:
            ratio, required = statistics.median(ratios[name]), REQUIRED_RATIO[name][size > 1024]
            row += f"{f'{ratio:.3f} ({required:.2f})':>16}"
            if ratio < required:
                missed.append(f"{LABELS[name]}, {connections} x {size}: {ratio:.3f}")
        print(row, flush=True)
    return missed


def idle_bytes(command, connections, environment=None):
    """What the server's memory grows by with each connection that was served once and waits."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server(command, environment=environment)
    opened, resident = [], []
    for amount in (100, connections):  # the first ones bring in what all share
        for _ in range(amount):
            opened.append(socket.create_connection(("127.0.0.1", server.port)))
            opened[-1].sendall(b"x")
            opened[-1].recv(1)
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        resident.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024)
    for connection in opened:
        connection.close()
    server.stop()
    return (resident[1] - resident[0]) / connections


def instructions(folder, command, connections, size, environment=None, requests=(2000, 12000)):
    """A request's user instructions. A server that compiles while it runs needs the check of code that changes."""
    counts = []
    counter = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--smc-check=all-non-file")
    for amount in requests:
        server = Server(command, counter, environment)
        server.load(folder, connections, size, -amount)
        time.sleep(0.3)  # idle: valgrind cannot always deliver a signal deep in a call
        found = re.search(r"Collected : (\d+)", server.stop((0, -signal.SIGTERM, -signal.SIGSEGV)))
        if not found:
            sys.exit(f"callgrind counted nothing for {command}")
        counts.append(int(found.group(1)))
    return (counts[1] - counts[0]) / (requests[1] - requests[0])


def instruction_table(folder, names, size):
    """Prints it, and gives what missed its requirement."""
    missed = []
    if not shutil.which("valgrind"):
        print("\ninstructions per request: valgrind is missing")
        return missed
    print(f"\nUser instructions per request of {size} bytes (callgrind)")
    print(f"{'connections':>20}  {'libuv':>8}" + "".join(f"{LABELS[n]:>20}" for n in names))
    for connections in (1, 100):
        limit = instructions(folder, [folder / LIMIT], connections, size)
        cells = []
        for name in names:
            ours = instructions(folder, [folder / name], connections, size)
            cells.append(f"{ours:.0f} ({ours - limit:+.0f}, x{ours / limit:.2f})")
            if connections > 1 and ours - limit > REQUIRED_INSTRUCTIONS.get(name, float("inf")):
                missed.append(f"{LABELS[name]}: {ours - limit:+.0f} instructions")
        print(f"{connections:>20}  {limit:8.0f}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
    most = ", ".join(f"{LABELS[n]} {count:+d}" for n, count in REQUIRED_INSTRUCTIONS.items())
    print(f"required beyond libuv, of 100: {most}")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the programs are")
    parser.add_argument("servers", nargs="*", help="which servers of ours; all without")
    parser.add_argument("--once", action="store_true", help="each server answers a few requests, nothing is measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run")
    parser.add_argument("--shapes", default="10x1024,100x1024,100x10240,100x102400", help="CONNECTIONSxBYTES,...")
    parser.add_argument("--report", action="store_true", help="a requirement that is missed is no failure")
    parser.add_argument("--only", choices=("cpu", "instructions"))
    options = parser.parse_args()
    present = [n for n in LABELS if (options.folder / n).exists()]
    names = [n for n in options.servers or present if n != LIMIT]
    if options.once:
        for name in [LIMIT, *names]:
            server = Server([options.folder / name])
            server.load(options.folder, 10, 1024, -200)
            server.stop()
        return
    missed = []
    shapes = [tuple(map(int, shape.split("x"))) for shape in options.shapes.split(",")]
    if options.only != "instructions":
        missed += cpu_table(options.folder, names, shapes, options.rounds, options.seconds)
    if options.only != "cpu":
        missed += instruction_table(options.folder, names, 1024)
    if missed:
        print("\nMISSED: " + "; ".join(missed))
        sys.exit(0 if options.report else 1)


if __name__ == "__main__":
    main()
