from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class TimeoutTest(Case):
    # COMB-16 EXC-02 EXC-10
    def test_deadline_becomes_timeout_error(self) -> None:
        async def main() -> None:
            with self.assertRaises(TimeoutError) as caught:
                async with asy.timeout(1) as scope:
                    await asy.sleep(10)
            self.assertIsInstance(caught.exception.__cause__, asy.CancelledError)
            self.assertIs(caught.exception.__context__, caught.exception.__cause__)
            self.assertTrue(scope.expired())
            self.assertEqual(asy.current_task().cancelling(), 0)

        self.run_main(main())

    # COMB-16
    def test_single_use_inside_a_task(self) -> None:
        async def main() -> None:
            scope = asy.timeout(None)
            async with scope:
                await asy.sleep(10)
            self.assertFalse(scope.expired())
            with self.assertRaises(RuntimeError):
                async with scope:
                    pass

        self.run_main(main())
        failures = []

        def outside() -> None:
            try:
                asy.timeout(1).__aenter__()
            except RuntimeError as error:
                failures.append(error)
            loop.stop()

        with self.make_loop() as loop:
            loop.call_soon(outside)
            loop.run_forever()
        self.assertEqual(len(failures), 1)

    # COMB-17
    def test_deadline_in_the_past_fires_at_the_first_suspension(self) -> None:
        async def main() -> None:
            reached = []
            async with asy.timeout(0) as scope:
                reached.append(1)
            self.assertFalse(scope.expired())
            with self.assertRaises(TimeoutError):
                async with asy.timeout(-1):
                    reached.append(2)
                    await asy.sleep(0)
            self.assertEqual(reached, [1, 2])

        self.run_main(main())

    # COMB-18
    def test_outer_cancel_stays_a_cancel(self) -> None:
        async def unit() -> None:
            async with asy.timeout(10):
                await asy.sleep(100)

        async def main() -> None:
            task = asy.create_task(unit())
            await asy.sleep(1)
            task.cancel("outer")
            with self.assertRaisesRegex(asy.CancelledError, "outer"):
                await task

        self.run_main(main())

    # COMB-19
    def test_nested_with_the_same_deadline_the_outermost_gets_it(self) -> None:
        async def main() -> None:
            seen = []
            deadline = asy.get_running_loop().time() + 1
            with self.assertRaises(TimeoutError):
                async with asy.timeout_at(deadline):
                    try:
                        async with asy.timeout_at(deadline):
                            await asy.sleep(10)
                    except asy.CancelledError:
                        seen.append("cancelled")
                        raise
            self.assertEqual(seen, ["cancelled"])

        self.run_main(main())

    # COMB-20
    def test_other_errors_pass_as_the_same_object(self) -> None:
        error = ValueError("x")

        async def main() -> None:
            with self.assertRaises(ValueError) as caught:
                async with asy.timeout(1):
                    raise error
            self.assertIs(caught.exception, error)
            with self.assertRaises(ValueError) as caught:
                async with asy.timeout(1):
                    try:
                        await asy.sleep(10)
                    except asy.CancelledError:
                        raise error
            self.assertIs(caught.exception, error)
            self.assertEqual(asy.current_task().cancelling(), 0)

        self.run_main(main())

    # COMB-20
    def test_the_expiry_stands_in_the_chain_of_another_error(self) -> None:
        async def main(raised: Exception) -> None:
            async with asy.timeout(1):
                try:
                    await asy.sleep(10)
                finally:
                    raise raised

        member = ValueError("member")
        for raised in ValueError("x"), ExceptionGroup("x", [member]):
            with self.assertRaises(type(raised)) as caught:
                self.run_main(main(raised))
            self.assertIs(caught.exception, raised)
            expiry = raised.__context__
            self.assertIsInstance(expiry, TimeoutError)
            self.assertIsInstance(expiry.__cause__, asy.CancelledError)
            self.assertIs(expiry.__context__, expiry.__cause__)
        self.assertIsNone(member.__context__)  # raised outside the scope

    # COMB-20
    def test_a_cancel_besides_the_expiry_is_no_timeout(self) -> None:
        raised = ValueError("x")

        async def main() -> None:
            task = asy.current_task()
            async with asy.timeout(1):
                try:
                    await asy.sleep(10)
                finally:
                    task.cancel()
                    raise raised

        with self.assertRaises(ValueError):
            self.run_main(main(), reports=1)
        self.assertIsInstance(raised.__context__, asy.CancelledError)

    # COMB-20
    def test_swallowed_expiry_is_reported_and_no_error(self) -> None:
        async def main() -> None:
            async with asy.timeout(1) as scope:
                try:
                    await asy.sleep(10)
                except asy.CancelledError:
                    pass
            self.assertTrue(scope.expired())
            self.assertEqual(asy.current_task().cancelling(), 0)
            await asy.sleep(1)

        self.run_main(main(), reports=1)
        self.assertIsInstance(self.reports[0][0], TimeoutError)

    # COMB-21
    def test_reschedule(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            async with asy.timeout(1) as scope:
                self.assertAlmostEqual(scope.when(), loop.time() + 1)
                scope.reschedule(loop.time() + 5)
                await asy.sleep(3)
                scope.reschedule(None)
                self.assertIsNone(scope.when())
                await asy.sleep(10)
            with self.assertRaises(RuntimeError):
                scope.reschedule(1)
            with self.assertRaises(RuntimeError):
                asy.timeout(1).reschedule(1)
            self.assertAlmostEqual(asy.timeout(2).when(), loop.time() + 2)

        self.run_main(main())

    # COMB-21
    def test_a_deadline_of_the_clock_is_kept_as_it_was_given(self) -> None:
        async def main() -> None:
            when = int(asy.get_running_loop().time()) + 10
            async with asy.timeout_at(when) as scope:
                self.assertEqual(scope.when(), when)

        self.run_main(main(), virtual_clock=False)

    # COMB-21
    def test_description_tells_the_state(self) -> None:
        async def main() -> None:
            scope = asy.timeout(1)
            self.assertIn("[not entered]", repr(scope))
            with self.assertRaises(TimeoutError):
                async with scope:
                    self.assertIn(f"[active, when:{scope.when()}]", repr(scope))
                    await asy.sleep(2)
            self.assertIn("[expired]", repr(scope))
            async with asy.timeout(None) as scope:
                self.assertIn("[active, when:None]", repr(scope))
            self.assertIn("[finished]", repr(scope))

        self.run_main(main())

    # COMB-16 HND-08
    def test_bad_delays(self) -> None:
        for make in (asy.timeout, asy.timeout_at):
            with self.assertRaises(ValueError):
                make(float("nan"))
            with self.assertRaises(TypeError):
                make("1")


if __name__ == "__main__":
    unittest.main()
