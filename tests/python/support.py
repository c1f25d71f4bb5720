"""What every test uses: a loop on a virtual clock whose reports fail the test unless it expects them."""

from __future__ import annotations

import gc
import unittest
import weakref
from collections.abc import Awaitable
from typing import Any

import libasync as asy


class Case(unittest.TestCase):
    """run() a coroutine; `reports` then holds what was reported, and must have been expected."""

    reports: list[tuple[BaseException, str]]

    def make_loop(self, **options: Any) -> asy.Loop:
        options.setdefault("virtual_clock", True)
        loop = asy.Loop(**options)
        self.reports = []
        loop.set_report_hook(lambda exception, what: self.reports.append((exception, what)))
        return loop

    def run_main(self, main: Awaitable[Any], *, reports: int = 0, **options: Any) -> Any:
        with asy.Runner(loop_factory=lambda: self.make_loop(**options)) as runner:
            result = runner.run(main)
        self.assertEqual(len(self.reports), reports, self.reports)
        return result

    def assert_collected(self, *objects: weakref.ref[Any]) -> None:
        for _ in range(3):
            gc.collect()
        for at, reference in enumerate(objects):
            found = reference()
            self.assertIsNone(found, f"object {at} is alive, held by {[type(x) for x in gc.get_referrers(found)]}")


class Probe:
    """An object whose end can be seen."""


class Hanging:
    """`await hanging` suspends for ever; counts how it ended."""

    def __init__(self) -> None:
        self.cancelled = 0

    async def wait(self) -> None:
        try:
            await asy.get_running_loop().create_future()
        except asy.CancelledError:
            self.cancelled += 1
            raise
