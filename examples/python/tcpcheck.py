#!/usr/bin/env python3
"""tcpcheck: says which TCP endpoints accept connections; many at once, each with a deadline.

A task per target, at most --limit of them at a time, all owned by one group.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field

import libasync as asy

USAGE = "usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT..."
WORDS = ("open", "refused", "timeout", "unknown", "error")


@dataclass
class Target:
    text: str
    host: str
    port: int


@dataclass
class Settings:
    limit: float = 64
    deadline: float = 5
    targets: list[Target] = field(default_factory=list)


class Survey:
    """What all probes share."""

    def __init__(self, settings: Settings) -> None:
        self.deadline = settings.deadline
        self.slots = asy.Semaphore(int(settings.limit))
        self.counts: Counter[str] = Counter()
        self.loop = asy.get_running_loop()
        self.start = self.loop.time()

    def milliseconds_since(self, start: float) -> int:
        return int((self.loop.time() - start) * 1000)

    def note(self, target: Target, word: str, start: float, text: str = "") -> None:
        """One line, at once. Of an error's message ("connect [::1]:80: network is unreachable") the last part."""
        self.counts[word] += 1
        line = f"{word:<8} {target.text}  {self.milliseconds_since(start)} ms"
        print(line + ("  " + text.rpartition(": ")[2].lower() if word == "error" else ""), flush=True)

    async def probe(self, target: Target) -> None:
        start = self.loop.time()
        try:
            async with asy.timeout(self.deadline):
                stream = await asy.open_connection(target.host, target.port)
            self.note(target, "open", start)
            await stream.close()
        except TimeoutError:
            self.note(target, "timeout", start)
        except ConnectionRefusedError:
            self.note(target, "refused", start)
        except socket.gaierror:
            self.note(target, "unknown", start)
        except OSError as error:
            self.note(target, "timeout" if error.errno == errno.ETIMEDOUT else "error", start, str(error.strerror))
        finally:
            self.slots.release()

    def summary(self, wanted: int) -> str:
        words = ", ".join(f"{self.counts[word]} {word}" for word in WORDS)
        return f"{words}; {self.counts.total()} of {wanted} probed in {self.milliseconds_since(self.start)} ms"


async def check(settings: Settings) -> int:
    survey = Survey(settings)
    cancelled = False
    try:
        async with asy.TaskGroup() as group:
            for target in settings.targets:
                await survey.slots.acquire()  # what waits for its turn costs nothing
                group.create_task(survey.probe(target), name=target.text)
    except asy.CancelledError:  # Ctrl-C: the group has seen every probe out
        cancelled = True
    print(("cancelled: " if cancelled else "") + survey.summary(len(settings.targets)))
    if cancelled:
        return 130
    return 0 if survey.counts["open"] == len(settings.targets) else 1


def refuse(why: str) -> None:
    print(why, file=sys.stderr)
    raise SystemExit(2)


def parse_number(option: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not (0 < number < 1e9) or (option == "--limit" and number < 1):
        refuse(f"tcpcheck: {option} wants a number above 0")
    return number


def parse_target(text: str) -> Target:
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:  # an IPv6 address wants brackets
        host = ""
    if not host or not port.isdecimal() or not port.isascii() or not 0 < int(port) < 65536:
        refuse(f'tcpcheck: bad target "{text}": want HOST:PORT')
    return Target(text, host, int(port))


def parse(words: list[str]) -> Settings:
    settings = Settings()
    while words and words[0].startswith("-"):
        option, words = words[0], words[1:]
        if option not in ("--limit", "--deadline") or not words:
            refuse(USAGE)
        setattr(settings, option[2:], parse_number(option, words.pop(0)))
    settings.targets = [parse_target(word) for word in words if not word.startswith("-")]
    if not settings.targets or len(settings.targets) < len(words):
        refuse(USAGE)
    return settings


if __name__ == "__main__":
    sys.exit(asy.run(check(parse(sys.argv[1:]))))
