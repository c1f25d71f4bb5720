"""The end of the interpreter, in a child of its own: whatever is still open ends without a crash or a hang."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import unittest


class ExitTest(unittest.TestCase):
    def run_script(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-X", "dev", "-c", "import libasync as asy\n" + textwrap.dedent(script)],
            capture_output=True, text=True, timeout=20, check=False,
        )

    def assert_clean(self, script: str, output: str = "") -> None:
        done = self.run_script(script)
        self.assertEqual((done.returncode, done.stdout), (0, output), done.stderr)

    # LOOP-23
    def test_pending_loop_is_closed_while_finally_blocks_still_run(self) -> None:
        self.assert_clean(
            """
            async def unit():
                try:
                    await asy.sleep(1000)
                finally:
                    print("finally")
            loop = asy.Loop()
            task = loop.create_task(unit())
            loop.step(0)
            """,
            "finally\n",
        )

    # LOOP-23
    def test_objects_outlive_their_loop(self) -> None:
        self.assert_clean(
            """
            kept = []
            async def main():
                loop = asy.get_running_loop()
                kept.extend([asy.current_task(), loop.create_future(), loop.call_later(5, print), asy.Queue(), asy.Promise()])
                kept[3].put_nowait(kept)
                kept[1].add_done_callback(kept.append)
            asy.run(main())
            """
        )

    # LOOP-14
    def test_loop_of_a_daemon_thread(self) -> None:
        self.assert_clean(
            """
            import threading, time
            started = threading.Event()
            async def main():
                started.set()
                await asy.sleep(1000)
            threading.Thread(target=lambda: asy.run(main()), daemon=True).start()
            started.wait()
            time.sleep(0.02)
            """
        )

    # THR-06
    def test_threads_that_release_objects_to_the_end(self) -> None:
        self.assert_clean(
            """
            import threading
            async def main():
                loop = asy.get_running_loop()
                def work():
                    for _ in range(500):
                        loop.call_soon_threadsafe(list, (object(),))
                threads = [threading.Thread(target=work) for _ in range(4)]
                for thread in threads: thread.start()
                while any(thread.is_alive() for thread in threads):
                    await asy.sleep(0.001)
            asy.run(main())
            """
        )

    # TASK-21 RUN-03
    def test_exit_from_a_callback(self) -> None:
        done = self.run_script(
            """
            async def main():
                asy.get_running_loop().call_soon(exit, 3)
                await asy.sleep(1000)
            asy.run(main())
            """
        )
        self.assertEqual(done.returncode, 3, done.stderr)

    # LOOP-22
    def test_forked_child_has_no_part_in_the_loop_and_may_run_its_own(self) -> None:
        self.assert_clean(
            """
            import os
            async def answer():
                await asy.sleep(0.001)
                return 0
            def refused(ask):
                try:
                    ask()
                except RuntimeError:
                    return True
            async def main():
                loop, child = asy.get_running_loop(), os.fork()
                if child == 0:
                    asks = asy.get_running_loop, asy.current_task, asy.all_tasks, lambda: loop.call_soon(print)
                    os._exit(asy.run(answer()) if all(map(refused, asks)) else 1)
                return os.waitpid(child, 0)[1]
            print(asy.run(main()))
            """,
            "0\n",
        )

    # FUT-09 TASK-27
    def test_unread_error_is_printed_with_its_trace(self) -> None:
        done = self.run_script(
            """
            async def failing():
                raise ValueError("nobody reads this")
            async def main():
                asy.create_task(failing(), name="bob")
                await asy.sleep(0.001)
            asy.run(main())
            """
        )
        self.assertEqual(done.returncode, 0)
        for text in ("never read", "in failing", "ValueError: nobody reads this"):
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
