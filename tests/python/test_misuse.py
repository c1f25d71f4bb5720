"""Misuse is answered with the exception that Python has for it, and the text says what to do."""

from __future__ import annotations

import re
import unittest
from collections.abc import Callable
from typing import Any

import libasync as asy
from support import Case

Wrong = tuple[Callable[[], Any], type[BaseException], str]


async def unit() -> None:
    pass


class MisuseTest(Case):
    def check(self, *wrongs: Wrong) -> None:
        """Each is called, and its answer awaited, inside a task."""

        async def attempt(call: Callable[[], Any]) -> None:
            answer = call()
            if hasattr(answer, "__await__"):
                await answer

        async def main() -> None:
            for at, (call, kind, text) in enumerate(wrongs):
                with self.subTest(f"{at}: {text}"):
                    with self.assertRaisesRegex(kind, re.escape(text)) as caught:
                        await attempt(call)
                    self.assertIs(type(caught.exception), kind)

        self.run_main(main())

    # CORO-03 TASK-01
    def test_what_is_no_coroutine_or_awaitable_tells_why(self) -> None:
        self.check(
            (lambda: asy.create_task(unit), TypeError, "a coroutine is needed, not the coroutine function unit: call it"),
            (lambda: asy.create_task(asy.Queue().get()), TypeError, "not libasync.Future, which runs already: await it"),
            (lambda: asy.gather(unit), TypeError, "an awaitable is needed, not the coroutine function unit: call it"),
            (lambda: asy.to_thread(unit), TypeError, "a coroutine function would not run there"),
            (lambda: asy.run_coroutine_threadsafe(unit(), None), TypeError, "a libasync loop is needed, not NoneType"),
        )
        with self.assertRaisesRegex(TypeError, "an awaitable is needed, not the coroutine function unit: call it"):
            asy.run(unit)
        with self.assertRaisesRegex(RuntimeError, "no libasync loop is running.*in a coroutine that libasync.run"):
            asy.run(asy.sleep(1))

    # LOOP-05 LOOP-08 LOOP-14
    def test_a_loop_that_runs_says_what_cannot_be_done_meanwhile(self) -> None:
        loop = asy.get_running_loop
        self.check(
            (lambda: loop().run_until_complete(unit()), RuntimeError, "a loop is running in this thread already"),
            (lambda: loop().run_forever(), RuntimeError, "a loop is running in this thread already"),
            (lambda: loop().step(0), RuntimeError, "a loop is running in this thread already"),
            (lambda: loop().close(), RuntimeError, "a loop that runs cannot be closed"),
            (lambda: loop().release(), RuntimeError, "a loop that runs, or has tasks of C, cannot be given up"),
            (lambda: loop().acquire(), RuntimeError, "the loop has an owner, who must release() it first"),
            (lambda: loop().set_report_policy(9), ValueError, "REPORT_PRINT, REPORT_RAISE or REPORT_ABORT is needed"),
            (lambda: loop().run_in_executor(3, print), TypeError, "an executor or None is needed, not int"),
        )

        async def real() -> None:
            with self.assertRaisesRegex(RuntimeError, "only a virtual clock"):
                loop().advance(1)

        self.run_main(real(), virtual_clock=False)

    # LOOP-09
    def test_a_closed_loop_is_named(self) -> None:
        loop = self.make_loop()
        loop.close()
        for call in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print), loop.run_forever, loop.fileno,
                     lambda: loop.set_task_factory(None), lambda: loop.step(0)):
            with self.assertRaisesRegex(asy.ClosedError, "the loop is closed; make a new one"):
                call()

    # LOOP-15
    def test_a_future_of_another_loop_tells_how_to_get_across(self) -> None:
        with self.make_loop() as other:
            future = other.create_future()
            text = "belongs to another loop; use run_coroutine_threadsafe() or a Promise"
            self.check(
                (lambda: future, RuntimeError, text),
                (lambda: asy.shield(future), RuntimeError, text),
                (lambda: asy.wait_for(future, 1), RuntimeError, text),
            )

    # SYNC-04 SYNC-10 SYNC-16 SYNC-21
    def test_primitives_name_what_they_need(self) -> None:
        async def twice() -> None:
            lock = asy.Lock(owned=True)
            await lock.acquire()
            await lock.acquire()

        self.check(
            (lambda: asy.Semaphore("1"), TypeError, "an integer is needed, not str"),
            (lambda: asy.Semaphore(1.5), TypeError, "an integer is needed, not float"),
            (lambda: asy.Barrier("2"), TypeError, "an integer is needed, not str"),
            (lambda: asy.Executor(-1), ValueError, "a number from 0 to 4294967295 is needed, not -1"),
            (lambda: asy.Condition().notify(-1), ValueError, "is needed, not -1"),
            (lambda: asy.Limiter("1"), TypeError, "a number is needed, not str"),
            (lambda: asy.Limiter(1).acquire(5), ValueError, "an amount from 0 to the burst is needed"),
            (lambda: asy.Limiter(1).try_acquire(-1), ValueError, "an amount from 0 to the burst is needed"),
            (lambda: asy.Condition(asy.Semaphore()), TypeError, "a Lock is needed, not libasync.Semaphore"),
            (lambda: asy.ContextVar("x").reset(3), TypeError, "a Token is needed, not int"),
            (lambda: asy.ContextVar(3), TypeError, "a text is needed, not int"),
            (twice, asy.InvalidStateError, "this task holds the lock already"),
        )

    # TG-01 COMB-16
    def test_scopes_ask_for_async_with(self) -> None:
        nothing = (None, None, None)
        self.check(
            (lambda: asy.TaskGroup().cancel(), RuntimeError, "the task group has not been entered: use `async with`"),
            (lambda: asy.TaskGroup().create_task(unit()), RuntimeError, "has not been entered: use `async with`"),
            (lambda: asy.TaskGroup().__aexit__(*nothing), RuntimeError, "has not been entered: use `async with`"),
            (lambda: asy.timeout(1).__aexit__(*nothing), RuntimeError, "has not been entered: use `async with`"),
        )

    # FUT-04 HND-10
    def test_a_context_that_is_none_is_refused_at_once(self) -> None:
        text = "a contextvars.Context is needed, not int"
        self.check(
            (lambda: asy.Future().add_done_callback(print, context=3), TypeError, text),
            (lambda: asy.get_running_loop().call_soon(print, context=3), TypeError, text),
        )

    # SOCK-01
    def test_descriptors_that_cannot_be_watched(self) -> None:
        with open(__file__) as file:
            self.check(
                (lambda: asy.get_running_loop().add_reader("x", print), TypeError, "a descriptor, or what has a fileno()"),
                (lambda: asy.get_running_loop().add_reader(-1, print), OSError, "Bad file descriptor"),
                (lambda: asy.get_running_loop().add_reader(0, 3), TypeError, "a callable is needed, not int"),
                (lambda: asy.get_running_loop().add_reader(file, print), PermissionError, "is always ready"),
            )

    # SRV-01
    def test_a_server_needs_a_numeric_address(self) -> None:
        text = "a numeric address is needed, not 'nosuch'; resolve() gives those of a name"
        self.check((lambda: asy.start_server(print, "nosuch"), ValueError, text))


if __name__ == "__main__":
    unittest.main()
