"""Debug mode, counters, the watchdog."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import socket
import threading
import time
import unittest

import libasync as asy
from libasync import _core
from support import Case


def block(seconds: float) -> None:
    time.sleep(seconds)


class DebugTest(Case):
    # DBG-01
    def test_switches(self) -> None:
        with self.make_loop() as loop:
            self.assertFalse(loop.get_debug())
            thread = threading.Thread(target=loop.set_debug, args=(True,))
            thread.start()
            thread.join()
            loop.step(0)
            self.assertTrue(loop.get_debug())
            self.assertIn("debug=True", repr(loop))
        script = "import libasync as asy; print(asy.Loop().get_debug())"
        done = subprocess.run([sys.executable, "-c", script], env={**os.environ, "LIBASYNC_DEBUG": "1"},
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "True\n")

    # DBG-02
    def test_what_was_made_in_debug_mode_tells_where(self) -> None:
        async def failing() -> None:
            raise ValueError("nobody reads this")

        async def main() -> None:
            made = [asy.get_running_loop().create_future(), asy.create_task(failing())]
            for future in made:
                place = _core.future_place(future)
                self.assertIn("test_debug.py:", place)
                self.assertIn("in DebugTest.test_what_was_made_in_debug_mode_tells_where.<locals>.main", place)
                self.assertLessEqual(place.count(" in "), 10)
                self.assertIn("created at", repr(future))
            await asy.sleep(1)

        self.run_main(main(), reports=1, debug=True)
        self.assertIn("test_debug.py:", self.reports[0][1])

        async def plain() -> None:
            self.assertIsNone(_core.future_place(asy.get_running_loop().create_future()))

        self.run_main(plain())

    # DBG-02 FUT-18
    def test_long_texts_are_told_whole(self) -> None:
        async def main() -> None:
            names = {}
            exec(compile("def make(loop):\n  return loop.create_future()", "f" * 600, "exec"), names)
            place = _core.future_place(future := names["make"](asy.get_running_loop()))
            self.assertTrue(place.startswith("f" * 600 + ":2 in make; "), place)
            self.assertIn(place, repr(future))
            task = asy.create_task(self.sleeper(), name="n" * 1000)
            await asy.sleep(0)
            self.assertIn("n" * 1000 + " coro=DebugTest.sleeper waiting for sleep", repr(task))
            task.cancel()

        self.run_main(main(), debug=True)

    async def sleeper(self) -> None:
        await asy.sleep(100)

    # DBG-04
    def test_slow_step_is_reported_with_its_task_and_no_policy_applies(self) -> None:
        async def main() -> str:
            loop = asy.get_running_loop()
            self.assertEqual(loop.slow_callback_duration, 0.1)
            loop.slow_callback_duration = 0.005
            self.assertEqual(loop.slow_callback_duration, 0.005)
            loop.set_report_policy(asy.REPORT_RAISE)

            async def slow() -> None:
                block(0.006)

            await asy.create_task(slow(), name="the slow one")
            loop.slow_callback_duration = 100
            return "unchanged"

        loop = self.make_loop(debug=True)
        with contextlib.closing(loop):
            self.assertEqual(loop.run_until_complete(main()), "unchanged")
        self.assertTrue(any("the slow one" in str(error) or "the slow one" in what for error, what in self.reports), self.reports)

    # DBG-06
    def test_slow_io_and_lookups_are_reported(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            loop.slow_callback_duration = 0.000001
            await asy.resolve("localhost", 80)
            one, other = socket.socketpair()
            with one, other:
                loop.add_reader(one, lambda: (block(0.001), loop.remove_reader(one), ready.set_result(None)))
                ready = loop.create_future()
                other.send(b"x")
                await ready
            loop.slow_callback_duration = 100

        with contextlib.closing(self.make_loop(debug=True, virtual_clock=False)) as loop:
            loop.run_until_complete(main())
        told = " ".join(f"{error} {what}" for error, what in self.reports)
        self.assertIn("the lookup of host localhost took", told)
        self.assertIn("an I/O callback held the loop up", told)

    # DBG-10
    def test_debug_mode_changes_no_order(self) -> None:
        def order(debug: bool) -> list[int]:
            log: list[int] = []

            async def unit(number: int) -> None:
                for _ in range(3):
                    log.append(number)
                    await asy.sleep(number % 2)

            async def main() -> None:
                await asy.gather(*(unit(number) for number in range(4)))

            self.run_main(main(), debug=debug)
            return log

        self.assertEqual(order(False), order(True))

    # INTR-05
    def test_counters(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            before = loop.metrics()
            await asy.gather(*(asy.create_task(asy_unit()) for _ in range(3)))
            await asy.sleep(1)
            after = loop.metrics()
            self.assertEqual(after["tasks_created"] - before["tasks_created"], 3)
            self.assertEqual(after["tasks_finished"] - before["tasks_finished"], 3)
            self.assertGreater(after["timers"], before["timers"])
            self.assertGreater(after["entries"], before["entries"])
            self.assertIsInstance(after["step_max"], float)

        self.run_main(main())

    # DBG-04
    def test_watchdog_tells_while_the_loop_is_blocked(self) -> None:
        told = threading.Event()
        said: list[tuple[str, float]] = []

        def tell(name: str, seconds: float) -> None:
            if "blocker" in name:  # else the machine is slow
                said.append((name, seconds))
                told.set()

        async def main() -> None:
            loop = asy.get_running_loop()
            loop.set_watchdog(0.002, tell)
            await asy.sleep(0)
            self.assertTrue(told.wait(5))  # blocks the loop until it is told
            loop.set_watchdog(0)

        with contextlib.closing(self.make_loop()) as loop:
            loop.run_until_complete(loop.create_task(main(), name="blocker"))
        self.assertIn("blocker", said[0][0])
        self.assertGreaterEqual(said[0][1], 0.002)

    # DBG-04
    def test_watchdog_prints_where_the_thread_is_by_default(self) -> None:
        text = io.StringIO()

        async def main() -> None:
            asy.get_running_loop().set_watchdog(0.002)
            await asy.sleep(0)
            for _ in range(500):
                if "has blocked the loop" in text.getvalue() and "block" in text.getvalue():
                    break
                block(0.002)

        with contextlib.redirect_stderr(text):
            self.run_main(main())
        self.assertIn("has blocked the loop", text.getvalue())
        self.assertIn("test_debug.py", text.getvalue())

    # TEST-09
    def test_what_a_closed_loop_is_still_held_by(self) -> None:
        loop = self.make_loop()
        kept = [loop.create_future(), loop.call_later(5, print)]
        loop.close()
        self.assertEqual(sum(loop.live().values()), 2, loop.live())
        kept.clear()
        self.assertEqual(loop.live(), {})


async def asy_unit() -> None:
    pass


if __name__ == "__main__":
    unittest.main()
