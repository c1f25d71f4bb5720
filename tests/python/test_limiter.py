from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class LimiterTest(Case):
    # ECO-03
    def test_burst_then_rate_in_order_and_a_cancelled_wait_takes_nothing(self) -> None:
        async def main() -> None:
            loop, limiter, times = asy.get_running_loop(), asy.Limiter(rate=2, burst=3), []
            start = loop.time()

            async def call() -> None:
                async with limiter:
                    times.append(round(loop.time() - start, 3))

            tasks = [asy.create_task(call()) for _ in range(6)]
            await asy.sleep(0.1)
            self.assertFalse(limiter.try_acquire())
            tasks[3].cancel()
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual(times, [0, 0, 0, 0.5, 1])
            await asy.sleep(5)
            await limiter.acquire(3)
            for amount in (4, -1):
                with self.assertRaises(ValueError):
                    await limiter.acquire(amount)
                with self.assertRaises(ValueError):
                    limiter.try_acquire(amount)
            for wrong in ((0, 1), (1, 0), (float("nan"), 1), (-1, 1)):
                with self.assertRaises(ValueError):
                    asy.Limiter(*wrong)

        self.run_main(main())

    # SYNC-20
    def test_caps_the_rate_and_not_how_many_run_at_once(self) -> None:
        async def main() -> None:
            limiter, running, most = asy.Limiter(rate=1, burst=1), 0, 0

            async def call() -> None:
                nonlocal running, most
                async with limiter:
                    running += 1
                    most = max(most, running)
                    await asy.sleep(10)
                    running -= 1

            await asy.gather(*(call() for _ in range(5)))
            self.assertEqual(most, 5)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
