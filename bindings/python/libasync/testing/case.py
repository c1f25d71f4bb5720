"""TestCase: unittest's, with a loop of its own for every test."""

from __future__ import annotations

import contextvars
import gc
import inspect
import math
import threading
import unittest
import warnings
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from .. import _core
from ..exceptions import CancelledError
from ..loop import Loop
from ..runner import Runner

T = TypeVar("T")


class TestCase(unittest.TestCase):
    """Its tests may be coroutines. Set-up, test, tear-down and clean-up share a loop and a context.

    Time is virtual unless `virtual_clock` is false. A `seed` other than 0 runs what is ready at once in an order of its
    own. A test that takes longer than `timeout` seconds of the machine's time is cancelled, and fails with a dump of all
    tasks. What is reported and not taken out of `reports` fails the test; with `leak_check` so do tasks that it leaves
    running, and what it still holds of the loop after its end. Debug mode is on, but slow steps are not reported.
    """

    virtual_clock = True
    debug = True
    seed = 0
    timeout: float | None = 60
    leak_check = False
    loop_factory: Callable[[], Loop] | None = None

    _runner: Runner
    _hung: str | None = None

    async def asyncSetUp(self) -> None:
        """Before each test, after setUp()."""

    async def asyncTearDown(self) -> None:
        """After each test, before tearDown()."""

    def addAsyncCleanup(self, function: Callable[..., Awaitable[object]], /, *args: Any, **kwargs: Any) -> None:
        """Await it at the end, the last added first, among those of addCleanup()."""
        self.addCleanup(self._run_async, function, *args, **kwargs)

    async def enterAsyncContext(self, manager: AbstractAsyncContextManager[T]) -> T:
        """Enter it, and leave it at the end."""
        kind = type(manager)
        if not hasattr(kind, "__aenter__") or not hasattr(kind, "__aexit__"):
            raise TypeError(f"an asynchronous context manager is needed, not {kind.__name__}")
        entered = await manager.__aenter__()
        self.addAsyncCleanup(manager.__aexit__, None, None, None)
        return entered

    def _make_loop(self) -> Loop:
        factory = type(self).loop_factory
        if factory is not None:
            return factory()
        loop = Loop(virtual_clock=self.virtual_clock, debug=self.debug, shuffle_seed=self.seed)
        loop.slow_callback_duration = math.inf  # a test's outcome is not up to the machine's speed
        return loop

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with Runner(loop_factory=self._make_loop) as self._runner:
            self.reports: list[tuple[BaseException, str]] = []
            self._context = contextvars.copy_context()
            return super().run(result)

    def _callSetUp(self) -> None:
        self._runner.get_loop().set_report_hook(lambda error, what: self.reports.append((error, what)))
        self._context.run(self.setUp)
        self._run_async(self.asyncSetUp)

    def _callTestMethod(self, method: Callable[[], object]) -> None:
        answer = self._run_async(method) if inspect.iscoroutinefunction(method) else self._context.run(method)
        if inspect.iscoroutine(answer):
            answer.close()
            raise TypeError(f"{method.__name__} returned a coroutine that nobody awaits: make it `async def`")
        if answer is not None:
            warnings.warn(f"{method.__name__} returned {answer!r}; a test returns None", DeprecationWarning, stacklevel=3)

    def _callTearDown(self) -> None:
        self._run_async(self.asyncTearDown)
        self._context.run(self.tearDown)

    def doCleanups(self) -> bool:
        done = super().doCleanups()
        outcome = self._outcome
        with outcome.testPartExecutor(self):
            self._check_end()
        return bool(done and outcome.success)

    def _callCleanup(self, function: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        if function == self._run_async:  # which enters the context itself
            function(*args, **kwargs)
        else:
            self._context.run(function, *args, **kwargs)

    def _check_end(self) -> None:
        loop = self._runner.get_loop()
        running = [task.get_name() for task in _core._all_tasks(loop)]
        self._runner.close()
        if self.reports:
            error, what = self.reports[0]
            raise AssertionError(f"{len(self.reports)} errors that nobody read, the first: {what}") from error
        if self.leak_check:
            if running:
                raise AssertionError(f"the test left tasks running: {', '.join(running)}")
            gc.collect()
            if live := loop.live():
                raise AssertionError(f"the test still holds {live} of its loop")

    def _run_async(self, function: Callable[..., Awaitable[T]], /, *args: Any, **kwargs: Any) -> T:
        loop = self._runner.get_loop()
        task: _core.Task | None = None

        def hang() -> None:
            self._hung = loop.dump()
            if task is not None:
                task.cancel()

        async def call() -> T:
            nonlocal task
            task = _core._current_task()
            return await function(*args, **kwargs)

        limit = None if self.timeout is None else threading.Timer(self.timeout, loop.call_soon_threadsafe, (hang,))
        if limit:
            limit.start()
        try:
            return self._runner.run(call(), context=self._context)
        except CancelledError:
            if self._hung is None:
                raise
            raise AssertionError(f"still running after {self.timeout} seconds:\n{self._hung}") from None
        finally:
            task = None
            if limit:
                limit.cancel()
                limit.join()
