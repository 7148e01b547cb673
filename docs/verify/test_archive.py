#!/usr/bin/env python3
"""Tests the verifier with archives that no honest command makes: test_hostile.py's keys and bundles, stamped well, and wrong.

    python3 docs/verify/test_archive.py [--amana BINARY]

Each case says with which exit code it must end and what must be said. With --amana the command verifies each of them too, and must say the same:
0, 1, or 3 where this program says 2.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cbor2
from cbor2 import CBORTag

sys.path.insert(0, str(Path(__file__).parent))
import test_authorities  # noqa: E402
import verify as verifier  # noqa: E402
from basics import encode, leaf_hash, node_hash, sha256, when  # noqa: E402
from roster import Roster  # noqa: E402
from test_hostile import (  # noqa: E402
    A, B, DAY, ENTRY, HOLDERS, NOW, OTHER, OTHER_ENTRY, PLAIN, ROOT, ROOTS, ROSTER, SEEN, TIME, Pair, bundle, copy, cut_signatures, ended, json, listed, make_roster, note, revoked,
)

SECOND, QUANTUM = Pair(), {1: 7, 3: -49, -1: bytes(1952)}  # another statement key of A's, and one that no machine can verify with
TYPES = {3: "application/vnd.amana.archive-stamp+cbor", 16: "application/vnd.amana.archive-stamp+cose"}
PART = bundle(without=("manifest", "annex"))


def stamp(covers, issuer=A, at=NOW - 40, pairs=None, rosters=(), types=TYPES, sign=None, headers=None, tag=98, unprotected=None, **body):
    """A stamp over these; what is changed is its payload, or who signs it how."""
    body = {"schema": 1, "issuer": issuer.uri, "at": at, "roster": Roster(ROSTER).digest, "covers": covers, **body}
    if rosters:
        body["rosters"] = list(rosters)
    payload, protected, signatures = body.pop("raw", None) or encode(body), encode(types), []
    for pair in [issuer.statement] if pairs is None else pairs:
        header = encode(headers or {1: pair.alg, 4: pair.kid})
        signed = (sign or pair).sign(encode(["Signature", protected, header, b"", payload]))
        signatures.append([header, unprotected or {}, signed])
    return cbor2.dumps(CBORTag(tag, [protected, {}, payload, signatures]))


def index(files, lines=lambda each: each, authority=B.name, since="-", until=TIME, end=""):
    entries = [f"{sha256(data).hex()}  {len(data)}  {path}" for path, data in sorted(files.items())]
    return "\n".join(lines(["amana-archive-1", f"authority {authority}", f"since {since}", f"until {until}", *entries]) + [end]).encode()


def archive(parts=(PART,), rosters=(ROSTER,), notes=None, codes=(), stamps=({},), more=(), **changes):
    """The files of an archive, by path. Each of `stamps` says how that stamp differs; `token` is made of its bytes."""
    files = {"README.txt": b"what it is\n", "README.ar.txt": b"ma hiya\n", **dict(codes), **dict(more)}
    files |= {f"parts/{number:06}.amana": data for number, data in enumerate(parts, 1)}
    files |= {f"rosters/{number:06}.cose": data for number, data in enumerate(rosters, 1)}
    files |= {f"checkpoints/{number:06}.txt": data for number, data in enumerate([note()] if notes is None else notes, 1)}
    files = {"INDEX": index(files, **changes), **files}
    covers = [["INDEX", sha256(files["INDEX"])]]
    for number, each in enumerate(stamps, 1):
        each, path = dict(each), f"stamps/{number:06}"
        token, change = each.pop("token", None), each.pop("cover", None)
        files[path + ".cose"] = stamp(change(list(covers)) if change else list(covers), **each)
        covers.append([path + ".cose", sha256(files[path + ".cose"])])
        if token:
            files[path + ".tst"] = token(files[path + ".cose"])
            covers.append([path + ".tst", sha256(files[path + ".tst"])])
    return files


GOOD = archive()
TWO = archive(stamps=({}, {"issuer": B, "at": NOW - 30}))


def spoiled(function, files=GOOD, **more):
    """A good archive, and what somebody does to its folder."""
    return files, {"spoil": function, **more}


def changed(path, place=-1, files=GOOD):
    data = bytearray(files[path])
    data[place] ^= 1
    return {**files, path: bytes(data)}


def without(*paths, files=GOOD):
    return {path: data for path, data in files.items() if path not in paths}


def indexed(files, **changes):
    """The files with an INDEX and a stamp made anew over what is there."""
    files = {path: data for path, data in files.items() if path != "INDEX" and not path.startswith("stamps/")}
    text = index(files, **changes)
    return {**files, "INDEX": text, "stamps/000001.cose": stamp([["INDEX", sha256(text)]])}


def written(lines):
    """GOOD with an INDEX of other lines, and stamped so."""
    return indexed(GOOD, lines=lines)


def folders():
    """What stands in the folder: name, exit code, what must be said, files and what is done to them."""
    yield "good", 0, "stamp 1, seen by", GOOD
    yield "two stamps", 0, "stamp 2, seen by", TWO
    for path in GOOD:
        yield f"{path} is missing", 1, f"{path} is missing", without(path)
        yield f"{path} is a folder", 1, "", spoiled(lambda folder, path=path: ((folder / path).unlink(), (folder / path).mkdir()))
        yield f"{path} is a link to itself", 1, "is no plain file", spoiled(lambda folder, path=path: (
            (folder / path).rename(folder.parent / "elsewhere"), (folder / path).symlink_to(folder.parent / "elsewhere")))
        for place in (0, len(GOOD[path]) // 2, -1):
            yield f"{path}, a byte changed at {place}", 1, "", changed(path, place)
        if path != "INDEX":
            yield f"{path}, a byte more", 1, "", {**GOOD, path: GOOD[path] + b"\n"}
            yield f"{path}, empty", 1, "", {**GOOD, path: b""}
    for path in ("x", ".hidden", "parts/000002.amana", "parts/.hidden", "rosters/000002.cose", "checkpoints/000002.txt", "codes/x-1.json", "README.md", "stamps/x",
                 "stamps/.x", "stamps/000001.txt", "more/x", "INDEX~", "parts/x/y", "stamps/1.cose", "p\u0430rts/x"):
        yield f"{path} too", 1, "", {**GOOD, path: b"x"}
    for path in ("more", "parts/more", ".git"):
        yield f"an empty folder {path}", 1, "", spoiled(lambda folder, path=path: (folder / path).mkdir())
    yield "an empty folder codes", 0, "", spoiled(lambda folder: (folder / "codes").mkdir())
    yield "a link too", 1, "is no plain file", spoiled(lambda folder: (folder / "codes.txt").symlink_to("/etc/passwd"))
    yield "a link that leads nowhere", 1, "is no plain file", spoiled(lambda folder: (folder / "parts/000002.amana").symlink_to("nowhere"))
    yield "parts is a link", 1, "", spoiled(lambda folder: ((folder / "parts").rename(folder.parent / "moved"), (folder / "parts").symlink_to(folder.parent / "moved")))
    yield "a pipe for a part", 1, "is no plain file", spoiled(lambda folder: ((folder / "parts/000001.amana").unlink(), os.mkfifo(folder / "parts/000001.amana")))
    yield "a pipe for INDEX", 1, "is no plain file", spoiled(lambda folder: ((folder / "INDEX").unlink(), os.mkfifo(folder / "INDEX")))
    yield "a name that is no text", 1, "", spoiled(lambda folder: open(os.fsencode(folder) + b"/\xff\x0a", "wb").close())
    yield "INDEX of 17 MiB", 1, "is longer than", {**GOOD, "INDEX": bytes(17 << 20)}
    yield "a part that is longer than any may be", 1, "", spoiled(lambda folder: os.truncate(folder / "parts/000001.amana", 1 << 40))
    yield "an empty folder", 1, "INDEX is missing", {}
    yield "a folder with something else", 1, "INDEX is missing", {"README.txt": b"x"}
    yield "no folder", 2, "the folder can't be read", *spoiled(lambda folder: folder.rename(folder.parent / "elsewhere"), amana=2)
    yield "a file and no folder", 2, "the folder can't be read", *spoiled(lambda folder: (folder.rename(folder.parent / "elsewhere"), folder.write_bytes(b"x")), amana=2)

    yield "INDEX: a period", 0, "", indexed(GOOD, since="2026-01-01T00:00:00+03:00")
    yield "INDEX: a period that ends before it begins", 1, "ends before it begins", indexed(GOOD, since="2100-01-01T00:00:00+03:00")
    yield "INDEX: a period of one second", 0, "", indexed(GOOD, since=TIME)
    yield "INDEX: a period whose end looks earlier", 0, "", indexed(GOOD, since="2026-01-01T03:00:00+03:00", until="2026-01-01T00:00:00+00:00")
    yield "INDEX: a period whose end looks later", 1, "ends before it begins", indexed(GOOD, since="2026-01-01T00:00:01+00:00", until="2026-01-01T03:00:00+03:00")
    yield "INDEX: of an authority that nobody lists", 1, "lists no authority XXX/nobody", indexed(GOOD, authority="XXX/nobody")
    yield "INDEX: of an authority whose log no part shows", 1, "no part has a Checkpoint of its log", indexed(GOOD, authority=A.name)
    yield "INDEX: of one of two whose logs a part shows", 0, "", archive([bundle(without=("manifest", "annex"), more=[["checkpoint", note(A)]])], notes=[note(), note(A)], authority=A.name)
    yield "INDEX: parts that show no log", 1, "no part has a Checkpoint of its log", archive([bundle(without=("manifest", "annex", "checkpoint", "proof"))], notes=[])
    for name in ("README.txt", "README.ar.txt"):
        yield f"INDEX: no {name}", 1, "INDEX names no part", indexed(without(name))
    for path, name in (("parts/000001.amana", "parts/x.amana"), ("rosters/000001.cose", "rosters/x.cose"), ("checkpoints/000001.txt", "checkpoints/1.txt"), ("parts/000001.amana", "parts/0000001.amana")):
        yield f"INDEX: {name} for {path}", 1, "names what no archive has", indexed({**without(path), name: GOOD[path]})
    yield "INDEX: numbers with gaps", 0, "", indexed({**without("rosters/000001.cose"), "parts/000007.amana": PART, "rosters/000900.cose": ROSTER})
    yield "INDEX: part 0", 0, "", indexed({**without("parts/000001.amana"), "parts/000000.amana": PART})
    yield "INDEX: a README that is no text", 0, "", indexed({**GOOD, "README.txt": b"\xff\x00"})
    for name in ("x-1", "reason-9", "reason", "reason-01", "-1", "a.b"):
        yield f"INDEX: codes/{name}.json", 0, "", indexed({**GOOD, f"codes/{name}.json": b"x"})
    for name in ("codes/reason-1.txt", "README", "LICENSE", "README.ckb.txt", "codes/.json", "codes/X.json", "parts/000002.txt"):
        yield f"INDEX: {name}", 1, "names what no archive has", indexed({**GOOD, name: b"x"})
    form = "INDEX"
    for name, text in (("nothing", b""), ("no line's end", GOOD["INDEX"][:-1]), ("CRLF", GOOD["INDEX"].replace(b"\n", b"\r\n")), ("a blank line", GOOD["INDEX"] + b"\n"),
                       ("a byte order mark", b"\xef\xbb\xbf" + GOOD["INDEX"]), ("another format", GOOD["INDEX"].replace(b"archive-1", b"archive-2")), ("a zero byte", GOOD["INDEX"] + b"\0\n"),
                       ("not ASCII", GOOD["INDEX"].replace(b"IRQ", "I\u00ffQ".encode())), ("the first line alone", b"amana-archive-1\n"), ("no files", b"\n".join(GOOD["INDEX"].split(b"\n")[:4]) + b"\n")):
        yield f"INDEX: {name}", 1, form, {**GOOD, "INDEX": text, "stamps/000001.cose": stamp([["INDEX", sha256(text)]])}
    for name, lines in (
            ("unsorted", lambda each: each[:4] + each[:3:-1]), ("a path twice", lambda each: each[:5] + each[4:]), ("upper case", lambda each: each[:4] + [each[4].upper()] + each[5:]),
            ("one blank", lambda each: [line.replace("  ", " ") for line in each]), ("a tab", lambda each: [line.replace("  ", "\t") for line in each]),
            ("a length with a zero", lambda each: each[:4] + [each[4].replace("  ", "  0", 1)] + each[5:]), ("a blank behind", lambda each: each[:-1] + [each[-1] + " "]),
            ("an asterisk", lambda each: [line.replace("  README", " *README") for line in each]), ("no authority", lambda each: each[:1] + each[2:]), ("until before since", lambda each: each[:2] + [each[3], each[2]] + each[4:]),
            ("a fifth line", lambda each: each[:4] + ["note x"] + each[4:]), ("another authority's form", lambda each: each[:1] + ["authority SYR"] + each[2:]),
            ("no until", lambda each: each[:3] + ["until -"] + each[4:]), ("until in Z", lambda each: each[:3] + ["until 2026-01-01T00:00:00Z"] + each[4:]),
            ("30 February", lambda each: each[:3] + ["until 2026-02-30T00:00:00+00:00"] + each[4:]), ("itself", lambda each: each[:4] + ["0" * 64 + "  1  INDEX"] + each[4:]),
            ("a stamp", lambda each: each + ["0" * 64 + "  1  stamps/000001.cose"]), ("a path up", lambda each: each + ["0" * 64 + "  1  ../x"]), ("an absolute path", lambda each: each[:4] + ["0" * 64 + "  1  /etc/passwd"] + each[4:]),
            ("a folder's path", lambda each: each + ["0" * 64 + "  1  x/y"]), ("two slashes", lambda each: each + ["0" * 64 + "  1  rosters//000001.cose"]), ("a long path", lambda each: each[:-1] + [each[-1], "0" * 64 + "  1  rosters/" + "0" * 120 + ".cose"]),
            ("a long part", lambda each: [line.replace(f"  {len(PART)}  ", f"  {(256 << 20) + 1}  ") for line in each]), ("a long README", lambda each: [line.replace("  11  ", f"  {(1 << 20) + 1}  ") for line in each]),
            ("a length of 30 digits", lambda each: [line.replace("  11  ", f"  {'9' * 30}  ") for line in each]), ("a length that is negative", lambda each: [line.replace("  11  ", "  -11  ") for line in each])):
        yield f"INDEX: {name}", 1, form, written(lines)
    yield "INDEX: no part", 1, form, indexed(without("parts/000001.amana"))
    yield "INDEX: a length that is not the file's", 1, "is not what the index says", written(lambda each: [line.replace("  11  ", "  12  ") for line in each])


def stamps():
    """What stamps say, and whether they stand."""
    covers = "it does not cover INDEX and the stamps before it"
    for name, cover in (("nothing of INDEX", lambda each: each[1:] or [["stamps/000001.cose", bytes(32)]]), ("another INDEX", lambda each: [["INDEX", bytes(32)]]), ("a stamp that is not there", lambda each: each + [["stamps/000001.cose", bytes(32)]]),
                        ("INDEX twice", lambda each: each * 2)):
        yield f"a stamp over {name}", 1, covers, archive(stamps=({"cover": cover},))
    for name, cover in (("not the first", lambda each: each[:1]), ("unsorted", lambda each: each[::-1]), ("another first", lambda each: each[:1] + [[each[1][0], bytes(32)]])):
        yield f"a second stamp: {name}", 1, covers, archive(stamps=({}, {"issuer": B, "at": NOW - 30, "cover": cover}))
    yield "stamp 2 is missing", 1, "is no stamp after", without("stamps/000002.cose", files=archive(stamps=({},) * 3))
    yield "stamp 1 is missing", 1, "000001.cose is missing", without("stamps/000001.cose", files=TWO)
    yield "the last stamp is missing, which nothing shows", 0, "", without("stamps/000002.cose", files=TWO)
    yield "stamps in another order", 1, covers, {**TWO, "stamps/000001.cose": TWO["stamps/000002.cose"], "stamps/000002.cose": TWO["stamps/000001.cose"]}
    yield "a stamp of another archive", 1, covers, {**GOOD, "stamps/000001.cose": archive(more={"README.txt": b"other\n"})["stamps/000001.cose"]}
    yield "256 stamps", 0, "stamp 256, seen by", archive(stamps=({},) * 256)
    yield "257 stamps", 1, "one too many", archive(stamps=({},) * 257)
    yield "stamp 0", 1, "is no stamp", {**GOOD, "stamps/000000.cose": GOOD["stamps/000001.cose"]}
    yield "a time stamp of no stamp", 1, "is no stamp", {**GOOD, "stamps/000002.tst": b"x"}
    yield "a time stamp that is none", 1, "time stamp", {**GOOD, "stamps/000001.tst": b"x"}
    yield "a time stamp of nothing", 1, "time stamp", {**GOOD, "stamps/000001.tst": b""}
    yield "a time stamp of 33 KiB", 1, "is longer than", {**GOOD, "stamps/000001.tst": bytes(33 << 10)}
    for name, data in (("nothing", b""), ("text", b"hello"), ("a Roster", ROSTER), ("a Statement", PLAIN), ("deep", b"\x81" * 100_000), ("a long length", b"\x9b" + b"\xff" * 8), ("cut", GOOD["stamps/000001.cose"][:-1])):
        yield f"a stamp that is {name}", 1, "stamps/000001.cose", {**GOOD, "stamps/000001.cose": data}
    stranger = Pair()
    known = {1: A.statement.alg, 4: A.statement.kid}
    for name, said, how in (
            ("by an unlisted key", "V16", {"pairs": [stranger]}), ("by a receipt key", "V16", {"pairs": [A.receipt]}), ("by an officer's key", "V16", {"pairs": [A.officers[0]]}),
            ("by another authority's key", "V16", {"pairs": [B.statement]}), ("by nobody", "", {"pairs": []}), ("by five", "", {"pairs": [A.statement] * 5}),
            ("by one key twice", "one key signed it twice", {"pairs": [A.statement] * 2}), ("with a signature of another", "the signature does not hold", {"sign": B.statement}),
            ("with another algorithm", "the key is none for", {"headers": {**known, 1: -51}}), ("with an unknown label", "", {"headers": {**known, 99: 1}}), ("with crit", "", {"headers": {**known, 2: [4]}}),
            ("without a kid", "", {"headers": {1: -9}}), ("of nobody's URI", "its issuer is nobody", {"issuer": argparse.Namespace(uri="https://x.example", statement=A.statement)}),
            ("of another authority", "V16", {"issuer": argparse.Namespace(uri=B.uri, statement=A.statement)}), ("with another content type", "", {"types": {**TYPES, 3: "application/x"}}), ("with one label more", "", {"types": {**TYPES, 99: 1}}),
            ("of another tag", "", {"tag": 18}), ("with an unprotected header", "", {"unprotected": {4: A.statement.kid}}), ("of schema 2", "", {"schema": 2}), ("with a field more", "", {"zzz": 1}),
            ("without a payload that can be read", "", {"raw": b"\xbf\xff"}), ("of a negative time", "", {"at": -1}), ("of a time beyond all", "", {"at": 1 << 63}), ("with an empty list of Rosters", "", {"rosters": (), "raw": None, "covers_": 1})):
        yield f"a stamp {name}", 1, said or "stamps/000001.cose", archive(stamps=(how,))
    yield "a stamp: by another authority first", 0, "", archive(stamps=({"issuer": B},))
    yield "a stamp: headers in another order", 0, "", archive(stamps=({"types": dict(reversed(TYPES.items())), "headers": dict(reversed(known.items()))},))
    yield "a stamp: as ES256", 0, "", archive(stamps=({"headers": {**known, 1: -7}},))
    yield "a stamp: time a little ahead", 0, "", archive(stamps=({"at": NOW + 200},))
    yield "a stamp: its time has not come", 1, "its time has not come yet", archive(stamps=({"at": NOW + 900},))
    yield "a stamp: 300 seconds before the one before", 0, "", archive(stamps=({}, {"at": NOW - 340, "issuer": B}))
    yield "a stamp: 301 seconds before", 1, "its time lies before", archive(stamps=({}, {"at": NOW - 341, "issuer": B}))
    yield "a stamp by a Roster that nobody has", 0, "", archive(stamps=({"roster": bytes(32)},))

    # Whether one stands.
    def judged(roster, *each, **more):
        return archive([bundle(without=("manifest", "annex"), roster=roster)], [roster], stamps=each), {"roster": roster, **more}
    lapsed, stands = "stamp 1, seen by {}, proves nothing any more", "stamp 1, seen by {}, stands"
    two = lambda *more: listed(lambda a, b: (a["keys"].append(SECOND.listed("statement")), *[each(a, b) for each in more]))  # noqa: E731
    exposed = lambda moment: lambda a, b: a["keys"][0].update(revocations=[{"reason": "compromised", "effective_from": moment}])  # noqa: E731
    by_b = {"issuer": B, "at": NOW - 30}
    yield "a compromised key", 2, "no stamp stands", *judged(revoked((0, 0, "compromised", NOW - 20)), {})
    yield "a lost key", 2, "no stamp stands", *judged(revoked((0, 0, "lost", NOW - 20)), {})
    yield "a key compromised before it stamped", 2, "no stamp stands", *judged(revoked((0, 0, "compromised", NOW - 60)), {})
    yield "a retired key", 0, "", *judged(revoked((0, 0, "retired", NOW - 20)), {})
    yield "a key retired before it stamped", 2, "no stamp stands", *judged(revoked((0, 0, "retired", NOW - 60)), {})
    yield "a key that had not begun", 2, "no stamp stands", *judged(two(lambda a, b: a["keys"][-1].update(not_before=NOW - 39)), {"pairs": [SECOND]})
    yield "compromised, stamped before by another", 0, stands.format(when(NOW - 30)), *judged(revoked((0, 0, "compromised", NOW - 29)), {}, by_b)
    yield "compromised, stamped in that second by another", 0, lapsed.format(when(NOW - 30)), *judged(revoked((0, 0, "compromised", NOW - 30)), {}, by_b)
    yield "compromised, stamped before by the same key", 2, "no stamp stands", *judged(revoked((0, 0, "compromised", NOW - 20)), {}, {"at": NOW - 30})
    yield "compromised, stamped before by the same authority's next key", 0, stands.format(when(NOW - 30)), *judged(two(exposed(NOW - 20)), {}, {"at": NOW - 30, "pairs": [SECOND]})
    yield "compromised, stamped before by both", 0, "stamp 1, seen by", *judged(two(exposed(NOW - 20)), {}, {"at": NOW - 30, "pairs": [A.statement, SECOND]})
    yield "both keys, the one is compromised", 0, "", *judged(two(exposed(NOW - 20)), {"pairs": [A.statement, SECOND]})
    yield "compromised, and who stamped it too", 2, "no stamp stands", *judged(revoked((0, 0, "compromised", NOW - 20), (1, 0, "lost", NOW - 20)), {}, by_b)
    yield "compromised, carried by a third over the second", 0, stands.format(when(NOW - 30)), *judged(
        two(exposed(NOW - 22), lambda a, b: b["keys"][0].update(revocations=[{"reason": "lost", "effective_from": NOW - 24}])), {}, by_b, {"at": NOW - 25, "pairs": [SECOND]})
    yield "compromised, the third came too late", 0, "stamp 1, seen by", *judged(
        two(exposed(NOW - 26), lambda a, b: b["keys"][0].update(revocations=[{"reason": "lost", "effective_from": NOW - 24}])), {}, {"at": NOW - 30}, {"at": NOW - 25, "pairs": [SECOND]})
    yield "an authority that departed", 0, "", *judged(listed(lambda a, b: a.update(status="departed")), {})
    dual = Pair()  # a machine without ML-DSA can't say
    dual.alg, dual.cose, dual.kid, dual.sign = -49, QUANTUM, verifier.sha256(encode(QUANTUM)), lambda message: bytes(3309)
    yield "an ML-DSA signature that does not hold", 1, "", *judged(listed(lambda a, b: a["keys"].append(
        {"purpose": "statement", "key": QUANTUM, "not_before": NOW - DAY, "not_after": NOW + DAY})), {"pairs": [A.statement, dual]}, known=0)

    # Time stamps over stamps.
    state = test_authorities.Certifier()
    anchor = {"timestamps": [test_authorities.encoded(state.certificate)]}

    def token(moment, **how):
        text = test_authorities.time.strftime("%Y%m%d%H%M%SZ", test_authorities.time.gmtime(moment))
        return lambda data: test_authorities.stamp(how.get("by", state), how.get("over", data), text, raw=True)
    theirs = lambda *more: two(lambda a, b: b.update(anchors=anchor), *more)  # noqa: E731
    ours = lambda *more: two(lambda a, b: a.update(anchors=anchor), *more)  # noqa: E731
    timed = {"token": token(NOW - 35)}
    yield "a time stamp", 0, "time stamped at", *judged(theirs(), timed)
    yield "a time stamp over a time stamp", 0, "time stamped at", *judged(theirs(), timed, {**by_b, "token": token(NOW - 25)})
    yield "a time stamp over something else", 1, "of other bytes", *judged(theirs(), {"token": token(NOW - 35, over=b"x")})
    yield "a time stamp by whom nobody lists", 1, "stamps/000001.cose", *judged(two(), timed)
    bare = test_authorities.Certifier(own=False, issuer=False)
    yield "a time stamp by a certificate without key identifiers", 1, "lacks a key identifier", *judged(
        two(lambda a, b: b.update(anchors={"timestamps": [test_authorities.encoded(bare.certificate)]})), {"token": token(NOW - 35, by=bare)})
    yield "compromised, time stamped before", 0, stands.format(when(NOW - 35)), *judged(theirs(exposed(NOW - 34)), timed)
    yield "compromised, time stamped in that second", 2, "no stamp stands", *judged(theirs(exposed(NOW - 35)), timed)
    yield "compromised, time stamped by its own", 2, "no stamp stands", *judged(ours(exposed(NOW - 34)), timed)
    yield "a lapsed stamp's time stamp carries the one before", 0, stands.format(when(NOW - 25)), *judged(
        theirs(exposed(NOW - 24)), {}, {"at": NOW - 30, "token": token(NOW - 25)})
    files = archive(stamps=(timed, by_b), rosters=[theirs()], parts=[bundle(without=("manifest", "annex"), roster=theirs())])
    yield "a time stamp taken away that the next stamp covers", 1, covers, without("stamps/000001.tst", files=files), {"roster": files["rosters/000001.cose"]}
    files = archive(stamps=({}, by_b), rosters=[theirs()], parts=[bundle(without=("manifest", "annex"), roster=theirs())])
    yield "a time stamp put there after the next stamp", 1, covers, {**files, "stamps/000001.tst": token(NOW)(files["stamps/000001.cose"])}, {"roster": files["rosters/000001.cose"]}

    # Who had seen a Statement: A's, which no other log has, by a key that others have.
    def plain(roster, *each):
        return archive([bundle(without=("manifest", "annex", "proof"), statement=PLAIN, roster=roster)], [roster], stamps=each), {"roster": roster}
    early = {"issuer": B, "at": NOW - 50}
    yield "seen by nobody", 1, "V15", *plain(two(exposed(NOW - 45)), {"pairs": [SECOND], "at": NOW - 50})
    yield "seen by another member's stamp", 0, f"seen by somebody else at {when(NOW - 50)}", *plain(two(exposed(NOW - 45)), early)
    yield "seen by it in that second", 1, "V15", *plain(two(exposed(NOW - 50)), early)
    yield "seen by a stamp that proves nothing any more", 1, "V15", *plain(two(exposed(NOW - 45), lambda a, b: b["keys"][0].update(
        revocations=[{"reason": "lost", "effective_from": NOW - 10}])), {"pairs": [SECOND], "at": NOW - 55}, early)
    yield "seen by the time stamp of another member", 0, f"seen by somebody else at {when(NOW - 50)}", *plain(
        theirs(exposed(NOW - 45)), {"pairs": [SECOND], "at": NOW - 55, "token": token(NOW - 50)})
    yield "seen by the time stamp of its own", 1, "V15", *plain(ours(exposed(NOW - 45)), {"pairs": [SECOND], "at": NOW - 55, "token": token(NOW - 50)})
    lost = lambda moment, which: lambda a, b: (a, b)[which]["keys"][-1 if which == 0 else 0].update(revocations=[{"reason": "lost", "effective_from": moment}])  # noqa: E731
    yield "seen by the time stamp of another member, whose stamp lapsed", 0, f"seen by somebody else at {when(NOW - 50)}", *plain(
        theirs(exposed(NOW - 45), lost(NOW - 52, 0)), {"pairs": [SECOND], "at": NOW - 55, "token": token(NOW - 50)}, {"issuer": B, "at": NOW - 20})
    yield "seen by the time stamp of another member, whose stamp never stood", 0, f"seen by somebody else at {when(NOW - 50)}", *plain(
        theirs(exposed(NOW - 45), lost(NOW - 60, 0)), {"pairs": [SECOND], "at": NOW - 55, "token": token(NOW - 50)}, {"issuer": B, "at": NOW - 20})
    yield "seen by the time stamp of the stamp's own member, whose stamp lapsed", 1, "V15", *plain(
        theirs(exposed(NOW - 45), lost(NOW - 51, 1)), {"issuer": B, "at": NOW - 55, "token": token(NOW - 50)}, {"pairs": [SECOND], "at": NOW - 20})
    yield "seen by the time stamp of the stamp's own member, whose stamp stands", 0, f"seen by somebody else at {when(NOW - 55)}", *plain(
        theirs(exposed(NOW - 45)), {"issuer": B, "at": NOW - 55, "token": token(NOW - 50)})
    shared = two(lambda a, b: (a.update(anchors=anchor), b.update(anchors=anchor)), exposed(NOW - 45), lost(NOW - 51, 1))
    yield "seen by the time stamp of the stamp's own member and its own", 1, "V15", *plain(
        shared, {"issuer": B, "at": NOW - 55, "token": token(NOW - 50)}, {"pairs": [SECOND], "at": NOW - 20})
    yield "seen by the time stamp of another member, which its own lists too", 0, f"seen by somebody else at {when(NOW - 50)}", *plain(
        two(lambda a, b: (a.update(anchors=anchor), b.update(anchors=anchor)), exposed(NOW - 45)), {"pairs": [SECOND], "at": NOW - 55, "token": token(NOW - 50)})
    yield "seen by whoever succeeds it", 1, "V15", *plain(ended(note(A, root=bytes(32)), NOW - 5, lambda a: exposed(NOW - 45)(a, None)), early)
    yield "seen by another authority of its member", 1, "V15", *plain(listed(lambda a, b: (exposed(NOW - 45)(a, b), b.update(authority="SYR/justice"))), early)


def signed_by(roster, pairs):
    """The same Roster, signed by these."""
    parts, signatures = cbor2.loads(roster).value, []
    for pair in pairs:
        header = encode({1: pair.alg, 4: pair.kid})
        signatures.append([header, {}, pair.sign(encode(["Signature", parts[0], header, b"", parts[2]]))])
    return cbor2.dumps(CBORTag(98, [*parts[:3], signatures]))


def rosters():
    """Steps 2, 5 and 6: whom to believe, the parts, and what stands beside them."""
    first = Roster(ROSTER)
    second = make_roster(version=2, previous=first.digest)
    third = make_roster(version=3, previous=Roster(second).digest)
    other = make_roster(version=2, previous=first.digest, next_update=NOW + 91 * DAY)
    two = archive([bundle(without=("manifest", "annex"), more=[["roster", second]])], [ROSTER, second])
    yield "no Roster of yours", 2, "judged from the oldest Roster", GOOD, {"roster": None}
    yield "by its digest", 0, "", GOOD, {"roster": None, "digest": first.digest}
    yield "by another digest", 1, "V32", GOOD, {"roster": None, "digest": bytes(32)}
    yield "a Roster that is not in it", 1, "V32", GOOD, {"roster": make_roster(next_update=NOW + 91 * DAY)}
    yield "two Rosters, by the first", 0, "which follows version 1", two
    yield "two Rosters, by the second", 0, "", two, {"roster": second}
    yield "two Rosters, by nothing", 2, "judged from the oldest", two, {"roster": None}
    yield "two Rosters, by the third", 0, "version 3", two, {"roster": third}
    yield "by the second that follows", 0, "", GOOD, {"roster": second}
    yield "by the third, without the second", 1, "V32", GOOD, {"roster": third}
    yield "by the third, and the second beside", 0, "", GOOD, {"roster": third, "rosters": [third, second]}
    yield "by another second", 1, "V32", two, {"roster": other}
    brings = lambda *each: {"issuer": B, "at": NOW - 30, "rosters": each}  # noqa: E731
    yield "a stamp that brings the second", 0, "which follows version 1", archive(stamps=({}, brings(second)))
    yield "a stamp that brings the second, by the second", 0, "", archive(stamps=({}, brings(second))), {"roster": second}
    yield "a stamp that brings both", 0, "version 3", archive(stamps=({}, brings(second, third))), {"roster": third}
    yield "two that bring one each", 0, "which follows version 1", archive(stamps=({}, brings(second), {"rosters": [third], "at": NOW - 20}))
    yield "a stamp that brings them in another order", 0, "", archive(stamps=({}, brings(third, second)))
    yield "a stamp that brings one that was there", 0, "", archive(stamps=({}, brings(ROSTER)))
    yield "a stamp that brings one twice", 0, "", archive(stamps=({}, brings(second, second)))
    yield "a stamp that brings one that the stamp before brought", 0, "", archive(stamps=({}, brings(second), {"rosters": [second], "at": NOW - 20}))
    yield "a stamp that brings one that leads nowhere", 1, "V32", archive(stamps=({}, brings(third)))
    yield "a stamp that brings one of others", 1, "V32", archive(stamps=({}, brings(make_roster(coalition="Other", version=2, previous=first.digest))))
    yield "a stamp that brings an exercise's", 1, "V32", archive(stamps=({}, brings(make_roster(exercise=True, version=2, previous=first.digest))))
    yield "a stamp that brings one that nobody signed", 1, "a Roster in", archive(stamps=({}, brings(cut_signatures(0))))
    yield "a stamp that brings what is none", 1, "stamps/000002.cose", archive(stamps=({}, brings(b"x")))

    def step(change=lambda a, b: None, signers=None, **more):
        """The next version after a change of the two authorities, signed by these holders of the root."""
        entries = [copy.deepcopy(A.entry), copy.deepcopy(B.entry)]
        change(*entries)
        body = {"version": 2, "previous": first.digest, "authorities": entries, "issued_at": NOW - DAY, **more}
        data = make_roster(**body)
        return archive(stamps=({}, brings(signed_by(data, signers) if signers else data)))
    follows, revocation, intruder = "which follows version 1", [{"reason": "lost", "effective_from": NOW - 1}], Pair()
    taken, widened = copy.deepcopy(HOLDERS), copy.deepcopy(HOLDERS)
    taken[1]["keys"][0]["revocations"] = revocation
    widened[1]["keys"].append(intruder.listed("root"))
    root = {"threshold": 2, "emergency_threshold": 1}
    for name, code, files in (
            ("nothing else", 0, step()), ("nothing else, by one alone", 1, step(signers=ROOTS[:1])), ("no authority of the first", 1, step(authorities=[B.entry])),
            ("no member of an authority that is gone", 1, step(members=[{"member": "IRQ", "iso3": "IRQ", "names": {}, "status": "active"}], authorities=[B.entry])),
            ("another URI", 1, step(lambda a, b: b.update(uri="https://x.example"))), ("an officer's number gone", 1, step(lambda a, b: b["officers"].pop())), ("another number", 1, step(lambda a, b: b["officers"][0].update(number=9))),
            ("an officer suspended", 0, step(lambda a, b: b["officers"][0].update(status="suspended"))), ("a key gone", 1, step(lambda a, b: b["keys"].pop())), ("a key of another purpose", 1, step(lambda a, b: b["keys"][0].update(purpose="receipt"))),
            ("a key of another owner", 1, step(lambda a, b: a["keys"].append(b["keys"].pop()))), ("a key that begins earlier", 1, step(lambda a, b: b["keys"][0].update(not_before=1))), ("a key that ends later", 0, step(lambda a, b: b["keys"][0].update(not_after=NOW + 999 * DAY))),
            ("a key that ends when it was issued", 0, step(lambda a, b: b["keys"][3].update(not_after=NOW - DAY))), ("a key that ended before", 1, step(lambda a, b: b["keys"][3].update(not_after=NOW - DAY - 1))),
            ("a key that replaces another", 1, step(lambda a, b: b["keys"][1].update(replaces=bytes(32)))), ("a revocation", 0, step(lambda a, b: b["keys"][1].update(revocations=revocation))),
            ("a revocation, by one alone", 0, step(lambda a, b: b["keys"][1].update(revocations=revocation), ROOTS[1:])), ("a later next update and a revocation, by one alone", 1, step(lambda a, b: b["keys"][1].update(revocations=revocation), ROOTS[1:], next_update=NOW + 99 * DAY)),
            ("an earlier next update and a revocation, by one alone", 0, step(lambda a, b: b["keys"][1].update(revocations=revocation), ROOTS[1:], next_update=NOW + 9 * DAY)), ("another name, by one alone", 1, step(lambda a, b: b.update(names={"en": "x"}), ROOTS[1:])),
            ("a new key, by one alone", 1, step(lambda a, b: b["keys"].append(SECOND.listed("statement")), ROOTS[:1])), ("a root key revoked", 0, step(root={**root, "holders": taken})),
            ("a root key revoked, by one alone", 1, step(signers=ROOTS[:1], root={**root, "holders": taken})), ("a root key more", 0, step(root={**root, "holders": widened})),
            ("a root key more, by one and that key", 1, step(signers=[ROOTS[0], intruder], root={**root, "holders": widened})), ("a holder gone", 1, step(root={"threshold": 1, "emergency_threshold": 1, "holders": HOLDERS[:1]})),
            ("a lower threshold than it has signatures", 1, step(signers=ROOTS[:1], root={"threshold": 1, "emergency_threshold": 1, "holders": HOLDERS[:1] + [{**HOLDERS[1], "status": "suspended"}]})),
            ("a holder suspended", 0, step(root={"threshold": 1, "emergency_threshold": 1, "holders": HOLDERS[:1] + [{**HOLDERS[1], "status": "suspended"}]})),
            ("issued earlier", 1, step(issued_at=NOW - DAY - 1)), ("past its next update", 1, step(lambda a, b: b.update(names={"en": "x"}), next_update=NOW - 2 * DAY)), ("past its next update, an emergency of another", 1, step(signers=ROOTS[:1], next_update=NOW - 2 * DAY)),
            ("a witness", 0, step(lambda a, b: a.update(witnessing={"witnesses": [B.name], "quorum": 1}))), ("a second version of another mode", 1, step(exercise=True)), ("a version left out", 1, step(version=3))):
        yield f"the next version: {name}", code, "V32" if code else follows, files
    stolen = copy.deepcopy([A.entry, B.entry])
    stolen[0]["keys"][0]["revocations"] = [{"reason": "compromised", "effective_from": NOW - 35}]
    newer = make_roster(version=2, previous=first.digest, authorities=stolen)
    yield "a stamp that brings the word that the key was taken", 0, "stamp 1, seen by", archive(stamps=({"at": NOW - 40}, {**brings(newer), "at": NOW - 36}))
    yield "and comes too late", 0, "proves nothing any more", archive(stamps=({"at": NOW - 40}, brings(newer)))
    yield "a Roster of yours that says so", 2, "no stamp stands", GOOD, {"roster": newer}
    fresh = copy.deepcopy([A.entry, B.entry])
    fresh[0]["keys"].append(SECOND.listed("statement"))
    follow = make_roster(version=2, previous=first.digest, authorities=fresh)
    yield "a stamp by a key of a Roster that it brings", 0, "", archive(stamps=({}, {"at": NOW - 30, "pairs": [SECOND], "rosters": [follow]}))
    yield "a stamp by a key that no Roster lists yet", 1, "V16", archive(stamps=({}, {"at": NOW - 30, "pairs": [SECOND]}))
    yield "and a Roster of yours does", 0, "", archive(stamps=({}, {"at": NOW - 30, "pairs": [SECOND]})), {"roster": follow}

    yield "rosters: one that no part has", 1, "rosters/", archive(rosters=[ROSTER, second])
    yield "rosters: one twice", 1, "rosters/", archive(rosters=[ROSTER, ROSTER])
    yield "rosters: one lacks", 1, "rosters/", archive([bundle(without=("manifest", "annex"), more=[["roster", second]])])
    yield "rosters: none", 1, "", archive(rosters=[])
    yield "rosters: one that is none", 1, "rosters/000001.cose", archive(rosters=[b"x"])
    yield "rosters: one that nobody signed", 1, "rosters/000001.cose", archive(rosters=[cut_signatures()])
    stray = note(A)
    yield "checkpoints: one that stands in no part", 1, "checkpoints/", archive(notes=[note(), stray])
    yield "checkpoints: one lacks", 1, "checkpoints/", archive(notes=[])
    yield "checkpoints: another", 1, "checkpoints/", archive(notes=[stray])
    yield "checkpoints: one twice", 1, "checkpoints/", archive(notes=[note(), note()])
    cosigned = note(witness=A.witness)
    yield "checkpoints: cosigned, and not in its part", 1, "checkpoints/", archive(notes=[cosigned])
    bare = bundle(without=("manifest", "annex"))
    yield "two parts", 0, "parts/000002.amana", archive([bare, bare])
    for name, wrong in (("nothing", b""), ("text", b"hello"), ("a Statement", SEEN), ("of another Roster", bundle(without=("manifest", "annex"), roster=other)), ("cut", bare[:-1]),
                        ("with what nobody knows", bare + encode(["x", b""])), ("an exercise", bundle({"format": "amana-bundle-1", "exercise": True, "created": TIME}, without=("manifest", "annex"))),
                        ("with a Statement that does not hold", bundle(without=("manifest", "annex"), statement=PLAIN[:-1] + bytes([PLAIN[-1] ^ 1]), more=[["statement", SEEN]])),
                        ("with a proof that leads nowhere", bundle(without=("manifest", "annex"), more=[["proof", [ROOT, 2, 1, [ROOT]]]]))):
        yield f"a part that is {name}", 1, "parts/000002.amana", archive([bare, wrong])
    yield "a part without a Roster, which stands beside it", 0, "", archive([bare, bundle(without=("manifest", "annex", "roster"))])
    yield "a part with a fork", 1, "V20", archive([bundle(without=("manifest", "annex"), more=[["checkpoint", note(root=ROOT[::-1])]])], notes=[note(), note(root=ROOT[::-1])])
    forked = part_of(note(root=ROOT[::-1]))
    yield "a part with something in clear", 0, "", archive([bundle()])
    both = "V20: parts/000001.amana and parts/000002.amana: the log irq.example/justice/log/1 has signed two "
    yield "two parts that fork", 1, both + "roots", archive([bare, forked], notes=[note(), note(root=ROOT[::-1])])
    yield "the first part and the third that fork", 1, both.replace("2.amana", "3.amana"), archive([bare, bare, forked], notes=[note(), note(root=ROOT[::-1])])
    yield "two parts with two logs of one size", 0, "", archive([bare, part_of(note(A, root=ROOT[::-1]))], notes=[note(), note(A, root=ROOT[::-1])])
    yield "two parts with two epochs of one log", 0, "", archive([bare, part_of(again := note(root=ROOT[::-1], origin=B.log[:-1] + "2"))], notes=[note(), again])
    yield "two parts with two sizes of one log", 0, "", archive([bare, part_of(again := note(size=3, root=ROOT[::-1]))], notes=[note(), again])
    # The log again with three entries: as it went on, and with another second one.
    leaf = leaf_hash(b"3")
    grown, turned = note(size=3, root=node_hash(ROOT, leaf)), note(size=3, root=node_hash(node_hash(OTHER, leaf_hash(OTHER_ENTRY)), leaf))
    good, bad = [ENTRY, 3, 1, [OTHER, leaf]], [OTHER_ENTRY, 3, 1, [OTHER, leaf]]
    yield "two parts with proofs of one log that went on", 0, "", archive([bare, part_of(grown, ["proof", good])], notes=[note(), grown])
    yield "two parts with two entries at one index", 1, both + "entries at index 1", archive([bare, part_of(turned, ["proof", bad])], notes=[note(), turned])
    yield "one part with two entries at one index", 1, "V20: parts/000001.amana: the log irq", archive(
        [bundle(without=("manifest", "annex"), more=[["checkpoint", turned], ["proof", bad]])], notes=[note(), turned])
    yield "two parts with one index of two logs", 0, "", archive(
        [bare, part_of(again := note(A, size=3, root=node_hash(node_hash(OTHER, leaf_hash(OTHER_ENTRY)), leaf)), ["proof", bad])], notes=[note(), again])
    codes = (Path(__file__).parent.parent / "codes/reason-1.json").read_bytes()
    codes = json.dumps({**json.loads(codes), "version": 2}, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    naming = make_roster(code_lists={"reason": "2 sha256:" + sha256(codes).hex()})
    listing = bundle(without=("manifest", "annex"), roster=naming, more=[["codes", codes]])
    yield "codes: a list of a part", 0, "", archive([listing], [naming], codes={"codes/reason-2.json": codes}), {"roster": naming}
    yield "codes: a list of a part lacks", 1, "codes/", archive([listing], [naming]), {"roster": naming}
    yield "codes: another than the part's", 1, "codes/", archive([listing], [naming], codes={"codes/reason-2.json": codes + b"\n"}), {"roster": naming}
    yield "codes: one that no part has", 0, "", archive(codes={"codes/reason-1.json": (Path(__file__).parent.parent / "codes/reason-1.json").read_bytes()})


def part_of(checkpoint, *more):
    """A part of a Checkpoint and its proofs."""
    return bundle(without=("manifest", "annex", "proof"), checkpoint=checkpoint, more=more)


def put(files, folder):
    folder.mkdir()
    for path, data in files.items():
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_bytes(data)


def by_amana(binary, folder, changes, place):
    """The command at its work on the same archive."""
    arguments = [binary, "archive", "verify", folder, "--lang", "en"]
    if changes.get("digest"):
        arguments += ["--roster-digest", changes["digest"].hex()]
    given = changes.get("rosters") or [changes.get("roster", ROSTER)]
    for number, data in enumerate(each for each in given if each):
        (place / f"roster-{number}").write_bytes(data)
        arguments += ["--roster", place / f"roster-{number}"]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--amana", metavar="BINARY", help="the command, which must answer the same")
    parser.add_argument("--only", default="", help="the cases in whose names this stands")
    arguments = parser.parse_args()
    number, wrong, compared, known = 0, 0, 0, []
    for group in (folders, stamps, rosters):
        for name, wanted, said, files, *changes in group():
            if arguments.only not in name:
                continue
            if type(files) is tuple:
                files, *changes = files
            changes = changes[0] if changes else {}
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place, "archive")
                put(files, folder)
                changes.get("spoil", lambda _: None)(folder)
                command = arguments.amana and by_amana(arguments.amana, folder, changes, Path(place))
                trusted = changes.get("roster", ROSTER)
                options = argparse.Namespace(roster=trusted and Roster(trusted), rosters=[Roster(each) for each in changes.get("rosters", [])], lists=[],
                                             digest=changes.get("digest"), show=False, now=NOW, statements=[])
                report = verifier.verify_folder(folder, options)[1]
                code, text = report.result(), "\n".join(f"{sort} {text}" for sort, text in report.lines)
                number += 1
                if code != wanted or said not in text or "could not be read to the end" in text:
                    wrong += 1
                    print(f"{name}: {code} and not {wanted}, or {said!r} is not said:")
                    print("\n".join(f"    {sort} {text}" for sort, text in report.lines if sort in ("FAIL", "unsure")))
                if command:
                    text, answer, compared = command.communicate()[0], command.returncode, compared + 1
                    if answer == changes.get("known"):
                        known.append(name)
                    elif answer != changes.get("amana", (0, 1, 3)[wanted]):
                        wrong += 1
                        print(f"{name}: {answer} says amana, and not {wanted}:\n    " + "\n    ".join(text.splitlines()[:4]))
    if known:
        print(f"known to be judged otherwise by amana: {'; '.join(known)}")
    print(f"{number} archives, {compared} of them judged by amana too, {wrong} not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
