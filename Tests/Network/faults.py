#!/usr/bin/env python3
"""A proxy that harms what passes, to see what survives it. Usage:

  faults.py bytes  --listen HOST:PORT --to HOST:PORT  [--share 0.3] [--seed 1]
  faults.py http   --listen PATH      --to PATH       [--share 0.3] [--seed 1]

`bytes` harms TCP connections as a bad link or an attacker on the path does: refuse, cut, truncate, stall, silence,
corrupt, duplicate, reorder, dribble. `http` stands on a Unix socket between the courier and a daemon and harms whole
requests: lose-request, lose-reply, duplicate, late, replay.
--listen and --to may be repeated, in pairs: one process stands on many links. Kinds are drawn like cards, so that each is
dealt before any comes again; one that found nothing to harm goes back ("missed").
It prints "ready"; on SIGTERM one line of JSON with how often it really did what ("none" is what passed unharmed). SIGUSR1
stops all faults, so that a test can see that what is left gets through.
"""
import argparse
import asyncio
import collections
import json
import os
import random
import signal

BYTES = ["refuse", "cut", "truncate", "stall", "silence", "corrupt", "duplicate", "reorder", "dribble"]
HTTP = ["lose-request", "lose-reply", "duplicate", "late", "replay"]


class Faults:
    def __init__(self, kinds, options):
        self.kinds, self.share = kinds, options.share
        self.chance = random.Random(options.seed)
        self.counts = collections.Counter()
        self.deck = []

    def choose(self):
        if self.chance.random() >= self.share:
            self.counts["none"] += 1
            return "none"
        if not self.deck:
            self.deck = self.chance.sample(self.kinds, len(self.kinds))
        return self.deck.pop()

    def settle(self, kind, struck):
        if struck:
            self.counts[kind] += 1
        elif kind != "none":
            self.counts["missed"] += 1
            self.deck.insert(0, kind)


async def pump(reader, writer, kind, chance):
    """Carries one direction; the fault strikes after a random number of bytes. Whether it did is the answer."""
    left = chance.randrange(0, 8000)
    done = False
    try:
        while True:
            data = await reader.read(4096)
            if not data:
                break
            struck, left = left <= len(data) and not done, left - len(data)
            if kind == "dribble":
                done = True
                for byte in range(0, min(len(data), 600), 20):
                    writer.write(data[byte : byte + 20])
                    await writer.drain()
                    await asyncio.sleep(0.002)
                data = data[600:]
            elif struck and kind != "none":
                done = True
                if kind == "cut":
                    writer.transport.abort()
                    return done
                if kind == "truncate":
                    writer.write(data[: len(data) // 2])
                    break
                if kind == "stall":
                    await asyncio.sleep(chance.uniform(0.2, 1.5))
                if kind == "silence":
                    await asyncio.sleep(6)
                    writer.transport.abort()
                    return done
                if kind == "corrupt":
                    place = chance.randrange(len(data))
                    data = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
                if kind == "duplicate":
                    data = data + data
                if kind == "reorder":
                    data = data[len(data) // 2 :] + data[: len(data) // 2]
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.transport.abort()
    return done


async def harm_bytes(faults, target, reader, writer):
    kind = faults.choose()
    if kind == "refuse":
        faults.settle(kind, True)
        writer.transport.abort()
        return
    try:
        far_reader, far_writer = await asyncio.open_connection(*target)
    except OSError:
        faults.settle(kind, False)
        writer.transport.abort()
        return
    # One direction is harmed, so that requests and replies both are.
    ways = [kind, "none"] if faults.chance.random() < 0.5 else ["none", kind]
    done = await asyncio.gather(
        pump(reader, far_writer, ways[0], faults.chance), pump(far_reader, writer, ways[1], faults.chance))
    faults.settle(kind, any(done))
    for one in (writer, far_writer):
        one.close()


async def read_message(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    length = next((int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")), 0)
    if any(f.startswith(b"transfer-encoding:") for f in fields):
        body = b""
        while True:
            size = await reader.readuntil(b"\r\n")
            count = int(size.split(b";")[0], 16)
            body += size + await reader.readexactly(count + 2)
            if count == 0:
                return head + body
    # An answer to HEAD, 204 and 304 have a length and no body; the exchange interface has no HEAD.
    if head.startswith(b"HTTP/1.1 204") or head.startswith(b"HTTP/1.1 304"):
        length = 0
    return head + await reader.readexactly(length)


async def ask(path, request):
    reader, writer = await asyncio.open_unix_connection(path, limit=1 << 23)
    try:
        writer.write(request)
        await writer.drain()
        return await read_message(reader)
    finally:
        writer.close()


async def harm_http(faults, target, seen, reader, writer):
    try:
        while True:
            request = await read_message(reader)
            # The long poll carries nothing that could be harmed, and would use up the faults.
            kind = "none" if b" /v1/work" in request.split(b"\r\n")[0] else faults.choose()
            if not request.startswith(b"GET"):
                seen.append(request)
            if kind != "none":
                faults.settle(kind, kind != "replay" or bool(seen))
            if kind == "lose-request":
                break
            if kind == "late":
                await asyncio.sleep(faults.chance.uniform(0.1, 1.0))
            if kind == "replay" and seen:
                await ask(target, faults.chance.choice(seen))
            reply = await ask(target, request)
            if kind == "duplicate":
                reply = await ask(target, request)
            if kind == "lose-reply":
                break
            writer.write(reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, OSError, ValueError):
        pass
    writer.close()


async def serve(mode, faults, listen, to):
    if mode == "bytes":
        host, port = listen.rsplit(":", 1)
        target = to.rsplit(":", 1)
        await asyncio.start_server(lambda r, w: harm_bytes(faults, target, r, w), host, int(port))
    else:
        if os.path.exists(listen):
            os.unlink(listen)
        # What one courier asked is replayed to its own daemon.
        seen = collections.deque(maxlen=64)
        await asyncio.start_unix_server(lambda r, w: harm_http(faults, to, seen, r, w), listen, limit=1 << 23)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["bytes", "http"])
    parser.add_argument("--listen", required=True, action="append")
    parser.add_argument("--to", required=True, action="append")
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults = Faults(BYTES if options.mode == "bytes" else HTTP, options)
    for listen, to in zip(options.listen, options.to, strict=True):
        await serve(options.mode, faults, listen, to)
    # Whoever started us may have blocked them.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGUSR1, lambda: setattr(faults, "share", 0))
    print("ready", flush=True)
    await stopped.wait()
    print(json.dumps(dict(sorted(faults.counts.items()))), flush=True)
    os._exit(0)


asyncio.run(main())
