from __future__ import annotations

import socket
import unittest

import libasync as asy
from support import Case

try:
    from libasync_curl import Curl
except ImportError:
    Curl = None


async def serve(stream: asy.Stream) -> None:
    """As much of HTTP as the tests need: /slow never answers, anything else gives its path back."""
    while request := await stream.read_until(b"\r\n\r\n"):
        path = request.split(b" ", 2)[1]
        if path == b"/slow":
            await asy.sleep(100)
        status = b"404 Not Found" if path == b"/missing" else b"200 OK"
        await stream.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(path), path))


async def connection(stream: asy.Stream) -> None:
    try:
        await serve(stream)
    except (asy.IncompleteReadError, OSError):
        pass


@unittest.skipIf(Curl is None, "libasync_curl was not built")
class CurlTest(Case):
    # CORO-11
    def test_fetches_at_once_and_an_error_per_url(self) -> None:
        async def main() -> None:
            async with await asy.start_server(connection, "127.0.0.1") as server:
                url, curl = f"http://127.0.0.1:{server.port()}", Curl()
                with socket.socket() as unused:
                    unused.bind(("127.0.0.1", 0))
                    refused = f"http://127.0.0.1:{unused.getsockname()[1]}/"
                    results = await asy.gather(
                        *(curl.fetch(url + path) for path in ("/a", "/missing", "/b")),
                        curl.fetch(refused), curl.fetch("http://no.such.host.invalid/"), curl.fetch("nonsense://x"),
                        return_exceptions=True,
                    )
                self.assertEqual(results[:3], [[200, b"/a"], [404, b"/missing"], [200, b"/b"]])
                self.assertIsInstance(results[3], ConnectionRefusedError)
                self.assertIsInstance(results[4], socket.gaierror)
                self.assertIsInstance(results[5], asy.ForeignError)
                curl.close()
                await server.stop()

        self.run_main(main(), virtual_clock=False)

    # CORO-11 TASK-12
    def test_cancelled_fetch_stops_the_transfer(self) -> None:
        async def main() -> None:
            async with await asy.start_server(connection, "127.0.0.1") as server:
                curl = Curl()
                with self.assertRaises(TimeoutError):
                    await asy.wait_for(curl.fetch(f"http://127.0.0.1:{server.port()}/slow"), 0.05)
                curl.close()
                with self.assertRaises(asy.ClosedError):
                    await curl.fetch("http://127.0.0.1/")
                await server.stop()

        self.run_main(main(), virtual_clock=False)

    # FUT-11
    def test_needs_a_loop(self) -> None:
        with self.assertRaises(RuntimeError):
            Curl()
        with self.make_loop(virtual_clock=False) as loop:
            Curl(loop=loop).close()
            with self.assertRaises(TypeError):
                Curl(loop=3)


if __name__ == "__main__":
    unittest.main()
