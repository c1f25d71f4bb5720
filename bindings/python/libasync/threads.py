"""Functions that block, on threads; and tasks of a loop seen from other threads."""

from __future__ import annotations

import contextvars
import weakref
from _thread import get_ident
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from . import _core
from .exceptions import ClosedError, InvalidStateError

if TYPE_CHECKING:
    import concurrent.futures

    from .loop import Loop

T = TypeVar("T")


def is_coroutine_function(function: Any) -> bool:
    """Whether calling it would only make a coroutine; a coroutine itself counts as one."""
    import inspect

    return inspect.iscoroutinefunction(function) or _core._is_coroutine(function)


class Executor(_core.Executor):
    """Executor(max_threads=0, max_queued=0, name=None)

    Threads for functions that block. 0 stands for the default number, and for a queue without limit: beyond one, jobs
    raise BlockingIOError.
    """

    async def shutdown(self, timeout: float | None = None) -> None:
        """Refuse new jobs and wait for the others; TimeoutError after `timeout` seconds, and they go on."""
        await self._shutdown(None, timeout)


async def to_thread(function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """Call it on another thread, in a copy of the current context."""
    loop = _core._get_running_loop()
    if is_coroutine_function(function):
        raise TypeError("a coroutine function would not run there; await it here")
    call = partial(contextvars.copy_context().run, function, *args, **kwargs)
    return await loop.run_in_executor(None, call)


def wrap_future(future: concurrent.futures.Future[T], *, loop: Loop | None = None) -> _core.Future:
    """A future that ends as the thread future does; cancelling it asks that to cancel."""
    if isinstance(future, _core.Future):
        return future
    if not hasattr(future, "set_running_or_notify_cancel"):
        raise TypeError(f"a concurrent.futures.Future is needed, not {type(future).__name__}")

    def ask() -> None:
        asked, answer = source(), kept()
        if asked and answer and not asked.cancel():  # it runs: who waits is let go
            with suppress(InvalidStateError):
                answer.set_cancelled()

    promise = _core.Promise(ask, loop=loop)
    source, kept = weakref.ref(future), weakref.ref(promise)  # the future holds the promise, and that what asks

    def deliver(done: concurrent.futures.Future[T]) -> None:
        try:
            if done.cancelled():
                promise.set_cancelled()
            elif (error := done.exception()) is not None:
                promise.set_exception(error)
            else:
                promise.set_result(done.result())
        except (InvalidStateError, ClosedError):
            pass  # nobody waits any more

    outer = promise.future()
    future.add_done_callback(deliver)
    return outer


def run_coroutine_threadsafe(coro: Coroutine[Any, Any, T], loop: Loop) -> concurrent.futures.Future[T]:
    """Start it as a task of a loop that another thread runs; the future is concurrent.futures' own.

    Waiting for that on the loop's thread is refused: it would wait for itself.
    """
    if not _core._is_coroutine(coro):
        raise TypeError(f"a coroutine is needed, not {type(coro).__name__}")
    if not isinstance(loop, _core.Loop):
        coro.close()
        raise TypeError(f"a libasync loop is needed, not {type(loop).__name__}")
    future = _thread_future_type()(loop)

    def start() -> None:
        if future.cancelled():
            coro.close()
            return
        try:
            task = loop.create_task(coro)
        except BaseException as error:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            return
        task.add_done_callback(partial(_deliver, future))
        future.add_done_callback(partial(_cancel_with, task, loop))

    try:
        loop.call_soon_threadsafe(start)
    except BaseException:
        coro.close()
        raise
    loop._thread_futures.add(future)
    return future


def _deliver(future: concurrent.futures.Future[Any], task: _core.Task) -> None:
    if task.cancelled():
        future.cancel()
    if not future.set_running_or_notify_cancel():
        return
    if (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


def _cancel_with(task: _core.Task, loop: Loop, future: concurrent.futures.Future[Any]) -> None:
    if future.cancelled():
        try:
            loop.call_soon_threadsafe(task.cancel)
        except ClosedError:
            pass


_thread_future: Any = None


def _thread_future_type() -> Any:
    """Made at the first use: concurrent.futures is not needed for anything else."""
    global _thread_future
    if _thread_future is None:
        import concurrent.futures

        class ThreadFuture(concurrent.futures.Future):  # type: ignore[type-arg]
            """The future of a task, for other threads than its loop's."""

            def __init__(self, loop: Loop) -> None:
                super().__init__()
                self._loop = loop

            def _refuse_own_thread(self) -> None:
                if not self.done() and self._loop._thread == get_ident():
                    raise RuntimeError("the loop's own thread would wait for itself; await the coroutine instead")

            def result(self, timeout: float | None = None) -> Any:
                self._refuse_own_thread()
                return super().result(timeout)

            def exception(self, timeout: float | None = None) -> BaseException | None:
                self._refuse_own_thread()
                return super().exception(timeout)

        _thread_future = ThreadFuture
    return _thread_future
