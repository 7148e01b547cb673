#!/usr/bin/env python3
"""Tests the verifier with files that real daemons made.

    python3 docs/verify/test.py FOLDER [--roster FILE] [--bytes N] [--masks 01,80] [--seed N]

1. Every file of the folder that is of a kind that verify.py knows must be proven (exit code 0), and one whose name begins with
   `bad` must not. The Roster is --roster, else the newest in the folder; a Receipt by itself is held against the Statements there.
2. Bytes are changed, one at a time: every byte of a file, or N of them, chosen by the seed, where it has more. Each change
   must be noticed (exit code 1 or 2), or lie where nothing is signed, and then what is proven must be said in the same words as
   before. Where nothing is signed, and why that harms nobody, is said by `unsigned`.
3. Each file is cut short at every place, and one byte is put behind it.
4. Each Statement is given the Receipts, and each disclosure the Statement, of every other one: none may be proven.
"""
import argparse
import functools
import random
import sys
import time
from pathlib import Path

import cbor2
from cbor2 import CBORTag

sys.path.insert(0, str(Path(__file__).parent))
import verify as verifier  # noqa: E402
from basics import leaf_hash, read_sequence, root_by_path, root_of, seconds  # noqa: E402
from certificates import Der  # noqa: E402
from content import field_digest, salt_of  # noqa: E402

verifier.Roster = functools.lru_cache(64)(verifier.Roster)  # most changes leave the Roster as it is


def unsigned(data, kind):
    """Where a change need not be noticed: [(begin, end, why)]."""
    ranges = []

    def proofs(message, statement):
        stamp(statement)
        # Neither size nor index of a Receipt is signed (docs/formats.md): many sizes and indexes lead by one path to one root.
        for receipt in statement.value[1].get(394, []):
            proof = cbor2.loads(receipt).value[1][396][-1][0]
            begin, inner = data.find(proof), cbor2.loads(proof)
            ranges.append((begin, begin + 1 + sum(len(cbor2.dumps(each)) for each in inner[:2]), "size and index of a Receipt"))

    def stamp(statement):
        # Of a time stamp's token (CMS) are signed: its content, the attributes; and of the certificates its signer's counts.
        token = statement.value[1].get(270)
        if token is None:
            return
        signed = Der(token).parts()[1].parts()[0].parts()
        signer = signed[-1].parts()[0].parts()
        chosen = [signed[2].parts()[1].parts()[0].content, signer[3].content, signer[5].content,
                  [part for part in signed[3:] if part.tag == 0xA0][0].parts()[0].bytes]
        begin = data.find(token)
        inside = sorted((token.find(each), token.find(each) + len(each)) for each in chosen)
        for low, high in zip([0] + [end for _, end in inside], [start for start, _ in inside] + [len(token)]):
            ranges.append((begin + low, begin + high, "a time stamp, outside of what it signs"))

    if kind == "statement":
        proofs(data, cbor2.loads(data))
    elif kind == "receipt":
        proof = cbor2.loads(data).value[1][396][-1][0]
        begin, inner = data.find(proof), cbor2.loads(proof)
        ranges.append((begin, begin + 1 + sum(len(cbor2.dumps(each)) for each in inner[:2]), "size and index of a Receipt"))
    elif kind == "disclosure":
        item = cbor2.loads(data)
        proofs(data, cbor2.loads(item["statement"]))
        if "roster" in item:
            begin = data.find(item["roster"])
            ranges.append((begin, begin + len(item["roster"]), "the Roster in a disclosure: nobody looks at it who has one"))
    elif kind == "fork":
        item = cbor2.loads(data)
        if item["contradiction"][0] not in ("roots", "sequences"):
            for each in item["signed"]:
                proofs(data, cbor2.loads(each))
        if "roster" in item:
            begin = data.find(item["roster"])
            ranges.append((begin, begin + len(item["roster"]), "the Roster in a proof: nobody looks at it who has one"))
    elif kind == "bundle":
        items = read_sequence(data)
        ranges.append((0, len(items[0][1]), "the header of a bundle: when it was written"))
        for begin, encoded in items[1:]:
            name, content = cbor2.loads(encoded)
            if name == "policy":
                ranges.append((begin, begin + len(encoded), "the policy: a bundle's is under no signature"))
            if name == "statement":
                proofs(data, cbor2.loads(content))
    return ranges


def vectors():
    """The test vectors of docs/formats.md, "Manifest" and "Disclosure"."""
    record, leaves, fields = bytes.fromhex("0193a5c0b0007000800000000000002a"), [], []
    for number in range(16):
        seed = bytes([number + 1]) * 32
        line = {0: [b"\x51" * 16, b"\xaa" * 32, "adult"], 1: [b"\x52" * 16, b"\xaa" * 32, None]}.get(number)
        digests = [field_digest(record, number, position, salt_of(seed, position), value) for position, value in enumerate(line or [])]
        fields += digests
        leaves.append(leaf_hash(b"".join(digests) if line else seed))
    root = "973f5bdcb88a9fc1471458aedd2fa9dcabe315f88ae2ca59c83bfb124fc898ab"
    path = ["7541b1a410db9ed55b12c684832cd15e604da1ca548e0e05f380876b8ba36522", "67863aa3208102d3a5084f0a23cc6bc72f128adc32b1ba3b953db0b49dac6968",
            "1ac06aae7531b697dd4236271b4e18b81b934b28648c4fe6d209c8b6e7285486", "d046690a661d62e775c15dd42a0bfe46ff6e174fffc15611ada1bbbea725af40"]
    assert root_of(leaves).hex() == root
    assert salt_of(b"\x01" * 32, 0).hex() == "62263570194e611e7873a3303e6e8af9" and salt_of(b"\x01" * 32, 2).hex() == "0b1b52c22e2d2a3d2822f719b971e23e"
    assert [each.hex() for each in fields[:3]] == [
        "ea81ee7ff60e8ed0bbc0582f17131f6f2f6a674eb26eee5b9e187392abd4f6e0", "cf82de26711755e8448095c3a0494df4083af4a494341d431d1ad1e29b72fe7e",
        "7905d08cc9f1bf7c4110e9ecb4a6ff012d2ae882cbd9b823a47dba088c17ca31"]
    assert root_by_path(leaf_hash(b"".join(fields[:3])), 0, 16, [bytes.fromhex(each) for each in path]).hex() == root


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--roster")
    parser.add_argument("--at")
    parser.add_argument("--bytes", type=int, default=4000)
    parser.add_argument("--masks", default="01,80")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    vectors()
    files = {file: file.read_bytes() for file in sorted(Path(arguments.folder).rglob("*")) if file.is_file()}
    kinds = {file: verifier.kind_of(data) for file, data in files.items()}
    rosters = [data for file, data in files.items() if kinds[file] == "roster" and not file.name.startswith("bad")]
    pinned = Path(arguments.roster).read_bytes() if arguments.roster else None
    options = argparse.Namespace(digest=None, show=False, now=int(time.time()), roster=None, statements=[], lists=[])
    if arguments.at:
        options.now = seconds(arguments.at)
    if pinned or rosters:
        options.roster = verifier.Roster(pinned) if pinned else max(map(verifier.Roster, rosters), key=lambda each: each.body["version"])
    for file, data in files.items():
        if kinds[file] == "statement":
            try:
                options.statements.append(verifier.Statement(data))
            except Exception as problem:
                print(f"{file.name}: {problem}")
    failures = 0

    def judge(data):
        kind, report = verifier.verify(data, options)
        return report.result(), [text for sort, text in report.lines if sort == "ok"], report

    for file, data in files.items():
        if kinds[file] is None or arguments.only and arguments.only not in file.name:
            continue
        code, proven, report = judge(data)
        bad = file.name.startswith("bad")
        trusted = kinds[file] != "roster" or options.roster and report.result() == 0
        if bad == (code == 0) and trusted:
            failures += 1
            print(f"{file.name}: {'is proven and should not be' if bad else 'is not proven'}:")
            for sort, text in report.lines:
                if sort in ("FAIL", "unsure"):
                    print(f"    {sort} {text}")
        if bad or code != 0:
            continue
        ranges, masks = unsigned(data, kinds[file]), [int(each, 16) for each in arguments.masks.split(",")]
        places = list(range(len(data)))
        if kinds[file] == "bundle" and len(data) > arguments.bytes:
            # Most of a bundle is ciphertext, all of it under a digest: one change in each is enough.
            sealed = [(begin + 45, begin + len(encoded)) for begin, encoded in read_sequence(data)
                      if encoded.startswith(cbor2.dumps("sealed"), 1)]
            inside = [random.Random(arguments.seed).randrange(low, high) for low, high in sealed]
            for low, high in sealed:
                places[low:high] = [-1] * (high - low)
            places = [place for place in places if place >= 0] + inside
        if len(places) > arguments.bytes:
            places = sorted(random.Random(arguments.seed).sample(places, arguments.bytes))
        passed, unnoticed = {}, []
        for place in places:
            for mask in masks:
                changed = data[:place] + bytes([data[place] ^ mask]) + data[place + 1:]
                code, now_proven, _ = judge(changed)
                if code == 0:
                    why = next((why for begin, end, why in ranges if begin <= place < end), None)
                    if why and now_proven == proven:
                        passed[why] = passed.get(why, 0) + 1
                    else:
                        unnoticed.append((place, mask))
        # A bundle is not signed as a whole: without its last items it is a shorter one.
        ends = {begin for begin, _ in read_sequence(data)} if kinds[file] == "bundle" else set()
        cuts = [place for place in places if place not in ends and judge(data[:place])[0] == 0]
        longer = [extra for extra in (b"\x00", b"\xf6", b"\n", b"\x80") if judge(data + extra)[0] == 0]
        failures += bool(unnoticed) + bool(cuts) + bool(longer)
        print(f"{file.name}: {kinds[file]}, {len(proven)} things proven; {len(places) * len(masks)} changes of {len(places)} of {len(data)} bytes, "
              f"{len(unnoticed)} unnoticed; {len(places)} cuts, {len(cuts)} unnoticed"
              + "".join(f"; {number} without effect ({why})" for why, number in passed.items()))
        if unnoticed or cuts or longer:
            print(f"    UNNOTICED at {unnoticed[:20]} cuts {cuts[:20]} longer {longer}")
        sys.stdout.flush()
    # What is genuine by itself, in another's place.
    own = {file: cbor2.loads(data) for file, data in files.items() if kinds[file] == "statement" and not file.name.startswith("bad")}
    exchanged, accepted = 0, []
    for file, message in own.items():
        for other, lender in own.items():
            if 394 in lender.value[1] and other != file and lender.value[2] != message.value[2]:
                parts = message.value
                exchanged += 1
                changed = CBORTag(18, [parts[0], {**parts[1], 394: lender.value[1][394]}, parts[2], parts[3]])
                accepted += [(file.name, other.name)] if judge(cbor2.dumps(changed))[0] == 0 else []
    for file, data in files.items():
        if kinds[file] == "disclosure":
            for other in own:
                item = cbor2.loads(data)
                if cbor2.loads(item["statement"]).value[2] != own[other].value[2]:
                    exchanged += 1
                    accepted += [(file.name, other.name)] if judge(cbor2.dumps({**item, "statement": files[other]}))[0] == 0 else []
    print(f"{exchanged} exchanges of Receipts and Statements, {len(accepted)} unnoticed {accepted[:5] or ''}")
    failures += bool(accepted)
    print("all is as it should be" if not failures else f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
