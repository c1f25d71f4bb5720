from __future__ import annotations

import socket
import unittest

import libasync as asy
from support import Case


class ServerTest(Case):
    # SRV-01 SRV-05
    def test_port_zero_takes_a_free_one_and_close_frees_it(self) -> None:
        async def main() -> None:
            for host in ("127.0.0.1", "localhost", None):
                server = await asy.start_server(self.hold, host)
                port = server.port()
                self.assertGreater(port, 0)
                server.close()
                server.close()
                await server.wait_closed()
                with socket.socket() as listening:
                    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    listening.bind(("127.0.0.1", port))

        self.run_main(main(), virtual_clock=False)

    async def hold(self, stream: asy.Stream) -> None:
        await stream.read()

    # SRV-01 EXC-09
    def test_address_in_use_and_bad_addresses(self) -> None:
        async def main() -> None:
            async with await asy.start_server(self.hold, "127.0.0.1") as server:
                with self.assertRaisesRegex(OSError, "in use"):
                    await asy.start_server(self.hold, "127.0.0.1", server.port())
            for wrong in ("no address", "300.1.1.1"):
                with self.assertRaises((ValueError, OSError)):
                    await asy.start_server(self.hold, wrong)
            with self.assertRaises(TypeError):
                await asy.start_server(3, "127.0.0.1")

        self.run_main(main(), virtual_clock=False)

    # EXC-09
    def test_what_is_no_port_and_no_host_is_named(self) -> None:
        async def main() -> None:
            for call in (asy.open_connection, asy.resolve, lambda host, port: asy.start_server(id, host, port)):
                for host, port, error, text in (("::1", "80", TypeError, "str"), ("::1", 70000, ValueError, "not 70000"),
                                                (b"::1", 80, TypeError, "bytes")):
                    with self.assertRaisesRegex(error, text):
                        await call(host, port)

        self.run_main(main())

    # SRV-02
    def test_reuse_port(self) -> None:
        async def main() -> None:
            async with await asy.start_server(self.hold, "127.0.0.1", reuse_port=True, backlog=5) as first:
                async with await asy.start_server(self.hold, "127.0.0.1", first.port(), reuse_port=True) as second:
                    self.assertEqual(first.port(), second.port())

        self.run_main(main(), virtual_clock=False)

    # SRV-06 SRV-08
    def test_scope_waits_for_handlers(self) -> None:
        async def main() -> None:
            log, came = [], asy.Event()

            async def handler(stream: asy.Stream) -> None:
                came.set()
                await stream.read()
                for _ in range(10):
                    await asy.sleep(0)
                log.append("handled")

            async with await asy.start_server(handler, "127.0.0.1") as server:
                async with await asy.open_connection("127.0.0.1", server.port()):
                    await came.wait()
                    self.assertEqual(server.connection_count(), 1)
            self.assertEqual((log, server.connection_count()), (["handled"], 0))

        self.run_main(main(), virtual_clock=False)

    # SRV-07 SRV-08
    def test_stop_waits_its_grace_then_cancels(self) -> None:
        async def main() -> None:
            log, came = [], asy.Event()

            async def handler(stream: asy.Stream) -> None:
                came.set()
                try:
                    await asy.sleep(100)
                except asy.CancelledError:
                    log.append("cancelled")
                    raise

            for leave_by_error in (False, True):
                log.clear()
                came.clear()
                try:
                    async with await asy.start_server(handler, "127.0.0.1") as server:
                        stream = await asy.open_connection("127.0.0.1", server.port())
                        await came.wait()
                        if leave_by_error:
                            raise ValueError
                        await server.stop(0.01)
                except ValueError:
                    pass
                self.assertEqual(log, ["cancelled"])
                await stream.close()

        self.run_main(main(), virtual_clock=False)

    # STRM-19
    def test_failing_handler_is_reported_and_its_connection_closed(self) -> None:
        async def failing(stream: asy.Stream) -> None:
            raise ValueError("in the handler")

        def failing_at_once(stream: asy.Stream) -> None:
            raise KeyError("at once")

        async def main() -> None:
            for handler in (failing, failing_at_once):
                async with await asy.start_server(handler, "127.0.0.1") as server:
                    async with await asy.open_connection("127.0.0.1", server.port()) as stream:
                        try:
                            self.assertEqual(await stream.read(), b"")
                        except ConnectionResetError:
                            pass

        self.run_main(main(), virtual_clock=False, reports=2)
        self.assertEqual([type(error) for error, what in self.reports], [ValueError, KeyError])

    # STRM-19
    def test_plain_handler_keeps_the_stream(self) -> None:
        async def main() -> None:
            accepted: asy.Queue = asy.Queue()
            async with await asy.start_server(lambda stream: accepted.put_nowait(stream), "127.0.0.1") as server:
                async with await asy.open_connection("127.0.0.1", server.port()) as client:
                    async with await accepted.get() as stream:
                        await stream.write(b"hello")
                        self.assertEqual(await client.read_exactly(5), b"hello")

        self.run_main(main(), virtual_clock=False)

    # SRV-04
    def test_serve_forever_until_cancelled_or_closed(self) -> None:
        async def main() -> None:
            server = await asy.start_server(self.hold, "127.0.0.1")
            serving = asy.ensure_future(server.serve_forever())
            await asy.sleep(0)
            serving.cancel()
            with self.assertRaises(asy.CancelledError):
                await serving
            server.close()
            await server.serve_forever()

        self.run_main(main(), virtual_clock=False)


if __name__ == "__main__":
    unittest.main()
