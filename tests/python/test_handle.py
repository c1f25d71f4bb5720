from __future__ import annotations

import contextvars
import subprocess
import sys
import unittest
import weakref

import libasync as asy
from support import Case, Probe


class HandleTest(Case):
    # HND-01
    def test_cancel_frees_callback_and_arguments_at_once(self) -> None:
        with self.make_loop() as loop:
            probes = [Probe() for _ in range(2)]
            references = [weakref.ref(probe) for probe in probes]
            handles = [loop.call_soon(self.fail, probes[0]), loop.call_later(1, self.fail, 1, 2, 3, 4, probes[1])]
            del probes
            for handle in handles:
                self.assertFalse(handle.cancelled())
                handle.cancel()
                handle.cancel()
                self.assertTrue(handle.cancelled())
            self.assert_collected(*references)
            loop.stop()
            loop.run_forever()

    # HND-01
    def test_callback_may_cancel_itself(self) -> None:
        with self.make_loop() as loop:
            seen = []

            def callback(*args: object) -> None:
                handle.cancel()
                seen.append(args)

            handle = loop.call_soon(callback, "a", "b")
            loop.call_soon(loop.stop)
            loop.run_forever()
            self.assertEqual(seen, [("a", "b")])

    # HND-01 HND-02 CTX-01
    def test_what_ran_lets_go_of_everything(self) -> None:
        with self.make_loop() as loop:
            probe = Probe()
            reference = weakref.ref(probe)
            handle = loop.call_soon(id, probe)
            own = contextvars.copy_context()
            self.assertIs(loop.call_soon(id, probe, context=own).get_context(), own)
            self.assertIsNotNone(handle.get_context())
            del probe, own
            loop.stop()
            loop.run_forever()
            self.assert_collected(reference)
            self.assertIsNone(handle.get_context())
            self.assertIn("done", repr(handle))

    # HND-03
    def test_when(self) -> None:
        with self.make_loop() as loop:
            self.assertAlmostEqual(loop.call_later(5, print).when(), loop.time() + 5)
            self.assertAlmostEqual(loop.call_at(loop.time() + 7, print).when(), loop.time() + 7)

    # HND-04 HND-05
    def test_equal_and_past_deadlines_run_in_order(self) -> None:
        with self.make_loop() as loop:
            order = []
            for number in range(4):
                loop.call_later(1, order.append, number)
            loop.call_later(-1, order.append, "past")
            loop.call_later(0, order.append, "zero")
            loop.call_soon(order.append, "soon")
            loop.call_later(2, loop.stop)
            loop.run_forever()
            self.assertEqual(order[3:], [0, 1, 2, 3])
            self.assertEqual(set(order[:3]), {"soon", "past", "zero"})

    # HND-04 HND-08
    def test_none_and_nan_are_refused_and_infinity_never_comes(self) -> None:
        with self.make_loop() as loop:
            for call in (loop.call_later, loop.call_at):
                with self.assertRaises(TypeError):
                    call(None, print)
                with self.assertRaises(ValueError):
                    call(float("nan"), print)
            never = loop.call_later(float("inf"), self.fail)
            loop.call_later(1e9, loop.stop)
            loop.run_forever()
            never.cancel()

    # HND-01
    def test_a_call_that_there_is_no_memory_for_holds_nothing(self) -> None:
        try:
            import _testcapi  # noqa: F401
        except ImportError:
            self.skipTest("this Python cannot fail its allocations")
        script = """if True:
            import _testcapi, contextvars, libasync
            context = contextvars.copy_context()  # CPython's own copy would crash without memory
            with libasync.Loop() as loop:
                for nth in range(12):
                    _testcapi.set_nomemory(nth, nth + 1)
                    try:
                        loop.call_soon(max, *range(30), context=context).cancel()
                    except MemoryError:
                        print("refused")
                    finally:
                        _testcapi.remove_mem_hooks()
        """
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(done.stdout.count("refused"), 2)

    # HND-09
    def test_threadsafe_handle_is_cancelled_before_its_start(self) -> None:
        with self.make_loop() as loop:
            handle = loop.call_soon_threadsafe(self.fail)
            handle.cancel()
            self.assertTrue(handle.cancelled())
            loop.call_soon_threadsafe(loop.stop)
            loop.run_forever()

    # THR-06 LOOP-21
    def test_threadsafe_calls_are_in_order_and_carry_their_context(self) -> None:
        import contextvars
        import threading

        variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")
        own = contextvars.copy_context()
        own.run(variable.set, 7)
        with self.make_loop(virtual_clock=False) as loop:
            order: list[int] = []

            def work() -> None:
                for number in range(100):
                    loop.call_soon_threadsafe(order.append, number)
                loop.call_soon_threadsafe(lambda: order.append(variable.get()), context=own)
                loop.call_soon_threadsafe(loop.stop)

            thread = threading.Thread(target=work)
            loop.call_soon(thread.start)
            loop.run_forever()
            thread.join()
            self.assertEqual(order, [*range(100), 7])
        with self.assertRaises(asy.ClosedError):
            loop.call_soon_threadsafe(print)

    # HND-10
    def test_only_callables_are_called(self) -> None:
        with self.make_loop() as loop:
            for call in (loop.call_soon, loop.call_soon_threadsafe):
                with self.assertRaises(TypeError):
                    call(3)
                with self.assertRaises(TypeError):
                    call()
            with self.assertRaises(TypeError):
                loop.call_soon(print, colour=1)

    # HND-07
    def test_cancelled_timers_are_gone(self) -> None:
        with self.make_loop() as loop:
            probe = Probe()
            reference = weakref.ref(probe)
            for number in range(20_000):
                loop.call_later(3600 + number, print, probe).cancel()
            del probe
            self.assert_collected(reference)
            self.assertNotIn("handle", loop.live())

    # HND-11
    def test_description(self) -> None:
        with self.make_loop() as loop:
            handle = loop.call_soon(print)
            self.assertIn("print", repr(handle))
            handle.cancel()
            self.assertIn("cancelled", repr(handle))

    # DBG-07
    def test_a_coroutine_function_is_no_callback(self) -> None:
        async def unit() -> None:
            pass

        async def main() -> None:
            loop, coroutine = asy.get_running_loop(), unit()
            for wrong in (unit, coroutine, None):
                for refuse in (loop.call_soon, loop.call_soon_threadsafe, lambda f: loop.call_later(1, f)):
                    with self.assertRaises(TypeError):
                        refuse(wrong)
            coroutine.close()

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
