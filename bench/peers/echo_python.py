"""Streams of each library. Usage: PYTHON echo_python.py libasync|asyncio|uvloop PORT; ends by SIGTERM."""
import asyncio
import importlib
import signal
import sys

peer, port = sys.argv[1], int(sys.argv[2])


async def native():
    import libasync

    async def serve(stream):
        async with stream:
            while data := await stream.read(65536):
                await stream.write(data)

    server = await libasync.start_server(serve, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


async def serve(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def streams():
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


signal.signal(signal.SIGTERM, signal.SIG_DFL)
if peer == "libasync":
    importlib.import_module("libasync").run(native())
else:
    if peer == "uvloop":
        asyncio.set_event_loop_policy(importlib.import_module("uvloop").EventLoopPolicy())
    asyncio.run(streams())
