from __future__ import annotations

import pickle
import socket
import unittest

import libasync as asy
from support import Case


class ErrorTest(Case):
    # EXC-01
    def test_cancelled_error_is_no_exception(self) -> None:
        self.assertTrue(issubclass(asy.CancelledError, BaseException))
        self.assertFalse(issubclass(asy.CancelledError, Exception))

    # EXC-02
    def test_timeout_error_is_the_builtin(self) -> None:
        async def main() -> None:
            with self.assertRaises(TimeoutError):
                await asy.wait_for(asy.sleep(10), 1)

        self.run_main(main())

    # EXC-04
    def test_incomplete_read_carries_its_fields_through_copying(self) -> None:
        error = pickle.loads(pickle.dumps(asy.IncompleteReadError(b"ab", 5)))
        self.assertEqual((error.partial, error.expected), (b"ab", 5))
        self.assertIsInstance(error, EOFError)
        self.assertIsInstance(asy.LimitOverrunError("x"), ValueError)

    # EXC-06
    def test_queue_errors_are_separate_types(self) -> None:
        kinds = asy.QueueEmpty, asy.QueueFull, asy.QueueShutDown
        for kind in kinds:
            self.assertFalse(any(issubclass(kind, other) for other in kinds if other is not kind))

    # EXC-09
    def test_os_errors_are_python_classes(self) -> None:
        async def main() -> None:
            with socket.socket() as unused:
                unused.bind(("127.0.0.1", 0))
                port = unused.getsockname()[1]
                with self.assertRaisesRegex(ConnectionRefusedError, f"127.0.0.1:{port}"):
                    await asy.open_connection("127.0.0.1", port)
            with self.assertRaises(socket.gaierror):
                await asy.open_connection("no.such.host.invalid", 1)

        self.run_main(main(), virtual_clock=False)

    # EXC-10
    def test_cause_and_context_are_kept(self) -> None:
        async def failing() -> None:
            try:
                1 / 0
            except ZeroDivisionError as error:
                raise ValueError("outer") from error

        async def main() -> None:
            with self.assertRaises(ValueError) as caught:
                await asy.create_task(failing())
            self.assertIsInstance(caught.exception.__cause__, ZeroDivisionError)
            with self.assertRaises(TimeoutError) as timed_out:
                async with asy.timeout(1):
                    await asy.sleep(2)
            self.assertIsInstance(timed_out.exception.__cause__, asy.CancelledError)

        self.run_main(main())

    # EXC-11
    def test_error_is_the_same_object_through_every_layer(self) -> None:
        error = ValueError("mine")

        async def failing() -> None:
            await asy.sleep(1)
            raise error

        async def main() -> None:
            for outer in (asy.create_task, asy.gather, lambda unit: asy.wait_for(asy.create_task(unit), 5)):
                with self.assertRaises(ValueError) as caught:
                    await outer(failing())
                self.assertIs(caught.exception, error)
            self.assertIs((await asy.gather(failing(), return_exceptions=True))[0], error)

        self.run_main(main())

    # EXC-11
    def test_error_whose_text_fails_still_travels(self) -> None:
        class Mute(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        async def failing() -> None:
            raise Mute

        async def main() -> None:
            with self.assertRaises(Mute):
                await asy.create_task(failing())

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
