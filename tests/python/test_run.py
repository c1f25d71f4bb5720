from __future__ import annotations

import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

import libasync as asy
from support import Case, Hanging


class RunTest(Case):
    # RUN-01
    def test_returns_the_result_or_raises_and_closes_the_loop(self) -> None:
        loops = []

        async def main(fail: bool) -> int:
            loops.append(asy.get_running_loop())
            await asy.sleep(0)
            if fail:
                raise ValueError("x")
            return 5

        self.assertEqual(asy.run(main(False)), 5)
        with self.assertRaisesRegex(ValueError, "x"):
            asy.run(main(True))
        self.assertTrue(all(loop.is_closed() for loop in loops))

    # RUN-01
    def test_any_awaitable_is_accepted_and_nothing_else(self) -> None:
        class Custom:
            def __await__(self):
                return asy.sleep(0, 3).__await__()

        self.assertEqual(asy.run(Custom()), 3)
        with self.assertRaises(TypeError):
            asy.run(3)

    # RUN-01 RUN-07 CORO-06
    def test_refused_inside_a_running_loop(self) -> None:
        async def main() -> None:
            with self.assertRaises(RuntimeError):
                asy.run(asy_unit())

        self.run_main(main())

    # RUN-02
    def test_what_is_left_is_cancelled(self) -> None:
        left = Hanging()

        async def main() -> None:
            asy.create_task(left.wait())
            await asy.sleep(0)

        self.run_main(main())
        self.assertEqual(left.cancelled, 1)

    # RUN-03 AGEN-07
    def test_order_of_the_teardown(self) -> None:
        order = []

        async def generator():
            try:
                yield 1
            finally:
                await asy.sleep(0)
                order.append("generator")

        async def task() -> None:
            try:
                await asy.sleep(100)
            finally:
                order.append("task")

        kept = []

        async def main() -> None:
            asy.create_task(task())
            kept.append(generator())
            async for _ in kept[0]:
                break
            await asy.sleep(0)
            order.append("main")

        self.run_main(main())
        self.assertEqual(order, ["main", "task", "generator"])

    # RUN-03
    def test_loop_is_closed_even_when_a_stage_raises(self) -> None:
        async def main() -> None:
            asy.create_task(self.interrupted())
            await asy.sleep(0)

        loops = []
        with self.assertRaises(SystemExit):
            asy.run(main(), loop_factory=lambda: loops.append(self.make_loop()) or loops[0])
        self.assertTrue(loops[0].is_closed())

    async def interrupted(self) -> None:
        try:
            await asy.sleep(100)
        finally:
            raise SystemExit(4)

    # RUN-04
    def test_failing_left_over_is_reported(self) -> None:
        async def left() -> None:
            try:
                await asy.sleep(100)
            finally:
                raise ValueError("clean-up")

        async def main() -> int:
            asy.create_task(left())
            await asy.sleep(0)
            return 7

        self.assertEqual(self.run_main(main(), reports=1), 7)
        self.assertEqual(str(self.reports[0][0]), "clean-up")
        self.assertIn("while its loop was shut down", self.reports[0][1])

    # RUN-05 RUN-06
    def test_stubborn_and_late_tasks_are_waited_for(self) -> None:
        log = []

        async def late() -> None:
            try:
                await asy.sleep(100)
            finally:
                log.append("late")

        async def stubborn() -> None:
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                asy.create_task(late())
                await asy.sleep(5)
                log.append("stubborn")

        async def main() -> None:
            asy.create_task(stubborn())
            await asy.sleep(0)

        self.run_main(main())
        self.assertEqual(log, ["stubborn", "late"])

    # RUN-07 CTX-03
    def test_runner_shares_loop_and_context(self) -> None:
        import contextvars

        variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

        async def increase() -> tuple[int, asy.Loop]:
            variable.set(variable.get() + 1)
            return variable.get(), asy.get_running_loop()

        with asy.Runner(virtual_clock=True) as runner:
            first, second = runner.run(increase()), runner.run(increase())
            self.assertEqual((first[0], second[0]), (1, 2))
            self.assertIs(first[1], second[1])
            self.assertIs(runner.get_loop(), first[1])
            own = contextvars.copy_context()
            self.assertEqual(runner.run(increase(), context=own)[0], 1)

            async def inside() -> None:
                coroutine = asy_unit()
                with self.assertRaises(RuntimeError):
                    runner.run(coroutine)
                coroutine.close()

            runner.run(inside())
        runner.close()
        late = asy_unit()
        for use in (runner.get_loop, runner.__enter__, lambda: runner.run(late)):
            with self.assertRaises(RuntimeError):
                use()
        late.close()

    # RUN-08 EXT-03
    def test_loop_factory(self) -> None:
        made = []

        def factory() -> asy.Loop:
            made.append(asy.Loop(virtual_clock=True))
            return made[-1]

        async def main() -> asy.Loop:
            await asy.sleep(1000)
            return asy.get_running_loop()

        self.assertIs(asy.run(main(), loop_factory=factory), made[0])

    # RUN-11 DBG-01 DBG-03
    def test_debug_flag(self) -> None:
        async def main() -> tuple[bool, int]:
            return asy.get_running_loop().get_debug(), sys.get_coroutine_origin_tracking_depth()

        self.assertEqual(asy.run(main(), debug=False)[0], False)
        self.assertEqual(asy.run(main(), debug=True), (True, 10))
        self.assertEqual(asy.run(main())[0], sys.flags.dev_mode)


async def asy_unit() -> None:
    pass


class InterruptTest(Case):
    """Ctrl-C: in this process by raising the signal, and from outside in a child that sleeps in its poll."""

    # RUN-09
    def test_first_interrupt_cancels_main(self) -> None:
        cancelled = []

        async def main() -> None:
            asy.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                cancelled.append(1)
                raise

        with self.assertRaises(KeyboardInterrupt):
            asy.run(main())
        self.assertEqual(cancelled, [1])
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    # RUN-09
    def test_swallowed_interrupt_is_a_normal_result(self) -> None:
        async def main() -> int:
            asy.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
            try:
                await asy.sleep(100)
            except asy.CancelledError:
                pass
            return 3

        self.assertEqual(asy.run(main()), 3)

    # RUN-10
    def test_second_interrupt_comes_at_once(self) -> None:
        async def main() -> None:
            try:
                signal.raise_signal(signal.SIGINT)
                await asy.sleep(100)
            except asy.CancelledError:
                signal.raise_signal(signal.SIGINT)
                self.fail("the interrupt is raised here")

        with self.assertRaises(KeyboardInterrupt):
            asy.run(main())

    # RUN-10
    def test_own_handler_is_left_alone(self) -> None:
        calls = []
        old = signal.signal(signal.SIGINT, lambda signum, frame: calls.append(signum))
        try:
            asy.run(self.raise_and_wait(calls))
        finally:
            signal.signal(signal.SIGINT, old)
        self.assertEqual(calls, [signal.SIGINT])

    async def raise_and_wait(self, calls: list[int]) -> None:
        asy.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
        while not calls:
            await asy.sleep(0)

    # RUN-09
    def test_signal_wakes_a_blocked_loop(self) -> None:
        script = (
            "import libasync as asy\n"
            "async def main():\n"
            "    print('ready', flush=True)\n"
            "    try:\n"
            "        await asy.sleep(60)\n"
            "    finally:\n"
            "        print('cleaned', flush=True)\n"
            "asy.run(main())\n"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            self.assertEqual(child.stdout.readline(), "ready\n")
            wait_until_it_sleeps(child.pid)
            child.send_signal(signal.SIGINT)
            output, errors = child.communicate(timeout=10)
        self.assertEqual(output, "cleaned\n")
        self.assertIn("KeyboardInterrupt", errors)
        self.assertEqual(child.returncode, -signal.SIGINT)

    # RUN-09
    def test_other_threads_run_without_signal_handling(self) -> None:
        import threading

        results = []
        thread = threading.Thread(target=lambda: results.append(asy.run(value())))
        thread.start()
        thread.join()
        self.assertEqual(results, [7])


async def value() -> int:
    await asy.sleep(0)
    return 7


def wait_until_it_sleeps(pid: int) -> None:
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        os.sched_yield()


if __name__ == "__main__":
    unittest.main()
