from __future__ import annotations

import enum
import gc
import threading
import unittest
import weakref

import libasync as asy
from support import Case, Probe


class Color(enum.IntEnum):
    RED = 3


class Text(str):
    pass


async def through_the_core(item: object) -> object:
    """A value goes through a queue, a task's result and a promise: three ways through the C ABI."""
    queue: asy.Queue = asy.Queue()
    await queue.put(item)

    async def unit() -> object:
        return await queue.get()

    promise = asy.Promise()
    promise.set_result(await asy.create_task(unit()))
    return await promise.future()


class ValueTest(Case):
    # EXC-11
    def test_plain_values_come_out_equal_and_of_the_same_type(self) -> None:
        async def main() -> None:
            for value in (None, True, False, 0, -1, 2**63 - 1, -(2**63), 1.5, float("inf"), "", "a\0ä€", b"", b"\0\xff"):
                result = await through_the_core(value)
                self.assertEqual(result, value)
                self.assertIs(type(result), type(value))

        self.run_main(main())

    # EXC-11
    def test_everything_else_is_the_same_object(self) -> None:
        async def main() -> None:
            for value in (2**63, -(2**63) - 1, [1], (1,), {"a": 1}, object(), Color.RED, Text("x"), "\ud800", len, bytearray(b"x")):
                self.assertIs(await through_the_core(value), value)

        self.run_main(main())

    # EXC-11
    def test_exceptions_are_values_too(self) -> None:
        async def main() -> None:
            for value in (ValueError("x"), asy.CancelledError(), KeyboardInterrupt()):
                self.assertIs(await through_the_core(value), value)

        self.run_main(main())

    # EXC-11
    def test_futures_are_values_and_stay_themselves(self) -> None:
        async def main() -> None:
            async def unit() -> int:
                await asy.sleep(1)
                return 5

            queue: asy.Queue = asy.Queue()
            task = asy.create_task(unit())
            await queue.put(task)
            self.assertIs(await queue.get(), task)
            self.assertEqual(await task, 5)

        self.run_main(main())

    # EXC-11 TASK-33
    def test_objects_are_released_with_what_held_them(self) -> None:
        async def main() -> list[weakref.ref[Probe]]:
            references = []
            queue: asy.Queue = asy.Queue()
            for _ in range(3):
                probe = Probe()
                references.append(weakref.ref(probe))
                queue.put_nowait(probe)
            await queue.get()
            future = asy.get_running_loop().create_future()
            future.set_result(Probe())
            references.append(weakref.ref(future.result()))
            return references

        self.assert_collected(*self.run_main(main()))

    # THR-06
    def test_release_in_another_thread(self) -> None:
        probe = Probe()
        reference = weakref.ref(probe)
        with self.make_loop() as loop:
            future = loop.create_future()
            future.set_result(probe)
            del probe
            holder = [future]
            del future
            thread = threading.Thread(target=holder.clear)
            thread.start()
            thread.join()
            loop.call_soon(loop.stop)
            loop.run_forever()
        gc.collect()
        self.assertIsNone(reference())


if __name__ == "__main__":
    unittest.main()
