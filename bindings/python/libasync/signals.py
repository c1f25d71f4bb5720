"""Signals: a loop's handlers, streams of them, and waking a loop for Python's own handlers."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from . import _core


def _check(signum: Any) -> None:
    import signal

    if not isinstance(signum, int):
        raise TypeError(f"a signal's number is needed, not {type(signum).__name__}")
    if signum not in signal.valid_signals():
        raise ValueError(f"{signum} is no signal")
    if signum in (signal.SIGKILL, signal.SIGSTOP):
        raise RuntimeError(f"signal {signum} cannot be caught")


class Signalling:
    """The part of Loop that has signal handlers."""

    def add_signal_handler(self, signum: int, callback: Callable[..., object], /, *args: Any) -> None:
        """Call `callback(*args)` on the loop for every arrival, in place of the loop's handler of before.

        What the process did with the signal comes back when it is removed, and when the loop is closed.
        """
        from .threads import is_coroutine_function

        if is_coroutine_function(callback):
            raise TypeError("a coroutine function cannot be a signal handler; make a task in a plain one")
        if not callable(callback):
            raise TypeError(f"a callable is needed, not {type(callback).__name__}")
        _check(signum)
        call = partial(contextvars.copy_context().run, callback, *args)
        _core.loop_add_signal_handler(self, int(signum), call)

    def remove_signal_handler(self, signum: int) -> bool:
        """Undo add_signal_handler(); False if there was nothing to undo."""
        _check(signum)
        return _core.remove_signal_handler(self, int(signum))


def signals(*signums: int) -> _core.Signals:
    """A stream of signals for `async for`; while it is open each arrives here instead of where it went before."""
    for signum in signums:
        _check(signum)
    if not signums:
        raise ValueError("at least one signal is needed")
    return _core.Signals([int(signum) for signum in signums])


class SignalWake:
    """Ends the loop's poll when a signal comes, so that Python's handler for it runs at once."""

    def __init__(self, loop: Any, old: int, reading: int, writing: int) -> None:
        self._old, self._reading, self._writing = old, reading, writing
        self._watch = _core.watch_new(loop, reading, _core.ASY_WATCH_READABLE, self._drain)

    @staticmethod
    def install(loop: Any) -> SignalWake | None:
        """None outside the main thread, which alone gets signals."""
        import signal

        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            old = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        except ValueError:
            os.close(reading)
            os.close(writing)
            return None
        return SignalWake(loop, old, reading, writing)

    def _drain(self, events: int) -> None:
        try:
            os.read(self._reading, 4096)
        except BlockingIOError:
            pass

    def remove(self) -> None:
        import signal

        signal.set_wakeup_fd(self._old)
        self._watch.close()
        os.close(self._reading)
        os.close(self._writing)
