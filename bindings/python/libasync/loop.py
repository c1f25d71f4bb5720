"""Loop: running one, with Python's signals, its asynchronous generators and its file descriptors."""

from __future__ import annotations

import errno
import os
import sys
import weakref
from _thread import get_ident
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

from . import _core, report
from .exceptions import ClosedError
from .executing import Executing
from .signals import Signalling, SignalWake

T = TypeVar("T")

READABLE: int = _core.ASY_WATCH_READABLE
WRITABLE: int = _core.ASY_WATCH_WRITABLE


class Loop(_core.Loop, Executing, Signalling):
    """Loop(*, virtual_clock=False, debug=False, drain=True, ready_budget=0, shuffle_seed=0)

    An event loop, owned by the thread that made it. With a virtual clock time stands still and jumps to the next
    deadline when nothing else can happen. A `shuffle_seed` runs what is ready at once in an order of its own.
    """

    def __init__(self, **options: Any) -> None:
        self._factory: Callable[..., Any] | None = None
        self._slow = 0.1
        self._thread = get_ident()
        self._thread_futures: weakref.WeakSet[Any] = weakref.WeakSet()
        self._generators: weakref.WeakSet[AsyncGenerator[Any, Any]] = weakref.WeakSet()
        self._watches: dict[int, _Watched] = {}
        _open_loops.add(self)

    def __enter__(self) -> Loop:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<libasync.Loop running={self.is_running()} closed={self.is_closed()} debug={self.get_debug()}>"

    def get_debug(self) -> bool:
        """Whether the loop makes extra checks and reports."""
        return bool(_core.loop_is_debug(self))

    def set_debug(self, enabled: bool) -> None:
        """Make extra checks and reports, or stop it; any thread."""
        _core.loop_set_debug(self, bool(enabled))

    @property
    def slow_callback_duration(self) -> float:
        """Seconds after which debug mode reports a step or callback."""
        return self._slow

    @slow_callback_duration.setter
    def slow_callback_duration(self, seconds: float) -> None:
        _core.loop_set_slow_step(self, seconds)
        self._slow = seconds

    def metrics(self) -> dict[str, float]:
        """Counters since the loop was made; times in seconds."""
        return _core.loop_read_metrics(self)

    def set_watchdog(self, seconds: float, on_stuck: Callable[[str, float], object] | None = None) -> None:
        """Call `on_stuck(name, seconds)` on a thread of its own while a step blocks the loop that long; 0 ends it.

        By default it prints where the loop's thread is.
        """
        if on_stuck is not None and not callable(on_stuck):
            raise TypeError(f"a callable or None is needed, not {type(on_stuck).__name__}")
        self._set_watchdog(seconds, on_stuck or report.StuckReport())

    def live(self) -> dict[str, int]:
        """What is alive of the loop, by kind; after close(), what the program still holds."""
        found: dict[str, int] = {}
        _core.loop_visit_live(self, found.__setitem__)
        return found

    def dump(self) -> str:
        """Where every unfinished task stands, the oldest first: what to print when a program hangs."""
        lines: list[str] = []
        _core.loop_dump(self, lines.append)
        return "".join(line + "\n" for line in lines)

    def set_task_factory(self, factory: Callable[..., Any] | None) -> None:
        """Make tasks by `factory(loop, coro, **keywords)`; None for the usual ones."""
        _core._set_task_factory(self, factory)
        self._factory = factory

    def get_task_factory(self) -> Callable[..., Any] | None:
        """What set_task_factory() set."""
        return self._factory

    def run_forever(self) -> None:
        """Run until stop()."""
        self._drive(super()._run)

    def run_until_complete(self, awaitable: Awaitable[T]) -> T:
        """Run until it is done; returns its result or raises its error. RuntimeError when stopped before."""
        if _core._is_running_here():
            _core._close_refused(awaitable)
            raise RuntimeError("a loop is running in this thread already: await it there")
        future = _core._ensure_future(awaitable, loop=self)
        self._drive(super()._run_until_complete, future)
        return future.result()

    def _drive(self, run: Callable[..., None], *args: Any) -> None:
        hooks = sys.get_asyncgen_hooks()
        depth = sys.get_coroutine_origin_tracking_depth()
        signals = None if self.is_running() or self.is_closed() else SignalWake.install(self)
        sys.set_asyncgen_hooks(firstiter=self._generators.add, finalizer=self._finish_generator)
        if self.get_debug():
            sys.set_coroutine_origin_tracking_depth(10)
        try:
            run(*args)
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)
            sys.set_asyncgen_hooks(*hooks)
            if signals:
                signals.remove()

    def _finish_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._generators.discard(generator)
        if not self.is_closed():
            self.call_soon_threadsafe(lambda: self.create_task(generator.aclose()))

    def _has_work(self) -> bool:
        return bool(self._generators or self._executor or _core._all_tasks(self))

    async def shutdown_asyncgens(self) -> None:
        """Close every asynchronous generator that this loop began to iterate."""
        generators = list(self._generators)
        self._generators.clear()
        closings = [generator.aclose() for generator in generators]
        for error in await _core._gather(*closings, return_exceptions=True):
            if isinstance(error, Exception):
                self.report(error, "closing an asynchronous generator")

    def close(self) -> None:
        """Cancel or fail everything pending and drop all callbacks. The second time nothing happens."""
        if not self.is_closed():
            for watched in self._watches.values():
                watched.watch.close()
            self._watches.clear()
        super().close()
        _open_loops.discard(self)
        for future in self._thread_futures:
            if not future.done():
                future.set_exception(ClosedError("the loop is closed"))

    def acquire(self) -> None:
        """Make this thread the owner of a loop that was given up."""
        super().acquire()
        self._thread = get_ident()

    def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> None:
        """Call `callback(*args)` whenever the descriptor can be read."""
        self._set_watch(fd, READABLE, (callback, args))

    def add_writer(self, fd: Any, callback: Callable[..., object], *args: Any) -> None:
        """Call `callback(*args)` whenever the descriptor can be written."""
        self._set_watch(fd, WRITABLE, (callback, args))

    def remove_reader(self, fd: Any) -> bool:
        """Undo add_reader(); False if there was nothing to undo."""
        return self._set_watch(fd, READABLE, None)

    def remove_writer(self, fd: Any) -> bool:
        """Undo add_writer(); False if there was nothing to undo."""
        return self._set_watch(fd, WRITABLE, None)

    def _set_watch(self, fd: Any, event: int, call: _Call | None) -> bool:
        if call and not callable(call[0]):
            raise TypeError(f"a callable is needed, not {type(call[0]).__name__}")
        number = _descriptor_of(fd)
        watched = self._watches.get(number)
        if watched is None:
            if call is None:
                return False
            watched = _Watched()
            watched.calls[event] = call
            watched.watch = _new_watch(self, number, event, watched.ready)
            self._watches[number] = watched
            return True
        known = watched.calls.pop(event, None) is not None
        if call is not None:
            watched.calls[event] = call
        if watched.calls:
            watched.watch.set_events(sum(watched.calls))
        else:
            del self._watches[number]
            watched.watch.close()
        return known


def _descriptor_of(fd: Any) -> int:
    number = fd if isinstance(fd, int) else getattr(fd, "fileno", lambda: None)()
    if not isinstance(number, int):
        raise TypeError(f"a descriptor, or what has a fileno(), is needed, not {type(fd).__name__}")
    return number


def _new_watch(loop: Loop, number: int, event: int, ready: Callable[[int], None]) -> Any:
    try:
        return _core.watch_new(loop, number, event, ready)
    except ValueError:
        os.fstat(number)  # says what is wrong with a descriptor that is none
        raise ValueError(f"the descriptor {number} is watched already") from None
    except NotImplementedError:
        raise PermissionError(errno.EPERM, f"descriptor {number} is a file or folder, which is always ready") from None


_Call = tuple[Callable[..., object], tuple[Any, ...]]
_open_loops: weakref.WeakSet[Loop] = weakref.WeakSet()


class _Watched:
    """What a descriptor is watched for: at most one call for each of the two events."""

    watch: Any

    def __init__(self) -> None:
        self.calls: dict[int, _Call] = {}

    def ready(self, events: int) -> None:
        for event in (READABLE, WRITABLE):
            call = self.calls.get(event)
            if call and events & ~(READABLE | WRITABLE | event) | events & event:
                call[0](*call[1])


def _close_open_loops() -> None:
    """At exit, while coroutines can still run their `finally` blocks."""
    for loop in list(_open_loops):
        try:
            if not loop.is_running() and not loop.is_closed():
                loop.close()
        except Exception:
            pass  # another thread's
