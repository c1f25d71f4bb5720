#!/usr/bin/env python3
"""news: fetches many URLs at once through libcurl, whose callbacks libasync_curl turned into futures.

A task per URL, at most --limit of them at a time, all owned by one group.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import libasync as asy
from libasync_curl import Curl

USAGE = "usage: news [--limit N] [--timeout SECONDS] URL..."


@dataclass
class Settings:
    limit: float = 8
    timeout: float = 10
    urls: list[str] = field(default_factory=list)


class Paper:
    """What all fetches share."""

    def __init__(self, settings: Settings) -> None:
        self.timeout = settings.timeout
        self.slots = asy.Semaphore(int(settings.limit))
        self.curl = Curl()
        self.fetched = self.failed = self.late = self.good = 0
        self.loop = asy.get_running_loop()
        self.start = self.loop.time()

    def milliseconds_since(self, start: float) -> int:
        return int((self.loop.time() - start) * 1000)

    async def fetch(self, url: str) -> None:
        start = self.loop.time()
        try:
            # At the deadline the fetch is cancelled, and with it curl's transfer.
            status, body = await asy.wait_for(self.curl.fetch(url), self.timeout)
        except TimeoutError:
            self.late += 1
            line = f"late {url}"
        except (OSError, RuntimeError) as error:
            self.failed += 1
            line = f"fail {url}  {str(getattr(error, 'strerror', None) or error).lower()}"
        else:
            self.fetched += 1
            self.good += status < 400
            line = f"{status:<4} {url}  {len(body)} bytes"
        finally:
            self.slots.release()
        print(f"{line}  {self.milliseconds_since(start)} ms", flush=True)

    def summary(self, wanted: int) -> str:
        done = self.fetched + self.failed + self.late
        counts = f"{self.fetched} fetched, {self.failed} failed, {self.late} late"
        return f"{counts}; {done} of {wanted} in {self.milliseconds_since(self.start)} ms"


async def read(settings: Settings) -> int:
    paper = Paper(settings)
    cancelled = False
    try:
        async with asy.TaskGroup() as group:
            for url in settings.urls:
                await paper.slots.acquire()  # what waits for its turn costs nothing
                group.create_task(paper.fetch(url), name=url)
    except asy.CancelledError:  # Ctrl-C: the group has seen every fetch out
        cancelled = True
    paper.curl.close()
    print(("cancelled: " if cancelled else "") + paper.summary(len(settings.urls)))
    if cancelled:
        return 130
    return 0 if paper.good == len(settings.urls) else 1


def refuse(why: str) -> None:
    print(why, file=sys.stderr)
    raise SystemExit(2)


def parse_number(option: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not (0 < number < 1e9) or (option == "--limit" and number < 1):
        refuse(f"news: {option} wants a number above 0")
    return number


def parse(words: list[str]) -> Settings:
    settings = Settings()
    while words and words[0].startswith("-"):
        option, words = words[0], words[1:]
        if option not in ("--limit", "--timeout") or not words:
            refuse(USAGE)
        setattr(settings, option[2:], parse_number(option, words.pop(0)))
    settings.urls = words
    if not words:
        refuse(USAGE)
    return settings


if __name__ == "__main__":
    sys.exit(asy.run(read(parse(sys.argv[1:]))))
