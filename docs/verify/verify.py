#!/usr/bin/env python3
"""Verifies what amana writes, without amana: from docs/formats.md, docs/schema and public standards alone.

    python3 docs/verify/verify.py [--roster FILE] [--digest HEX] [--show] [--at TIME] FILE…

A folder among the files is an archive.

Exit code: 0 everything that stands in every file is proven; 1 something is wrong; 2 a file can't be read, or can't be judged.
docs/verify/README.md says what each step proves, and what is not proven. This file reads from top to bottom like that page.
"""
import argparse
import datetime
import json
import re
import sys
import warnings
from pathlib import Path

import cbor2
from cryptography import x509

sys.path.insert(0, str(Path(__file__).parent))
from archive import verify_archive  # noqa: E402
from basics import MIB, SCHEMA, Report, Unsure, Wrong, encode, leaf_hash, read, read_sequence, root_by_path, sha256, when  # noqa: E402
from cddl import Mismatch  # noqa: E402
from content import (  # noqa: E402
    certified, check_annex, check_line_slots, check_manifest, check_sealed, check_slots, field_digest, printed,
)
from fork import check_fork  # noqa: E402
from roster import Roster, check_note, cose_parts  # noqa: E402
from statement import LINE_RULE, Statement, check_receipt, check_statement, schema_of  # noqa: E402


# ---------------------------------------------------------------------------------------------------------------------------
# 8. Files

def choose_roster(pinned, pinned_digest, carried, report, what):
    """The Roster to judge by: yours, which a bundle must bring. One that only the file brings shows that the file agrees with itself,
    and no more."""
    if pinned:
        if what == "bundle" and pinned.digest not in [each.digest for each in carried]:
            raise Wrong("brings no Roster of your digest")
        return pinned
    if pinned_digest:
        for roster in carried:
            if roster.digest == pinned_digest:
                report.ok("the Roster that it brings has your digest")
                return roster
        raise Wrong("brings no Roster of your digest")
    if not carried:
        return None
    roster = max(carried, key=lambda each: each.body["version"])
    report.unsure(f"judged by the Roster that the {what} brings: it shows that the file agrees with itself, not whose it is; "
                  f"compare the digest with one that you have from elsewhere and give it with --digest")
    return roster


def verify_statement(data, options, report):
    statement = report.attempt("statement", Statement, data)
    if not statement:
        return
    if report.attempt("statement", check_statement, statement, options.roster, report, options.now, options.lists):
        if not statement.unprotected.get(394):
            report.note("it bears no Receipt: that it stands in a log is not proven")
        if "manifest_root" in statement.event:
            report.note("its lines are not in this file")
    return statement


def verify_receipt(data, options, report):
    """A Receipt by itself proves something of the Statement that it belongs to, which must be among the other files."""
    cose_parts(data, "receipt", 8192)
    if options.roster is None:
        raise Unsure("there is no Roster: --roster FILE")
    if not options.statements:
        raise Unsure("a Receipt belongs to a Statement: name that file beside it")
    problems = []
    for statement in options.statements:
        try:
            check_receipt(data, statement, options.roster, report)
            report.ok(f"  it is the Receipt of {statement.event['event']} {statement.id.hex()}")
            return
        except (Wrong, Unsure) as problem:
            problems.append(str(problem))
    raise Wrong(f"it is the Receipt of none of the {len(problems)} Statements named ({problems[0]})")


def verify_checkpoint(data, options, report):
    if options.roster is None:
        raise Unsure("there is no Roster: --roster FILE")
    check_note(data, options.roster, report)


def verify_roster(data, options, report):
    roster = Roster(data)
    report.ok(roster.describe())
    if options.roster and roster.digest == options.roster.digest or roster.digest == options.digest:
        report.ok("it is the one that you trust")
    else:
        report.unsure("whether it is the coalition's Roster: compare the digest with one that you have from elsewhere (--digest)")


def roster_beside(item, options, report, what):
    """The Roster to judge a file by that may bring one: with a Roster of your own nobody looks at the one in it."""
    carried = [report.attempt("the Roster in it", Roster, item["roster"])] if "roster" in item and not options.roster else []
    return choose_roster(options.roster, options.digest, [each for each in carried if each], report, what)


def verify_disclosure(data, options, report):
    """docs/formats.md, "Disclosure", steps 1 to 5."""
    if len(data) > 24 * MIB:
        raise Wrong("is larger than 24 MiB")
    item = read(data)
    SCHEMA.match("disclosure", item)
    roster = roster_beside(item, options, report, "disclosure")
    statement = Statement(item["statement"])
    event, schema = statement.event, item["schema"]
    if "manifest_root" not in event or schema_of(event) != schema:
        raise Wrong("its Statement bears no lines of this schema")
    if event["record_id"] != item["record_id"] or item["leaf_index"] >= event["manifest_bucket"]:
        raise Wrong("record_id or leaf_index are not those of its Statement")
    fields = SCHEMA.fields(LINE_RULE[schema])
    if len(item["digests"]) != len(fields):
        raise Wrong("there are not as many digests as fields")
    positions = [position for position, _, _ in item["disclosed"]]
    if positions != sorted(set(positions)) or positions[0] != 0 or positions[-1] >= len(fields):
        raise Wrong("the fields shown are not sorted, or one stands twice")
    if len(encode(item["disclosed"])) > MIB:
        raise Wrong("more than 1 MiB is disclosed")
    for position, salt, value in item["disclosed"]:
        name, type_ = fields[position]
        if not SCHEMA.fits_type(type_, value):
            raise Wrong(f"{name} holds what may not stand there")
        if field_digest(item["record_id"], item["leaf_index"], position, salt, value) != item["digests"][position]:
            raise Wrong(f"{name}: the value is not what was signed")
        shown = f" = {printed(value)}" if options.show else ""
        report.ok(f"field {position}, {name}{shown}: its salted digest {item['digests'][position].hex()[:16]}… is the line's")
    path = item["inclusion_path"]
    if 1 << len(path) != event["manifest_bucket"]:
        raise Wrong("the path is not as long as the tree is high")
    leaf = leaf_hash(b"".join(item["digests"]))
    if root_by_path(leaf, item["leaf_index"], event["manifest_bucket"], path) != event["manifest_root"]:
        raise Wrong("the path does not lead to manifest_root")
    report.ok(f"line {item['leaf_index']} ({schema}, {len(fields)} fields, {len(positions)} shown) leads to the manifest_root of {statement.id.hex()}")
    issuer = check_statement(statement, roster, report, options.now, options.lists)
    if schema == "certificate-1":
        try:
            says = certified({fields[position][0]: value for position, _, value in item["disclosed"]}, issuer, roster)
            report.ok(f"it is a certificate: {says}")
        except Wrong as problem:
            report.note(f"it is not held for a certificate: {problem}")
    report.note("nothing is proven of other fields, other lines, or what was signed later; nor that the values are true")


def verify_fork(data, options, report):
    """docs/formats.md, "Equivocation proof"."""
    if len(data) > 25 * MIB:
        raise Wrong("is larger than 25 MiB")
    item = read(data)
    SCHEMA.match("fork", item)
    roster = roster_beside(item, options, report, "equivocation proof")
    check_fork(item, roster, options, report)


def verify_bundle(data, options, report):
    """docs/formats.md, "Verifying a bundle offline", steps 1 to 7. Returns its items. Of a part of an archive the options have the Rosters that stand
    beside it, and who had seen the archive when."""
    if len(data) > 256 * MIB:
        raise Wrong("is larger than 256 MiB")
    sequence = read_sequence(data)
    if not sequence:
        raise Wrong("holds nothing")
    header = read(sequence[0][1])
    SCHEMA.match("bundle-header", header)
    items = {name: [] for name in ("roster", "policy", "codes", "checkpoint", "statement", "proof", "manifest", "slots", "sealed", "annex")}
    contents = {"roster", "statement", "manifest"}  # their own functions look at them whole
    for offset, encoded in sequence[1:]:
        item = read(encoded)
        if type(item) is not list or len(item) != 2 or item[0] not in items:
            raise Wrong(f"the item at byte {offset} is of no type that a bundle has")
        if item[0] not in contents:
            try:
                SCHEMA.match("bundle-item", item)
            except Mismatch as problem:
                raise Wrong(f"the item at byte {offset} {problem}") from None
        elif type(item[1]) is not bytes:
            raise Wrong(f"the item at byte {offset} is no byte string")
        items[item[0]].append((offset, item[1]))
    clear = ", holds personal data in clear" if items["manifest"] or items["annex"] else ""
    report.note(f"unsigned: written {header['created']}{clear}")

    # The Roster. Others that it brings must be in order too, and lead to it or follow it.
    rosters = list(getattr(options, "beside", ()))
    for offset, content in items["roster"]:
        roster = report.attempt(f"Roster at byte {offset}", Roster, content)
        if roster:
            rosters.append(roster)
            report.ok(roster.describe())
    roster = choose_roster(options.roster, options.digest, rosters, report, "bundle")
    if roster is None:
        raise Wrong("there is no Roster in it")
    report.attempt("the Rosters in it", check_history, rosters, roster)
    if header["exercise"] != roster.body["exercise"]:
        raise Wrong("V13: exercise and earnest are mixed: the Roster is of the other")
    for offset, content in items["codes"]:
        report.attempt(f"code list at byte {offset}", check_codes, content, rosters, report)

    # Checkpoints. Two roots for one size are a fork.
    notes = []
    for offset, content in items["checkpoint"]:
        note = report.attempt(f"checkpoint at byte {offset}", check_note, content, roster, report)
        if note:
            notes.append(note)
    if len({(note.origin, note.size) for note in notes}) != len({(note.origin, note.size, note.root) for note in notes}):
        report.fail("V20: two roots of one log for one size: it has forked; keep both")

    # Statements, and where proofs say that they stand.
    statements, by_id = [], {}
    for offset, content in items["statement"]:
        statement = report.attempt(f"statement at byte {offset}", Statement, content)
        if statement:
            statement.lines, statement.slots, statement.ciphertexts = None, None, frozenset()
            statement.anchors = getattr(options, "anchors", ())
            statements.append(statement)
            by_id.setdefault(statement.id, []).append(statement)
    for offset, content in items["proof"]:
        report.attempt(f"proof at byte {offset}", check_proof, content, statements, notes, report)
    for statement in statements:
        report.attempt(f"statement {statement.id.hex()}", check_statement, statement, roster, report, options.now, options.lists)
    adopted = {each.event.get("policy") for each in statements} | {each.event.get("log", {}).get("policy") for each in statements}
    for offset, content in items["policy"]:
        read(content)
        text = f"the policy {sha256(content).hex()[:16]}…"
        report.ok(f"{text} is one that a log adopted") if sha256(content) in adopted else report.note(f"unsigned: {text} ")

    # What stands beside them.
    histories, persons = [], []
    for offset, content in items["annex"]:
        decoded = report.attempt(f"annex at byte {offset}", check_annex, content, by_id, report)
        if decoded and content["id"] == "history":
            histories += decoded["statements"]
        if decoded and content["id"] == "identity":
            persons.append((content["statement"], decoded["persons"]))
            if options.show:
                for person in decoded["persons"]:
                    report.note("    " + ", ".join(f"{name}={printed(value)}" for name, value in person.items()))
    for offset, content in items["manifest"]:
        report.attempt(f"manifest at byte {offset}", check_manifest, content, statements, report, "in clear", options.show)
    for entry in histories:
        owners = report.attempt("history", check_manifest, entry["manifest"], statements, report, "from a history", options.show)
        if owners and entry["id"] not in [owner.id for owner in owners]:
            report.fail("history: lines are said to be another Statement's")
    for offset, content in items["slots"]:
        report.attempt(f"slots at byte {offset}", check_slots, content, by_id, report)
    for offset, content in items["sealed"]:
        report.attempt(f"sealed payload at byte {offset}", check_sealed, content, statements, report)
    for identifier, people in persons:
        report.attempt("identity", check_identities, by_id.get(identifier, []), people, report)
    for statement in statements:
        report.attempt(f"slots of {statement.id.hex()}", check_line_slots, statement, report)
        listed = [each["id"] for each in statement.event.get("sealed", [])]
        if statement.ciphertexts:
            report.ok(f"  {len(statement.ciphertexts)} of {len(listed)} sealed payloads of {statement.id.hex()} have the digests signed; not opened")
        if "manifest_root" in statement.event and not statement.lines:
            report.note(f"  lines of {statement.event['event']} {statement.id.hex()} are not in clear here: not recounted")
    return items


def check_proof(item, statements, notes, report):
    entry, size, index, path = item
    root = root_by_path(leaf_hash(entry), index, size, path)
    matching = [note for note in notes if note.size == size and note.root == root]
    if not matching:
        raise Wrong("leads to no Checkpoint of that size in this file")
    what = f"the entry {entry.hex()}, which is no Statement of this file,"
    for owner in (each for each in statements if each.entry == entry):
        owner.proven_roots.add(root)
        owner.cosigned += [each for note in matching for each in note.cosigned]
        what = f"{owner.event['event']} {owner.id.hex()}"
    report.ok(f"{what} stands in {matching[0].origin} at {index} of {size}, under the checkpoint's root")


def check_identities(statements, people, report):
    """The number of a travel document is committed to in the line."""
    references = [person["subject_ref"] for person in people]
    if references != sorted(set(references)):
        raise Wrong("people are not sorted by reference, or one stands twice")
    for statement in statements:
        if statement.lines and statement.lines[0] == "repatriation-1":
            numbers = {line[0]: (line[31] or {}).get("number") for line in statement.lines[1]}
            for person in people:
                number, salt = person.get("travel_document_number"), bytes.fromhex(person.get("travel_document_salt", ""))
                if number is not None and sha256(encode(["amana-commit-1", salt, number])) != numbers.get(person["subject_ref"]):
                    raise Wrong("the number of a travel document is not what the line commits to")


def check_history(rosters, trusted):
    """V32: every other Roster leads to yours by the digests that the versions cite, or follows it, version by version."""
    by_digest = {each.digest: each for each in rosters}
    vouched, previous = {trusted.digest}, trusted.body["previous"]
    while previous in by_digest and previous not in vouched:
        vouched.add(previous)
        previous = by_digest[previous].body["previous"]
    last = trusted
    for each in sorted(rosters, key=lambda each: each.body["version"]):
        if each.body["version"] > last.body["version"] and each.follows(last):
            vouched.add(each.digest)
            last = each
    for each in rosters:
        if each.digest not in vouched:
            raise Wrong(f"V32: {each.name} neither leads to yours nor follows it")


def check_codes(data, rosters, report):
    """A code list in its one form (docs/codes.md), which a Roster names with its version and digest."""
    try:
        value = json.loads(data)
        name, version = value["list"], value["version"]
        if json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n" != data:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Wrong("is no code list, or not in its one form") from None
    if not any(each.body.get("code_lists", {}).get(name) == f"{version} sha256:{sha256(data).hex()}" for each in rosters):
        raise Wrong("no Roster of this file names it, its version and its digest")
    report.ok(f"code list {name} {version} is the one that a Roster names")


def kind_of(data):
    """What a file is, by its first bytes."""
    if data[:1] == b"\xd2":
        try:
            parts = cbor2.loads(data).value
            return "receipt" if parts[2] is None and 396 in parts[1] else "statement"
        except Exception:
            return "statement"
    if data[:2] == b"\xd8\x62":
        return "roster"
    for name in ("bundle", "disclosure", "fork"):
        mark = b"\x66format" + cbor2.dumps(f"amana-{name}-1")
        if mark in data[:400]:
            return name
    # A note begins with the name of its log; a proof of a later format may hold one.
    return "checkpoint" if data[:1] < b"\x80" and b"\n\n\xe2\x80\x94 " in data[:2000] else None


VERIFIERS = {"statement": verify_statement, "receipt": verify_receipt, "roster": verify_roster, "bundle": verify_bundle,
             "disclosure": verify_disclosure, "fork": verify_fork, "checkpoint": verify_checkpoint}


def verify(data, options):
    """Verifies the bytes of one file. Returns its kind and the report."""
    warnings.simplefilter("ignore")  # of certificates that are odd and allowed
    report, kind = Report(), kind_of(data)
    if kind is None:
        later = re.match(rb".{0,20}\x66format.amana-([a-z]{3,12})-[0-9]+", data[:400], re.DOTALL)
        report.unsure(f"this is a {later[1].decode()} of a format that is not known here" if later else
                      "this is none of: Statement, Receipt, Roster, bundle, disclosure, equivocation proof, checkpoint")
    else:
        report.attempt(kind, VERIFIERS[kind], data, options, report)
    if kind and not report.lines:
        report.unsure("nothing was found to prove")
    return kind, report


def verify_folder(path, options):
    """The same of an archive."""
    warnings.simplefilter("ignore")
    report = Report()
    report.attempt("archive", verify_archive, path, options, report, verify_bundle)
    return "archive", report


def load_list(data):
    return x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data)


def main():
    parser = argparse.ArgumentParser(description="Verifies Receipts, Statements, bundles, disclosures, equivocation proofs, Rosters, checkpoints and archives.")
    parser.add_argument("--roster", metavar="FILE", action="append", default=[],
                        help="the Roster that you trust; of an archive after it, each by itself, those between it and the archive's")
    parser.add_argument("--digest", metavar="HEX", help="the digest of the Roster that you trust, where the file brings it")
    parser.add_argument("--crl", metavar="FILE", action="append", default=[], help="a revocation list of a State's certificates")
    parser.add_argument("--show", action="store_true", help="print what stands in lines and fields: personal data")
    parser.add_argument("--at", metavar="TIME", help="judge as of this time (RFC 3339) and not as of now")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    options = argparse.Namespace(roster=None, digest=None, show=arguments.show, statements=[], lists=[])
    try:
        now = datetime.datetime.fromisoformat(arguments.at) if arguments.at else datetime.datetime.now(datetime.UTC)
        options.now = int(now.timestamp())
        options.digest = bytes.fromhex(arguments.digest.removeprefix("sha256:").replace(" ", "")) if arguments.digest else None
        contents = [None if Path(file).is_dir() else Path(file).read_bytes() for file in arguments.files]
        options.lists = [load_list(Path(file).read_bytes()) for file in arguments.crl]
        if arguments.roster:
            options.rosters = [Roster(Path(file).read_bytes()) for file in arguments.roster]
            options.roster = options.rosters[0]
            print(f"judged by {options.roster.describe()}")
            if options.digest and options.roster.digest != options.digest:
                raise Wrong("--roster has another digest than --digest")
            if options.roster.body["next_update"] < options.now:
                print(f"that Roster was to be followed by {when(options.roster.body['next_update'])}: later revocations are not known")
    except (OSError, ValueError, Unsure) as problem:
        print(f"cannot begin: {problem}", file=sys.stderr)
        return 2
    except (Wrong, Mismatch) as problem:
        print(f"{' '.join(arguments.roster)}: does not hold: {problem}", file=sys.stderr)
        return 1
    for data in contents:  # Statements first: Receipts by themselves are held against them
        if data is not None and kind_of(data) == "statement":
            try:
                options.statements.append(Statement(data))
            except (Wrong, Mismatch):
                pass
    codes = []
    for file, data in zip(arguments.files, contents):
        kind, report = verify(data, options) if data is not None else verify_folder(file, options)
        print(f"\n{file}: {kind or 'unknown'}" + (f", {len(data)} bytes" if data is not None else ""))
        for sort, text in report.lines:
            print(f"  {sort:6} {text}")
        codes.append(report.result())
        print("  " + {0: "PROVEN", 1: "WRONG: it does not hold", 2: "CANNOT BE JUDGED whole"}[codes[-1]])
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
