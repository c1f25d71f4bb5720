"""A circuit breaker: after so many failures in a row, nothing is tried for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import libasync as asy

T = TypeVar("T")


class CircuitOpen(Exception):
    """Nothing was tried."""


class Breaker:
    """Opens after `threshold` failures in a row for `pause` seconds; then `trials` calls at a time may try it out."""

    def __init__(self, threshold: int, pause: float, trials: int = 1) -> None:
        self.threshold, self.pause, self.trials = threshold, pause, trials
        self.failures = self.trying = 0
        self.openings = 0  # what began before the latest decides nothing
        self.open_until: float | None = None

    def _admits(self) -> bool:
        if self.open_until is None:
            return True
        return asy.get_running_loop().time() >= self.open_until and self.trying < self.trials  # half open

    async def call(self, begin: Callable[[], Awaitable[T]]) -> T:
        """What it comes to; CircuitOpen at once while it is open. A cancelled call counts neither way."""
        if not self._admits():
            raise CircuitOpen
        trial, openings = self.open_until is not None, self.openings
        self.trying += trial
        try:
            result = await begin()
        except Exception:
            if openings == self.openings:
                self._failed()
            raise
        finally:
            self.trying -= trial
        if openings == self.openings:
            self.failures, self.open_until = 0, None
        return result

    def _failed(self) -> None:
        self.failures += 1
        if self.failures >= self.threshold or self.open_until is not None:
            self.open_until = asy.get_running_loop().time() + self.pause
            self.openings += 1
