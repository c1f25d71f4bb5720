"""What nobody else would see: whom it is told to, and what ends the run instead."""

from __future__ import annotations

import io
import signal
import socket
import threading
import unittest
import unittest.mock
from collections.abc import AsyncIterator, Callable
from typing import Any

import libasync as asy
from support import Case


class Fatal(SystemExit):
    pass


async def five() -> int:
    await asy.sleep(1)
    return 5


class ReportTest(Case):
    # LOOP-16 LOOP-18 EXT-04
    def test_failing_callback_is_reported_and_the_loop_goes_on(self) -> None:
        error = ValueError("text")

        def fail() -> None:
            raise error

        async def main() -> None:
            loop, order = asy.get_running_loop(), []
            loop.call_soon(fail)
            loop.call_soon(order.append, 1)
            await asy.sleep(0)
            self.assertEqual(order, [1])

        self.run_main(main(), reports=1)
        (told, what), = self.reports
        self.assertIs(told, error)
        self.assertEqual(told.__traceback__.tb_next, None)
        self.assertIn("callback", what)

    # LOOP-18 EXT-04
    def test_the_hook_can_be_read_changed_and_taken_away(self) -> None:
        def hook(exception: BaseException, what: str) -> None:
            told.append((exception, what))

        told: list[tuple[BaseException, str]] = []
        with self.make_loop() as loop:
            with self.assertRaises(TypeError):
                loop.set_report_hook(3)
            self.assertIsNotNone(loop.get_report_hook())
            loop.set_report_hook(hook)
            self.assertIs(loop.get_report_hook(), hook)
            error = LookupError("mine")
            loop.report(error, "the circumstances")
            self.assertEqual(told, [(error, "the circumstances")])
            with self.assertRaises(TypeError):
                loop.report("no exception", "x")
            loop.set_report_hook(None)
            self.assertIsNone(loop.get_report_hook())
            with unittest.mock.patch("sys.stderr", io.StringIO()) as printed:
                loop.report(error, "the circumstances")
            self.assertIn("the circumstances", printed.getvalue())
            self.assertIn("LookupError: mine", printed.getvalue())
            self.assertEqual(len(told), 1)
            with self.assertRaises(ValueError):
                loop.set_report_policy(77)
        self.assertEqual(self.reports, [])

    # LOOP-18 THR-09
    def test_another_thread_may_not_report(self) -> None:
        refused: list[BaseException] = []

        def report() -> None:
            try:
                loop.report(ValueError("x"), "elsewhere")
            except RuntimeError as error:
                refused.append(error)

        with self.make_loop() as loop:
            thread = threading.Thread(target=report)
            thread.start()
            thread.join()
        self.assertEqual((len(refused), self.reports), (1, []))

    # LOOP-19
    def test_failing_report_hook_does_not_hurt(self) -> None:
        with self.make_loop() as loop:
            loop.set_report_hook(lambda exception, what: 1 / 0)
            loop.call_soon(lambda: [].pop())
            with unittest.mock.patch("sys.unraisablehook") as hook, unittest.mock.patch("sys.stderr", io.StringIO()) as printed:
                loop.stop()
                loop.run_forever()
            self.assertEqual(hook.call_args.args[0].exc_type, ZeroDivisionError)
            self.assertIn("pop from empty list", printed.getvalue())

    # LOOP-19 LOOP-17
    def test_a_fatal_error_of_the_hook_leaves_the_run(self) -> None:
        def hook(exception: BaseException, what: str) -> None:
            raise fatal

        fatal = Fatal(3)
        with self.make_loop() as loop:
            loop.set_report_hook(hook)
            loop.call_soon(lambda: [].pop())
            with unittest.mock.patch("sys.stderr", io.StringIO()) as printed, self.assertRaises(Fatal) as raised:
                loop.run_forever()
            self.assertIs(raised.exception, fatal)
            self.assertIn("pop from empty list", printed.getvalue())
            self.assertEqual(loop.run_until_complete(five()), 5)

    # LOOP-16
    def test_policy_raise_ends_the_run(self) -> None:
        with self.make_loop() as loop:
            loop.set_report_policy(asy.REPORT_RAISE)
            loop.call_soon(lambda: 1 / 0)
            with self.assertRaises(ZeroDivisionError):
                loop.run_forever()


def stop(*unused: object) -> None:
    raise fatal


fatal = Fatal(3)


async def raising() -> None:
    await asy.sleep(1)
    stop()


async def awaits_it() -> str:
    try:
        await asy.create_task(raising())
    except Fatal:
        return "its awaiter sees it too"
    return "lost"


async def asks() -> None:
    condition = asy.Condition()
    async with condition:
        await condition.wait_for(stop)


async def compares() -> None:
    class Item:
        def __lt__(self, other: object) -> bool:
            stop()
            return False

    queue: asy.PriorityQueue[Item] = asy.PriorityQueue()
    await queue.put(Item())
    await queue.put(Item())


async def iterates() -> None:
    async def items() -> AsyncIterator[int]:
        yield 1
        stop()

    async for _ in items():
        pass


async def cleans_up() -> None:
    async with asy.timeout(1):
        try:
            await asy.sleep(5)
        finally:
            stop()


def on_done(loop: asy.Loop) -> None:
    future = loop.create_future()
    future.add_done_callback(stop)
    future.set_result(1)


def on_signal(loop: asy.Loop) -> None:
    loop.add_signal_handler(signal.SIGUSR1, stop)
    loop.call_soon(signal.raise_signal, signal.SIGUSR1)


class FatalTest(Case):
    # LOOP-17 TASK-21
    def test_wherever_it_is_raised_it_leaves_the_run_unreported_and_the_loop_stays_usable(self) -> None:
        begins: dict[str, Callable[[asy.Loop], Any]] = {
            "call_soon": lambda loop: loop.call_soon(stop),
            "call_later": lambda loop: loop.call_later(1, stop),
            "call_soon_threadsafe": lambda loop: loop.call_soon_threadsafe(stop),
            "done callback": on_done,
            "signal handler": on_signal,
            "task": lambda loop: loop.create_task(raising()),
            "awaited task": lambda loop: loop.create_task(awaits_it()),
            "wait_for": lambda loop: loop.create_task(asy.wait_for(raising(), 5)),
            "predicate": lambda loop: loop.create_task(asks()),
            "comparison": lambda loop: loop.create_task(compares()),
            "generator": lambda loop: loop.create_task(iterates()),
            "clean-up": lambda loop: loop.create_task(cleans_up()),
            "thread": lambda loop: loop.create_task(asy.to_thread(stop)),
        }
        for where, begin in begins.items():
            with self.subTest(where), self.make_loop() as loop:
                begin(loop)
                with self.assertRaises(Fatal) as raised:
                    loop.run_forever()
                self.assertIs(raised.exception, fatal)
                self.assertFalse(loop.is_running())
                self.assertEqual(loop.run_until_complete(five()), 5)
            self.assertEqual(self.reports, [])

    # LOOP-17
    def test_what_was_ready_behind_it_waits_for_the_next_run(self) -> None:
        order: list[int] = []
        with self.make_loop() as loop:
            loop.call_soon(order.append, 1)
            loop.call_soon(stop)
            loop.call_soon(order.append, 2)
            with self.assertRaises(Fatal):
                loop.run_until_complete(five())
            self.assertEqual(order, [1])
            loop.run_until_complete(five())
            self.assertEqual(order, [1, 2])

    # LOOP-17
    def test_a_readers_end_comes_again_until_it_is_removed(self) -> None:
        one, other = socket.socketpair()
        with one, other, self.make_loop(virtual_clock=False) as loop:
            loop.add_reader(one, stop)
            other.send(b"x")
            for _ in range(2):
                with self.assertRaises(Fatal):
                    loop.run_forever()
            loop.remove_reader(one)
            loop.call_soon(loop.stop)
            loop.run_forever()

    # LOOP-17 LOOP-06
    def test_it_comes_out_of_run_until_complete_as_its_tasks_end(self) -> None:
        with self.make_loop() as loop:
            task = loop.create_task(raising())
            with self.assertRaises(Fatal):
                loop.run_until_complete(task)
            self.assertIs(task.exception(), fatal)

    # LOOP-17 RUN-09
    def test_an_interrupt_of_the_keyboard_is_one(self) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        with self.make_loop() as loop:
            loop.call_soon(interrupt)
            with self.assertRaises(KeyboardInterrupt):
                loop.run_forever()
            self.assertEqual(loop.run_until_complete(five()), 5)


if __name__ == "__main__":
    unittest.main()
