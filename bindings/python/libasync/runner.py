"""run() and Runner: a loop from its first task to the end of its last."""

from __future__ import annotations

import contextvars
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from . import _core
from .exceptions import CancelledError
from .loop import Loop

T = TypeVar("T")


class Runner:
    """Several run() calls on one loop and in one context; closing it ends what they left behind.

    Tasks that take longer than `grace` seconds to end are reported by name, and closed.
    """

    def __init__(
        self,
        *,
        debug: bool | None = None,
        loop_factory: Callable[[], Loop] | None = None,
        virtual_clock: bool = False,
        grace: float | None = None,
    ) -> None:
        self._debug = debug
        self._grace = grace
        self._factory = loop_factory
        self._virtual_clock = virtual_clock
        self._loop: Loop | None = None
        self._context: contextvars.Context | None = None
        self._closed = False
        self._interrupts = 0

    def __enter__(self) -> Runner:
        self.get_loop()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def get_loop(self) -> Loop:
        """The loop; made at the first use."""
        if self._closed:
            raise RuntimeError("the runner is closed")
        if self._loop is None:
            self._loop = self._factory() if self._factory else self._make_loop()
            self._context = contextvars.copy_context()
        return self._loop

    def _make_loop(self) -> Loop:
        debug = self._debug
        if debug is None:
            debug = sys.flags.dev_mode or bool(os.environ.get("LIBASYNC_DEBUG"))
        return Loop(debug=debug, virtual_clock=self._virtual_clock)

    def run(self, main: Awaitable[T], *, context: contextvars.Context | None = None) -> T:
        """Run `main` as a task and return its result."""
        if _core._is_running_here():
            _core._close_refused(main)
            raise RuntimeError("a loop is running in this thread already")
        loop = self.get_loop()
        if not _core._is_coroutine(main):
            if not isinstance(main, Awaitable):
                _core._raise_not("an awaitable", main)
            from .awaitable import drive

            main = drive(main)
        task = loop.create_task(main, context=self._context if context is None else context)
        restore = self._catch_interrupts(loop, task)
        try:
            return loop.run_until_complete(task)
        except CancelledError:
            if self._interrupts and task.cancelling() <= 1:
                raise KeyboardInterrupt from None
            raise
        finally:
            if restore:
                restore()

    def _catch_interrupts(self, loop: Loop, task: Any) -> Callable[[], None] | None:
        """The first Ctrl-C cancels the task, the second interrupts whatever runs; only over the default handler."""
        import signal

        self._interrupts = 0
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return None

        def on_interrupt(signum: int, frame: object) -> None:
            self._interrupts += 1
            if self._interrupts > 1 or task.done():
                raise KeyboardInterrupt
            task.cancel()
            loop.wake()

        def restore() -> None:
            if signal.getsignal(signal.SIGINT) is on_interrupt:
                signal.signal(signal.SIGINT, signal.default_int_handler)

        try:
            signal.signal(signal.SIGINT, on_interrupt)
        except ValueError:  # not the main thread
            return None
        return restore

    def close(self) -> None:
        """Cancel what is left and wait for it, close asynchronous generators, close the loop."""
        self._closed = True
        loop, self._loop = self._loop, None
        if loop is None:
            return
        try:
            if not loop.is_closed() and loop._has_work():
                loop.run_until_complete(_shut_down(loop, self._grace))
        finally:
            loop.close()


EXECUTOR_GRACE = 300.0


async def _shut_down(loop: Loop, grace: float | None) -> None:
    """Tasks, then generators, then what these started, then the threads, which all of them may use."""
    await _core.loop_shutdown(loop, grace)
    if loop._generators:
        await loop.shutdown_asyncgens()
        await _core.loop_shutdown(loop, grace)
    await loop.shutdown_default_executor(EXECUTOR_GRACE)


def run(
    main: Awaitable[T],
    *,
    debug: bool | None = None,
    loop_factory: Callable[[], Loop] | None = None,
    virtual_clock: bool = False,
) -> T:
    """Run `main` on a new loop and return its result; what it leaves running is cancelled and waited for.

    Ctrl-C cancels `main`, and run() raises KeyboardInterrupt once that has ended. With a virtual clock, sleeping takes
    no time.
    """
    with Runner(debug=debug, loop_factory=loop_factory, virtual_clock=virtual_clock) as runner:
        return runner.run(main)
