#!/usr/bin/env python3
"""Tests the verifier with files that no honest daemon makes: signed well, and wrong.

    python3 docs/verify/test_hostile.py

Flipped bytes (test.py) are refused by signatures. Here somebody who has the keys signs what may not be signed, or a courier puts together what does
not belong together. Two authorities, their Roster, a Statement, a bundle and a disclosure are made anew each time; then each case says with
which exit code it must end.
"""
import argparse
import base64
import copy
import json
import secrets
import sys
import time
from pathlib import Path

import cbor2
from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

sys.path.insert(0, str(Path(__file__).parent))
import verify as verifier  # noqa: E402
from basics import cose_key, encode, leaf_hash, node_hash, root_of, sha256, thumbprint, when  # noqa: E402
from cddl import Mismatch  # noqa: E402
from content import counts_of, field_digest, salt_of  # noqa: E402
from roster import Roster  # noqa: E402
from statement import GRACE, Statement  # noqa: E402
from test_authorities import NEW, OLD, Certifier, by_strict_rules, der, encoded, stamp  # noqa: E402

NOW, DAY = int(time.time()), 86400
TIME = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(NOW - 100))
RECORD = secrets.token_bytes(16)
SUBJECT = "urn:uuid:" + "-".join(RECORD.hex()[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
EVENT, APPROVAL = "application/vnd.amana.event+cbor", "application/vnd.amana.approval+cose"


class Pair:
    """A key pair, and how it signs."""

    def __init__(self, kind="p256"):
        self.private = {"p256": lambda: ec.generate_private_key(ec.SECP256R1()), "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
                        "ed": ed25519.Ed25519PrivateKey.generate}[kind]()
        self.kind, self.alg = kind, {"p256": -9, "p384": -51, "ed": -19}[kind]
        self.cose = cose_key(self.private.public_key())
        self.kid = thumbprint(self.cose)

    def sign(self, message):
        if self.kind == "ed":
            return self.private.sign(message)
        hash_, width = (hashes.SHA256(), 32) if self.kind == "p256" else (hashes.SHA384(), 48)
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(hash_)))
        return r.to_bytes(width) + s.to_bytes(width)

    def listed(self, purpose):
        return {"purpose": purpose, "key": self.cose, "not_before": NOW - 30 * DAY, "not_after": NOW + 300 * DAY}


class Authority:
    def __init__(self, name, uri):
        self.name, self.uri, self.log = name, uri, uri.removeprefix("https://") + "/log/1"
        self.statement, self.receipt, self.checkpoint, self.witness = Pair(), Pair("ed"), Pair("ed"), Pair("ed")
        self.officers = [Pair(), Pair("p384")]
        self.entry = {
            "authority": name, "uri": uri, "names": {}, "role": "custodian", "status": "active",
            "competence": {"kinds": [], "sites": [], "may_release": True, "may_accept": True, "may_carry": False, "level": 1},
            "keys": [self.statement.listed("statement"), self.receipt.listed("receipt"), self.checkpoint.listed("checkpoint"),
                     self.witness.listed("witness")],
            "officers": [{"number": number, "roles": ["officer"], "status": "active", "keys": [pair.listed("officer")]}
                         for number, pair in enumerate(self.officers, 1)]}


ROOTS = [Pair(), Pair("ed")]
A, B = Authority("SYR/prisons", "https://syr.example/custody"), Authority("IRQ/justice", "https://irq.example/justice")
HOLDERS = [{"holder": name, "keys": [pair.listed("root")]} for name, pair in zip(("SYR", "IRQ"), ROOTS)]


def make_roster(**changes):
    body = {"schema": 1, "coalition": "Test", "exercise": False, "version": 1, "previous": None, "issued_at": NOW - DAY, "next_update": NOW + 90 * DAY,
            "root": {"threshold": 2, "emergency_threshold": 1, "holders": HOLDERS},
            "members": [{"member": member, "iso3": member, "names": {}, "status": "active"} for member in ("SYR", "IRQ")],
            "authorities": [A.entry, B.entry], **changes}
    payload = encode(body)
    protected = encode({3: "application/vnd.amana.roster+cbor", 16: "application/vnd.amana.roster+cose"})
    signatures = []
    for pair in ROOTS:
        header = encode({1: pair.alg, 4: pair.kid})
        signatures.append([header, {}, pair.sign(encode(["Signature", protected, header, b"", payload]))])
    return cbor2.dumps(CBORTag(98, [protected, {}, payload, signatures]))


def sign1(pair, header, payload, detached=False, unprotected=None, protected=None):
    protected = protected or encode(header)
    signature = pair.sign(encode(["Signature1", protected, b"", payload]))
    return cbor2.dumps(CBORTag(18, [protected, unprotected or {}, None if detached else payload, signature]))


ROSTER = make_roster()
LINES = [[secrets.token_bytes(16), None, None, "adult", "statement", 1, [{"code": "IRQ", "status": "claimed"}], False, None, [], {"status": "yes"},
          "ar-Arab"] + [None] * 14 for _ in range(12)]
LEAVES = [[secrets.token_bytes(32), line] for line in LINES] + [[secrets.token_bytes(32)] for _ in range(4)]
MANIFEST = encode({"schema": "person-1", "record_id": RECORD, "leaves": LEAVES})


def leaf_data(number, leaves=LEAVES):
    leaf = leaves[number]
    return leaf[0] if len(leaf) == 1 else b"".join(
        field_digest(RECORD, number, position, salt_of(leaf[0], position), value) for position, value in enumerate(leaf[1]))


TREE = [leaf_hash(leaf_data(number)) for number in range(16)]
SLOTS = sorted(secrets.token_bytes(32) for _ in range(16))
SALT = secrets.token_bytes(32)
IDENTITY = encode({"persons": [{"subject_ref": reference, "name_latin": "X"} for reference in sorted(line[0] for line in LINES)]})
SEALED = [{"id": "identity", "media_type": "application/vnd.amana.identity+cbor", "ciphertext_digest": secrets.token_bytes(32),
           "commitment": sha256(encode(["amana-commit-1", SALT, IDENTITY])), "retention_class": "custody-record", "erase_after": TIME}]
INTAKE = {"schema": 1, "record_id": RECORD, "kind": "detainee-transfer", "event": "intake", "provenance": "direct", "liberty_status": "detained",
          "responsible_custodian": {"member": "SYR", "authority": "prisons"}, "occurred_at": TIME, "precision": "minute", "time_source": "ntp",
          "clock_error_s": 1, "recorded_at": TIME, "counts": counts_of("person-1", LINES), "manifest_root": root_of(TREE), "manifest_bucket": 16,
          "slots_root": root_of([leaf_hash(slot) for slot in SLOTS]), "sealed": SEALED, "roster": Roster(ROSTER).digest}
HEADER = {1: -9, 3: EVENT, 4: A.statement.kid, 15: {1: A.uri, 2: SUBJECT, 6: NOW - 100}, 16: "application/scitt-statement+cose"}


def approvals(event, pairs=None, **changes):
    """Approvals of an event, sorted; what is changed is the header."""
    result = []
    for pair in pairs or A.officers:
        header = {1: pair.alg, 4: pair.kid, 15: {1: A.uri, 2: SUBJECT, 6: NOW - 100}, 16: APPROVAL, "role": "officer"}
        header.update({15 if key == "claims" else key: value for key, value in changes.items()})
        result.append((pair.kid, sign1(pair, header, encode(event), detached=True)))
    return [data for _, data in sorted(result)]


def approved(event, **changes):
    return {**event, "approvals": approvals(event, **changes)}


def statement(event=None, header=None, pair=None, **changes):
    event = approved(INTAKE) if event is None else event
    return sign1(pair or A.statement, header or HEADER, changes.pop("payload", None) or encode(event), **changes)


PARTIES = [{"member": "SYR", "authority": "prisons"}, {"member": "IRQ", "authority": "justice"}]
PLAIN = statement()
LEAF = Statement(PLAIN).leaf
OTHER_ENTRY = secrets.token_bytes(32)
OTHER = leaf_hash(OTHER_ENTRY)
ROOT = node_hash(OTHER, LEAF)


def receipt(authority=B, size=2, index=1, path=(OTHER,), root=ROOT, pair=None, iss=None, sub=None, iat=NOW - 90, vds=1, unprotected=None):
    pair = pair or authority.receipt
    header = {1: pair.alg, 4: pair.kid, 15: {1: iss or authority.uri, 2: sub or authority.log, 6: iat}, 395: vds}
    return sign1(pair, header, root, detached=True, unprotected=unprotected or {396: {-1: [encode([size, index, list(path)])]}})


def with_receipts(*receipts):
    parts = cbor2.loads(PLAIN).value
    return cbor2.dumps(CBORTag(18, [parts[0], {394: list(receipts)}, parts[2], parts[3]]))


SEEN = with_receipts(receipt(A), receipt(B))


def note(authority=B, size=2, root=ROOT, signer=None, witness=None, origin=None, by=A):
    origin = origin or authority.log
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    pair = signer or authority.checkpoint
    lines = [(origin, sha256(origin.encode(), b"\n\x01", pair.cose[-2])[:4] + pair.sign(body))]
    if witness:
        stamp = (NOW - 50).to_bytes(8)
        signature = witness.sign(b"cosignature/v1\ntime %d\n" % (NOW - 50) + body)
        name = by.uri.removeprefix("https://") + "/witness"
        lines.append((name, sha256(name.encode(), b"\n\x04", witness.cose[-2])[:4] + stamp + signature))
    return body + b"\n" + "".join(f"— {name} {base64.b64encode(raw).decode()}\n" for name, raw in lines).encode()


HEAD = {"format": "amana-bundle-1", "exercise": False, "created": TIME,
        "notice": "PERSONAL DATA IN CLEAR: names and lines of this bundle are not sealed"}
IDENTIFIER, ENTRY = Statement(PLAIN).id, Statement(PLAIN).entry
ANNEX = {"statement": IDENTIFIER, "id": "identity", "media_type": "application/vnd.amana.identity+cbor", "salt": SALT, "content": IDENTITY}
ITEMS = {"roster": ROSTER, "policy": encode({"schema": 1, "tolerance_s": 300, "late_after_s": 259200, "grace_s": 2592000, "two_users": False}),
         "checkpoint": note(), "statement": SEEN, "proof": [ENTRY, 2, 1, [OTHER]], "manifest": MANIFEST, "slots": [IDENTIFIER, SLOTS], "annex": ANNEX}


def bundle(head=None, more=(), without=(), **changes):
    items = [[name, content] for name, content in {**ITEMS, **changes}.items() if name not in without]
    return b"".join(encode(item) for item in [head or HEAD] + items + list(more))


def path_of(number, tree=TREE):
    result, level = [], tree
    while len(level) > 1:
        result.append(level[number ^ 1])
        level, number = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)], number // 2
    return result


def disclosure(**changes):
    data, seed = leaf_data(5), LEAVES[5][0]
    return encode({"format": "amana-disclosure-1", "schema": "person-1", "digests": [data[i:i + 32] for i in range(0, len(data), 32)],
                   "disclosed": [[position, salt_of(seed, position), LEAVES[5][1][position]] for position in (0, 3, 6)],
                   "record_id": RECORD, "statement": SEEN, "leaf_index": 5, "inclusion_path": path_of(5), **changes})


def shown(*entries):
    """A disclosure with these entries, by position, or as they are."""
    seed = LEAVES[5][0]
    return disclosure(disclosed=[[each, salt_of(seed, each), LEAVES[5][1][each]] if type(each) is int else each for each in entries])


BARE = {name: INTAKE[name] for name in ("schema", "record_id", "occurred_at", "precision", "time_source", "clock_error_s", "recorded_at", "roster")}


def bearing(event, schema, line):
    """A Statement of this event that bears one line, its manifest, and what discloses chosen fields of the line."""
    leaves = [[secrets.token_bytes(32), line]] + [[secrets.token_bytes(32)] for _ in range(15)]
    tree = [leaf_hash(leaf_data(number, leaves)) for number in range(16)]
    signed = statement({**BARE, "event": event, "manifest_root": root_of(tree), "manifest_bucket": 16, "sealed": [], "counts": counts_of(schema, [line])})

    def disclose(*positions):
        data, seed = leaf_data(0, leaves), leaves[0][0]
        return encode({"format": "amana-disclosure-1", "schema": schema, "digests": [data[i:i + 32] for i in range(0, len(data), 32)],
                       "disclosed": [[each, salt_of(seed, each), line[each]] for each in positions], "record_id": RECORD, "statement": signed,
                       "leaf_index": 0, "inclusion_path": path_of(0, tree)})
    return signed, encode({"schema": schema, "record_id": RECORD, "leaves": leaves}), disclose


def ended(final, since, change=lambda a: None):
    """The Roster after A has ended at a note, from a moment on, and B acts in its place."""
    def both(a, b):
        a.update(status="departed")
        b.update(succeeds={"authority": A.name, "final_checkpoint": final, "effective_from": since})
        change(a)
    return listed(both)


def listed(change):
    """The Roster after a change of the two authorities' entries."""
    entries = [copy.deepcopy(A.entry), copy.deepcopy(B.entry)]
    change(*entries)
    return make_roster(authorities=entries)


def revoked(*revocations):
    """Revocations as (0 for A, 1 for B; number of the key; reason; moment)."""
    def change(*entries):
        for which, number, reason, moment in revocations:
            entries[which]["keys"][number].setdefault("revocations", []).append({"reason": reason, "effective_from": moment})
    return listed(change)


def cut_signatures(*numbers):
    parts = cbor2.loads(ROSTER).value
    return cbor2.dumps(CBORTag(98, [parts[0], parts[1], parts[2], [parts[3][number] for number in numbers]]))


def changed_manifest(change):
    manifest = cbor2.loads(MANIFEST)
    change(manifest)
    return encode(manifest)


def unsorted(value):
    return cbor2.dumps(dict(reversed(list(cbor2.loads(encode(value)).items()))))


def in_own_log(event, authority=A, **changes):
    """A Statement with a Receipt of its issuer's own log, a tree of one."""
    data = statement(approved(event))
    parts = cbor2.loads(data).value
    own = receipt(authority, size=1, index=0, path=(), root=Statement(data).leaf, **changes)
    return cbor2.dumps(CBORTag(18, [parts[0], {394: [own]}, parts[2], parts[3]]))


def fork(contradiction, signed, **changes):
    if contradiction[0] not in ("roots", "sequences"):
        signed = sorted(signed, key=lambda each: Statement(each).id)
    return encode({"format": "amana-fork-1", "signed": list(signed), "contradiction": contradiction, **changes})


def forks():
    """Equivocation proofs: name, exit code, bytes, options."""
    low, high = sorted([secrets.token_bytes(32), secrets.token_bytes(32)])
    two = note(root=low, witness=A.witness), note(root=high)
    yield "roots", 0, fork(["roots"], two), {"says": "IRQ/justice is convicted"}
    for name, signed in (("in another order", two[::-1]), ("one Checkpoint twice", two[:1] * 2), ("of two logs", (two[0], note(A, root=high))),
                         ("of two epochs", (two[0], note(root=high, origin=B.log[:-1] + "2"))), ("of two sizes", (two[0], note(size=3, root=high))),
                         ("by another key", (two[0], note(root=high, signer=A.checkpoint))),
                         ("with a stranger's line", (two[0], note(root=high, witness=Pair("ed")))), ("of Statements", (SEEN, SEEN))):
        yield f"roots: {name}", 1, fork(["roots"], signed), {}
    yield "roots: no Roster", 2, fork(["roots"], two), {"roster": None}
    yield "roots: of a later format", 2, fork(["roots"], two, format="amana-fork-2"), {}
    yield "roots: an unknown field", 1, fork(["roots"], two, zzz=1), {}
    yield "roots: a key that others may have", 1, fork(["roots"], two), {"roster": Roster(revoked((1, 2, "compromised", NOW - 10)))}
    both = note(root=low, witness=A.witness), note(root=high, witness=A.witness)
    yield "roots: a key that others have since both were cosigned", 0, fork(["roots"], both), {"roster": Roster(revoked((1, 2, "lost", NOW - 10)))}
    yield "roots: a key that others had before", 1, fork(["roots"], both), {"roster": Roster(revoked((1, 2, "lost", NOW - 60)))}
    entries = [secrets.token_bytes(32) for _ in range(3)]
    leaves = [leaf_hash(each) for each in entries]
    small = note(size=2, root=node_hash(leaves[0], leaves[1]))
    large = note(size=3, root=node_hash(node_hash(leaves[2], leaves[1]), leaves[0]))
    ways = [entries[0], [leaves[1]]], [entries[2], [leaves[1], leaves[0]]]
    yield "sequences", 0, fork(["sequences", 0, *ways], (small, large)), {"says": "two entries at 0"}
    yield "sequences: the same entry", 1, fork(["sequences", 1, [entries[1], [leaves[0]]], [entries[1], [leaves[2], leaves[0]]]], (small, large)), {}
    yield "sequences: another index", 1, fork(["sequences", 1, *ways], (small, large)), {}
    yield "sequences: a path too short", 1, fork(["sequences", 0, ways[0], [entries[2], [leaves[1]]]], (small, large)), {}

    data, seed = leaf_data(5), LEAVES[5][0]
    line = [5, [data[i:i + 32] for i in range(0, len(data), 32)], [[0, salt_of(seed, 0), LEAVES[5][1][0]]], path_of(5)]
    again = {**INTAKE, "clock_error_s": 2}
    intakes = in_own_log(INTAKE), in_own_log(again)
    yield "lines", 0, fork(["lines", line, line], intakes), {"says": "SYR/prisons is convicted"}
    more = [*line[:2], line[2] + [[3, salt_of(seed, 3), LEAVES[5][1][3]]], line[3]]
    for name, lines, signed in (("in one Statement", (line, line), (intakes[0], intakes[0])), ("that show more", (more, more), intakes),
                                ("without its own log's Receipt", (line, line), (intakes[0], statement(approved(again)))),
                                ("of another epoch", (line, line), (intakes[0], in_own_log(again, sub=A.log[:-1] + "2"))),
                                ("of another's log", (line, line), (intakes[0], in_own_log(again, B))),
                                ("from paper", (line, line), (intakes[0], in_own_log({**again, "late_entry": {"form": "1", "scan_digest": bytes(32)}}))),
                                ("of an offer", (line, line), (intakes[0], in_own_log({key: value for key, value in again.items() if key != "provenance"} | {"event": "offer"}))),
                                ("with another salt", (line, [*line[:2], [[0, bytes(16), LEAVES[5][1][0]]], line[3]]), intakes)):
        yield f"lines: {name}", 1, fork(["lines", *lines], signed), {}
    yield "lines: a stolen key", 1, fork(["lines", line, line], intakes), {"roster": Roster(revoked((0, 0, "lost", NOW - 10)))}
    place = [0, slot_path(0)]
    released = [{**{key: value for key, value in each.items() if key != "provenance"}, "event": "release"} for each in (INTAKE, again)]
    doubled = [in_own_log(each) for each in released]
    yield "slots", 0, fork(["slots", SLOTS[0], place, place], doubled), {"says": "released one line twice"}
    yield "slots: another slot", 1, fork(["slots", SLOTS[1], place, place], doubled), {}
    yield "slots: of intakes", 1, fork(["slots", SLOTS[0], place, place], intakes), {}
    hidden = [in_own_log({**each, "kind": "family-return"}) for each in released]
    yield "slots: of families", 1, fork(["slots", SLOTS[0], place, place], hidden), {}
    opened = [{key: value for key, value in each.items() if key in ("schema", "record_id", "occurred_at", "precision", "time_source", "clock_error_s",
               "recorded_at", "roster")} | {"event": "log-opened", "log": {"origin": A.log, "policy": bytes(32), "follows": None}} for each in (INTAKE, again)]
    yield "openings", 0, fork(["openings"], [statement(each) for each in opened]), {"says": "began its log"}
    other = {**opened[1], "log": {**opened[1]["log"], "origin": A.log[:-1] + "2"}}
    yield "openings: of two epochs", 1, fork(["openings"], [statement(opened[0]), statement(other)]), {}
    yield "openings: of another's log", 1, fork(["openings"], [statement({**each, "log": {**each["log"], "origin": B.log}}) for each in opened]), {}


def slot_path(number):
    result, level = [], [leaf_hash(slot) for slot in SLOTS]
    while len(level) > 1:
        result.append(level[number ^ 1])
        level, number = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)], number // 2
    return result


def cases():
    """Each: name, wanted exit code, bytes, and what is different of the options; `says` is what must be said, `no` what may not."""
    payload = encode(INTAKE)
    first = payload[2:]  # behind the head of the map, b8 and the number of its fields
    yield "a Statement", 0, PLAIN, {"no": "flag   V14"}
    yield "headers in another order", 0, statement(protected=unsorted(HEADER)), {}
    yield "crit of a known label", 0, statement(header={**HEADER, 2: [15]}), {}
    yield "approvals: one that is none, a flag", 0, statement({**INTAKE, "approvals": [b"x", *approvals(INTAKE)]}), {"says": "flag   V14: an approval cannot be read"}
    yield "approvals: one of 8193 bytes", 1, statement({**INTAKE, "approvals": [bytes(8193)]}), {}
    yield "signed as ES256", 0, statement(header={**HEADER, 1: -7}), {}
    yield "no Roster", 2, SEEN, {"roster": None}
    for name, data in (("nothing", b""), ("text", b"hello"), ("a zip", b"PK\x03\x04"), ("without its tag", PLAIN[1:]), ("tag 17", b"\xd1" + PLAIN[1:])):
        yield name, 2, data, {}
    for name, header in (
            ("crit of an unknown label", {**HEADER, 2: [99]}), ("crit of a label that is not there", {**HEADER, 2: [34]}), ("an empty crit", {**HEADER, 2: []}), ("an unknown protected label", {**HEADER, 99: 1}),
            ("a label from before the RFC", {**HEADER, 391: 1}), ("another subject", {**HEADER, 15: {**HEADER[15], 2: "urn:uuid:" + str(RECORD.hex())}}),
            ("another record", {**HEADER, 15: {**HEADER[15], 2: SUBJECT[:-1] + ("0" if SUBJECT[-1] != "0" else "1")}}),
            ("another authority's iss", {**HEADER, 15: {**HEADER[15], 1: B.uri}}), ("a stranger's iss", {**HEADER, 15: {**HEADER[15], 1: "https://x.example"}}),
            ("another algorithm", {**HEADER, 1: -51}), ("another key's kid", {**HEADER, 4: A.receipt.kid}), ("no kid", {key: HEADER[key] for key in (1, 3, 15, 16)}),
            ("x5t without certificates", {**HEADER, 34: [-16, bytes(32)]}), ("another content type", {**HEADER, 3: APPROVAL}),
            ("signed before the key was valid", {**HEADER, 15: {**HEADER[15], 6: NOW - 40 * DAY}}),
            ("signed after the key's end", {**HEADER, 15: {**HEADER[15], 6: NOW + 400 * DAY}})):
        yield name, 1, statement(header=header), {}
    for name, pair in (("by a receipt key", A.receipt), ("by an officer's key", A.officers[0]), ("by a key that is not listed", Pair())):
        yield name, 1, statement(header={**HEADER, 1: pair.alg, 4: pair.kid}, pair=pair), {}
    for name, label in (("an unknown unprotected label", 99), ("an unprotected algorithm", 1), ("an unprotected kid", 4), ("unprotected claims", 15)):
        yield name, 1, statement(unprotected={label: HEADER.get(label, 1)}), {}
    for name, data in (
            ("keys not sorted", unsorted(INTAKE)), ("a float", encode({**INTAKE, "clock_error_s": 1.0})), ("something behind the payload", payload + b"\x00"),
            ("a number longer than need be", payload.replace(b"\x66schema\x01", b"\x66schema\x18\x01")), ("an indefinite map", b"\xbf" + first + b"\xff"),
            ("a key twice", bytes([0xB8, payload[1] + 1]) + first + b"\x66schema\x01"), ("a tag", b"\xd9\xd9\xf7" + payload),
            ("an unknown field", encode({**INTAKE, "zzz": 1})), ("a direction override", encode({**INTAKE, "place": {"site_id": "a\u202eb"}})),
            ("a control character", encode({**INTAKE, "place": {"site_id": "a\x07b"}})), ("30 February", encode({**INTAKE, "occurred_at": "2026-02-30T00:00:00+00:00"})),
            ("Z for an offset", encode({**INTAKE, "occurred_at": "2026-02-20T00:00:00Z"})), ("true for a number", encode({**INTAKE, "schema": True})),
            ("an unknown event", encode({**INTAKE, "event": "gift"})), ("an exercise", encode({**INTAKE, "exercise": True})),
            ("no roots beside a bucket", encode({key: value for key, value in INTAKE.items() if key != "manifest_root"}))):
        yield f"payload: {name}", 1, statement(payload=data), {}

    flag = {"says": "flag   V14"}
    for name, code, more in (("a time before 1970", 1, {"accept_by": "1970-01-01T00:00:00+00:01"}), ("the first of 1970", 0, {"accept_by": "1970-01-01T00:00:00+00:00"}),
                             ("30 February beside a payload", 1, {"sealed": [{**SEALED[0], "erase_after": "2056-02-30T00:00:00+00:00"}]}),
                             ("parties", 0, {"parties": [PARTIES[1], PARTIES[0]]}), ("parties not sorted", 1, {"parties": PARTIES}), ("a party twice", 1, {"parties": PARTIES[:1] * 2}),
                             ("withheld from two", 0, {"withheld_from": [{"member": each, "code": "x"} for each in ("IRQ", "SYR")]}),
                             ("withheld from two, not sorted", 1, {"withheld_from": [{"member": each, "code": "x"} for each in ("SYR", "IRQ")]})):
        yield f"payload: {name}", code, statement(approved({**INTAKE, **more})), {}
    yield "approvals: none, which is a flag", 0, statement(INTAKE), flag
    yield "approvals: in a role that is not theirs, a flag", 0, statement(approved(INTAKE, role="medical")), flag
    yield "approvals: from before their keys, a flag", 0, statement(approved(INTAKE, claims={1: A.uri, 2: SUBJECT, 6: 1})), flag
    for name, iat, wanted in (("at the earliest", -259_200, "no"), ("earlier than that, a flag", -259_201, "says"),
                              ("at the latest", 259_200, "no"), ("later than that, a flag", 259_201, "says")):
        yield f"approvals: {name}", 0, statement(approved(INTAKE, claims={1: A.uri, 2: SUBJECT, 6: NOW - 100 + iat})), {wanted: "flag   V14: the approval"}
    yield "approvals: by another authority's officers, a flag", 0, statement(approved(INTAKE, pairs=B.officers)), {}
    yield "approvals: not sorted, a flag", 0, statement({**INTAKE, "approvals": approvals(INTAKE)[::-1]}), flag
    yield "approvals: one twice, a flag", 0, statement({**INTAKE, "approvals": approvals(INTAKE)[:1] * 2}), flag
    yield "approvals: of another event, a flag", 0, statement({**INTAKE, "approvals": approvals({**INTAKE, "clock_error_s": 2})}), flag
    yield "approvals: of another record, a flag", 0, statement(approved(INTAKE, claims={1: A.uri, 2: "urn:uuid:" + "-".join("0" * n for n in (8, 4, 4, 4, 12)), 6: 1})), flag
    yield "approvals: in an unknown role, a flag", 0, statement(approved(INTAKE, role="boss")), flag

    yield "Receipts of two logs", 0, SEEN, {}
    yield "a Receipt of a tree of one", 0, with_receipts(receipt(size=1, index=0, path=(), root=LEAF)), {}
    doubled = {396: {-1: [encode([2, 1, [OTHER]])] * 2}}
    long_size = {396: {-1: [b"\x83\x18\x02\x01\x81" + cbor2.dumps(OTHER)]}}
    for name, data in (
            ("size 1 with a path", receipt(size=1, index=0)), ("size 2 without one", receipt(index=0, path=(), root=LEAF)), ("index outside", receipt(index=2)),
            ("path too long", receipt(path=(OTHER, OTHER), root=node_hash(OTHER, ROOT))), ("another index", receipt(index=0)), ("another root", receipt(root=OTHER)),
            ("by a statement key", receipt(pair=B.statement)), ("another tree", receipt(vds=2)), ("of another's log", receipt(sub=A.log)),
            ("of no epoch", receipt(sub=B.log[:-2])), ("by another authority", receipt(iss=A.uri)), ("from before its key", receipt(iat=1)),
            ("two proofs", receipt(unprotected=doubled)), ("an unknown label", receipt(unprotected={396: {-1: [encode([2, 1, [OTHER]])]}, 99: 1})),
            ("a number longer than need be", receipt(unprotected=long_size))):
        yield f"Receipt: {name}", 1, with_receipts(data), {}
    yield "Receipt: an empty list", 1, with_receipts(), {}
    yield "Receipt: 65", 1, with_receipts(*[receipt()] * 65), {}
    belongs = {"statements": [Statement(SEEN)]}
    yield "Receipt by itself, with its Statement", 0, receipt(), belongs
    yield "Receipt by itself, without", 2, receipt(), {}
    yield "Receipt by itself, of another Statement", 1, receipt(root=OTHER), belongs

    seen = NOW - 90
    yield "time: in the grace, seen by nobody", 0, PLAIN, {"now": NOW + 320 * DAY}
    yield "time: after the grace, seen by nobody", 1, PLAIN, {"now": NOW + 340 * DAY}
    yield "time: after the grace, seen by its own log", 1, with_receipts(receipt(A)), {"now": NOW + 340 * DAY}
    yield "time: after the grace, seen in time", 0, SEEN, {"now": NOW + 3400 * DAY}
    for name, code, roster in (
            ("retired after it signed", 0, revoked((0, 0, "retired", NOW - 99))), ("retired when it signed", 1, revoked((0, 0, "retired", NOW - 100))),
            ("compromised after it was seen", 0, revoked((0, 0, "compromised", seen + 1))),
            ("compromised in that second", 1, revoked((0, 0, "compromised", seen))), ("lost before", 1, revoked((0, 0, "lost", seen - 1))),
            ("compromised, and the witness too", 1, revoked((0, 0, "compromised", seen + 1), (1, 1, "compromised", NOW + 50))),
            ("compromised, later said to be retired", 1, revoked((0, 0, "compromised", seen), (0, 0, "retired", NOW))),
            ("compromised, seen by its own member alone", 1, listed(lambda a, b: (
                a["keys"][0].update(revocations=[{"reason": "compromised", "effective_from": seen + 1}]), b.update(authority="SYR/justice")))),
            ("its authority has departed, a flag", 0, listed(lambda a, b: a.update(status="departed"))),
            ("an officer is suspended, a flag", 0, listed(lambda a, b: a["officers"][0].update(status="suspended")))):
        yield f"key: {name}", code, SEEN, {"roster": roster}
    for name, roster in (
            ("threshold of half", make_roster(root={"threshold": 1, "emergency_threshold": 1, "holders": HOLDERS})),
            ("threshold of more than there are", make_roster(root={"threshold": 3, "emergency_threshold": 1, "holders": HOLDERS})),
            ("version 2 without one before", make_roster(version=2)), ("version 1 with one before", make_roster(previous=bytes(32))),
            ("a key twice", listed(lambda a, b: b.update(keys=a["keys"]))), ("a URI twice", listed(lambda a, b: b.update(uri=a["uri"]))),
            ("a name twice", listed(lambda a, b: b.update(authority=a["authority"]))), ("no members", make_roster(members=[])),
            ("issued before its keys", make_roster(issued_at=1)), ("an unknown field", make_roster(zzz=1)), ("one signature", cut_signatures(0)),
            ("one signature twice", cut_signatures(0, 0)), ("no signature", cut_signatures()),
            ("an emergency by more than the threshold", make_roster(root={"threshold": 2, "emergency_threshold": 3, "holders": HOLDERS})),
            ("followed before it was issued", make_roster(next_update=NOW - DAY)), ("a key that ends before it begins", listed(lambda a, b: a["keys"][0].update(not_after=1))),
            ("its own member's witness", listed(lambda a, b: a.update(witnessing={"witnesses": [A.name], "quorum": 1}))),
            ("a quorum of more than there are", listed(lambda a, b: a.update(witnessing={"witnesses": [B.name], "quorum": 2}))),
            ("a link of nobody", listed(lambda a, b: a["keys"][0].update(link=sign1(A.statement, {1: -9}, b"\xa0"))))):
        yield f"Roster: {name}", 1, roster, {}
    parts = cbor2.loads(ROSTER).value
    for name, extra in (("one that does not hold", [parts[3][0][0], {}, bytes(64)]), ("a stranger's", [encode({1: -9, 4: bytes(32)}), {}, bytes(64)])):
        yield f"Roster: a signature more, {name}", 0, cbor2.dumps(CBORTag(98, [*parts[:3], [*parts[3], extra]])), {}
    yield "Roster: another one", 2, make_roster(coalition="Other"), {}

    yield "Checkpoint", 0, note(), {}
    yield "Checkpoint, cosigned", 0, note(witness=A.witness), {"says": f"cosigned by {A.name}"}
    passed = {"no": "cosigned by"}
    for name, data, roster in (("a stranger's", note(witness=Pair("ed")), ROSTER), ("under another's name", note(witness=A.witness, by=B), ROSTER),
                               ("its own", note(witness=B.witness, by=B), ROSTER), ("one that has ended", note(witness=A.witness), revoked((0, 3, "retired", NOW - 50)))):
        yield f"Checkpoint: a cosignature is passed over, {name}", 0, data, {**passed, "roster": roster}
    for name, data in (("by another's key", note(signer=A.checkpoint)),
                       ("of nobody's log", note(origin="x.example/log/1")), ("without a signature", note().split(b"\n\n")[0] + b"\n\n\xe2\x80\x94 \n"),
                       ("17 signature lines", note() + note().split(b"\n\n")[1] * 16), ("a fourth line", note().replace(b"\n\n", b"\nmore\n\n")), ("size with a zero", note().replace(b"\n2\n", b"\n02\n"))):
        yield f"Checkpoint: {name}", 1, data, {}

    broken = note(A).replace(b"\n2\n", b"\n3\n")  # its own key's signature does not hold
    yield "Checkpoint: of an end that its log has not signed", 0, broken, {"roster": ended(broken, NOW), "says": "at which the Roster says that it ended"}
    yield "Checkpoint: the same, and no Roster says so", 1, broken, {}

    yield "bundle", 0, bundle(), {}
    yield "bundle, by its digest", 0, bundle(), {"roster": None, "digest": Roster(ROSTER).digest}
    yield "bundle, by another digest", 1, bundle(), {"roster": None, "digest": bytes(32)}
    yield "bundle, by nothing", 2, bundle(), {"roster": None}
    second = make_roster(version=2, previous=Roster(ROSTER).digest)
    third = make_roster(version=3, previous=Roster(second).digest)
    yield "bundle: Rosters that follow", 0, bundle(more=[["roster", second], ["roster", third]]), {}
    yield "bundle: Rosters that lead to yours", 0, bundle(more=[["roster", second], ["roster", third]]), {"roster": third}
    for name, more in (("a Roster after a gap", [third]), ("a Roster of others", [make_roster(coalition="Other")]),
                       ("two second Rosters", [second, make_roster(version=2, previous=Roster(ROSTER).digest, next_update=NOW + 91 * DAY)]),
                       ("a second Roster of another first", [make_roster(version=2, previous=OTHER)])):
        yield f"bundle: {name}", 1, bundle(more=[["roster", each] for each in more]), {}
    yield "bundle: not yours", 1, bundle(), {"roster": make_roster(next_update=NOW + 91 * DAY)}
    yield "bundle: clear content without notice", 0, bundle({key: value for key, value in HEAD.items() if key != "notice"}), {}
    yield "bundle: notice without clear content", 0, bundle(without=("manifest", "annex")), {}
    yield "bundle: a proof of an entry that is not here", 0, bundle(more=[["proof", [OTHER_ENTRY, 2, 0, [LEAF]]]]), {}
    for name, code, revocations in (("cosigned before others had the key", 0, [(0, 0, "compromised", NOW - 49)]), ("in that second", 1, [(0, 0, "compromised", NOW - 50)]),
                                    ("by a key that others have too", 1, [(0, 0, "compromised", NOW - 49), (1, 3, "lost", NOW)])):
        other = revoked(*revocations)
        yield f"bundle: {name}", code, bundle(statement=PLAIN, checkpoint=note(A, witness=B.witness, by=B), roster=other), {"roster": other}
    yield "bundle: a gap before yours", 1, bundle(more=[["roster", third]]), {"roster": third}
    for name, data in (
            ("an unknown item", bundle(more=[["x", b""]])), ("an exercise's header", bundle({**HEAD, "exercise": True})),
            ("no Roster", bundle(without=("roster",))), ("two headers", bundle(more=[HEAD])),
            ("content of no Statement", bundle(without=("statement",))), ("a proof without its Checkpoint", bundle(without=("checkpoint",))),
            ("a Checkpoint of another size", bundle(checkpoint=note(size=3))), ("a fork", bundle(more=[["checkpoint", note(root=OTHER)]])),
            ("a Checkpoint by another", bundle(checkpoint=note(signer=A.checkpoint))), ("a proof of another entry", bundle(proof=[OTHER, 2, 1, [OTHER]])),
            ("another value", bundle(manifest=changed_manifest(lambda each: each["leaves"][0][1].__setitem__(3, "child")))),
            ("another seed of a null line", bundle(manifest=changed_manifest(lambda each: each["leaves"][15].__setitem__(0, OTHER)))),
            ("lines in another order", bundle(manifest=changed_manifest(lambda each: each["leaves"].reverse()))),
            ("too few leaves", bundle(manifest=changed_manifest(lambda each: each.update(leaves=each["leaves"][:8])))),
            ("another schema", bundle(manifest=changed_manifest(lambda each: each.update(schema="recall-1")))),
            ("slots not sorted", bundle(slots=[IDENTIFIER, SLOTS[::-1]])), ("another slot", bundle(slots=[IDENTIFIER, sorted([OTHER] + SLOTS[1:])])),
            ("another salt", bundle(annex={**ANNEX, "salt": OTHER})), ("content of another", bundle(annex={**ANNEX, "statement": OTHER})),
            ("a ciphertext of nobody", bundle(more=[["sealed", [sha256(b"x"), b"x"]]])), ("a ciphertext of another digest", bundle(more=[["sealed", [OTHER, b"x"]]])),
            ("a code list that no Roster names", bundle(more=[["codes", b"{}"]])), ("a Roster without signatures", bundle(more=[["roster", cut_signatures(0)]])),
            ("an item whose keys are not sorted", bundle(without=("annex",)) + b"\x82\x65annex" + unsorted(ANNEX)), ("a null behind", bundle() + b"\xf6")):
        yield f"bundle: {name}", 1, data, {}
    event = {**INTAKE, "counts": {"total": 13, "tallies": INTAKE["counts"]["tallies"]}}
    without = ("proof", "checkpoint", "slots", "annex")
    bare = {key: value for key, value in INTAKE.items() if key != "counts"}
    yield "bundle: lines without counts", 1, bundle(statement=statement(approved(bare)), without=without), {}
    heads = sorted(secrets.token_bytes(32) for _ in range(2))
    for name, code, cited in (("sorted", 0, heads), ("not sorted", 1, heads[::-1]), ("one twice", 1, heads[:1] * 2)):
        signed, lines, _ = bearing("disputed", "dispute-1", [RECORD, None, cited, None, None])
        yield f"bundle: last steps, {name}", code, bundle(statement=signed, manifest=lines, without=without), {}

    # Of a log that ended.
    since, expired = NOW - 10, lambda a: a["keys"][0].update(not_after=NOW - 60)
    late, gone = {"now": NOW + 100 * DAY}, ended(note(A), since, expired)
    yield "end: proven, by a key that has expired", 0, bundle(statement=PLAIN, checkpoint=note(A), roster=gone), {**late, "roster": gone, "no": "V21"}
    yield "end: not proven, by a key that has expired", 1, bundle(statement=PLAIN, without=("proof", "checkpoint"), roster=gone), {**late, "roster": gone}
    gone = ended(note(A), since)
    yield "end: not proven, a flag", 0, PLAIN, {"roster": gone, "says": "flag   V21"}
    yield "end: not of custody", 0, statement({**BARE, "event": "observed"}), {"roster": gone, "no": "V21"}
    for name, until, said in (("seen when the Roster was new", NOW - 90, "no"), ("seen when it was not any more, a flag", NOW - 91, "says")):
        yield f"time: {name}", 0, SEEN, {"roster": make_roster(next_update=until), said: "flag   V11: the Roster"}

    codes = json.dumps({"codes": [], "list": "reason", "schema": "x", "texts": {"ar": "\u0623"}, "version": 2}, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    digest = " sha256:" + sha256(codes).hex()
    for name, code, lists, data in (
            ("that the Roster names", 0, {"reason": "2" + digest}, codes), ("under another name", 1, {"basis": "2" + digest}, codes), ("of another version", 1, {"reason": "3" + digest}, codes),
            ("in another form", 1, {"reason": "2 sha256:" + sha256(codes + b"\n").hex()}, codes + b"\n"), ("that is none", 1, {"reason": "2 sha256:" + sha256(b"{}").hex()}, b"{}")):
        other = make_roster(code_lists=lists)
        yield f"bundle: a code list {name}", code, bundle(roster=other, more=[["codes", data]]), {"roster": other}

    # Certificates of a State, and its time stamps.
    state, signer = Certifier(), Pair()
    certificate = state.of(signer.private)
    named = {key: value for key, value in HEADER.items() if key != 4}
    certified = statement(header={**named, 33: encoded(certificate)}, pair=signer)
    anchored = listed(lambda a, b: a.update(anchors={"statements": [encoded(state.certificate)]}))
    taken = NOW - 80
    orderly, stolen = state.list(certificate, taken, x509.ReasonFlags.superseded), state.list(certificate, NOW - 60, x509.ReasonFlags.key_compromise)
    for name, code, more in (("of the State", 0, {}), ("of nobody", 1, {"roster": ROSTER}), ("taken back before", 1, {"lists": [state.list(certificate, NOW - 100, x509.ReasonFlags.superseded)]}),
                             ("taken back since, in the grace", 0, {"lists": [orderly], "now": taken + GRACE}), ("after the grace", 1, {"lists": [orderly], "now": taken + GRACE + 1}),
                             ("stolen later, seen before", 0, {"lists": [stolen, orderly], "now": NOW - 61}), ("stolen later, seen then", 1, {"lists": [orderly, stolen], "now": NOW - 60})):
        yield f"certificate: {name}", code, certified, {"roster": anchored, **more}
    for name, code, strict, own in by_strict_rules(signer.private):
        yield f"certificate: {name}", code, statement(header={**named, 33: encoded(own)}, pair=signer), {
            "roster": listed(lambda a, b: a.update(anchors={"statements": [encoded(strict.certificate)]}))}

    parts = cbor2.loads(PLAIN).value
    text = time.strftime("%Y%m%d%H%M%S", time.gmtime(NOW - 50))
    anchored = listed(lambda a, b: b.update(anchors={"timestamps": [encoded(state.certificate)]}))
    tenths, days = der(0x30, der(0x80, b"\x01\x2c")), der(0x30, der(0x02, b"\x01\x51\x81"))
    for name, code, token, said in (
            ("by whom another member lists", 0, stamp(state, parts[3], text + "Z"), f"seen by somebody else at {when(NOW - 50)}"),
            ("parts of a second", 0, stamp(state, parts[3], text + ".2Z", tenths), f"time stamped at {when(NOW - 48)}"),
            ("accurate to a day and more", 1, stamp(state, parts[3], text + "Z", days), ""),
            ("naming its signer by SHA-1", 0, stamp(state, parts[3], text + "Z", names=[OLD]), ""), ("by both", 0, stamp(state, parts[3], text + "Z", names=[OLD, NEW]), ""),
            ("naming no signer", 1, stamp(state, parts[3], text + "Z", names=[]), ""), ("naming another signer", 1, stamp(state, parts[3], text + "Z", other=True), ""),
            ("of another signature", 1, stamp(state, bytes(64), text + "Z"), "")):
        yield f"time stamp: {name}", code, cbor2.dumps(CBORTag(18, [parts[0], {270: token}, parts[2], parts[3]])), {"roster": anchored, "says": said}

    yield "bundle: other counts than its lines", 1, bundle(statement=statement(event), without=("proof", "checkpoint", "slots", "annex")), {}

    yield "disclosure", 0, disclosure(), {}
    yield "disclosure, by the Roster in it", 2, disclosure(roster=ROSTER), {"roster": None}
    yield "disclosure, by its digest", 0, disclosure(roster=ROSTER), {"roster": None, "digest": Roster(ROSTER).digest}
    yield "disclosure: nobody looks at its Roster who has one", 0, disclosure(roster=cut_signatures(0)), {}
    yield "disclosure: a Roster without signatures", 1, disclosure(roster=cut_signatures(0)), {"roster": None, "digest": Roster(ROSTER).digest}
    salt = salt_of(LEAVES[5][0], 3)
    for name, data in (
            ("without the subject", shown(3)), ("not sorted", shown(0, 6, 3)), ("one twice", shown(0, 3, 3)), ("another value", shown(0, [3, salt, "child"])),
            ("another salt", shown(0, [3, bytes(16), "adult"])), ("at another position", shown(0, [4, salt, "adult"])), ("outside the schema", shown(0, [26, salt, None])),
            ("too few digests", disclosure(digests=[OTHER] * 25)), ("another schema", disclosure(schema="family-1", digests=[OTHER] * 33)),
            ("an outcome's schema", disclosure(schema="outcome-1", digests=[OTHER] * 10)), ("another line", disclosure(leaf_index=6)),
            ("a line outside", disclosure(leaf_index=16)), ("a short path", disclosure(inclusion_path=path_of(5)[:3])),
            ("a path of another line", disclosure(inclusion_path=path_of(6))), ("a long path", disclosure(inclusion_path=path_of(5) + [OTHER])),
            ("another record", disclosure(record_id=OTHER[:16])), ("an unknown field", disclosure(zzz=1)),
            ("other digests", disclosure(digests=[OTHER] * 26, disclosed=[[0, salt_of(LEAVES[5][0], 0), LEAVES[5][1][0]]]))):
        yield f"disclosure: {name}", 1, data, {}
    log = {"origin": A.log, "size": 2, "root": ROOT}
    for name, line, positions, said in (
            ("held", [A.name, "held", None, None, log], (0, 4, 5, 8), "it is a certificate: held, SYR/prisons is responsible"),
            ("released", [A.name, "released", B.name, None, log], (0, 4, 5, 6, 7, 8), "it is a certificate"),
            ("without its log", [A.name, "held", None, None, log], (0, 4, 5), "it is not held for a certificate: as_of"),
            ("without its phase", [A.name, "held", None, None, log], (0, 4, 8), "it is not held for a certificate: phase"),
            ("released to nobody", [A.name, "released", None, None, log], (0, 4, 5, 6, 8), "it is not held for a certificate: released_to"),
            ("claimed and held", [A.name, "held", None, [B.name], log], (0, 4, 5, 7, 8), "it is not held for a certificate: claimants"),
            ("a name that is none", ["prisons", "held", None, None, log], (0, 4, 5, 8), "it is not held for a certificate: it names"),
            ("of another's log", [A.name, "held", None, None, {**log, "origin": B.log}], (0, 4, 5, 8), "it is not held for a certificate: it speaks")):
        yield f"disclosure: a certificate, {name}", 0, bearing("certificate", "certificate-1", [RECORD, None, IDENTIFIER, 0, *line])[2](*positions), {"says": said}
    yield "disclosure: a later format", 2, disclosure(format="amana-disclosure-2"), {}


def main():
    number, wrong = 0, 0
    for name, wanted, data, changes in [*cases(), *forks()]:
        roster = changes.get("roster", ROSTER)
        options = {"roster": Roster(roster) if type(roster) is bytes else roster, "digest": None, "show": False, "now": NOW, "statements": [], "lists": []}
        try:
            options.update({key: value for key, value in changes.items() if key not in ("roster", "says", "no")})
            report = verifier.verify(data, argparse.Namespace(**options))[1]
            code = report.result()
        except (verifier.Wrong, Mismatch):
            code = 1
        number += 1
        faults = [text for sort, text in report.lines if "could not be read to the end" in text]
        said = "\n".join(f"{sort} {text}" for sort, text in report.lines)
        unsaid = changes.get("says", "") not in said or "no" in changes and changes["no"] in said
        if code != wanted or faults or unsaid:
            wrong += 1
            print(f"{name}: {code} and not {wanted}" + (", or something else is said" if unsaid else ""))
            for sort, text in report.lines:
                if sort in ("FAIL", "unsure", "flag"):
                    print(f"    {sort} {text}")
    print(f"{number} cases, {wrong} of them not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
