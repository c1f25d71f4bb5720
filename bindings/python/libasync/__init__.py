"""libasync: asyncio's model on one loop that Python shares with C, C++, Lua and Go.

`async def` functions are tasks; `import libasync as asy`, then `asy.run(main())`.
"""

import atexit as _atexit
import sys as _sys

from . import _core

# An extension module is initialised once in a process: also a second import has the exceptions that it raises.
exceptions = _sys.modules[__name__ + ".exceptions"] = _core._exceptions

from ._core import AsCompleted as as_completed
from ._core import Barrier, BoundedSemaphore, Channel, Event, Foreign, Future, Generator, Handle, LifoQueue, Limiter, Lock
from ._core import PriorityQueue, Promise, Queue, Semaphore, Server, Signals, Stream, Task, TaskGroup, Timeout, Token
from ._core import Watch, timeout, timeout_at
from ._core import _all_tasks as all_tasks
from ._core import _create_task as create_task
from ._core import _current_task as current_task
from ._core import _ensure_future as ensure_future
from ._core import _gather as gather
from ._core import _get_running_loop as get_running_loop
from ._core import _shield as shield
from ._core import _sleep as sleep
from .condition import Condition
from .context import Context, ContextVar, copy_context
from .exceptions import (
    BrokenBarrierError,
    BrokenPromiseError,
    CancelledError,
    ClosedError,
    ForeignError,
    IncompleteReadError,
    InvalidStateError,
    LimitOverrunError,
    QueueEmpty,
    QueueFull,
    QueueShutDown,
)
from .factories import create_eager_task_factory, eager_task_factory
from .graph import FrameCallGraphEntry, FutureCallGraph, capture_call_graph, format_call_graph, print_call_graph
from .loop import READABLE, WRITABLE, Loop, _close_open_loops
from .runner import Runner, run
from .signals import signals
from .streams import open_connection, resolve, start_server
from .threads import Executor, run_coroutine_threadsafe, to_thread, wrap_future
from .timeouts import wait_for
from .waiting import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, Race, race, wait

_version = _core.version()
__version__ = f"{_version >> 16}.{_version >> 8 & 255}.{_version & 255}"

REPORT_PRINT: int = _core.ASY_REPORT_PRINT
REPORT_RAISE: int = _core.ASY_REPORT_RAISE
REPORT_ABORT: int = _core.ASY_REPORT_ABORT
TimeoutError = TimeoutError

_atexit.register(_close_open_loops)

__all__ = [name for name in dir() if not name.startswith("_") and not isinstance(globals()[name], type(_core))]
