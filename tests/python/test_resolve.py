from __future__ import annotations

import socket
import unittest

import libasync as asy
from support import Case


class ResolveTest(Case):
    # DNS-01
    def test_numeric_addresses_and_localhost(self) -> None:
        async def main() -> None:
            self.assertEqual(await asy.resolve("127.0.0.1", 80), ["127.0.0.1"])
            self.assertEqual(await asy.resolve("::1"), ["::1"])
            found = await asy.resolve("localhost")
            self.assertTrue({"127.0.0.1", "::1"} & set(found), found)

        self.run_main(main(), virtual_clock=False)

    # DNS-01 EXC-09
    def test_unknown_host(self) -> None:
        async def main() -> None:
            with self.assertRaises(socket.gaierror):
                await asy.resolve("no.such.host.invalid")

        self.run_main(main(), virtual_clock=False)


if __name__ == "__main__":
    unittest.main()
