from __future__ import annotations

import contextlib
import contextvars
import gc
import sys
import unittest

import libasync as asy
from support import Case


variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


class AsyncgenTest(Case):
    # AGEN-01 AGEN-05
    def test_abandoned_generator_is_closed_later_by_a_task_of_its_own(self) -> None:
        async def main() -> None:
            log = []

            async def generator():
                try:
                    yield 1
                    yield 2
                finally:
                    await asy.sleep(1)
                    log.append(asy.current_task())

            async for number in generator():
                self.assertEqual(number, 1)
                break
            gc.collect()
            self.assertEqual(log, [])
            await asy.sleep(2)
            self.assertEqual(len(log), 1)
            self.assertIsNot(log[0], asy.current_task())

        self.run_main(main())

    # AGEN-03
    def test_second_step_while_one_is_in_flight_is_an_error(self) -> None:
        async def generator():
            await asy.sleep(1)
            yield 1

        async def main() -> None:
            steps = generator()
            first = asy.ensure_future(steps.__anext__())
            await asy.sleep(0)
            with self.assertRaises(RuntimeError):
                await steps.__anext__()
            with self.assertRaises(RuntimeError):
                await steps.aclose()
            self.assertEqual(await first, 1)
            await steps.aclose()

        self.run_main(main())

    # AGEN-07
    def test_end_of_the_run_closes_all_at_once_and_reports_failures(self) -> None:
        log, kept, ends = [], [], []

        async def generator(fail: bool):
            try:
                yield 1
            finally:
                await asy.sleep(1)
                ends.append(asy.get_running_loop().time())
                log.append(fail)
                if fail:
                    raise ValueError("clean-up")

        async def main() -> None:
            for fail in (True, False):
                kept.append(generator(fail))
                await kept[-1].__anext__()

        self.run_main(main(), reports=1)
        self.assertEqual(sorted(log), [False, True])
        self.assertEqual(ends[0], ends[1])
        self.assertEqual(str(self.reports[0][0]), "clean-up")

    # AGEN-08
    def test_hooks_are_put_back_after_the_run(self) -> None:
        async def main() -> bool:
            return sys.get_asyncgen_hooks().firstiter is not None

        before = sys.get_asyncgen_hooks()
        self.assertTrue(self.run_main(main()))
        self.assertEqual(sys.get_asyncgen_hooks(), before)

    # AGEN-09
    def test_cancel_reaches_the_inner_await(self) -> None:
        async def main() -> None:
            log = []

            async def generator():
                try:
                    await asy.sleep(100)
                    yield 1
                except asy.CancelledError:
                    log.append("cancelled")
                    raise

            async def consume() -> None:
                async for _ in generator():
                    pass

            task = asy.create_task(consume())
            await asy.sleep(1)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(log, ["cancelled"])

        self.run_main(main())

    # AGEN-02
    def test_every_operation_of_a_generator_object(self) -> None:
        async def generator():
            try:
                sent = yield 1
                await asy.sleep(1)
                yield sent
            except KeyError as error:
                yield f"caught {error}"

        async def main() -> None:
            steps = generator()
            self.assertEqual(await steps.__anext__(), 1)
            self.assertEqual(await steps.asend("sent"), "sent")
            self.assertEqual(await steps.athrow(KeyError("x")), "caught 'x'")
            for _ in range(2):
                with self.assertRaises(StopAsyncIteration):
                    await anext(steps)
            self.assertEqual(await anext(steps, "default"), "default")

        self.run_main(main())

    # AGEN-04
    def test_aclose_cleans_up_with_awaits_and_is_idempotent(self) -> None:
        async def main() -> None:
            log = []

            async def generator(again: bool):
                try:
                    yield 1
                finally:
                    await asy.sleep(1)
                    log.append("cleaned")
                    if again:
                        yield 2

            steps = generator(False)
            await steps.aclose()  # not started
            self.assertEqual(log, [])
            steps = generator(False)
            await anext(steps)
            await steps.aclose()
            await steps.aclose()
            self.assertEqual(log, ["cleaned"])
            stubborn = generator(True)
            await anext(stubborn)
            with self.assertRaises(RuntimeError):
                await stubborn.aclose()

        self.run_main(main())

    # AGEN-06
    def test_aclosing_closes_in_the_same_task_and_context(self) -> None:
        async def main() -> None:
            tasks = []

            async def generator():
                try:
                    while True:
                        yield variable.get()
                finally:
                    await asy.sleep(0)
                    tasks.append((asy.current_task(), variable.get()))

            async def use(end: str) -> None:
                variable.set(end)
                async with contextlib.aclosing(generator()) as steps:
                    async for _ in steps:
                        if end == "error":
                            raise KeyError
                        if end == "cancel":
                            asy.current_task().cancel()
                            await asy.sleep(1)
                        break

            for end in ("break", "error", "cancel"):
                task = asy.create_task(use(end))
                await asy.gather(task, return_exceptions=True)
                self.assertEqual(tasks.pop(), (task, end))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
