"""Again after an error, with growing pauses and jitter; never after a cancel."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import libasync as asy

T = TypeVar("T")


@dataclass
class Retry:
    attempts: int = 5
    base: float = 0.1  # the pauses: base, 2 base, 4 base ... but not over the cap
    cap: float = 10.0
    deadline: float = math.inf  # no attempt begins that much later
    is_retryable: Callable[[Exception], bool] = lambda error: True
    jitter: random.Random | None = field(default_factory=random.Random)  # None for whole pauses

    def pause(self, attempt: int) -> float:
        whole = min(self.cap, self.base * 2**attempt)
        return self.jitter.uniform(0, whole) if self.jitter else whole

    async def __call__(self, begin: Callable[[], Awaitable[T]]) -> T:
        time = asy.get_running_loop().time
        start = time()
        for attempt in range(self.attempts):
            try:
                return await begin()
            except Exception as error:  # a cancel is none
                pause = self.pause(attempt)
                last = attempt + 1 == self.attempts
                if last or not self.is_retryable(error) or time() - start + pause > self.deadline:
                    raise
            await asy.sleep(pause)
        raise ValueError("at least one attempt is needed")
