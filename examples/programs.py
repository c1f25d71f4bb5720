"""How the programs of each language are run, and what they are run against; for ./demo and the tests."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = {"c": "C", "cpp": "C++", "python": "Python", "lua": "Lua", "go": "Go"}
PROGRAMS = ("tcpcheck", "news")


def environment(build, **more):
    """The caller's, without a proxy between curl and the example server."""
    return {**os.environ, "no_proxy": "*", "NO_PROXY": "*", **more}


def variants(language):
    """The ways a language's programs are run: Lua has two."""
    return ("lua5.4", "luajit") if language == "lua" else (language,)


def command(build, variant, program):
    """(argv, environment) of a program; raises FileNotFoundError with what is missing."""
    build = Path(build).resolve()
    env = environment(build)
    match variant:
        case "c" | "cpp" | "go":
            suffix = "" if variant == "c" else f"_{variant}"
            argv = [build / "examples" / f"{program}{suffix}"]
        case "python":
            env["PYTHONPATH"] = str(build / "python")
            argv = [os.environ.get("PYTHON") or sys.executable, HERE / "python" / f"{program}.py"]
        case "lua5.4" | "luajit":
            abi = "jit" if variant == "luajit" else "5.4"
            env["LUA_PATH"] = f"{build}/lua/?.lua;;"
            env["LUA_CPATH"] = f"{build}/lua/{abi}/?.so;;"
            argv = [shutil.which(variant) or variant, HERE / "lua" / f"{program}.lua"]
        case _:
            raise FileNotFoundError(f"no such language: {variant}")
    for path in argv:
        if not shutil.which(path) and not Path(path).is_file():
            raise FileNotFoundError(f"{path} is missing")
    return [str(word) for word in argv], env


def run(build, variant, program, *arguments, timeout=60):
    argv, env = command(build, variant, program)
    return subprocess.run([*argv, *arguments], env=env, capture_output=True, text=True, timeout=timeout)


def normal(text):
    """A program's output without times, its lines in order of content, the summary last."""
    lines = re.sub(r"\d+ ms\b", "# ms", text).splitlines()
    return sorted(lines[:-1]) + lines[-1:]


def took(text):
    """The milliseconds of the summary, or None."""
    found = re.search(r"in (\d+) ms$", text)
    return int(found[1]) if found else None


class Server:
    """The example server on a free port: `with Server(build) as at:` gives "127.0.0.1:PORT"."""

    def __init__(self, build):
        self.program = Path(build).resolve() / "examples" / "server"

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "--port", "0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"{self.program} said {line!r}")
        return line.split()[-1]

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        self.exit_status = self.process.wait(10)


class Silence:
    """A port that never answers: its queue of connections is full and nobody accepts."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        address = self.listener.getsockname()
        self.queued = []
        for _ in range(8):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(address)
            self.queued.append(client)
        return f"127.0.0.1:{address[1]}"

    def __exit__(self, *_):
        for client in self.queued:
            client.close()
        self.listener.close()


def refused():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def unknown_host():
    """A name that does not exist, and that is found out soon: also where no name server answers."""
    name = "no.such.host.invalid"
    ask = f"import socket\ntry: socket.getaddrinfo('{name}', 80)\nexcept OSError: pass"
    try:
        subprocess.run([sys.executable, "-c", ask], timeout=1)
        return name
    except subprocess.TimeoutExpired:
        return "x" * 64 + ".invalid"  # longer than a label may be: nobody is asked
