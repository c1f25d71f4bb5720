"""libasync.testing.pytest_plugin: coroutines as pytest's tests."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path


class PluginTest(unittest.TestCase):
    def run_pytest(self, tests: str, plugin: str = "") -> str:
        """What pytest says of these tests."""
        try:
            import pytest  # noqa: F401
        except ImportError:
            self.skipTest("pytest is not installed")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "conftest.py").write_text('pytest_plugins = "libasync.testing.pytest_plugin"\n' + textwrap.dedent(plugin))
            Path(folder, "test_them.py").write_text("import libasync as asy, pytest, unittest\n" + textwrap.dedent(tests))
            done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:asyncio", folder],
                                  capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    # TEST-01 TEST-02
    def test_coroutines_are_tests_of_pytest(self) -> None:
        said = self.run_pytest(
            """
            async def test_passes(tmp_path):
                await asy.sleep(3600)

            async def test_fails():
                await asy.sleep(1)
                assert 1 == 2

            @pytest.mark.libasync(timeout=0.01)
            async def test_hangs():
                event = asy.Event()
                await event.wait()

            def test_forgotten():
                async def forgotten(): pass
                return forgotten()

            def test_plain():
                pass
            """
        )
        self.assertIn("3 failed, 2 passed", said)
        for part in ("test_fails", "still running after 0.01 seconds", "nobody awaits"):
            self.assertIn(part, said)

    # TEST-02
    def test_other_tests_stay_pytests_and_other_plugins(self) -> None:
        said = self.run_pytest(
            """
            def test_returns(): return 5
            def test_plain(tmp_path): pass
            async def test_ours(): pass
            """,
            """
            import pytest
            @pytest.hookimpl
            def pytest_pyfunc_call(pyfuncitem): print("another plugin sees", pyfuncitem.name)
            """,
        )
        self.assertIn("test_returns", said)
        self.assertRegex(said, "PytestReturnNotNoneWarning|Expected None")
        self.assertIn("another plugin sees test_plain", said)
        self.assertNotIn("another plugin sees test_ours", said)

    # TEST-02
    def test_what_skips_or_is_expected_to_fail_is_no_failure(self) -> None:
        said = self.run_pytest(
            """
            async def test_skips(): pytest.skip("why")
            async def test_skips_as_unittest_does(): raise unittest.SkipTest("why")
            async def test_is_known_to_fail(): pytest.xfail("why")
            @pytest.mark.xfail
            async def test_is_marked(): assert 0
            async def test_fails(): pytest.fail("why")
            """
        )
        self.assertIn("1 failed, 2 skipped, 2 xfailed", said)

    # TEST-01
    def test_asynchronous_fixtures_live_on_the_loop_of_their_test(self) -> None:
        said = self.run_pytest(
            """
            log = []

            @pytest.fixture
            async def base():
                loop = asy.get_running_loop()
                await asy.sleep(1)
                yield loop
                await asy.sleep(1)
                log.append(loop is asy.get_running_loop())

            @pytest.fixture(params=[1, 2])
            async def number(base, request, tmp_path):
                await asy.sleep(1)
                return request.param

            class TestThem:
                @pytest.fixture
                async def own(self):
                    return self

                async def test_gets_them(self, base, number, own):
                    assert base is asy.get_running_loop() and number in (1, 2) and own is self

            async def test_they_have_ended():
                assert log == [True, True]

            @pytest.fixture
            async def fails():
                raise KeyError("no fixture")

            async def test_without(fails): pass
            def test_without_a_loop(base): pass
            """
        )
        self.assertIn("1 failed, 3 passed, 1 error", said)
        for part in ("no fixture", "base is asynchronous: it lives on the loop of one asynchronous test"):
            self.assertIn(part, said)


if __name__ == "__main__":
    unittest.main()
