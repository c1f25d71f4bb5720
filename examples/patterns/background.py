"""Tasks that live as long as the body of their program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import libasync as asy


@asynccontextmanager
async def background(*jobs: Callable[[], Coroutine[Any, Any, object]]) -> AsyncIterator[None]:
    """Their failure ends the body and comes out as a group; when the body ends they are cancelled and waited for."""
    async with asy.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
        try:
            yield
        finally:
            for task in tasks:
                if not task.cancelling():  # twice would end its clean-up
                    task.cancel("the program ends")
