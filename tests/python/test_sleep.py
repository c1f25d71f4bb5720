from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class SleepTest(Case):
    # COMB-01 TEST-07
    def test_returns_its_result_after_the_delay(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            start = loop.time()
            self.assertEqual(await asy.sleep(5, "done"), "done")
            self.assertEqual(await asy.sleep(1, result=[1]), [1])
            self.assertIsNone(await asy.sleep(1))
            self.assertAlmostEqual(loop.time() - start, 7)

        self.run_main(main())

    # COMB-01 HND-08
    def test_bad_delays(self) -> None:
        async def main() -> None:
            for wrong, error in ((float("nan"), ValueError), (None, TypeError), ("1", TypeError)):
                with self.assertRaises(error):
                    asy.sleep(wrong)
            for wrong in ((), (1, 2, 3)):
                with self.assertRaises(TypeError):
                    asy.sleep(*wrong)
            with self.assertRaises(TypeError):
                asy.sleep(1, colour=2)

        self.run_main(main())
        with self.assertRaises(RuntimeError):
            asy.sleep(1)

    # COMB-02
    def test_zero_and_less_is_one_trip_through_the_ready_queue(self) -> None:
        async def main() -> None:
            loop, order = asy.get_running_loop(), []
            start = loop.time()
            for delay in (0, -1, 0.0):
                loop.call_soon(order.append, delay)
                self.assertEqual(await asy.sleep(delay, "x"), "x")
            self.assertEqual(order, [0, -1, 0.0])
            self.assertEqual(loop.time(), start)
            self.assertEqual(await asy.gather(asy.sleep(0, 1), asy.sleep(1, 2)), [1, 2])

        self.run_main(main())

    # COMB-01
    def test_cancelling_removes_the_timer(self) -> None:
        async def main() -> None:
            task = asy.create_task(self.sleeper())
            await asy.sleep(0)
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertIsNone(asy.get_running_loop().next_deadline())

        self.run_main(main())

    async def sleeper(self) -> None:
        await asy.sleep(1000)


if __name__ == "__main__":
    unittest.main()
