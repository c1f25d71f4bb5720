"""Task factories, for Loop.set_task_factory()."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from . import _core
from .loop import Loop


def create_eager_task_factory(constructor: Callable[..., Any]) -> Callable[..., Any]:
    """A factory whose tasks begin inside create_task(), unless `eager_start=False` is given."""

    def factory(loop: Loop, coro: Coroutine[Any, Any, Any], *, eager_start: bool | None = None, **keywords: Any) -> Any:
        """Makes a task that begins inside create_task(), unless `eager_start=False` is given."""
        return constructor(coro, loop=loop, eager_start=eager_start is None or eager_start, **keywords)

    return factory


eager_task_factory = create_eager_task_factory(_core.Task)
