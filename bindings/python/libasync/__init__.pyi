"""The public surface of libasync with its types; what each raises is in its text."""

import concurrent.futures
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from collections.abc import Generator as _Generator
from contextvars import Context as _Context
from types import FrameType, TracebackType
from typing import Any, Generic, Literal, NamedTuple, Self, TextIO, TypeVar, final, overload

from .exceptions import BrokenBarrierError as BrokenBarrierError
from .exceptions import BrokenPromiseError as BrokenPromiseError
from .exceptions import CancelledError as CancelledError
from .exceptions import ClosedError as ClosedError
from .exceptions import ForeignError as ForeignError
from .exceptions import IncompleteReadError as IncompleteReadError
from .exceptions import InvalidStateError as InvalidStateError
from .exceptions import LimitOverrunError as LimitOverrunError
from .exceptions import QueueEmpty as QueueEmpty
from .exceptions import QueueFull as QueueFull
from .exceptions import QueueShutDown as QueueShutDown

T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
AnyFuture = TypeVar("AnyFuture", bound=Future[Any])
Buffer = bytes | bytearray | memoryview

TimeoutError = TimeoutError
READABLE: int
WRITABLE: int
REPORT_PRINT: int
REPORT_RAISE: int
REPORT_ABORT: int
__version__: str

class Loop:
    """An event loop, owned by the thread that made it. With a virtual clock time stands still and jumps to the next
    deadline when nothing else can happen. Calls from another thread raise RuntimeError, on a closed loop ClosedError.
    """

    def __init__(
        self,
        *,
        virtual_clock: bool = False,
        debug: bool = False,
        drain: bool = True,
        ready_budget: int = 0,
        shuffle_seed: int = 0,
    ) -> None: ...
    def __enter__(self) -> Loop: ...
    def __exit__(self, *exc_info: object) -> None: ...
    def run_forever(self) -> None: ...
    def run_until_complete(self, awaitable: Awaitable[T]) -> T:
        """Raises RuntimeError when the loop is stopped before."""
    def stop(self) -> None: ...
    def close(self) -> None: ...
    def is_running(self) -> bool: ...
    def is_closed(self) -> bool: ...
    def get_debug(self) -> bool: ...
    def set_debug(self, enabled: bool) -> None:
        """Any thread."""
    slow_callback_duration: float
    def metrics(self) -> dict[str, float]:
        """Counters since the loop was made: polls, entries, ready, ready_max, timers, tasks, tasks_created,
        tasks_finished, steps; and in seconds lag, lag_max, step, step_max, poll."""
    def set_watchdog(self, seconds: float, on_stuck: Callable[[str, float], object] | None = None) -> None:
        """`on_stuck(name, seconds)` is called on another thread while a step blocks the loop that long; 0 ends it."""
    def live(self) -> dict[str, int]:
        """After close(), what the program still holds of the loop, by kind."""
    def set_task_hooks(
        self,
        *,
        created: Callable[[Task[Any]], object] | None = None,
        switched: Callable[[Task[Any], bool], object] | None = None,
        finished: Callable[[Task[Any]], object] | None = None,
    ) -> None:
        """For tracers: called for every task of every language, `switched` around every step."""
    def dump(self) -> str:
        """Where every unfinished task stands, of every language: what to print when a program hangs."""
    def set_task_factory(self, factory: Callable[..., Task[Any]] | None) -> None:
        """`factory(loop, coro, **keywords)` makes every task; TypeError for what is not callable."""
    def get_task_factory(self) -> Callable[..., Task[Any]] | None: ...
    def time(self) -> float: ...
    def advance(self, seconds: float, /) -> None: ...
    def call_soon(self, callback: Callable[..., object], /, *args: Any, context: _Context | None = None) -> Handle: ...
    def call_soon_threadsafe(
        self, callback: Callable[..., object], /, *args: Any, context: _Context | None = None
    ) -> Handle: ...
    def call_later(
        self, delay: float, callback: Callable[..., object], /, *args: Any, context: _Context | None = None
    ) -> Handle: ...
    def call_at(
        self, when: float, callback: Callable[..., object], /, *args: Any, context: _Context | None = None
    ) -> Handle: ...
    def create_future(self) -> Future[Any]: ...
    def create_task(
        self, coro: Coroutine[Any, Any, T], /, *, name: object = None, context: _Context | None = None,
        eager_start: bool | None = None, **keywords: Any,
    ) -> Task[T]: ...
    def run_in_executor(
        self, executor: Executor | concurrent.futures.Executor | None, function: Callable[..., T], /, *args: Any
    ) -> Future[T]:
        """On a thread of `executor`, or of the loop's own; Python's context is not carried over. BlockingIOError when its
        queue is full, RuntimeError when it was shut down."""
    def set_default_executor(self, executor: Executor | concurrent.futures.ThreadPoolExecutor) -> None:
        """Raises TypeError for anything else."""
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Warns after `timeout` seconds, and leaves the jobs alone."""
    def add_signal_handler(self, signum: int, callback: Callable[..., object], /, *args: Any) -> None:
        """A queued callback for every arrival. ValueError for what is no signal, RuntimeError for what cannot be caught."""
    def remove_signal_handler(self, signum: int) -> bool:
        """The process does again what it did before; False if there was none."""
    def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> None: ...
    def add_writer(self, fd: Any, callback: Callable[..., object], *args: Any) -> None: ...
    def remove_reader(self, fd: Any) -> bool: ...
    def remove_writer(self, fd: Any) -> bool: ...
    def report(self, exception: BaseException, what: str, /) -> None: ...
    def set_report_hook(self, hook: Callable[[BaseException, str], object] | None, /) -> None:
        """`hook(exception, what)` gets what nobody else will see; None prints it. TypeError for what is not callable."""
    def get_report_hook(self) -> Callable[[BaseException, str], object] | None: ...
    def set_report_policy(self, policy: int, /) -> None:
        """REPORT_PRINT, REPORT_RAISE or REPORT_ABORT: what else a report does. ValueError for another."""
    async def shutdown_asyncgens(self) -> None: ...
    def step(self, seconds: float | None, /) -> None: ...
    def fileno(self) -> int: ...
    def next_deadline(self) -> float | None: ...
    def wake(self) -> None: ...
    def release(self) -> None: ...
    def acquire(self) -> None: ...

class Runner:
    """Several run() calls on one loop and in one context; closing it ends what they left behind."""

    def __init__(
        self,
        *,
        debug: bool | None = None,
        loop_factory: Callable[[], Loop] | None = None,
        virtual_clock: bool = False,
        grace: float | None = None,
    ) -> None: ...
    def __enter__(self) -> Runner: ...
    def __exit__(self, *exc_info: object) -> None: ...
    def get_loop(self) -> Loop: ...
    def run(self, main: Awaitable[T], *, context: _Context | None = None) -> T: ...
    def close(self) -> None: ...

def run(
    main: Awaitable[T],
    *,
    debug: bool | None = None,
    loop_factory: Callable[[], Loop] | None = None,
    virtual_clock: bool = False,
) -> T:
    """Run `main` on a new loop and return its result; what it leaves running is cancelled and waited for.

    Ctrl-C cancels `main`, and run() raises KeyboardInterrupt once that has ended.
    """

class Future(Generic[T]):
    """The outcome of an operation that may still be running; await it. RuntimeError without a running loop or `loop`."""

    def __init__(self, *, loop: Loop | None = None) -> None: ...
    def __await__(self) -> _Generator[Any, None, T]: ...
    def result(self) -> T:
        """Raises the error, CancelledError, or InvalidStateError while pending."""
    def exception(self) -> BaseException | None:
        """Raises CancelledError when cancelled, InvalidStateError while pending."""
    def done(self) -> bool: ...
    def cancelled(self) -> bool: ...
    def cancel(self, msg: object = None) -> bool:
        """Ask to cancel; True if it was pending. RuntimeError on another thread: use call_soon_threadsafe()."""
    def set_result(self, result: T, /) -> None:
        """Raises InvalidStateError when it is done already, RuntimeError for a task."""
    def set_exception(self, exception: BaseException | type[BaseException], /) -> None:
        """Raises InvalidStateError when it is done already, RuntimeError for a task."""
    def set_shared(self) -> None:
        """From now on only cancel() cancels it, never a cancelled awaiter."""
    def get_loop(self) -> Loop: ...
    def add_done_callback(self, function: Callable[[Self], object], /, *, context: _Context | None = None) -> None: ...
    def remove_done_callback(self, function: Callable[[Self], object], /) -> int: ...

class Task(Future[T]):
    """A future that drives a coroutine; made by create_task(), or here by a task factory."""

    def __init__(
        self, coro: Coroutine[Any, Any, T], /, *, loop: Loop | None = None, name: object = None,
        context: _Context | None = None, eager_start: bool = False,
    ) -> None: ...
    def get_stack(self, *, limit: int | None = None) -> list[FrameType]:
        """Where it is suspended, outermost first, or the frames of its error's traceback; the newest `limit` of a stack,
        the oldest of a traceback."""
    def print_stack(self, *, limit: int | None = None, file: TextIO | None = None) -> None: ...

    def get_name(self) -> str: ...
    def set_name(self, name: object, /) -> None: ...
    def get_coro(self) -> Coroutine[Any, Any, T] | None: ...
    def get_context(self) -> _Context | None: ...
    def cancelling(self) -> int: ...
    def uncancel(self) -> int: ...

@final
class Handle:
    """A scheduled callback that can be cancelled."""

    def cancel(self) -> None: ...
    def cancelled(self) -> bool: ...
    def when(self) -> float | None: ...
    def get_context(self) -> _Context | None: ...

@final
class Promise(Generic[T]):
    """Completes its future once, from any thread; dropped unset, the future fails with BrokenPromiseError.

    Cancelling the future calls `on_cancel` on the loop and waits for the promise, also when that call raises, which is
    reported; without it the future is cancelled at once.
    """

    def __init__(self, on_cancel: Callable[[], object] | None = None, loop: Loop | None = None) -> None: ...
    def future(self) -> Future[T]: ...
    def set_result(self, result: T, /) -> None:
        """Raises InvalidStateError the second time, ClosedError after the loop's end."""
    def set_exception(self, exception: BaseException | type[BaseException], /) -> None:
        """Raises InvalidStateError the second time, ClosedError after the loop's end."""
    def set_cancelled(self, msg: str | None = None) -> None:
        """Raises InvalidStateError the second time, ClosedError after the loop's end."""

class Generator(Generic[T]):
    """An asynchronous iteration that every language can go through: what another gave, or made here of an asynchronous
    iterable, to be given to others."""

    def __init__(self, iterable: AsyncIterable[T], /) -> None: ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    def __anext__(self) -> Awaitable[T]: ...
    def asend(self, value: Any, /) -> Future[T]:
        """Raises StopAsyncIteration at the end, RuntimeError while another step is under way."""
    def athrow(self, exception: BaseException | type[BaseException], /) -> Future[T]: ...
    def aclose(self) -> Future[None]:
        """Its code cleans up; done when that is."""

@final
class Foreign:
    """An object of another language; opaque here, itself again where it came from."""

class Lock:
    """One holder at a time, in the order they came; also `async with`.

    With `owned` it remembers its task: releasing it from another and acquiring it twice are RuntimeErrors.
    """

    def __init__(self, owned: bool = False) -> None: ...
    def acquire(self) -> Future[Literal[True]]: ...
    def try_acquire(self) -> bool: ...
    def release(self) -> None:
        """Raises RuntimeError when it is not held."""
    def locked(self) -> bool: ...
    async def __aenter__(self) -> None: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class Condition:
    """Waiting, with a lock, for what it protects to change."""

    def __init__(self, lock: Lock | None = None) -> None: ...
    def wait(self) -> Future[Literal[True]]:
        """Gives the lock up and waits for a notification; ends, also by a cancel, with the lock held again. RuntimeError
        when it was not held."""
    async def wait_for(self, predicate: Callable[[], T]) -> T:
        """Until `predicate()`, called with the lock held, is true; its last answer."""
    def notify(self, n: int = 1) -> None:
        """Wakes the first `n` who wait; they go on once they have the lock. RuntimeError when it is not held."""
    def notify_all(self) -> None: ...
    def acquire(self) -> Future[Literal[True]]: ...
    def release(self) -> None:
        """Raises RuntimeError when it is not held."""
    def locked(self) -> bool: ...
    async def __aenter__(self) -> None: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class Barrier:
    """Tasks that wait for each other: the last of `parties` lets all go on. `async with` waits and gives the index."""

    def __init__(self, parties: int) -> None: ...
    def wait(self) -> Future[int]:
        """An index that is different for each, from 0. Raises BrokenBarrierError when it is reset or aborted."""
    def reset(self) -> Awaitable[None]:
        """Those who wait fail; then it is whole again. Done when the call returns."""
    def abort(self) -> Awaitable[None]:
        """Break it until it is reset. Done when the call returns."""
    @property
    def parties(self) -> int: ...
    @property
    def n_waiting(self) -> int: ...
    @property
    def broken(self) -> bool: ...
    async def __aenter__(self) -> int: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class Limiter:
    """`rate` tokens a second, of which `burst` may be taken at once; `async with` takes one.

    First come, first served: nobody overtakes one who needs more.
    """

    def __init__(self, rate: float, burst: float = 1) -> None: ...
    def acquire(self, amount: float = 1) -> Future[None]:
        """Raises ValueError above the burst."""
    def try_acquire(self, amount: float = 1) -> bool:
        """Raises ValueError above the burst."""
    async def __aenter__(self) -> None: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class ContextVar(Generic[T]):
    """A variable of the contexts that all languages share. Python's own contextvars go beside it, for Python alone."""

    def __init__(self, name: str, *, default: T = ...) -> None: ...
    @property
    def name(self) -> str: ...
    def get(self, default: T = ..., /) -> T:
        """Raises LookupError without a value and a default."""
    def set(self, value: T, /) -> Token: ...
    def reset(self, token: Token, /) -> None:
        """Raises RuntimeError the second time, ValueError in another context."""

class Token:
    """What ContextVar.reset() undoes a set() with."""

class Context:
    """The values that tasks and callbacks of every language see."""

    def __init__(self) -> None: ...
    def run(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Raises RuntimeError while it is entered already."""
    def values(self) -> dict[str, Any]:
        """What is set in it, by name."""

def copy_context() -> Context: ...

class Semaphore:
    """Lets `value` holders in at a time, in the order they came; also `async with`."""

    def __init__(self, value: int = 1) -> None: ...
    def acquire(self) -> Future[Literal[True]]: ...
    def try_acquire(self) -> bool: ...
    def release(self) -> None: ...
    def locked(self) -> bool: ...
    def value(self) -> int: ...
    async def __aenter__(self) -> None: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class BoundedSemaphore(Semaphore):
    """A semaphore that cannot be released more often than acquired: that is a ValueError."""

class Event:
    """A flag that tasks wait for."""

    def wait(self) -> Future[Literal[True]]: ...
    def set(self) -> None: ...
    def clear(self) -> None: ...
    def is_set(self) -> bool: ...

class Queue(Generic[T]):
    """First in, first out; put() waits while there are `maxsize` items (0: never). `async for` ends with shutdown()."""

    def __init__(self, maxsize: float = 0) -> None: ...
    def get(self) -> Future[T]:
        """Raises QueueShutDown once it is shut down and empty."""
    def put(self, item: T, /) -> Future[None]:
        """Raises QueueShutDown once it is shut down."""
    def get_nowait(self) -> T:
        """Raises QueueEmpty or QueueShutDown."""
    def put_nowait(self, item: T, /) -> None:
        """Raises QueueFull or QueueShutDown."""
    def join(self) -> Future[None]:
        """Until task_done() was called for every item that was put in; at once when there is none."""
    def task_done(self) -> None:
        """Raises ValueError when it is called more often than put()."""
    def shutdown(self, immediate: bool = False) -> None:
        """Take nothing more in; for ever. `immediate` also drops what is in it."""
    def qsize(self) -> int: ...
    @property
    def maxsize(self) -> int: ...
    def empty(self) -> bool: ...
    def full(self) -> bool: ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    def __anext__(self) -> Awaitable[T]: ...

class LifoQueue(Queue[T]):
    """Last in, first out."""

class PriorityQueue(Queue[T]):
    """The least item first, by `<`; equal ones in the order they came. A put of what cannot be compared fails."""

class Channel(Generic[T]):
    """Items from any thread into the loop it was made on. `async for` ends with shutdown(), and when the loop closes."""

    def __init__(self, maxsize: float = 0, loop: Loop | None = None) -> None: ...
    def send(self, item: T, /) -> None:
        """From any thread, at once. Raises QueueFull, and QueueShutDown also once the loop is closed."""
    def receive(self) -> Future[T]:
        """Raises QueueShutDown once it is shut down and empty."""
    def receive_nowait(self) -> T:
        """Raises QueueEmpty or QueueShutDown."""
    def shutdown(self) -> None:
        """Take nothing more in; for ever. From any thread."""
    def qsize(self) -> int: ...
    @property
    def maxsize(self) -> int: ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    def __anext__(self) -> Awaitable[T]: ...

class Timeout:
    """A scope that cancels its task at a deadline and makes that a TimeoutError; made by timeout() and timeout_at()."""

    async def __aenter__(self) -> Timeout: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> bool | None: ...
    def when(self) -> float | None: ...
    def reschedule(self, when: float | None) -> None:
        """Raises RuntimeError unless it was entered and has not expired."""
    def expired(self) -> bool: ...

def timeout(delay: float | None, /) -> Timeout:
    """A scope of `delay` seconds from where it is entered; None sets no limit."""

def timeout_at(when: float | None, /) -> Timeout:
    """A scope until a time of the loop's clock; None sets no limit."""

class TaskGroup:
    """A scope that owns tasks: leaving it waits for all. When one fails the rest is cancelled, and the errors are raised
    as an ExceptionGroup."""

    async def __aenter__(self) -> TaskGroup: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> bool | None: ...
    def create_task(
        self, coro: Coroutine[Any, Any, T], /, *, name: object = None, context: _Context | None = None,
        eager_start: bool | None = None, **keywords: Any,
    ) -> Task[T]:
        """Raises RuntimeError, and closes the coroutine, before the scope is entered and when it is shutting down."""
    def cancel(self, msg: str | None = None) -> None:
        """Cancel its tasks and its body; the scope then ends without an error."""

class as_completed(Generic[T]):
    """Plain iteration gives awaitables of the next result, `async for` the futures themselves, as they finish.

    After `timeout` seconds the rest raise TimeoutError; the tasks run on.
    """

    def __init__(self, awaitables: Iterable[Awaitable[T]], timeout: float | None = None) -> None: ...
    def __iter__(self) -> Iterator[Future[T]]: ...
    def __next__(self) -> Future[T]: ...
    def __aiter__(self) -> AsyncIterator[Future[T]]: ...
    def __anext__(self) -> Awaitable[Future[T]]: ...

class Stream:
    """A connection. Errors of the peer are OSErrors such as ConnectionResetError; a closed stream raises ClosedError.

    Leaving `async with` flushes and closes it; leaving it by an error drops what was not sent.
    """

    def read(self, size: int = -1, /) -> Future[bytes]:
        """1 to `size` bytes as soon as there are any, b"" at the end; without a size everything until the end."""
    def read_exactly(self, size: int, /) -> Future[bytes]:
        """Raises IncompleteReadError when the stream ends before."""
    def read_until(self, separator: Buffer, /) -> Future[bytes]:
        """Up to and with the separator. Raises IncompleteReadError at the end, LimitOverrunError beyond the limit."""
    def readline(self) -> Future[bytes]:
        """A line with its newline, or what there is at the end. Raises LimitOverrunError beyond the limit."""
    def write(self, data: Buffer, /) -> Future[None]:
        """Done once accepted under the high mark; cancelling the wait does not take the bytes back."""
    def try_write(self, data: Buffer, /) -> int:
        """How many bytes were taken at once."""
    def write_eof(self) -> Future[None]: ...
    def close(self) -> Future[None]:
        """Flush, then close; reads and writes that wait are ended."""
    def abort(self) -> None: ...
    def is_closing(self) -> bool: ...
    def at_eof(self) -> bool: ...
    def set_limit(self, limit: int) -> None: ...
    def peer_name(self) -> str: ...
    def socket_name(self) -> str: ...
    async def __aenter__(self) -> Stream: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def __anext__(self) -> Awaitable[bytes]: ...

class Server:
    """A listening socket that owns the tasks of its connections; made by start_server().

    Leaving `async with` closes it and waits for them; leaving it by an error cancels them.
    """

    def port(self) -> int: ...
    def close(self) -> None:
        """Take no more connections; those there are live on."""
    def stop(self, grace: float | None = 0) -> Future[None]:
        """Close, wait `grace` seconds for the connections, cancel what is left and wait for it."""
    def wait_closed(self) -> Future[None]: ...
    def serve_forever(self) -> Future[None]:
        """Until it is closed and its last connection has ended."""
    def connection_count(self) -> int: ...
    async def __aenter__(self) -> Server: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

class Watch:
    """A watched file descriptor; see Loop.add_reader()."""

    def set_events(self, events: int) -> None: ...
    def close(self) -> None: ...

def open_connection(host: str, port: int) -> Future[Stream]:
    """Raises ConnectionRefusedError and the other OSErrors, or socket.gaierror for an unknown host."""

async def start_server(
    handler: Callable[[Stream], Awaitable[object] | None],
    host: str | None = None,
    port: int = 0,
    *,
    backlog: int = 0,
    reuse_port: bool = False,
) -> Server:
    """Raises OSError when it cannot listen there, ValueError for what is no numeric address."""

def resolve(host: str, port: int = 0) -> Future[list[str]]:
    """Raises socket.gaierror for an unknown host."""

ALL_COMPLETED: str
FIRST_COMPLETED: str
FIRST_EXCEPTION: str

async def wait(
    futures: Iterable[AnyFuture], *, timeout: float | None = None, return_when: str = ALL_COMPLETED
) -> tuple[set[AnyFuture], set[AnyFuture]]:
    """The sets of done and pending; raises no error of theirs and cancels none. ValueError without futures, TypeError
    for coroutines."""

def shield(awaitable: Awaitable[T], /) -> Future[T]:
    """Cancelling it, or who waits for it, does not cancel `awaitable`."""

class Race(NamedTuple, Generic[T]):
    index: int  # type: ignore[assignment]
    result: T
    errors: list[BaseException | None]

async def race(attempts: Iterable[Callable[[], Awaitable[T]]], delay: float | None = None) -> Race[T]:
    """The first that succeeds; the next begins when one fails or after `delay` seconds. The losers are cancelled and
    waited for. Raises ExceptionGroup where all fail."""

class Executor:
    """Threads for functions that block, at most `max_threads`; 0 stands for the default."""

    def __init__(self, max_threads: int = 0, max_queued: int = 0, name: str | None = None) -> None: ...
    async def shutdown(self, timeout: float | None = None) -> None:
        """Refuse new jobs and wait for the others. Raises TimeoutError, and they go on."""

async def to_thread(function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """On a thread of the loop's own executor, in a copy of the context."""

def wrap_future(future: concurrent.futures.Future[T], *, loop: Loop | None = None) -> Future[T]: ...
def run_coroutine_threadsafe(coro: Coroutine[Any, Any, T], loop: Loop) -> concurrent.futures.Future[T]:
    """From any thread. Waiting for it on the loop's own raises RuntimeError; ClosedError when the loop closes first."""

class Signals:
    """A stream of signals for `async for` and `async with`; made by signals()."""

    def get(self) -> Future[int]:
        """The next one. Raises ClosedError once it is closed."""
    def close(self) -> None: ...
    def __aiter__(self) -> AsyncIterator[int]: ...
    def __anext__(self) -> Awaitable[int]: ...
    async def __aenter__(self) -> Signals: ...
    async def __aexit__(
        self, type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

def signals(*signums: int) -> Signals:
    """What arrives while it is open, in order. ValueError for what is no signal."""

def wait_for(awaitable: Awaitable[T], timeout: float | None) -> Awaitable[T]:
    """Raises TimeoutError after `timeout` seconds: then it was cancelled, and its clean-up waited for."""

@overload
def sleep(seconds: float, /) -> Awaitable[None]: ...
@overload
def sleep(seconds: float, /, result: T) -> Awaitable[T]:
    """Wait; 0 lets everything else that is ready run once. Raises ValueError for NaN."""

def create_task(
    coro: Coroutine[Any, Any, T], /, *, name: object = None, context: _Context | None = None,
    eager_start: bool | None = None, **keywords: Any,
) -> Task[T]:
    """With `eager_start` it runs to its first wait inside this call. Raises RuntimeError, and closes the coroutine, when
    no loop runs; TypeError for anything but a coroutine."""

class FrameCallGraphEntry(NamedTuple):
    """A frame of a call stack."""

    frame: FrameType

class FutureCallGraph(NamedTuple):
    """A future, its call stack, innermost first, and who waits for it."""

    future: Future[Any]
    call_stack: tuple[FrameCallGraphEntry, ...]
    awaited_by: tuple[FutureCallGraph, ...]

def capture_call_graph(
    future: Future[Any] | None = None, /, *, depth: int = 1, limit: int | None = None
) -> FutureCallGraph | None:
    """Of a future or the current task. `limit`: that many of the innermost frames, negative of the outermost. RuntimeError
    without a future and a loop."""

def format_call_graph(future: Future[Any] | None = None, /, *, depth: int = 1, limit: int | None = None) -> str: ...
def print_call_graph(
    future: Future[Any] | None = None, /, *, file: TextIO | None = None, depth: int = 1, limit: int | None = None
) -> None: ...

def eager_task_factory(
    loop: Loop, coro: Coroutine[Any, Any, T], *, name: object = None, context: _Context | None = None,
    eager_start: bool | None = None, **keywords: Any,
) -> Task[T]:
    """For Loop.set_task_factory(): tasks begin inside create_task() unless `eager_start=False`."""

def create_eager_task_factory(constructor: Callable[..., Task[Any]]) -> Callable[..., Task[Any]]:
    """The same with a constructor of the program's own, which is called as Task is."""

def ensure_future(awaitable: Awaitable[T], /, *, loop: Loop | None = None) -> Future[T]: ...
def current_task(loop: Loop | None = None) -> Task[Any] | None: ...
def all_tasks(loop: Loop | None = None) -> set[Task[Any]]: ...
def get_running_loop() -> Loop:
    """Raises RuntimeError when none runs in this thread."""

@overload
def gather(  # type: ignore[overload-overlap]
    a: Awaitable[T1], b: Awaitable[T2], /,
    *, return_exceptions: Literal[False] = False,
) -> Future[tuple[T1, T2]]: ...
@overload
def gather(
    a: Awaitable[T1], b: Awaitable[T2], /,
    *, return_exceptions: bool,
) -> Future[tuple[T1 | BaseException, T2 | BaseException]]: ...
@overload
def gather(  # type: ignore[overload-overlap]
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], /,
    *, return_exceptions: Literal[False] = False,
) -> Future[tuple[T1, T2, T3]]: ...
@overload
def gather(
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], /,
    *, return_exceptions: bool,
) -> Future[tuple[T1 | BaseException, T2 | BaseException, T3 | BaseException]]: ...
@overload
def gather(  # type: ignore[overload-overlap]
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], d: Awaitable[T4], /,
    *, return_exceptions: Literal[False] = False,
) -> Future[tuple[T1, T2, T3, T4]]: ...
@overload
def gather(
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], d: Awaitable[T4], /,
    *, return_exceptions: bool,
) -> Future[tuple[T1 | BaseException, T2 | BaseException, T3 | BaseException, T4 | BaseException]]: ...
@overload
def gather(  # type: ignore[overload-overlap]
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], d: Awaitable[T4], e: Awaitable[T5], /,
    *, return_exceptions: Literal[False] = False,
) -> Future[tuple[T1, T2, T3, T4, T5]]: ...
@overload
def gather(
    a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], d: Awaitable[T4], e: Awaitable[T5], /,
    *, return_exceptions: bool,
) -> Future[tuple[T1 | BaseException, T2 | BaseException, T3 | BaseException, T4 | BaseException, T5 | BaseException]]: ...
@overload
def gather(*awaitables: Awaitable[T], return_exceptions: Literal[False] = False) -> Future[list[T]]: ...
@overload
def gather(*awaitables: Awaitable[T], return_exceptions: bool) -> Future[list[T | BaseException]]: ...
