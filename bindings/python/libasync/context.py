"""Contexts that all languages share, beside Python's own contextvars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import _core

T = TypeVar("T")


class ContextVar(_core.ContextVar):
    """ContextVar(name, *, default)

    A variable of the contexts that all languages share. Python's own contextvars go beside it, for Python alone.
    """

    def __init__(self, name: str, **default: Any) -> None:
        super().__init__(name, *(default.pop(key) for key in ("default",) if key in default))
        if default:
            raise TypeError(f"unexpected keyword argument {next(iter(default))!r}")


class Context(_core.Context):
    """Context()

    The values that tasks and callbacks of every language see; a new one is empty.
    """

    def run(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Call it with this as the current context; what it sets stays here."""
        self._enter()
        try:
            return function(*args, **kwargs)
        finally:
            self._exit()


def copy_context() -> Context:
    """A copy of the current context."""
    return Context(copy=True)
