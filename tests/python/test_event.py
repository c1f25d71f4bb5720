from __future__ import annotations

import unittest

import libasync as asy
from support import Case


class EventTest(Case):
    # SYNC-08
    def test_set_wakes_all_even_if_cleared_before_they_resume(self) -> None:
        async def main() -> None:
            event = asy.Event()
            tasks = [asy.create_task(self.waiter(event)) for _ in range(3)]
            await asy.sleep(0)
            event.set()
            event.set()
            event.clear()
            self.assertFalse(event.is_set())
            self.assertEqual(await asy.gather(*tasks), [True, True, True])
            event.set()
            self.assertTrue(await event.wait())

        self.run_main(main())

    # SYNC-09
    def test_cancelled_wait_has_no_effect_on_others(self) -> None:
        async def main() -> None:
            event = asy.Event()
            first, second = (asy.create_task(self.waiter(event)) for _ in range(2))
            await asy.sleep(0)
            first.cancel()
            await asy.sleep(0)
            event.set()
            self.assertTrue(await second)
            self.assertTrue(first.cancelled())

        self.run_main(main())

    async def waiter(self, event: asy.Event) -> bool:
        return await event.wait()


if __name__ == "__main__":
    unittest.main()
