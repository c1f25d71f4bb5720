"""A forked child: it starts anew, and what its parent's loop had is refused."""

from __future__ import annotations

import os
import traceback
import unittest
from collections.abc import Callable

import libasync as asy
from support import Case


async def five() -> int:
    await asy.sleep(0.001)
    return 5


def in_a_child(check: Callable[[], object]) -> int:
    """Its exit code: 0 when nothing was raised."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            check()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class ForkTest(Case):
    # LOOP-22
    def test_a_child_of_a_running_loop_sees_none_and_runs_one_of_its_own(self) -> None:
        async def main() -> None:
            loop, event, task = asy.get_running_loop(), asy.Event(), asy.current_task()

            def check() -> None:
                self.assertRaises(RuntimeError, asy.get_running_loop)
                self.assertRaises(RuntimeError, asy.current_task)
                for use in (lambda: loop.call_soon(print), lambda: loop.create_task(five()), event.wait, task.cancel,
                            lambda: asy.all_tasks(loop), loop.close, loop.stop):
                    self.assertRaises(RuntimeError, use)
                self.assertEqual(asy.run(five()), 5)
                with asy.Runner(virtual_clock=True) as runner:
                    self.assertEqual(runner.run(asy.to_thread(lambda: 7)), 7)

            self.assertEqual(in_a_child(check), 0)
            self.assertEqual(await five(), 5)

        self.run_main(main(), virtual_clock=False)

    # LOOP-22
    def test_a_child_may_drop_what_it_inherited(self) -> None:
        loop = self.make_loop()
        held = [loop.create_future(), loop.create_task(five()), loop.call_later(5, print), asy.Event()]
        loop.step(0)

        def check() -> None:
            nonlocal loop
            held.clear()
            del loop

        self.assertEqual(in_a_child(check), 0)
        self.assertEqual(loop.run_until_complete(held[1]), 5)
        loop.close()


if __name__ == "__main__":
    unittest.main()
