"""What an event loop is, in thirty lines: jobs, a heap of those that are for later, coroutines that are sent on."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Coroutine, Generator
from itertools import count
from types import coroutine
from typing import Any


class ToyLoop:
    """Time is virtual: with nothing to do it jumps to the next job."""

    def __init__(self) -> None:
        self.now = 0.0
        self._ready: deque[Coroutine[Any, Any, Any]] = deque()
        self._later: list[tuple[float, int, Coroutine[Any, Any, Any]]] = []
        self._order = count()  # equal times: first come, first served

    def spawn(self, unit: Coroutine[Any, Any, Any]) -> None:
        self._ready.append(unit)

    def run(self) -> None:
        while self._ready or self._later:
            if not self._ready:
                self.now = max(self.now, self._later[0][0])
            while self._later and self._later[0][0] <= self.now:
                self._ready.append(heapq.heappop(self._later)[2])
            unit = self._ready.popleft()
            try:
                delay = unit.send(None)
            except StopIteration:
                continue
            heapq.heappush(self._later, (self.now + delay, next(self._order), unit))


@coroutine
def toy_sleep(delay: float) -> Generator[float, None, None]:
    yield delay
