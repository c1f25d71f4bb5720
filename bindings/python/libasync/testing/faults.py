"""Cancels and failures at chosen points."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from .. import _core
from ..exceptions import CancelledError
from ..loop import Loop
from ..runner import Runner


def cancel_at(loop: Loop, nth: int, task: _core.Task | None = None) -> None:
    """Cancel a task, or whichever it is, at the n-th wait from now on; 0 only counts them."""
    _core.test_cancel_at(loop, (task, nth))


def cancel_everywhere(main: Callable[[], Coroutine[Any, Any, object]], **options: Any) -> int:
    """Run main() again and again, cancelled at its first wait, its second, and so on; how many waits there were.

    Each run has a new loop with a virtual clock. What main() makes of the cancel is its own: it may pass, or return.
    """
    nth = 0
    while True:
        nth += 1
        with Runner(loop_factory=lambda: Loop(**{"virtual_clock": True, **options})) as runner:
            loop = runner.get_loop()
            task = loop.create_task(main())
            cancel_at(loop, nth, task)
            try:
                loop.run_until_complete(task)
            except CancelledError:
                pass
            if _core.test_suspensions(loop) < nth:
                return nth - 1


class fail_allocation:
    """`with fail_allocation(nth)`: the n-th allocation of the library fails inside; afterwards `asked` says how many
    there were."""

    def __init__(self, nth: int, count: int = 1) -> None:
        self.nth, self.count, self.asked = nth, count, 0

    def __enter__(self) -> fail_allocation:
        _core.test_fail_allocation(self.nth, self.count)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.asked = _core.test_allocations()
        _core.test_fail_allocation(0, 0)
