from __future__ import annotations

import contextvars
import os
import signal
import socket
import unittest

import libasync as asy
from support import Case

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


class ContextTest(Case):
    # CTX-01 FUT-04
    def test_callbacks_run_in_the_context_of_their_registration(self) -> None:
        async def main() -> None:
            loop, seen = asy.get_running_loop(), []
            future = loop.create_future()
            variable.set("registered")
            loop.call_soon(lambda: seen.append(variable.get()))
            loop.call_later(1, lambda: seen.append(variable.get()))
            loop.call_soon_threadsafe(lambda: seen.append(variable.get()))
            future.add_done_callback(lambda done: seen.append(variable.get()))
            variable.set("later")
            own = contextvars.copy_context()
            own.run(variable.set, "own")
            loop.call_soon(lambda: seen.append(variable.get()), context=own)
            future.add_done_callback(lambda done: seen.append(variable.get()), context=own)
            future.set_result(None)
            await asy.sleep(2)
            self.assertEqual(sorted(seen), ["own"] * 2 + ["registered"] * 4)

        self.run_main(main())

    # CTX-02 TASK-05
    def test_task_has_a_copy_inline_await_shares_explicit_is_by_reference(self) -> None:
        async def change(to: str) -> None:
            variable.set(to)
            await asy.sleep(0)
            self.assertEqual(variable.get(), to)

        async def main() -> None:
            variable.set("main")
            await asy.create_task(change("task"))
            self.assertEqual(variable.get(), "main")
            await change("inline")
            self.assertEqual(variable.get(), "inline")
            own = contextvars.copy_context()
            await asy.create_task(change("own"), context=own)
            self.assertEqual(own[variable], "own")
            async with asy.TaskGroup() as group:
                group.create_task(change("group"), context=own)
            self.assertEqual(own[variable], "group")
            self.assertEqual(variable.get(), "inline")

        self.run_main(main())

    # CTX-05
    def test_asynchronous_generator_uses_the_iterating_tasks_context(self) -> None:
        async def generator():
            variable.set("generator")
            yield variable.get()

        async def main() -> None:
            async for seen in generator():
                self.assertEqual(seen, "generator")
            self.assertEqual(variable.get(), "generator")

        self.run_main(main())

    # CTX-01 CTX-08
    def test_readers_signal_handlers_and_clients_see_the_context_of_their_registration(self) -> None:
        ours = asy.ContextVar("ours", default="none")

        async def main() -> None:
            loop, seen = asy.get_running_loop(), asy.Queue()

            def see(*ignored: object) -> None:
                seen.put_nowait((variable.get(), ours.get()))

            async def serve(stream: asy.Stream) -> None:
                see()

            variable.set("registered")
            ours.set("registered")
            server = await asy.start_server(serve, "127.0.0.1")
            loop.add_signal_handler(signal.SIGUSR1, see)
            one, other = socket.socketpair()
            with one, other:
                loop.add_reader(one, lambda: (see(), loop.remove_reader(one)))
                variable.set("later")
                ours.set("later")
                other.send(b"x")
                os.kill(os.getpid(), signal.SIGUSR1)
                (await asy.open_connection("127.0.0.1", server.port())).close()
                self.assertEqual([await seen.get() for _ in range(3)], [("registered", "registered")] * 3)
            loop.remove_signal_handler(signal.SIGUSR1)
            await server.stop()

        self.run_main(main(), virtual_clock=False)

    # CTX-08
    def test_value_follows_children(self) -> None:
        async def child() -> str:
            return variable.get()

        async def main() -> None:
            variable.set("request 7")
            self.assertEqual(await asy.gather(child(), asy.create_task(child())), ["request 7"] * 2)

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
