"""The hardest cases of semantics, as a Python program meets them."""

from __future__ import annotations

import unittest

import libasync as asy
from support import Case


async def forever() -> None:
    await asy.get_running_loop().create_future()


class CasesTest(Case):
    # case 1
    def test_a_value_that_came_before_the_cancel_is_not_lost(self) -> None:
        async def main() -> None:
            future = asy.Future()
            log: list[object] = []

            async def unit() -> None:
                log.append(await future)
                await asy.sleep(0)
                log.append("never")

            task = asy.create_task(unit())
            await asy.sleep(0)
            future.set_result("value")
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(log, ["value"])

        self.run_main(main())

    # case 3
    def test_timeout_and_another_cancel_in_one_turn(self) -> None:
        async def main() -> None:
            scopes: list[asy.Timeout] = []

            async def unit() -> None:
                async with asy.timeout(1) as scope:
                    scopes.append(scope)
                    await forever()

            task = asy.create_task(unit())
            asy.get_running_loop().call_later(1, task.cancel)
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual((scopes[0].expired(), task.cancelling()), (True, 1))

        self.run_main(main())

    # case 5
    def test_a_body_that_swallows_its_groups_cancel_goes_on_and_leaks_none(self) -> None:
        async def main() -> None:
            log: list[str] = []

            async def failing() -> None:
                raise KeyError

            with self.assertRaises(ExceptionGroup):
                async with asy.TaskGroup() as group:
                    group.create_task(failing())
                    try:
                        await forever()
                    except asy.CancelledError:
                        log.append("swallowed")
                    await asy.sleep(1)
                    log.append("went on")
            self.assertEqual((log, asy.current_task().cancelling()), (["swallowed", "went on"], 0))
            await asy.sleep(1)

        self.run_main(main())

    # case 6
    def test_requests_are_counted_and_floor_at_zero(self) -> None:
        async def main() -> None:
            async def unit() -> int:
                task = asy.current_task()
                self.assertEqual(task.uncancel(), 0)
                task.cancel()
                self.assertEqual((task.cancelling(), task.uncancel()), (1, 0))
                await asy.sleep(1)  # taken back before it was delivered
                task.cancel()
                task.cancel()
                self.assertEqual(task.uncancel(), 1)
                try:
                    await asy.sleep(1)
                except asy.CancelledError:
                    return task.cancelling()
                return -1

            self.assertEqual(await asy.create_task(unit()), 1)

        self.run_main(main())

    # case 15
    def test_an_awaiters_cancel_does_not_reach_the_other_of_a_shared_future(self) -> None:
        async def main() -> None:
            future = asy.Future()
            future.set_shared()

            async def unit() -> object:
                return await future

            left, right = asy.create_task(unit()), asy.create_task(unit())
            await asy.sleep(0)
            left.cancel()
            await asy.sleep(0)
            future.set_result(3)
            self.assertEqual(await right, 3)
            self.assertTrue(left.cancelled())

        self.run_main(main())

    # case 16
    def test_a_cancel_that_the_inner_task_swallowed_stays_counted(self) -> None:
        async def main() -> None:
            async def inner() -> str:
                try:
                    await forever()
                except asy.CancelledError:
                    return "swallowed"

            async def outer() -> tuple[str, int]:
                return await asy.create_task(inner()), asy.current_task().cancelling()

            task = asy.create_task(outer())
            await asy.sleep(1)
            task.cancel()
            self.assertEqual(await task, ("swallowed", 1))

        self.run_main(main())

    # case 17
    def test_cancel_before_the_start_of_itself_and_when_done(self) -> None:
        async def main() -> bool:
            ran: list[int] = []

            async def unit() -> str:
                ran.append(1)
                return "dropped"

            task = asy.create_task(unit())
            task.cancel()
            with self.assertRaises(asy.CancelledError):
                await task
            self.assertEqual(ran, [])

            async def of_itself() -> str:
                asy.current_task().cancel()
                return "dropped"

            itself = asy.create_task(of_itself())
            await asy.gather(itself, return_exceptions=True)
            self.assertFalse(itself.cancel())
            done = asy.create_task(unit())
            await done
            self.assertFalse(done.cancel())
            self.assertEqual(done.cancelling(), 0)
            return itself.cancelled()

        with asy.Runner(loop_factory=self.make_loop) as runner:
            self.assertTrue(runner.run(main()))  # and what it returned is dropped

    # case 18
    def test_two_deadlines_past_at_once_are_the_outermosts(self) -> None:
        async def main() -> None:
            loop, log = asy.get_running_loop(), []
            with self.assertRaises(TimeoutError):
                async with asy.timeout(1) as outer:
                    try:
                        async with asy.timeout(1) as inner:
                            loop.advance(5)
                            await forever()
                    except BaseException as error:
                        log.append(type(error))
                        raise
            self.assertEqual(log, [asy.CancelledError])
            self.assertTrue(outer.expired() and inner.expired())
            self.assertEqual(asy.current_task().cancelling(), 0)

        self.run_main(main())

    # case 19
    def test_another_error_passes_through_a_timeout_with_it_in_its_chain(self) -> None:
        async def main() -> None:
            with self.assertRaises(KeyError) as caught:
                async with asy.timeout(1):
                    try:
                        await forever()
                    except asy.CancelledError:
                        raise KeyError
            chain, at = [], caught.exception
            while at is not None:
                chain.append(type(at))
                at = at.__context__
            self.assertEqual((chain[0], asy.CancelledError in chain), (KeyError, True))
            async with asy.timeout(1) as scope:
                try:
                    await forever()
                except asy.CancelledError:
                    pass
            self.assertEqual((scope.expired(), asy.current_task().cancelling()), (True, 0))

        self.run_main(main(), reports=1)  # who swallowed the deadline

    # case 20
    def test_inner_group_fails_first_with_the_outers_request_pending(self) -> None:
        async def main() -> None:
            counts: list[int] = []

            async def failing(name: str) -> None:
                await asy.sleep(1)
                raise KeyError(name)

            with self.assertRaises(ExceptionGroup) as caught:
                async with asy.TaskGroup() as outer:
                    outer.create_task(failing("outer"))
                    try:
                        async with asy.TaskGroup() as inner:
                            inner.create_task(failing("inner"))
                            await forever()
                    except ExceptionGroup as group:
                        counts.append(asy.current_task().cancelling())
                        self.assertEqual([error.args for error in group.exceptions], [("inner",)])
            self.assertEqual([error.args for error in caught.exception.exceptions], [("outer",)])
            self.assertEqual((counts, asy.current_task().cancelling()), ([1], 0))

        self.run_main(main())

    # case 24
    def test_callbacks_that_queue_cancel_and_fail(self) -> None:
        async def main() -> None:
            loop, log = asy.get_running_loop(), []
            loop.call_soon(lambda: loop.call_soon(log.append, "queued by a callback"))
            loop.call_soon(lambda: later.cancel())
            loop.call_soon(lambda: 1 / 0)
            later = loop.call_soon(log.append, "cancelled")
            loop.call_soon(log.append, "the batch goes on")
            await asy.sleep(1)
            self.assertEqual(log, ["the batch goes on", "queued by a callback"])

        self.run_main(main(), reports=1)

    # case 26
    def test_done_callbacks_in_every_order(self) -> None:
        async def main() -> None:
            future, other, log = asy.Future(), asy.Future(), []

            def again(done: object) -> None:
                log.append("again")

            future.add_done_callback(lambda done: log.append("first"))
            future.add_done_callback(again)
            future.add_done_callback(again)
            future.add_done_callback(lambda done: 1 / 0)
            future.add_done_callback(lambda done: other.set_result(done.result()))
            self.assertEqual(future.remove_done_callback(again), 2)
            future.set_result(1)
            self.assertEqual(log, [])
            future.add_done_callback(lambda done: log.append("added when done"))
            self.assertEqual(await other, 1)
            await asy.sleep(0)
            self.assertEqual(log, ["first", "added when done"])

        self.run_main(main(), reports=1)


if __name__ == "__main__":
    unittest.main()
