"""The first answer of several servers; the others have cleaned up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import libasync as asy

T = TypeVar("T")


async def first_answer(*servers: Callable[[], Awaitable[T]]) -> T:
    """An ExceptionGroup of their errors when none answers."""
    return (await asy.race(servers, delay=0)).result
