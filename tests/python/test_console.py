from __future__ import annotations

import subprocess
import sys
import unittest


class ConsoleTest(unittest.TestCase):
    # RUN-12
    def test_statements_share_a_loop_and_a_context_and_may_await(self) -> None:
        script = """
import contextvars, os, signal
variable = contextvars.ContextVar("v"); token = variable.set(7)
await asy.sleep(0, "slept")
loop = asy.get_running_loop()
async def unit():
    await asy.sleep(0.001)
    return variable.get()

task = asy.create_task(unit())
await task
loop is asy.get_running_loop()
1 / 0
asy.get_running_loop().call_later(0.001, signal.raise_signal, signal.SIGINT) and await asy.sleep(60)
"still " + "here"
"""
        done = subprocess.run([sys.executable, "-X", "dev", "-m", "libasync"], input=script, capture_output=True, text=True,
                              timeout=20, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        for part in ("'slept'", "7", "True", "'still here'"):
            self.assertIn(part, done.stdout)
        for part in ("await at the prompt", "ZeroDivisionError", "KeyboardInterrupt"):
            self.assertIn(part, done.stderr)


if __name__ == "__main__":
    unittest.main()
