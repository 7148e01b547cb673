"""Forwards TCP connections to a Unix socket: forward.py SOCKET. Prints the port. For tests only."""

import asyncio
import sys


async def pipe(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        pass


async def serve(reader, writer):
    other_reader, other_writer = await asyncio.open_unix_connection(sys.argv[1])
    asking = asyncio.create_task(pipe(reader, other_writer))
    await pipe(other_reader, writer)
    asking.cancel()
    other_writer.close()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
