#!/usr/bin/env python3
"""One series of add-checkpoint requests, good and bad, to our witness and to others', beside what C2SP tlog-witness says.

witness_statuses.py NAME URL KEY.pem ORIGIN WITNESS-VKEY, repeated for each; the first is ours. Fails where ours answers
otherwise than the specification, or than we say where it is silent, and where another's answer is a new one.
"""
import base64
import hashlib
import http.client
import sys
import time
import urllib.parse

from aics_tlog import parse_note, parse_vkey, verify_checkpoint, verify_cosignature
from aics_witness.protocol import parse_signature_lines
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from witness import Log, private

# Where the specification names no status, or leaves it open, ours is said alone.
OPEN = None
# How others differ from it, by the name of the request, and why: looked at again when that changes.
SIGSUM = {
    "a proof from nothing": (400, "judged when the body is read"),
    "no proof": (400, "judged when the body is read"),
    "an unknown key of the log's name": (400, "it takes one line of the log's name (its package checkpoint says so)"),
    "an extension line": (400, "it takes none (its package checkpoint says so)"),
    "the newest for monitors": (404, "it serves no monitors, which is a SHOULD"),
}
KNOWN = {"sigsum-witness": SIGSUM, "sigsum-go": SIGSUM}


def line(name, key_id, signature):
    return f"\u2014 {name} {base64.b64encode(key_id + signature).decode()}\n".encode()


def stranger(number):
    return line(f"stranger.example/{number}", bytes([0, 0, 0, number]), bytes(64))


def body(old, proof, note):
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof), ""]
    return "".join(each + "\n" for each in lines).encode() + note


class Series:
    """The requests in their order, each made when what the witness cosigned last is known: `size`."""

    def __init__(self, origin, key):
        self.log, self.fork = Log(origin, key), Log(origin, key, fork="x", shared=4)
        self.size, self.steps = 0, []

    def request(self, new, old=None, note=None, proof=None, log=None):
        log, old = log or self.log, self.size if old is None else old
        if proof is None:
            proof = log.tree.consistency_proof(old, new) if 0 < old < new else []
        return body(old, proof, log.note(new) if note is None else note)

    def add(self, name, make, specified, ours=None):
        self.steps.append((name, make if callable(make) else lambda: make, specified, specified if ours is None else ours))

    def good(self, name, new, specified=200, note=None):
        self.add(name, lambda: self.request(new, note=note), specified, 200)

    def build(self):
        log, other = self.log, Ed25519PrivateKey.generate()
        first = self.request(5)
        digest, head, rest = bytes(32), *first.split(b"\n\n", 1)
        failing = log.note(5)[:-5] + b"AAA=\n"
        self.add("an empty tree with another root", self.request(0, note=log.note(0, root=digest)), 422)
        self.add("an unknown origin", self.request(5, log=Log("nobody.example/log/1", log.key)), 404)
        self.add("another key's signature", self.request(5, note=log.note(5, key=other)), 403)
        self.add("a signature of the log's key that fails", self.request(5, note=failing), 403)
        self.add("nothing", b"", OPEN, 400)
        self.add("no old size", first[first.index(b"\n") + 1:], OPEN, 400)
        self.add("OLD", b"OLD" + first[3:], OPEN, 400)
        self.add("a leading zero", b"old 00" + first[5:], OPEN, 400)
        self.add("a negative size", b"old -1" + first[5:], OPEN, 400)
        self.add("an old size of 2^64", b"old 18446744073709551616" + first[5:], OPEN, 400)
        self.add("line ends of CR and LF", first.replace(b"\n", b"\r\n"), OPEN, 400)
        self.add("no empty line", head + b"\n" + rest, OPEN, 400)
        self.add("no checkpoint", head + b"\n\n", OPEN, 400)
        self.add("no newline at the end", first[:-1], OPEN, 400)
        self.add("a line behind the signatures", first + b"x\n", OPEN, 400)
        self.add("no signature line", head + b"\n\n" + rest.split(b"\n\n")[0] + b"\n\n", OPEN, 400)
        self.add("a size of 2^63", self.request(2**63, note=self.huge()), OPEN, 400)
        self.add("a megabyte", b"old 0\n" + b"A" * (1 << 20), OPEN, 413)
        self.good("an empty tree", 0)
        self.add("a proof from nothing", self.request(5, proof=[digest]), 422)
        self.good("the first leaves", 5)
        self.good("the same again", 5)
        self.add("an old size of before", lambda: self.request(9, old=0), 409)
        self.good("the next", 9)
        self.add("an old size beyond", lambda: self.request(9, old=12), 400)
        proof = log.tree.consistency_proof(9, 12)
        self.add("a wrong proof", lambda: self.request(12, proof=[digest, *proof[1:]]), 422)
        self.add("no proof", lambda: self.request(12, proof=[]), 422)
        self.add("a hash too many", lambda: self.request(12, proof=[*proof, digest]), 422)
        self.add("64 lines of proof", lambda: self.request(12, proof=[digest] * 64), OPEN, 400)
        text = self.request(12, old=9)
        index = text.index(b"=\n") - 1
        odd = text[:index] + bytes([text[index] + 1]) + text[index + 1:]
        self.add("base64 that is not canonical", odd, OPEN, 400)
        self.add("another root of this size", lambda: self.request(self.size, log=self.fork), 422)
        self.add("a fork that goes on", lambda: self.request(self.size + 3, log=self.fork), 422)
        self.good("a line of an unknown key", 12, note=log.note(12) + stranger(1))
        name = log.origin
        self.good("an unknown key of the log's name", 13, note=log.note(13) + line(name, b"abcd", bytes(64)))
        self.good("an ML-DSA-44 line", 14, note=log.note(14) + line("w.example/w", b"abcd", bytes(2428)))
        self.good("16 lines", 15, note=log.note(15) + b"".join(map(stranger, range(15))))
        self.add("17 lines", lambda: self.request(16, note=log.note(16) + b"".join(map(stranger, range(16)))), OPEN, 400)
        own = log.note(17).split(b"\n\n")[1]
        self.good("the log's line twice", 17, specified=OPEN, note=log.note(17) + own)
        self.good("an extension line", 18, note=log.note(18, extension_lines=("more of it",)))
        self.good("all of it", 300)
        return self

    def huge(self):
        """A note of 2^63 leaves that the log's key signed."""
        text = f"{self.log.origin}\n{2**63}\n{base64.b64encode(bytes(32)).decode()}\n"
        return (text + "\n").encode() + line(self.log.origin, self.log.vkey.key_id, self.log.key.sign(text.encode()))


class Witness:
    def __init__(self, name, url, key, origin, vkey):
        self.name, self.key, self.origin, self.vkey = name, private(key), origin, parse_vkey(vkey)
        self.url = urllib.parse.urlsplit(url)

    def ask(self, method, path, data=None):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=20)
        try:
            connection.request(method, self.url.path.rstrip("/") + path, data)
        except BrokenPipeError:
            pass  # It has heard enough; the answer is there all the same.
        try:
            answer = connection.getresponse()
        except http.client.RemoteDisconnected:
            return 0, "", b""  # It closed the connection and said nothing.
        return answer.status, answer.getheader("Content-Type") or "", answer.read()

    def answers(self):
        """The status of each step; what was cosigned is verified, and a conflict names the size."""
        found, series = {}, Series(self.origin, self.key).build()
        size = 0
        for name, make, _, _ in series.steps:
            series.size = size
            data = make()
            status, kind, answer = self.ask("POST", "/add-checkpoint", data)
            found[name] = status
            if status == 200:
                note = parse_note(data[data.index(b"\n\n") + 2:])
                size = int(note.text.split("\n")[1])
                self.verify(note, answer)
            elif status == 409:
                assert kind == "text/x.tlog.size", f"{self.name}: {name}: {kind}"
                assert answer == b"%d\n" % size, f"{self.name}: {name}: {answer} after {size}"
        return series.steps, found

    def verify(self, note, answer):
        lines = [each for each in parse_signature_lines(answer.decode()) if each.name == self.vkey.name]
        assert len(lines) == 1 and lines[0].key_id == self.vkey.key_id, f"{self.name}: {answer}"
        origin, size, root, *extensions = note.text[:-1].split("\n")
        holds = verify_cosignature(lines[0].signature, self.vkey.name, self.vkey.public_key, origin, int(size),
                                   base64.b64decode(root), tuple(extensions))
        assert holds, f"{self.name}: a cosignature fails: {answer}"
        assert abs(int.from_bytes(lines[0].signature[:8], "big") - time.time()) < 60

    def monitored(self):
        """What tlog-witness has for monitors: the newest checkpoint with both signatures, and 404 of what is unknown."""
        status, _, text = self.ask("GET", f"/{hashlib.sha256(self.origin.encode()).hexdigest()}/checkpoint")
        if status == 200:
            log = Log(self.origin, self.key)
            seen = verify_checkpoint(parse_note(text), log.vkey, [self.vkey], 1)
            assert seen.ok and seen.size == 300, f"{self.name}: {seen}"
        unknown, _, _ = self.ask("GET", f"/{'0' * 64}/checkpoint")
        return status, unknown


def main(arguments):
    witnesses = [Witness(*arguments[i:i + 5]) for i in range(0, len(arguments), 5)]
    problems = []
    for witness in witnesses:
        steps, found = witness.answers()
        found["the newest for monitors"], found["an unknown log for monitors"] = witness.monitored()
        steps = [*steps, ("the newest for monitors", None, 200, 200), ("an unknown log for monitors", None, 404, 404)]
        is_ours = witness is witnesses[0]
        known = {} if is_ours else KNOWN.get(witness.name.split()[0], {})
        for name, _, specified, ours in steps:
            wanted = ours if is_ours else known.get(name, (specified or found[name],))[0]
            if found[name] != wanted:
                problems.append(f"{witness.name}: {name}: {found[name]} where {wanted} was to be")
            elif not is_ours and specified and found[name] != specified:
                print(f"INTEROP differs: {witness.name} answers {found[name]} to {name}, tlog-witness says {specified}:"
                      f" {known[name][1]}")
            elif not is_ours and specified is OPEN and found[name] != ours:
                print(f"INTEROP open: {witness.name} answers {found[name]} to {name}, we {ours}; tlog-witness names none")
        same = sum(found[name] == (specified or ours) for name, _, specified, ours in steps)
        print(f"INTEROP tlog-witness, {len(steps)} requests: {witness.name} answers {same} as specified"
              " or, where that is open, as we do")
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main(sys.argv[1:])
