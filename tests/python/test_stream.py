from __future__ import annotations

import unittest
from collections.abc import Awaitable, Callable
from typing import Any

import libasync as asy
from support import Case

Handler = Callable[[asy.Stream], Awaitable[None]]


class StreamTest(Case):
    def run_pair(self, handler: Handler, client: Handler, **options: Any) -> None:
        """`client` with a connection to a server that runs `handler`; both must end."""

        async def main() -> None:
            async with await asy.start_server(handler, "127.0.0.1") as server:
                async with asy.timeout(20):
                    async with await asy.open_connection("127.0.0.1", server.port()) as stream:
                        await client(stream)

        self.run_main(main(), virtual_clock=False, **options)

    @staticmethod
    async def echo(stream: asy.Stream) -> None:
        while data := await stream.read(65536):
            await stream.write(data)

    @staticmethod
    def sends(data: bytes) -> Handler:
        async def handler(stream: asy.Stream) -> None:
            await stream.write(data)

        return handler

    # STRM-01 STRM-17
    def test_names_of_both_ends(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertRegex(stream.peer_name(), r"^127\.0\.0\.1:\d+$")
            self.assertRegex(stream.socket_name(), r"^127\.0\.0\.1:\d+$")
            self.assertIsInstance(stream, asy.Stream)

        self.run_pair(self.echo, client)

    # STRM-02 STRM-11
    def test_read(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertEqual(await stream.read(0), b"")
            self.assertEqual(await stream.read(2), b"ab")
            self.assertEqual(await stream.read(), b"cdef")
            self.assertEqual(await stream.read(5), b"")
            self.assertTrue(stream.at_eof())

        self.run_pair(self.sends(b"abcdef"), client)

    # STRM-03 EXC-04
    def test_read_exactly(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertEqual(await stream.read_exactly(3), b"abc")
            with self.assertRaises(asy.IncompleteReadError) as caught:
                await stream.read_exactly(10)
            self.assertEqual((caught.exception.partial, caught.exception.expected), (b"def", 10))
            self.assertEqual(await stream.read(), b"")
            with self.assertRaises((ValueError, OverflowError)):
                await stream.read_exactly(-1)

        self.run_pair(self.sends(b"abcdef"), client)

    # STRM-03
    def test_cancelled_read_keeps_the_bytes(self) -> None:
        async def handler(stream: asy.Stream) -> None:
            await stream.write(b"abc")
            await stream.read_exactly(1)
            await stream.write(b"def")

        async def client(stream: asy.Stream) -> None:
            with self.assertRaises(TimeoutError):
                await asy.wait_for(stream.read_exactly(6), 0.02)
            await stream.write(b"!")
            self.assertEqual(await stream.read_exactly(6), b"abcdef")

        self.run_pair(handler, client)

    # STRM-04
    def test_read_until(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertEqual(await stream.read_until(b"--"), b"a-b--")
            with self.assertRaises(asy.IncompleteReadError) as caught:
                await stream.read_until(b"--")
            self.assertEqual((caught.exception.partial, caught.exception.expected), (b"c", None))
            with self.assertRaises(ValueError):
                await stream.read_until(b"")

        self.run_pair(self.sends(b"a-b--c"), client)

    # STRM-05 EXC-05
    def test_separator_that_never_comes(self) -> None:
        async def client(stream: asy.Stream) -> None:
            stream.set_limit(16)
            with self.assertRaises(asy.LimitOverrunError):
                await stream.readline()
            self.assertEqual(await stream.read_exactly(100), b"x" * 100)

        self.run_pair(self.sends(b"x" * 100), client)

    # STRM-06 STRM-07
    def test_lines(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertEqual(await stream.readline(), b"one\n")
            self.assertEqual([line async for line in stream], [b"two\n", b"\n", b"rest"])
            self.assertEqual(await stream.readline(), b"")

        self.run_pair(self.sends(b"one\ntwo\n\nrest"), client)

    # STRM-08
    def test_second_reader_fails_the_first_is_unharmed(self) -> None:
        async def client(stream: asy.Stream) -> None:
            first = asy.ensure_future(stream.read_exactly(2))
            with self.assertRaises(RuntimeError):
                await stream.read(1)
            await stream.write(b"ab")
            self.assertEqual(await first, b"ab")

        self.run_pair(self.echo, client)

    # STRM-12 STRM-13 STRM-14
    def test_writes_of_any_buffer_and_of_much(self) -> None:
        async def client(stream: asy.Stream) -> None:
            for data in (b"ab", bytearray(b"cd"), memoryview(b"efgh")[::1]):
                await stream.write(data)
            self.assertEqual(await stream.read_exactly(8), b"abcdefgh")
            for wrong in ("text", 3):
                with self.assertRaises(TypeError):
                    stream.write(wrong)
            much = bytes(range(256)) * 20000
            sender = asy.create_task(self.send(stream, much))
            self.assertEqual(await stream.read_exactly(len(much)), much)
            await sender

        self.run_pair(self.echo, client)

    async def send(self, stream: asy.Stream, data: bytes) -> None:
        await stream.write(data)

    # STRM-14
    def test_try_write_takes_what_fits(self) -> None:
        async def client(stream: asy.Stream) -> None:
            self.assertEqual(stream.try_write(b"hello"), 5)
            self.assertEqual(await stream.read_exactly(5), b"hello")

        self.run_pair(self.echo, client)

    # STRM-15 STRM-09
    def test_closed_stream_refuses(self) -> None:
        async def client(stream: asy.Stream) -> None:
            await stream.close()
            self.assertTrue(stream.is_closing())
            for use in (lambda: stream.write(b"x"), lambda: stream.read(1)):
                with self.assertRaises((RuntimeError, OSError)):
                    await use()
            await stream.close()

        self.run_pair(self.echo, client)

    # STRM-16
    def test_half_close(self) -> None:
        async def handler(stream: asy.Stream) -> None:
            data = await stream.read()
            await stream.write(data[::-1])

        async def client(stream: asy.Stream) -> None:
            await stream.write(b"abc")
            await stream.write_eof()
            self.assertEqual(await stream.read(), b"cba")
            with self.assertRaises((RuntimeError, OSError)):
                await stream.write(b"x")

        self.run_pair(handler, client)

    # STRM-09 EXC-09
    def test_reset_by_the_peer(self) -> None:
        async def handler(stream: asy.Stream) -> None:
            await stream.read_exactly(1)
            stream.abort()

        async def client(stream: asy.Stream) -> None:
            await stream.write(b"x")
            try:
                self.assertEqual(await stream.read(), b"")
            except ConnectionResetError:
                pass

        self.run_pair(handler, client)

    # STRM-20
    def test_dropped_open_stream_is_reported(self) -> None:
        async def main() -> None:
            async with await asy.start_server(self.echo, "127.0.0.1") as server:
                stream = await asy.open_connection("127.0.0.1", server.port())
                await stream.write(b"x")
                del stream

        self.run_main(main(), virtual_clock=False, reports=1)

    # STRM-01
    def test_bad_addresses(self) -> None:
        async def main() -> None:
            for port in (-1, 65536):
                with self.assertRaises((ValueError, OverflowError)):
                    await asy.open_connection("127.0.0.1", port)
            with self.assertRaises(TypeError):
                asy.open_connection(3, 80)

        self.run_main(main())

    # AGEN-11
    def test_lines_with_a_limit_for_each(self) -> None:
        async def slow(stream: asy.Stream) -> None:
            await stream.write(b"first\nsecond\n")
            await stream.read()

        async def client(stream: asy.Stream) -> None:
            lines = []
            with self.assertRaises(TimeoutError):
                while True:
                    async with asy.timeout(0.005):
                        lines.append(await anext(stream))
            self.assertEqual(lines, [b"first\n", b"second\n"])

        self.run_pair(slow, client)


if __name__ == "__main__":
    unittest.main()
