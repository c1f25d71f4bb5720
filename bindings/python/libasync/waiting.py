"""wait() and race(): several futures at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from . import _core

T = TypeVar("T")

ALL_COMPLETED = "ALL_COMPLETED"
FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
_MODES = {
    ALL_COMPLETED: _core.ASY_WAIT_ALL,
    FIRST_COMPLETED: _core.ASY_WAIT_FIRST,
    FIRST_EXCEPTION: _core.ASY_WAIT_FIRST_ERROR,
}


async def wait(
    futures: Iterable[_core.Future], *, timeout: float | None = None, return_when: str = ALL_COMPLETED
) -> tuple[set[_core.Future], set[_core.Future]]:
    """Wait until all, the first or the first error is there, or for `timeout` seconds; the sets of done and pending.

    It raises no error of theirs, and neither the timeout nor its own cancel cancels them.
    """
    if isinstance(futures, _core.Future) or _core._is_coroutine(futures):
        raise TypeError(f"an iterable of futures is needed, not {type(futures).__name__}")
    if return_when not in _MODES:
        raise ValueError(f"return_when is one of {', '.join(_MODES)}, not {return_when!r}")
    members = set(futures)
    if not members:
        raise ValueError("there is nothing to wait for")
    if any(_core._is_coroutine(member) for member in members):
        raise TypeError("coroutines cannot be told apart afterwards: make tasks of them with create_task()")
    await _core._wait_futures(list(members), _MODES[return_when], timeout)
    done = {member for member in members if member.done()}
    return done, members - done


class Race(NamedTuple, Generic[T]):
    """Who won a race(): its index, its result, and the errors of the attempts that began, or None, in their order."""

    index: int
    result: T
    errors: list[BaseException | None]


async def race(attempts: Iterable[Callable[[], Awaitable[T]]], delay: float | None = None) -> Race[T]:
    """Try one after the other and keep the first that succeeds; the next begins when one fails or after `delay` seconds.

    0 begins all at once. The losers are cancelled and waited for. Where all fail an ExceptionGroup has their errors.
    """
    starts = list(attempts)
    for start in starts:
        if not callable(start):
            raise TypeError(f"functions that begin an attempt are needed, not {type(start).__name__}")
    if not starts:
        raise ValueError("there is nobody to race")
    return Race(*await _core._race_attempts(starts, delay))
