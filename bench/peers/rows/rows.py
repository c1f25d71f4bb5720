"""PYTHON rows.py libasync|asyncio|uvloop ROW COUNT prints nanoseconds and bytes of memory per item.

The three share their names, so the work is written once.
"""
import asyncio
import importlib
import sys
import threading
import time

WAVE, TASKS = 1000, 100
peer, row, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
library = importlib.import_module("libasync") if peer == "libasync" else asyncio
if peer == "uvloop":
    asyncio.set_event_loop_policy(importlib.import_module("uvloop").EventLoopPolicy())
sleep, create_task = library.sleep, library.create_task


def make_lock():
    return asyncio.Lock() if library is asyncio else library.Semaphore(1)


async def end_at_once():
    pass


async def spawn(count):
    for _ in range(count // WAVE):
        tasks = [create_task(end_at_once()) for _ in range(WAVE)]
        await tasks[-1]


async def give_way(count):
    for _ in range(count):
        await sleep(0)


async def switch(count):
    tasks = [create_task(give_way(count // TASKS)) for _ in range(TASKS)]
    for task in tasks:
        await task


async def pass_on(lock, count):
    for _ in range(count):
        async with lock:
            await sleep(0)


async def lock(count):
    shared = make_lock()
    other = create_task(pass_on(shared, count // 2))
    await pass_on(shared, count // 2)
    await other


async def produce(queue, count):
    for i in range(count):
        await queue.put(i)


async def queue(count):
    shared = library.Queue(1)
    producer = create_task(produce(shared, count))
    for _ in range(count):
        await shared.get()
    await producer


def nothing():
    pass


async def timer_cancel(count):
    call_later = library.get_running_loop().call_later
    armed = [call_later(3600 + i % 977, nothing) for i in range(100_000)]
    for i in range(count):
        call_later(3600 + i % 977, nothing).cancel()
    for timer in armed:
        timer.cancel()


class CountDown:
    """Called `count` times, it completes a future."""

    def __init__(self, count):
        self.left, self.done = count, library.get_running_loop().create_future()

    def __call__(self):
        self.left -= 1
        if not self.left:
            self.done.set_result(None)


async def timer_fire(count):
    call_later, fired = library.get_running_loop().call_later, CountDown(count)
    for i in range(count):
        call_later(i * 7919 % 1000 / 1e6, fired)
    await fired.done


async def doze(i):
    await sleep(2 + i * 7919 % 1000 / 1000)


async def sleeping(count):
    tasks = [create_task(doze(i)) for i in range(count)]
    for task in tasks:
        await task


async def post(count):
    loop, posted = library.get_running_loop(), CountDown(count)

    def post_all():
        for _ in range(count):
            loop.call_soon_threadsafe(posted)

    thread = threading.Thread(target=post_all)
    thread.start()
    await posted.done
    thread.join()


def memory(which):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(which))


def timed(count):
    clock = time.perf_counter if row == "post" else time.process_time  # threads take turns there

    async def main():
        start = clock()
        await work(count)
        return (clock() - start) * 1e9 / count

    return library.run(main())


work = globals()[row]
if row == "sleeping":
    before = memory("VmRSS")
    taken = timed(count)
    print(f"{taken:.1f} {(memory('VmHWM') - before) / count:.0f}")
else:
    timed(count // 10 + WAVE)
    print(f"{min(timed(count) for _ in range(3)):.1f} 0")
