"""Iterations that go from language to language, here from Python through the core and back."""

from __future__ import annotations

import unittest
from collections.abc import AsyncIterator

import libasync as asy
from support import Case


class GeneratorTest(Case):
    async def crossed(self, iterable: object) -> asy.Generator[object]:
        """As another language gets it, and gives it back."""
        queue: asy.Queue[object] = asy.Queue()
        await queue.put(asy.Generator(iterable))
        return await queue.get()

    # AGEN-01 AGEN-02
    def test_items_sends_throws_and_the_end(self) -> None:
        async def numbers() -> AsyncIterator[object]:
            held = object()
            self.held = held
            yield held
            try:
                await asy.sleep(1)
                sent = yield 2
                yield sent
            except KeyError as error:
                yield f"caught {error}"

        async def main() -> None:
            steps = await self.crossed(numbers())
            self.assertIsInstance(steps, asy.Generator)
            self.assertIs(await anext(steps), self.held)
            self.assertEqual([await anext(steps), await steps.asend("sent")], [2, "sent"])
            self.assertEqual(await steps.athrow(KeyError("x")), "caught 'x'")
            for _ in range(2):
                with self.assertRaises(StopAsyncIteration):
                    await anext(steps)
            self.assertEqual([item async for item in asy.Generator(self.three())], [0, 1, 2])

        self.run_main(main())

    async def three(self) -> AsyncIterator[int]:
        for number in range(3):
            await asy.sleep(1)
            yield number

    # AGEN-03 AGEN-04 AGEN-09
    def test_one_step_at_a_time_close_and_cancel(self) -> None:
        async def main() -> None:
            log: list[str] = []

            async def guarded() -> AsyncIterator[int]:
                try:
                    yield 1
                    await asy.sleep(100)
                    yield 2
                except asy.CancelledError:
                    log.append("cancelled")
                    raise
                finally:
                    await asy.sleep(1)
                    log.append("cleaned")

            steps = await self.crossed(guarded())
            await steps.aclose()  # not started
            self.assertEqual(log, [])
            steps = await self.crossed(guarded())
            await anext(steps)
            await steps.aclose()
            await steps.aclose()
            self.assertEqual(log, ["cleaned"])
            steps = await self.crossed(guarded())
            await anext(steps)

            async def step() -> int:
                return await anext(steps)

            task = asy.create_task(step())
            await asy.sleep(1)
            with self.assertRaises(RuntimeError):
                await anext(steps)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(log, ["cleaned", "cancelled", "cleaned"])

        self.run_main(main())

    # AGEN-05 AGEN-07
    def test_one_that_is_dropped_or_left_open_is_closed(self) -> None:
        log: list[str] = []

        async def open_ended(name: str) -> AsyncIterator[int]:
            try:
                yield 1
                yield 2
            finally:
                await asy.sleep(1)
                log.append(name)

        async def main() -> None:
            async for _ in await self.crossed(open_ended("dropped")):
                break
            await asy.sleep(2)
            self.assertEqual(log, ["dropped"])
            self.kept = await self.crossed(open_ended("left open"))
            await anext(self.kept)

        self.run_main(main())
        self.assertEqual(log, ["dropped", "left open"])

    # AGEN-10
    def test_an_item_given_inside_a_scope_is_an_error(self) -> None:
        async def in_a_timeout() -> AsyncIterator[int]:
            async with asy.timeout(5):
                yield 1

        async def beside_a_timeout() -> AsyncIterator[int]:
            async with asy.timeout(5):
                await asy.sleep(1)
            yield 1

        async def main() -> None:
            with self.assertRaisesRegex(RuntimeError, "inside a timeout or task group"):
                await anext(await self.crossed(in_a_timeout()))
            self.assertEqual(await anext(await self.crossed(beside_a_timeout())), 1)

        self.run_main(main())

    def test_what_is_no_asynchronous_iterable_is_refused(self) -> None:
        async def main() -> None:
            for wrong in (3, [1], None):
                with self.assertRaises(TypeError):
                    asy.Generator(wrong)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
