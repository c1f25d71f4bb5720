"""What Loop does with executors: its own one, and run_in_executor()."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from . import _core
from .exceptions import ClosedError
from .threads import Executor, is_coroutine_function, wrap_future


def _is_thread_pool(executor: Any) -> bool:
    module = sys.modules.get("concurrent.futures.thread")  # who has not imported it has none
    return module is not None and isinstance(executor, module.ThreadPoolExecutor)


class Executing:
    """The part of Loop that runs functions on other threads."""

    _executor: Any = None
    _executor_ended = False

    def run_in_executor(self, executor: Any, function: Callable[..., Any], *args: Any) -> _core.Future:
        """Call it on a thread of `executor`: an Executor, one of concurrent.futures, or None for the loop's own."""
        if is_coroutine_function(function):
            raise TypeError("a coroutine function would not run there; use create_task()")
        if not callable(function):
            raise TypeError(f"a callable is needed, not {type(function).__name__}")
        if self.is_closed():
            raise ClosedError("the loop is closed")
        if executor is None:
            executor = self._default_executor()
        if isinstance(executor, Executor):
            return executor._run(self, partial(function, *args))
        if not hasattr(executor, "submit"):
            raise TypeError(f"an executor or None is needed, not {type(executor).__name__}")
        return wrap_future(executor.submit(function, *args), loop=self)

    def _default_executor(self) -> Any:
        if self._executor_ended:
            raise RuntimeError("the default executor was shut down")
        if self._executor is None:
            self._executor = Executor()
        return self._executor

    def set_default_executor(self, executor: Any) -> None:
        """An Executor or a ThreadPoolExecutor; TypeError for anything else, a process pool too."""
        if not isinstance(executor, Executor) and not _is_thread_pool(executor):
            raise TypeError(f"an Executor or ThreadPoolExecutor is needed, not {type(executor).__name__}")
        self._executor = executor

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Refuse new jobs and wait for the others; after `timeout` seconds they are left alone, with a warning."""
        executor, self._executor_ended = self._executor, True
        if executor is None:
            return
        try:
            if isinstance(executor, Executor):
                await executor.shutdown(timeout)
            else:
                async with _core.timeout(timeout):
                    await Executor(1)._run(self, executor.shutdown)
        except TimeoutError:
            import warnings

            warnings.warn(f"the default executor has not ended within {timeout} seconds", RuntimeWarning, stacklevel=2)
            if not isinstance(executor, Executor):
                executor.shutdown(wait=False)
