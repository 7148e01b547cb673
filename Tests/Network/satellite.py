#!/usr/bin/env python3
"""A satellite link between two network namespaces: real TCP over two TUN devices, packets delayed, lost and paced here.

Usage: satellite.py NAME [--delay-ms 300] [--loss 2] [--rate 64000] [--seed 1]

Makes the namespaces NAME-a (10.77.0.1) and NAME-b (10.77.0.2), prints "ready", and carries packets until it is told to
stop (SIGTERM). Then it prints one line of JSON with what it carried and lost each way, and removes the namespaces. It
needs root and /dev/net/tun; no kernel module for queueing is needed.
"""
import argparse
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def enter(path):
    with open(path) as handle:
        if LIBC.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")


def tun(namespace, own, other):
    """A TUN device inside a namespace; the descriptor stays usable outside of it."""
    run("ip", "netns", "add", namespace)
    enter(f"/run/netns/{namespace}")
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH14x", b"sat0", IFF_TUN | IFF_NO_PI))
    run("ip", "link", "set", "lo", "up")
    run("ip", "addr", "add", own, "peer", other, "dev", "sat0")
    run("ip", "link", "set", "sat0", "up", "mtu", "1400")
    return descriptor


class Way:
    """One direction: a queue in front of a slow transmitter, then the long way up and down again."""

    LIMIT = 64  # packets in the queue, as a small modem has

    def __init__(self, source, target, options, chance):
        self.source, self.target, self.options, self.chance = source, target, options, chance
        self.free_at, self.flying, self.number = 0.0, [], 0
        self.counts = {"packets": 0, "bytes": 0, "lost": 0, "overflowed": 0}

    def take(self, now):
        try:
            packet = os.read(self.source, 2048)
        except BlockingIOError:
            return
        self.counts["packets"] += 1
        self.counts["bytes"] += len(packet)
        if self.chance.random() * 100 < self.options.loss:
            self.counts["lost"] += 1
            return
        took = len(packet) * 8 / self.options.rate
        if self.free_at - now > took * self.LIMIT:
            self.counts["overflowed"] += 1
            return
        self.free_at = max(now, self.free_at) + took
        self.number += 1
        heapq.heappush(self.flying, (self.free_at + self.options.delay_ms / 1000, self.number, packet))

    def deliver(self, now):
        while self.flying and self.flying[0][0] <= now:
            packet = heapq.heappop(self.flying)[2]
            try:
                os.write(self.target, packet)
            except OSError:
                self.counts["lost"] += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--delay-ms", type=float, default=300)
    parser.add_argument("--loss", type=float, default=2)
    parser.add_argument("--rate", type=float, default=64000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = [f"{options.name}-a", f"{options.name}-b"]
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        near = tun(names[0], "10.77.0.1", "10.77.0.2")
        LIBC.setns(home, CLONE_NEWNET)
        far = tun(names[1], "10.77.0.2", "10.77.0.1")
        LIBC.setns(home, CLONE_NEWNET)
        chance = random.Random(options.seed)
        ways = [Way(near, far, options, chance), Way(far, near, options, chance)]
        stopping = []
        # Whoever started us may have blocked them.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        print("ready", flush=True)
        while not stopping:
            now = time.monotonic()
            due = min((way.flying[0][0] for way in ways if way.flying), default=now + 0.2)
            readable, _, _ = select.select([near, far], [], [], max(0, min(due - now, 0.2)))
            now = time.monotonic()
            for way in ways:
                if way.source in readable:
                    way.take(now)
                way.deliver(now)
        print(json.dumps({"a_to_b": ways[0].counts, "b_to_a": ways[1].counts}), flush=True)
    finally:
        LIBC.setns(home, CLONE_NEWNET)
        for name in names:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
