from __future__ import annotations

import unittest

import libasync as asy
from support import Case

module_level = asy.Lock()


class LockTest(Case):
    # SYNC-01 SYNC-27 LOOP-15
    def test_free_lock_is_taken_without_suspending_and_releasing_a_free_one_is_an_error(self) -> None:
        async def main() -> None:
            with self.assertRaises(RuntimeError):
                module_level.release()
            self.assertTrue(module_level.acquire().done())
            self.assertTrue(module_level.locked())
            self.assertFalse(module_level.try_acquire())
            module_level.release()
            self.assertFalse(module_level.locked())
            with self.assertRaisesRegex(RuntimeError, "not held"):
                module_level.release()

        self.run_main(main())

    # SYNC-02
    def test_newcomer_cannot_overtake_a_woken_waiter(self) -> None:
        async def main() -> None:
            lock, order = asy.Lock(), []

            async def unit(name: str) -> None:
                await lock.acquire()
                order.append(name)
                lock.release()

            await lock.acquire()
            tasks = [asy.create_task(unit(name)) for name in ("first", "second")]
            await asy.sleep(0)
            lock.release()
            self.assertFalse(lock.try_acquire())
            tasks.append(asy.create_task(unit("newcomer")))
            await asy.gather(*tasks)
            self.assertEqual(order, ["first", "second", "newcomer"])

        self.run_main(main())

    # SYNC-03
    def test_cancelled_waiter_passes_its_turn_on_once(self) -> None:
        async def main() -> None:
            lock, held = asy.Lock(), []

            async def unit(number: int) -> None:
                async with lock:
                    held.append(number)
                    await asy.sleep(1)

            await lock.acquire()
            tasks = [asy.create_task(unit(number)) for number in range(4)]
            await asy.sleep(0)
            tasks[0].cancel()
            lock.release()
            tasks[1].cancel()
            await asy.gather(*tasks, return_exceptions=True)
            self.assertEqual(held[-2:], [2, 3])
            self.assertFalse(lock.locked())

        self.run_main(main())

    # SYNC-04
    def test_any_task_may_release_unless_the_lock_remembers_its_owner(self) -> None:
        async def main() -> None:
            lock, owned = asy.Lock(), asy.Lock(owned=True)

            async def other(of: asy.Lock) -> None:
                of.release()

            await lock.acquire()
            await asy.create_task(other(lock))
            self.assertFalse(lock.locked())
            await lock.acquire()
            with self.assertRaises(TimeoutError):
                await asy.wait_for(lock.acquire(), 1)  # not re-entrant
            await owned.acquire()
            with self.assertRaises(RuntimeError):
                await asy.create_task(other(owned))
            with self.assertRaises(RuntimeError):
                await owned.acquire()
            with self.assertRaisesRegex(RuntimeError, "already"):
                owned.try_acquire()
            owned.release()

        self.run_main(main())

    # SYNC-05
    def test_scope_releases_on_error_and_cancel(self) -> None:
        async def main() -> None:
            for scope in (asy.Lock(), asy.Condition(), asy.Semaphore(), asy.BoundedSemaphore()):
                with self.assertRaises(KeyError):
                    async with scope:
                        self.assertTrue(scope.locked())
                        raise KeyError
                self.assertFalse(scope.locked())

                async def hold(scope=scope) -> None:
                    async with scope:
                        await asy.sleep(9)

                task = asy.create_task(hold())
                await asy.sleep(1)
                task.cancel()
                with self.assertRaises(asy.CancelledError):
                    await task
                self.assertFalse(scope.locked())
                with self.assertRaises(TypeError):
                    with scope:
                        pass

        self.run_main(main())

    # SYNC-06
    def test_deadlock_by_order_is_seen_in_the_tasks(self) -> None:
        async def main() -> None:
            first, second = asy.Lock(), asy.Lock()

            async def unit(one: asy.Lock, other: asy.Lock) -> None:
                async with one:
                    await asy.sleep(1)
                    async with other:
                        pass

            tasks = [asy.create_task(unit(first, second)), asy.create_task(unit(second, first))]
            await asy.sleep(2)
            self.assertFalse(any(task.done() for task in tasks))
            self.assertIn("locked, waiters:1", repr(first))
            self.assertIn("locked, waiters:1", repr(second))
            for task in tasks:
                task.cancel()
            await asy.gather(*tasks, return_exceptions=True)

        self.run_main(main())

    # SYNC-07 ECO-17
    def test_token_is_refreshed_once(self) -> None:
        async def main() -> None:
            lock, refreshed, token = asy.Lock(), 0, None

            async def get() -> str:
                nonlocal refreshed, token
                if token is None:
                    async with lock:
                        if token is None:
                            await asy.sleep(1)
                            refreshed += 1
                            token = "fresh"
                return token

            self.assertEqual(await asy.gather(*(get() for _ in range(5))), ["fresh"] * 5)
            self.assertEqual(refreshed, 1)

        self.run_main(main())

    # SYNC-25
    def test_another_loop_is_refused(self) -> None:
        for made, use in ((asy.Lock(), "acquire"), (asy.Condition(), "acquire"), (asy.Barrier(1), "wait"),
                          (asy.Limiter(1), "acquire"), (asy.BoundedSemaphore(), "acquire"), (asy.LifoQueue(), "get")):
            with self.assertRaises(RuntimeError):
                getattr(made, use)()  # no loop runs

            async def first(made=made, use=use) -> None:
                getattr(made, use)()

            async def second(made=made, use=use) -> None:
                with self.assertRaises(RuntimeError):
                    await getattr(made, use)()

            self.run_main(first())
            self.run_main(second())

    # SYNC-26
    def test_descriptions(self) -> None:
        async def main() -> None:
            lock = asy.Lock()
            self.assertRegex(repr(lock), r"^<libasync.Lock at \w+ \[unlocked\]>$")
            await lock.acquire()
            waiter = lock.acquire()
            self.assertIn("[locked, waiters:1]", repr(lock))
            waiter.cancel()
            self.assertIn("[unlocked, value:2]", repr(asy.BoundedSemaphore(2)))
            self.assertIn("[unset]", repr(asy.Event()))
            self.assertIn("[filling, waiters:0/3]", repr(asy.Barrier(3)))
            self.assertIn("[waiters:0]", repr(asy.Limiter(1)))
            self.assertRegex(repr(asy.Condition()), r"^<Condition at \w+ \[unlocked\]>$")

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
