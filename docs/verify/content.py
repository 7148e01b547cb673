"""What stands beside a Statement: lines, slots, content in clear, sealed payloads. Step 7 of README.md."""
import hmac
import re

import cbor2

from basics import SCHEMA, Wrong, encode, leaf_hash, read, read_sequence, root_of, sha256
from roster import owner_of
from statement import LINE_RULE, schema_of


# ---------------------------------------------------------------------------------------------------------------------------
# 7. Content: manifests, slots, annexes, sealed payloads

def check_manifest(data, statements, report, source, show):
    """The root of these lines is what the Statement committed to, and its counts follow from them. Returns the Statements."""
    manifest = read(data)
    if type(manifest) is not dict or manifest.get("schema") not in LINE_RULE:
        raise Wrong("is no manifest of a schema that is known")
    schema, record, leaves = manifest["schema"], manifest.get("record_id"), manifest.get("leaves")
    SCHEMA.match("manifest-" + schema.removesuffix("-1"), manifest)
    hashes_, lines = [], []
    for number, leaf in enumerate(leaves):
        if len(leaf) == 1:  # a null line: its seed is the leaf's data
            hashes_.append(leaf_hash(leaf[0]))
            continue
        lines.append(leaf[1])
        hashes_.append(leaf_hash(b"".join(
            field_digest(record, number, position, salt_of(leaf[0], position), value) for position, value in enumerate(leaf[1]))))
    bucket = 16
    while bucket < len(lines):
        bucket *= 2
    if len(leaves) != bucket:
        raise Wrong("the number of leaves is not the least power of two for its lines")
    if not lines:
        raise Wrong("has no lines")
    if schema == "dispute-1" and any(line[2] != sorted(set(line[2])) for line in lines):
        raise Wrong("V6: the last steps that a line cites are not different and sorted")
    if len({line[0] for line in lines}) != len(lines):
        raise Wrong("V5: a reference stands twice in it")
    root = root_of(hashes_)
    owners = [each for each in statements if each.event.get("manifest_root") == root]
    if not owners:
        raise Wrong("belongs to no Statement of this file")
    for owner in owners:
        event = owner.event
        if event["record_id"] != record or event["manifest_bucket"] != bucket:
            raise Wrong(f"record or bucket are not those of statement {owner.id.hex()}")
        if schema_of(event) != schema:
            raise Wrong(f"a Statement of {event['event']} bears no {schema}")
        if event.get("counts") != counts_of(schema, lines):
            raise Wrong(f"V6: the counts of statement {owner.id.hex()} do not follow from the lines")
        report.ok(f"lines of {event['event']} {owner.id.hex()} ({schema}, {source}): manifest_root, bucket and counts follow from them")
        owner.lines = (schema, lines)
    if show:
        for line in lines:
            names = [name for name, _ in SCHEMA.fields(LINE_RULE[schema])]
            report.note("    " + ", ".join(f"{name}={printed(value)}" for name, value in zip(names, line) if value is not None))
    return owners


def certified(values, issuer, roster):
    """docs/formats.md, `certificate-1`: whom a disclosed line certifies to be responsible; raises where it is not held for a certificate.
    Every value is proven all the same."""
    for name in ("custodian", "phase", "as_of"):
        if name not in values:
            raise Wrong(f"{name} is not shown")
    phase, log = values["phase"], values["as_of"]
    for name, belongs in (("released_to", "released"), ("claimants", "contested")):
        if name in values and (values[name] is not None) != (phase == belongs):
            raise Wrong(f"{name} does not fit its phase")
    for name in [values["custodian"], values.get("released_to")] + (values.get("claimants") or []):
        if name is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}/[A-Za-z0-9._-]{1,64}", name):
            raise Wrong("it names an authority by no valid name")
    if owner_of(roster, log["origin"]) is not issuer:
        raise Wrong("it speaks of another log than its signer's")
    return f"{phase}, {values['custodian']} is responsible, as of {log['origin']} with {log['size']} entries"


def salt_of(seed, position):
    return hmac.digest(seed, position.to_bytes(4), "sha256")[:16]


def field_digest(record, line, position, salt, value):
    return sha256(encode(["amana-field-1", record, line, position, salt, value]))


def printed(value):
    return value.hex() if type(value) is bytes else repr(value)


def counts_of(schema, lines):
    """docs/manifest.md, "What the envelope says", and decision 0008."""
    if len(lines) < 10:
        return {"total": "<10"}
    dimensions = {"outcome-1": {"by_outcome": (4, ["accepted", "refused", "missing", "ended"])}}
    people = {"by_age": (3, ["adult", "child", "child_presumed", "disputed"]), "by_sex": (5, [0, 1, 2, 9])}
    for each in ("person-1", "family-1", "repatriation-1", "site-1"):
        dimensions[each] = people
    counts = {"total": len(lines)}
    for name, (position, cells) in dimensions.get(schema, {}).items():
        tally = {str(cell): sum(line[position] == cell for line in lines) for cell in cells}
        hidden = {cell for cell, number in tally.items() if number < 5}
        if any(tally[cell] for cell in hidden):
            for cell in sorted(set(tally) - hidden, key=lambda each: (tally[each], each)):
                if len(hidden) >= 2 and sum(tally[each] for each in hidden) >= 5:
                    break
                hidden.add(cell)
        counts.setdefault("tallies", {})[name] = {cell: None if cell in hidden else number for cell, number in tally.items()}
    return counts


def check_slots(item, by_id, report):
    identifier, slots = item
    owners = by_id.get(identifier)
    if not owners:
        raise Wrong("belongs to no Statement of this file")
    event = owners[0].event
    if slots != sorted(set(slots)) or len(slots) != event.get("manifest_bucket"):
        raise Wrong("are not sorted, not different, or not as many as the bucket")
    if root_of([leaf_hash(slot) for slot in slots]) != event.get("slots_root"):
        raise Wrong("do not lead to slots_root")
    for owner in owners:
        owner.slots = set(slots)
    report.ok(f"slots of {event['event']} {identifier.hex()}: slots_root follows from them")


def check_line_slots(statement, report):
    """A release lists a slot for each line, so that a double release shows without a key; of a family's return all are random."""
    event = statement.event
    if not statement.lines or not statement.slots or event["event"] not in ("release", "redirect") or event["kind"] == "family-return":
        return
    if any(sha256(b"amana-slot-1", line[0], line[1]) not in statement.slots for line in statement.lines[1]):
        raise Wrong("a line of the release has no slot")
    report.ok(f"  each line of {event['event']} {statement.id.hex()} has its slot")


def check_annex(item, by_id, report):
    """Content in clear: the commitment that stands in the envelope follows from salt and content. Returns it decoded."""
    SCHEMA.match("annex", item)
    owners = by_id.get(item["statement"])
    if not owners:
        raise Wrong("belongs to no Statement of this file")
    event = owners[0].event
    commitment = sha256(encode(["amana-commit-1", item["salt"], item["content"]]))
    if not any(each["id"] == item["id"] and each["commitment"] == commitment and each["media_type"] == item["media_type"]
               for each in event.get("sealed", []) + event.get("annexes", [])):
        raise Wrong(f"{item['id']!r}: statement {item['statement'].hex()} commits to another content")
    report.ok(f"content {item['id']!r} of {event['event']} {item['statement'].hex()}: its commitment holds")
    return read(item["content"]) if item["content"] else None


def check_sealed(item, statements, report):
    digest, ciphertext = item
    if sha256(ciphertext) != digest:
        raise Wrong("a ciphertext is not what its digest says")
    owners = [(owner, each) for owner in statements for each in owner.event.get("sealed", []) if each["ciphertext_digest"] == digest]
    if not owners:
        raise Wrong("a ciphertext belongs to no Statement of this file")
    recipients = set()
    for _, chunk in read_sequence(ciphertext):
        message = read(chunk, payload=False)
        SCHEMA.match("sealed-payload", message)
        recipients.add(cbor2.dumps(message.value[3]))
    if len(recipients) != 1:
        raise Wrong("the chunks of a sealed payload have different recipients")
    for owner, each in owners:
        owner.ciphertexts = owner.ciphertexts | {each["id"]}
