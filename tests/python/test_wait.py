from __future__ import annotations

import unittest

import libasync as asy
from support import Case


async def after(seconds: float, outcome: object = None) -> object:
    await asy.sleep(seconds)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class WaitTest(Case):
    def tasks(self, *units: tuple[float, object]) -> list[asy.Task[object]]:
        return [asy.create_task(after(*unit)) for unit in units]

    # COMB-09
    def test_sets_of_done_and_pending_and_no_error_of_theirs(self) -> None:
        async def main() -> None:
            slow, failing, quick = self.tasks((9, 1), (2, KeyError()), (1, 2))
            done, pending = await asy.wait(iter([slow, failing, quick, quick]), timeout=5)
            self.assertEqual((done, pending), ({failing, quick}, {slow}))
            self.assertFalse(slow.done())
            self.assertIsInstance(failing.exception(), KeyError)
            self.assertEqual(await asy.wait({slow}, timeout=0), (set(), {slow}))
            waiter = asy.create_task(asy.wait([slow]))
            await asy.sleep(1)
            waiter.cancel()
            await asy.sleep(1)
            self.assertEqual((waiter.cancelled(), slow.done()), (True, False))
            self.assertEqual(await asy.wait([slow]), ({slow}, set()))

        self.run_main(main())

    # COMB-09
    def test_what_cannot_be_waited_for(self) -> None:
        async def main() -> None:
            future = asy.Future()
            coroutine = after(1)
            for wrong, error in (([], ValueError), (future, TypeError), (coroutine, TypeError), ([coroutine], TypeError),
                                 ([future, 3], TypeError), (5, TypeError)):
                with self.assertRaises(error):
                    await asy.wait(wrong)
            with self.assertRaises(ValueError):
                await asy.wait([future], return_when="SOON")
            coroutine.close()

        self.run_main(main())

    # COMB-10
    def test_modes(self) -> None:
        async def main() -> None:
            first, second, third = self.tasks((1, "a"), (1, "b"), (5, "c"))
            done, _ = await asy.wait([first, second, third], return_when=asy.FIRST_COMPLETED)
            self.assertEqual(done, {first, second})  # both were done in that turn
            cancelled, failing, late = self.tasks((9, 0), (2, ValueError()), (9, 0))
            asy.get_running_loop().call_later(1, cancelled.cancel)
            done, pending = await asy.wait([cancelled, failing, late], return_when=asy.FIRST_EXCEPTION)
            self.assertEqual((done, pending), ({cancelled, failing}, {late}))
            self.assertEqual(asy.ALL_COMPLETED, "ALL_COMPLETED")
            late.cancel()

        self.run_main(main(), reports=1)

    # COMB-27
    def test_race_idiom_awaits_the_losers_cleanup(self) -> None:
        async def main() -> None:
            cleaned = []

            async def loser() -> None:
                try:
                    await asy.sleep(100)
                finally:
                    await asy.sleep(1)
                    cleaned.append(True)

            tasks = [asy.create_task(after(1, "won")), asy.create_task(loser())]
            done, pending = await asy.wait(tasks, return_when=asy.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            await asy.wait(pending)
            self.assertEqual(([task.result() for task in done], cleaned), (["won"], [True]))

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
