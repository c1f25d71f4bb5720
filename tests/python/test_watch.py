from __future__ import annotations

import socket
import unittest

import libasync as asy
from support import Case


class WatchTest(Case):
    # SOCK-01
    def test_readers_and_writers_of_one_descriptor(self) -> None:
        async def main() -> None:
            loop, log = asy.get_running_loop(), []
            ours, theirs = socket.socketpair()
            with ours, theirs:
                loop.add_reader(ours, lambda: log.append(ours.recv(10)))
                loop.add_writer(ours.fileno(), lambda *args: (log.append(args), loop.remove_writer(ours)), 1, 2)
                await asy.sleep(1)
                self.assertEqual(log, [(1, 2)])
                theirs.send(b"x")
                await asy.sleep(1)
                self.assertEqual(log, [(1, 2), b"x"])
                self.assertFalse(loop.remove_writer(ours))
                self.assertTrue(loop.remove_reader(ours))
                theirs.send(b"y")
                await asy.sleep(1)
                self.assertEqual(len(log), 2)
                loop.add_reader(ours, self.fail)
                loop.add_reader(ours, lambda: log.append(ours.recv(10)))
                await asy.sleep(1)
                self.assertEqual(log[2:], [b"y"])
                loop.remove_reader(ours)
                with self.assertRaises((ValueError, OSError)):
                    loop.add_reader(-1, print)

        self.run_main(main())

    # LOOP-16
    def test_failing_callback_is_reported(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            ours, theirs = socket.socketpair()
            with ours, theirs:

                def failing() -> None:
                    loop.remove_reader(ours)
                    raise ValueError("x")

                loop.add_reader(ours, failing)
                theirs.send(b"x")
                await asy.sleep(1)

        self.run_main(main(), reports=1)

    # CORO-11
    def test_descriptor_becomes_awaitable(self) -> None:
        async def main() -> None:
            loop = asy.get_running_loop()
            ours, theirs = socket.socketpair()
            with ours, theirs:
                ready = loop.create_future()
                loop.add_reader(ours, lambda: (loop.remove_reader(ours), ready.set_result(ours.recv(10))))
                theirs.send(b"hello")
                self.assertEqual(await ready, b"hello")

        self.run_main(main(), virtual_clock=False)


if __name__ == "__main__":
    unittest.main()
