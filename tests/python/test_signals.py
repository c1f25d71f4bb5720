"""Signal handlers of a loop and streams of signals, beside Python's own."""

from __future__ import annotations

import contextvars
import signal
import threading
import unittest
from typing import Any

import libasync as asy
from support import Case

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


class SignalsTest(Case):
    def make_loop(self, **options: Any) -> asy.Loop:
        return super().make_loop(virtual_clock=False, **options)

    # SIG-01 CTX-01
    def test_handler_is_a_queued_callback_with_arguments_and_context_and_wakes_the_loop(self) -> None:
        async def main() -> None:
            loop, seen, came = asy.get_running_loop(), [], asy.Event()

            def handler(*args: object) -> None:
                seen.append((args, variable.get()))
                came.set()

            loop.add_signal_handler(signal.SIGUSR1, seen.append, "replaced")
            variable.set("registered")
            loop.add_signal_handler(signal.SIGUSR1, handler, 1, 2)
            variable.set("later")
            sender = threading.Timer(0.002, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1))
            sender.start()
            await came.wait()
            self.assertEqual(seen, [((1, 2), "registered")])
            signal.raise_signal(signal.SIGUSR1)
            self.assertEqual(len(seen), 1)  # not inside the signal
            came.clear()
            await came.wait()
            self.assertTrue(loop.remove_signal_handler(signal.SIGUSR1))

        self.run_main(main())

    # SIG-02
    def test_what_is_refused(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            for signum, error in (("TERM", TypeError), (0, ValueError), (9999, ValueError), (-1, ValueError),
                                  (signal.SIGKILL, RuntimeError)):
                for refuse in (lambda s: loop.add_signal_handler(s, print), loop.remove_signal_handler, asy.signals):
                    with self.assertRaises(error):
                        refuse(signum)
            for callback in (main, 3):
                with self.assertRaises(TypeError):
                    loop.add_signal_handler(signal.SIGUSR1, callback)
            with self.assertRaises(ValueError):
                asy.signals()
            errors: list[BaseException] = []

            def elsewhere() -> None:
                try:
                    loop.add_signal_handler(signal.SIGUSR1, print)
                except RuntimeError as error:
                    errors.append(error)

            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
            self.assertEqual(len(errors), 1)

        self.run_main(main())

    # SIG-03 SIG-04
    def test_pythons_own_handler_comes_back_with_removal_and_close(self) -> None:
        own: list[int] = []
        old = signal.signal(signal.SIGUSR1, lambda signum, frame: own.append(signum))
        try:

            async def main() -> None:
                loop, came = asy.get_running_loop(), asy.Event()
                self.assertFalse(loop.remove_signal_handler(signal.SIGUSR1))
                loop.add_signal_handler(signal.SIGUSR1, came.set)
                signal.raise_signal(signal.SIGUSR1)
                await came.wait()
                self.assertEqual(own, [])
                self.assertTrue(loop.remove_signal_handler(signal.SIGUSR1))
                signal.raise_signal(signal.SIGUSR1)
                self.assertEqual(own, [signal.SIGUSR1])
                loop.add_signal_handler(signal.SIGUSR1, came.set)

            self.run_main(main())
            signal.raise_signal(signal.SIGUSR1)
            self.assertEqual(own, [signal.SIGUSR1] * 2)
        finally:
            signal.signal(signal.SIGUSR1, old)

    # SIG-05
    def test_stream_keeps_what_arrives_between_two_items(self) -> None:
        async def main() -> None:
            async with asy.signals(signal.SIGUSR1, signal.SIGUSR2) as stream:
                for signum in (signal.SIGUSR1, signal.SIGUSR2):
                    signal.raise_signal(signum)
                self.assertEqual([await stream.get(), await stream.get()], [signal.SIGUSR1, signal.SIGUSR2])
                asy.get_running_loop().call_soon(signal.raise_signal, signal.SIGUSR2)
                async for signum in stream:
                    self.assertEqual(signum, signal.SIGUSR2)
                    stream.close()
            with self.assertRaises(asy.ClosedError):
                await stream.get()

        self.run_main(main())

    # SIG-05
    def test_quick_signals_give_at_least_one_call(self) -> None:
        async def main() -> None:
            came = asy.Event()
            asy.get_running_loop().add_signal_handler(signal.SIGUSR1, came.set)
            signal.raise_signal(signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            self.assertTrue(await came.wait())

        self.run_main(main())

    # SIG-07
    def test_first_signal_shuts_down_and_the_second_is_the_processs_own(self) -> None:
        forced: list[int] = []
        old = signal.signal(signal.SIGTERM, lambda signum, frame: forced.append(signum))
        try:

            async def main() -> str:
                loop, stop = asy.get_running_loop(), asy.Event()

                def begin() -> None:
                    loop.remove_signal_handler(signal.SIGTERM)
                    stop.set()

                loop.add_signal_handler(signal.SIGTERM, begin)
                signal.raise_signal(signal.SIGTERM)
                await stop.wait()
                signal.raise_signal(signal.SIGTERM)
                return "clean"

            self.assertEqual(self.run_main(main()), "clean")
            self.assertEqual(forced, [signal.SIGTERM])
        finally:
            signal.signal(signal.SIGTERM, old)


if __name__ == "__main__":
    unittest.main()
