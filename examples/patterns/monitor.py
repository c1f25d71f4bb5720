"""Something told at every period, as long as a body runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import libasync as asy

from .background import background


def monitor(period: float, tell: Callable[[], object]) -> AbstractAsyncContextManager[None]:
    """Periods are counted from the start, so that a slow one makes none of the next late."""

    async def run() -> None:
        time = asy.get_running_loop().time
        due = time()
        while True:
            due += period
            await asy.sleep(max(0, due - time()))
            tell()

    return background(run)
