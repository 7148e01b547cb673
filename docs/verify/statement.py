"""What was signed: Statements, their approvals and Receipts. Step 6 of README.md."""
import cbor2
from cryptography import x509

from basics import (
    ALGORITHMS, MIB, Unsure, Wrong, check_signature, cose_key, encode, leaf_hash, read, root_by_path, seconds, sha256, thumbprint, when,
)
from certificates import CertifiedKey, check_time_stamp
from cddl import Mismatch
from roster import cose_parts, owner_of

GRACE = 2_592_000  # seconds; of the standard policy (docs/checks.md): 30 days
CLOCKS = 259_200  # seconds; how far an approval's time may lie before the draft or after the signature (V14): three days


# ---------------------------------------------------------------------------------------------------------------------------
# 6. Statements (docs/formats.md, "Signed Statement"), approvals, Receipts

KIND_SCHEMA = {"detainee-transfer": "person-1", "family-return": "family-1", "third-country-repatriation": "repatriation-1",
               "site-handover": "site-1", "property-handover": "property-1"}
EVENT_SCHEMA = {"outcome": "outcome-1", "recall": "recall-1", "recall-agreed": "recall-1", "return-requested": "recall-1",
                "return-agreed": "recall-1", "onward-consent": "onward-1", "disputed": "dispute-1", "dispute-resolved": "dispute-1",
                "certificate": "certificate-1", "incident": "incident-1", "released-to-liberty": "liberty-1", "inquiry": "inquiry-1",
                "inquiry-answered": "answer-1", "same-as": "link-1", "not-same-as": "link-1", "under-protest": "protest-1",
                "corrected": "correction-1", "notified": "notice-1"}
LINE_RULE = {"person-1": "person", "family-1": "family-line", "repatriation-1": "repatriation-line", "site-1": "site-line",
             "property-1": "thing", "outcome-1": "answer", "recall-1": "recalled", "dispute-1": "disputed", "incident-1": "befallen",
             "liberty-1": "freed", "onward-1": "onward", "certificate-1": "certified", "inquiry-1": "asked", "answer-1": "found",
             "link-1": "linked", "protest-1": "protested", "correction-1": "correction", "notice-1": "told"}
# Officers that the lifecycle asks for (docs/checks.md); where it is not named, none.
OFFICERS = {"intake": 2, "release": 2, "outcome": 2, "redirect": 2, "dispute-resolved": 2, "released-to-liberty": 2, "certificate": 2,
            "inquiry-answered": 2, "same-as": 2, "not-same-as": 2, "corrected": 2, "erased": 2}


# What moves custody, or may, of whatever kind (docs/checks.md): after its log's end such a Statement counts for nothing by itself (V21).
TRANSITIONS = {"intake", "release", "outcome", "recall-agreed", "redirect", "dispute-resolved", "incident", "released-to-liberty"}


def schema_of(event):
    """Which lines a Statement of this event and kind bears."""
    if event["event"] in ("intake", "offer", "release", "redirect"):
        return KIND_SCHEMA.get(event.get("kind"))
    return EVENT_SCHEMA.get(event["event"])


def party_name(party):
    return f"{party['member']}/{party['authority']}"


class Statement:
    """A Statement that was read and whose ids were computed. `check` verifies it."""

    def __init__(self, data):
        self.header, protected, self.unprotected, payload, self.signature = cose_parts(data, "statement", 4 * MIB)
        if not 0 < len(payload) <= MIB:
            raise Wrong("its payload is empty or over 1 MiB")
        self.event = event = read(payload)
        if any(len(each) > 8192 for each in event.get("approvals", [])):
            raise Wrong("an approval is larger than 8192 bytes")
        self.data = data
        self.signed = encode(["Signature1", protected, b"", payload])  # Sig_structure
        self.id = sha256(self.signed)
        # The message with its unprotected header emptied is what the log holds.
        self.entry = sha256(b"\xd2\x84", cbor2.dumps(protected), b"\xa0", cbor2.dumps(payload), cbor2.dumps(self.signature))
        self.leaf = leaf_hash(self.entry)
        self.algorithm, self.claims = self.header[1], self.header[15]
        self.issuer_uri, self.iat = self.claims[1], self.claims[6]
        record = event["record_id"].hex()
        self.record = "-".join((record[:8], record[8:12], record[12:16], record[16:20], record[20:]))
        if self.claims[2] != "urn:uuid:" + self.record:
            raise Wrong("its subject is not its record")
        parties = [party_name(each) for each in event.get("parties", [])]
        members = [each["member"] for each in event.get("withheld_from", [])]
        if parties != sorted(set(parties)) or members != sorted(set(members)):
            raise Wrong("its parties, or the members that it is withheld from, are not different and sorted")
        self.proven_roots = set()  # roots of Checkpoints that a proof in the file leads to
        self.cosigned = []  # (witness, time) of those Checkpoints
        self.anchors = ()  # (time, names of authorities) of others who had seen the archive that it stands in

    def title(self):
        event = self.event
        parties = f" from {party_name(event['from'])}" if "from" in event else ""
        parties += f" to {party_name(event['to'])}" if "to" in event else ""
        kind = f" ({event['kind']})" if "kind" in event else ""
        return f"{event['event']}{kind}{parties}, record {self.record}, occurred {event['occurred_at']}"

    def named(self):
        """Whom it is addressed to."""
        event = self.event
        named = [event[each] for each in ("from", "to", "carrier", "next_carrier", "host") if each in event]
        return {party_name(each) for each in named + event.get("parties", [])}

    def certificates(self):
        """x5chain, protected or not (RFC 9360), and whether kid, x5t and the first certificate agree. Returns the signer's kid."""
        chain = self.header.get(33, self.unprotected.get(33))
        if 33 in self.unprotected and (33 in self.header or 34 not in self.header):
            raise Wrong("certificates stand in the unprotected header, and no protected x5t names the signer's")
        self.chain = [chain] if type(chain) is bytes else chain or []
        kid = self.header.get(4)
        if not self.chain:
            if kid is None or 34 in self.header:
                raise Wrong("x5t names a certificate that is not there")
            return kid
        if 34 in self.header and self.header[34][1] != sha256(self.chain[0]):
            raise Wrong("x5t names another certificate than the first")
        try:
            own = thumbprint(cose_key(x509.load_der_x509_certificate(self.chain[0]).public_key()))
        except ValueError:
            raise Wrong("a certificate can't be read") from None
        if kid not in (None, own):
            raise Wrong("kid names another key than the first certificate")
        return own


def check_statement(statement, roster, report, now, lists=()):
    """Everything that the envelope and the Roster decide. Proven sentences go to the report; returns the issuing authority or None."""
    short = statement.id.hex()
    report.note(f"statement {short}: {statement.title()}")
    if roster is None:
        raise Unsure("there is no Roster, so whose signature it is can't be said: --roster FILE")
    event = statement.event
    kid = statement.certificates()
    key, issuer = roster.keys.get(kid), roster.uris.get(statement.issuer_uri)
    if issuer is None:
        raise Wrong("V13: the Roster lists nobody whose URI is its iss")
    if not key:
        if not statement.chain:
            raise Wrong("V16: the Roster does not list its key")
        key = CertifiedKey(statement.chain, issuer, statement.iat, lists)
        if not lists:
            report.note("  no revocation lists were given (--crl): whether its certificate was taken back is not known")
    if key.purpose != "statement" or key.authority is not issuer:
        raise Wrong("V13: its key is no statement key of the authority that it says it is from")
    check_signature(statement.algorithm, key.cose, statement.signed, statement.signature)
    name = issuer["authority"]
    by = "a certificate that leads to its anchor" if isinstance(key, CertifiedKey) else f"key {kid.hex()[:16]}…"
    report.ok(f"  {event['event']} {short} signed by {name} with {ALGORITHMS[statement.algorithm]}, {by}, "
              f"{when(statement.iat)} by its own word")
    if event.get("exercise", False) != roster.body["exercise"]:
        raise Wrong("V13: exercise and earnest are mixed: the Roster is of the other")
    receipts = check_receipts(statement, roster, report)
    stamp = report.attempt("  time stamp", stamped, statement, roster, lists, report) if 270 in statement.unprotected else None
    seen = check_seen(statement, roster, key, issuer, receipts, stamp, report, now)
    check_approvals(statement, roster, issuer, seen, report)
    check_succession(statement, issuer, roster, seen, report)
    if seen > roster.body["next_update"]:
        report.flag("  V11: the Roster was past its next update by then")
    check_sealed_set(event, report)
    for party in sorted(statement.named() | {name}):
        listed = roster.authorities.get(party)
        if not listed or listed["status"] != "active" or roster.members[party.split("/")[0]]["status"] != "active":
            report.flag(f"  V11: {party} is not listed as active")
    for flag in event.get("flags", []):
        about = f"statement {flag['statement'].hex()[:16]}…" if "statement" in flag else "this Statement"
        report.flag(f"  {flag['code']}: so its signer says of {about}")
    if event["roster"] != roster.digest:
        report.note(f"  it relied on another Roster, {event['roster'].hex()[:16]}…")
    return issuer


def check_approvals(statement, roster, issuer, seen, report):
    """Each approval signs the event without approvals; it counts as its role says. What does not count is flagged, and no failure."""
    event = statement.event
    approvals = event.get("approvals", [])
    without = encode({key: value for key, value in event.items() if key != "approvals"})
    numbers, roles, kids = {}, {}, []
    for data in approvals:
        try:
            header, protected, _, _, signature = cose_parts(data, "approval", 8192)
        except (Wrong, Mismatch) as problem:
            report.flag(f"  V14: an approval cannot be read: {problem}")
            continue
        if kids and kids[-1] >= header[4]:
            report.flag("  V14: approvals are not sorted by kid, or one stands twice")
        kids.append(header[4])
        role, claims = header["role"], header[15]
        if claims[1] != issuer["uri"] or claims[2] != statement.claims[2]:
            report.flag(f"  V14: the approval as {role} does not count: it is of another authority or another record")
            continue
        key = roster.keys.get(header[4])
        if not key or key.authority is not issuer:
            report.flag(f"  V14: the approval as {role} by key {header[4].hex()[:16]}… does not count: not a key of {issuer['authority']}")
            continue
        try:
            check_signature(header[1], key.cose, encode(["Signature1", protected, b"", without]), signature)
        except Unsure as problem:
            report.unsure(f"  the approval as {role}: {problem}")
            continue
        except Wrong as problem:
            report.flag(f"  V14: the approval as {role} does not count: {problem}")
            continue
        if role == "authority-pq":
            counts = key.purpose == "statement" and key.cose[1] == 7 and key.valid_at(claims[6])
            who = "the authority's second key"
        else:
            counts = (key.officer and key.officer["status"] == "active" and role in key.officer["roles"]
                      and key.valid_at(claims[6]) and (key.exposed is None or seen < key.exposed))
            who = f"officer {key.officer['number']}" if key.officer else "no officer"
        written = seconds(event["recorded_at"])
        counts = counts and written - CLOCKS <= claims[6] <= max(written, statement.iat) + CLOCKS
        if not counts:
            report.flag(f"  V14: the approval as {role} by {who} is signed, but does not count under this Roster")
            continue
        report.ok(f"  approved as {role} by {who} of {issuer['authority']} with {ALGORITHMS[header[1]]}, {when(claims[6])}")
        if key.officer:
            if key.officer["number"] in numbers:
                report.flag(f"  V14: officer {key.officer['number']} approves twice")
            numbers[key.officer["number"]] = role
            roles.setdefault(role, set()).add(key.officer["number"])
    needed = [("officer", OFFICERS.get(event["event"], 0)), ("witness", 2 if "late_entry" in event else 0)]
    if event["event"] == "released-to-liberty":
        needed.append(("witness", 1))
    if event["event"] == "observed" and "supersedes" in event:
        needed.append(("officer", 2))
    for role, number in needed:
        if len(roles.get(role, ())) < number:
            report.flag(f"  V14: {len(roles.get(role, ()))} of {number} approvals as {role}")


def check_receipts(statement, roster, report):
    """Each Receipt: the path leads from the entry to a root, and that root is signed by a log."""
    found = []
    for number, data in enumerate(statement.unprotected.get(394, []), 1):
        result = report.attempt(f"  receipt {number}", check_receipt, data, statement, roster, report)
        if result:
            found.append(result)
    return found


def check_receipt(data, statement, roster, report):
    header, protected, unprotected, _, signature = cose_parts(data, "receipt", 8192)
    claims = header[15]
    size, index, path = read(unprotected[396][-1][0])
    root = root_by_path(statement.leaf, index, size, path)
    key = roster.keys.get(header[4])
    if not key:
        raise Wrong("V16: the Roster does not list its key")
    owner = owner_of(roster, claims[2])
    if key.purpose != "receipt" or owner is None or key.authority is not owner or owner["uri"] != claims[1]:
        raise Wrong("its key is no receipt key of the authority whose log it names")
    check_signature(header[1], key.cose, encode(["Signature1", protected, b"", root]), signature)
    if not key.valid_at(claims[6]):
        raise Wrong("its key was not valid then")
    report.ok(f"  in the log {claims[2]} of {owner['authority']}: root {root.hex()} signed with {ALGORITHMS[header[1]]}, {when(claims[6])}")
    report.note(f"    unsigned: leaf {index} of {size}")
    return owner["authority"], claims[6], key


def stamped(statement, roster, lists, report):
    moment, listing = check_time_stamp(statement.unprotected[270], cbor2.dumps(statement.signature), roster, lists)
    report.ok(f"  time stamped at {when(moment)} at the latest, by whom the Roster lists for {', '.join(sorted(listing))}")
    return moment, listing


def check_seen(statement, roster, key, issuer, receipts, stamp, report, now):
    """docs/trust.md: a key that ended, or that others may have, counts for what somebody else had seen in time. Returns when, which is
    now where nobody else is known to have seen it."""
    witnesses = roster.witnesses(issuer, statement.named())
    times = [iat for name, iat, receipt_key in receipts if name in witnesses and receipt_key.exposed is None]
    member = issuer["authority"].split("/")[0]
    times += [moment for name, moment in statement.cosigned if name in witnesses and name.split("/")[0] != member]
    if stamp and any(name.split("/")[0] != member for name in stamp[1]):
        times.append(stamp[0])
    others = roster.witnesses(issuer, set())  # of other members alone
    times += [moment for moment, names in statement.anchors if names & others]
    seen = min(times, default=None)
    last = now if seen is None else min(seen, now)
    # What a proof shows to stand in a log as it ended, the root holders had seen before the end took effect (decision 25).
    final, since = roster.final_checkpoints().get(issuer["authority"], (None, None))
    if final and final.root in statement.proven_roots:
        last = min(last, since)
    if not key.begin <= statement.iat <= key.end:
        raise Wrong("V13: the key was not valid when it signed")
    if last > key.end + GRACE:
        raise Wrong("V13: nobody else had seen it before the key's validity and the grace ended")
    if key.exposed is not None and last >= key.exposed:
        raise Wrong("V15: others may have the key, and nobody else had seen it before")
    if seen is not None:
        report.ok(f"  seen by somebody else at {when(seen)}")
    else:
        report.note("  no other member's log or time stamp says that it had been seen")
    return last


def check_sealed_set(event, report):
    """V30: which sealed payloads an envelope lists, in this order, empty ones included (docs/formats.md, "Sealed payloads")."""
    own = "application/vnd.amana.{}+cbor"
    listed = [(each["id"], each["media_type"]) for each in event.get("sealed", [])]
    if not listed and ("manifest_root" in event or "annexes" in event):
        return  # of version 0.1.0
    expected = []
    if "manifest_root" in event:
        names = ["manifest", "identity", "history"] + (["site"] if event.get("kind") == "site-handover" else [])
        expected = [(name, own.format(name)) for name in names]
        expected += [(name, "application/octet-stream") for name in ("medical", "judicial", "child-protection", "property")]
    elif event["event"] == "message":
        expected = [("message", own.format("message"))]
        expected += [(f"attachment-{number}", "application/octet-stream") for number in range(1, min(len(listed), 17))]
    if listed != expected or len({each["ciphertext_digest"] for each in event.get("sealed", [])}) != len(listed):
        report.flag("  V30: sealed is not the whole set of its event, or two payloads have one ciphertext")


def check_succession(statement, issuer, roster, seen, report):
    """V21: what an authority that ended, and that another one follows, signed of custody."""
    event = statement.event
    final, since = roster.final_checkpoints().get(issuer["authority"], (None, None))
    if final and final.root in statement.proven_roots:
        report.ok(f"  proven to stand in the log of {issuer['authority']} as it ended")
    elif final and seen >= since and ("kind" in event or event["event"] in TRANSITIONS):
        report.flag(f"  V21: the log of {issuer['authority']} ended, and no proof here leads to its final checkpoint")
