"""Long computing that lets the others run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

import libasync as asy

T = TypeVar("T")


async def in_chunks(items: Iterable[T], chunk: int) -> AsyncIterator[T]:
    """The items, with a turn for everybody else after each `chunk`."""
    for count, item in enumerate(items, 1):
        yield item
        if count % chunk == 0:
            await asy.sleep(0)
