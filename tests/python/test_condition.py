from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class ConditionTest(Case):
    # SYNC-10
    def test_lock_of_its_own_or_shared_and_needed(self) -> None:
        async def main() -> None:
            lock = asy.Lock()
            condition, other = asy.Condition(lock), asy.Condition(lock=lock)
            async with condition:
                self.assertTrue(lock.locked() and other.locked())
            for wrong in (condition.notify, condition.notify_all, condition.release):
                with self.assertRaises(RuntimeError):
                    wrong()
            with self.assertRaisesRegex(RuntimeError, "needs the lock held"):
                await condition.wait()
            with self.assertRaises(TypeError):
                asy.Condition(3)

        self.run_main(main())

    # SYNC-11 SYNC-14
    def test_notified_in_order_and_only_with_the_lock(self) -> None:
        async def main() -> None:
            condition, order = asy.Condition(), []

            async def unit(number: int) -> None:
                async with condition:
                    self.assertTrue(await condition.wait())
                    self.assertTrue(condition.locked())
                    order.append(number)

            tasks = [asy.create_task(unit(number)) for number in range(4)]
            await asy.sleep(1)
            self.assertFalse(condition.locked())
            async with condition:
                condition.notify(2)
                await asy.sleep(1)
                self.assertEqual(order, [])  # the caller still holds the lock
            await asy.sleep(1)
            self.assertEqual(order, [0, 1])
            async with condition:
                condition.notify_all()
            await asy.gather(*tasks)
            self.assertEqual(order, [0, 1, 2, 3])

        self.run_main(main())

    # SYNC-12
    def test_cancel_while_re_acquiring_is_held_back_until_the_lock_is_there(self) -> None:
        async def main() -> None:
            condition, seen = asy.Condition(), []

            async def unit() -> None:
                async with condition:
                    try:
                        await condition.wait()
                    except asy.CancelledError as error:
                        seen.append((condition.locked(), str(error)))
                        raise

            task = asy.create_task(unit())
            await asy.sleep(1)
            async with condition:
                task.cancel("first")
                await asy.sleep(1)
                task.cancel("second")
                await asy.sleep(1)
                self.assertFalse(task.done())
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(seen, [(True, "second")])
            self.assertFalse(condition.locked())

        self.run_main(main())

    # SYNC-13
    def test_notification_of_a_cancelled_waiter_goes_to_another(self) -> None:
        async def main() -> None:
            condition, woken = asy.Condition(), []

            async def unit(number: int) -> None:
                async with condition:
                    await condition.wait()
                    woken.append(number)

            tasks = [asy.create_task(unit(number)) for number in range(2)]
            await asy.sleep(1)
            async with condition:
                condition.notify()
                tasks[0].cancel()
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual(woken, [1])

        self.run_main(main())

    # SYNC-15
    def test_wait_for_gives_the_last_answer_and_raises_what_the_predicate_raises(self) -> None:
        async def main() -> None:
            condition, items = asy.Condition(), []
            self.assertEqual(await condition.wait_for(lambda: "true at once"), "true at once")

            async def unit() -> list[int]:
                async with condition:
                    return await condition.wait_for(lambda: condition.locked() and items)

            task = asy.create_task(unit())
            await asy.sleep(1)
            async with condition:
                condition.notify()  # nothing changed
            await asy.sleep(1)
            self.assertFalse(task.done())
            async with condition:
                items.append(5)
                condition.notify()
            self.assertIs(await task, items)
            with self.assertRaises(ZeroDivisionError):
                await condition.wait_for(lambda: 1 / 0)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
