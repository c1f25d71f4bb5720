from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class SemaphoreTest(Case):
    # SYNC-05
    def test_entering_it_gives_nothing_as_with_a_lock(self) -> None:
        async def main() -> None:
            for made in (asy.Lock(), asy.Condition(), asy.Semaphore(), asy.BoundedSemaphore()):
                async with made as entered:
                    self.assertIsNone(entered)

        self.run_main(main())

    # SYNC-16 SYNC-27
    def test_counts_without_suspending(self) -> None:
        async def main() -> None:
            semaphore = asy.Semaphore(2)
            self.assertTrue(await semaphore.acquire())
            self.assertTrue(semaphore.try_acquire())
            self.assertFalse(semaphore.try_acquire())
            self.assertEqual((semaphore.value(), semaphore.locked()), (0, True))
            semaphore.release()
            self.assertEqual((semaphore.value(), semaphore.locked()), (1, False))
            with self.assertRaises((ValueError, OverflowError)):
                asy.Semaphore(-1)

        self.run_main(main())

    # SYNC-05 SYNC-20
    def test_scope_releases_on_error_and_cancel_and_caps_concurrency(self) -> None:
        async def main() -> None:
            semaphore, running, most = asy.Semaphore(2), 0, 0

            async def unit(fail: bool) -> None:
                nonlocal running, most
                async with semaphore:
                    running += 1
                    most = max(most, running)
                    try:
                        await asy.sleep(1)
                        if fail:
                            raise ValueError
                    finally:
                        running -= 1

            tasks = [asy.create_task(unit(number % 2 == 0)) for number in range(6)]
            await asy.sleep(0.5)
            tasks[1].cancel()
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual((most, semaphore.value()), (2, 2))
            with self.assertRaises(TypeError):
                with semaphore:
                    pass

        self.run_main(main())

    # SYNC-17
    def test_newcomer_cannot_overtake_a_woken_waiter(self) -> None:
        async def main() -> None:
            semaphore, order = asy.Semaphore(0), []

            async def unit(name: str) -> None:
                await semaphore.acquire()
                order.append(name)

            tasks = [asy.create_task(unit("first"))]
            await asy.sleep(0)
            semaphore.release()
            self.assertTrue(semaphore.locked())
            self.assertFalse(semaphore.try_acquire())
            tasks.append(asy.create_task(unit("newcomer")))
            semaphore.release()
            await asy.gather(*tasks)
            self.assertEqual(order, ["first", "newcomer"])

        self.run_main(main())

    # SYNC-18
    def test_cancelled_waiter_loses_no_slot(self) -> None:
        async def main() -> None:
            semaphore = asy.Semaphore(0)

            async def unit() -> None:
                await semaphore.acquire()
                semaphore.release()

            tasks = [asy.create_task(unit()) for _ in range(3)]
            await asy.sleep(0)
            semaphore.release()
            tasks[0].cancel()
            tasks[1].cancel()
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual(semaphore.value(), 1)

        self.run_main(main(), reports=1)  # the first had its slot already, and ended before its cancel came

    # SYNC-19
    def test_bounded_one_refuses_a_release_too_many(self) -> None:
        early = asy.BoundedSemaphore(1)  # no loop runs yet
        with self.assertRaisesRegex(ValueError, "too many"):
            early.release()

        async def main() -> None:
            semaphore = asy.BoundedSemaphore(value=2)
            async with semaphore:
                self.assertEqual(semaphore.value(), 1)
            with self.assertRaises(ValueError):
                semaphore.release()
            self.assertEqual((semaphore.value(), early.value()), (2, 1))
            self.assertIsInstance(semaphore, asy.Semaphore)
            with self.assertRaises(ValueError):
                asy.BoundedSemaphore(-1)

        self.run_main(main())

    # SYNC-25 LOOP-15 TEST-06
    def test_another_loop_is_refused(self) -> None:
        semaphore = asy.Semaphore(0)

        async def first() -> None:
            semaphore.try_acquire()

        async def second() -> None:
            with self.assertRaises(RuntimeError):
                await semaphore.acquire()

        self.run_main(first())
        self.run_main(second())


if __name__ == "__main__":
    unittest.main()
