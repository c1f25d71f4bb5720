from __future__ import annotations

import gc
import unittest

import libasync as asy
from support import Case
from test_wait import after


class ShieldTest(Case):
    # COMB-22
    def test_cancel_ends_the_wait_alone(self) -> None:
        async def main() -> None:
            inner = asy.create_task(after(2, "value"))

            async def waiting() -> object:
                return await asy.shield(inner)

            waiter = asy.create_task(waiting())
            await asy.sleep(1)
            waiter.cancel()
            with self.assertRaises(asy.CancelledError):
                await waiter
            self.assertFalse(inner.done())
            self.assertEqual(await asy.shield(inner), "value")
            self.assertIs(asy.shield(inner), inner)  # done already
            outer = asy.shield(victim := asy.create_task(after(9)))
            victim.cancel()
            with self.assertRaises(asy.CancelledError):
                await outer
            with self.assertRaisesRegex(KeyError, "inner"):
                await asy.shield(after(1, KeyError("inner")))
            with self.assertRaises(TypeError):
                asy.shield(3)

        self.run_main(main())

    # COMB-23
    def test_error_of_an_abandoned_inner_is_reported_once(self) -> None:
        async def main() -> None:
            inner = asy.create_task(after(1, ValueError("late")))
            asy.shield(inner).cancel()
            await asy.sleep(2)
            del inner
            gc.collect()
            await asy.sleep(1)

        self.run_main(main(), reports=1)
        self.assertEqual(str(self.reports[0][0]), "late")

    # COMB-24
    def test_the_loop_keeps_what_is_shielded_alive(self) -> None:
        async def main() -> None:
            log: list[str] = []

            async def unit() -> None:
                await asy.sleep(2)
                log.append("ran on")

            with self.assertRaises(TimeoutError):
                await asy.wait_for(asy.shield(unit()), 1)
            gc.collect()
            await asy.sleep(2)
            self.assertEqual(log, ["ran on"])

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
