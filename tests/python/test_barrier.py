from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class BarrierTest(Case):
    def waiting(self, barrier: asy.Barrier, count: int) -> list[asy.Task[int]]:
        async def unit() -> int:
            return await barrier.wait()

        return [asy.create_task(unit()) for _ in range(count)]

    # SYNC-21
    def test_last_arrival_releases_all_with_distinct_indexes_again_and_again(self) -> None:
        async def main() -> None:
            barrier = asy.Barrier(3)
            for _ in range(2):
                tasks = self.waiting(barrier, 2)
                await asy.sleep(1)
                self.assertEqual((barrier.n_waiting, barrier.parties), (2, 3))
                async with barrier as index:
                    self.assertEqual(sorted([index, *await asy.gather(*tasks)]), [0, 1, 2])
            with self.assertRaises(ValueError):
                asy.Barrier(0)
            with self.assertRaises(AttributeError):
                barrier.parties = 5

        self.run_main(main())

    # SYNC-22
    def test_cancelled_waiter_leaves_without_breaking_it(self) -> None:
        async def main() -> None:
            barrier = asy.Barrier(2)
            (left,) = self.waiting(barrier, 1)
            await asy.sleep(1)
            left.cancel()
            await asy.sleep(1)
            self.assertEqual((barrier.n_waiting, barrier.broken), (0, False))
            await asy.gather(*self.waiting(barrier, 2))

        self.run_main(main())

    # SYNC-23 EXC-07
    def test_reset_fails_who_waits_and_leaves_it_whole(self) -> None:
        async def main() -> None:
            barrier = asy.Barrier(3)
            tasks = self.waiting(barrier, 2)
            await asy.sleep(1)
            await barrier.reset()
            for error in await asy.gather(*tasks, return_exceptions=True):
                self.assertIsInstance(error, asy.BrokenBarrierError)
                self.assertIsInstance(error, RuntimeError)
            self.assertFalse(barrier.broken)
            drained = self.waiting(barrier, 3)
            await asy.sleep(0)
            await barrier.reset()  # those who were let go are not touched
            self.assertEqual(sorted(await asy.gather(*drained)), [0, 1, 2])

        self.run_main(main())

    # SYNC-24
    def test_abort_lasts_until_reset(self) -> None:
        async def main() -> None:
            barrier = asy.Barrier(2)
            (task,) = self.waiting(barrier, 1)
            await asy.sleep(1)
            await barrier.abort()
            self.assertTrue(barrier.broken)
            self.assertIn("[broken", repr(barrier))
            for waiting in (task, barrier.wait()):
                with self.assertRaises(asy.BrokenBarrierError):
                    await waiting
            await barrier.reset()
            await asy.gather(*self.waiting(barrier, 2))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
