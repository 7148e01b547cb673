"""Equivocation proofs: two signed objects of one log of which one only can be true. Step 9 of README.md."""
from basics import SCHEMA, Report, Unsure, Wrong, leaf_hash, root_by_path
from content import field_digest
from roster import check_note, cose_parts, owner_of, read_note
from statement import LINE_RULE, OFFICERS, Statement, check_receipt, check_receipts, check_statement, schema_of

# ---------------------------------------------------------------------------------------------------------------------------
# 9. docs/formats.md, "Equivocation proof"

# Which step of a line a Statement decides, and the fields that say so.
STEPS = {"intake": ("intake", ["subject_ref"]), "release": ("release", ["subject_ref", "custody_prev"]),
         "redirect": ("release", ["subject_ref", "custody_prev"]), "outcome": ("answer", ["subject_ref", "release", "release_line"]),
         "recall-agreed": ("answer", ["subject_ref", "release", "release_line"]),
         "dispute-resolved": ("settlement", ["subject_ref", "heads", "round"])}


def check_fork(item, roster, options, report):
    """Says whom the two convict of what; raises where they convict nobody."""
    if roster is None:
        raise Unsure("there is no Roster, so whom it convicts can't be said: --roster FILE")
    kind, *evidence = item["contradiction"]
    if kind in ("roots", "sequences"):
        checkpoints(kind, evidence, item["signed"], roster, report)
    else:
        statements(kind, evidence, item["signed"], roster, options, report)
    report.note("it does not say which of the two is true, who at the authority signed, or why")


def checkpoints(kind, evidence, signed, roster, report):
    notes = [check_note(each, roster, report) for each in signed]
    for note in notes:
        if not note.own:
            raise Wrong("a log that has not signed a Checkpoint itself is not convicted by it")
        if note.proven != len(note.signatures):
            raise Wrong("a signature line is neither the log's nor a listed witness's")
        witnesses = roster.witnesses(note.owner, set())
        seen = min((moment for name, moment in note.cosigned if name in witnesses), default=None)
        if note.exposed is not None and (seen is None or seen >= note.exposed):
            raise Wrong("others may have the log's key, and no witness had cosigned it before")
    first, second = notes
    if first.origin != second.origin:
        raise Wrong("they are of two logs, or of two epochs of one")
    if not (first.size, first.root) < (second.size, second.root):
        raise Wrong("both are one Checkpoint, or stand in another order than they must")
    if kind == "roots":
        if first.size != second.size:
            raise Wrong("two sizes of one log are no contradiction")
        report.ok(f"{first.owner['authority']} is convicted: its log {first.origin} signed two roots for its first {first.size} entries")
        return
    index, *leaves = evidence
    if leaves[0][0] == leaves[1][0]:
        raise Wrong("both have the same entry there, as they must")
    for note, (entry, path) in zip(notes, leaves):
        if root_by_path(leaf_hash(entry), index, note.size, path) != note.root:
            raise Wrong("a path does not lead to its Checkpoint's root")
    report.ok(f"{first.owner['authority']} is convicted: its log {first.origin} has two entries at {index}, "
              + " and ".join(f"{entry.hex()} of {note.size}" for note, (entry, _) in zip(notes, leaves)))


class Logs:
    """What the parts of an archive show of logs, all together: of each size a root, of each index an entry. Two of one convict the log, in whichever
    parts they stand (docs/formats.md, "Archive", step 7)."""

    def __init__(self):
        self.roots, self.entries, self.convicted = {}, {}, set()

    def take(self, items, part, report):
        trees = {}
        for _, content in items["checkpoint"]:
            try:
                note = read_note(content)
            except Wrong:  # which the part's own verification says
                continue
            trees.setdefault((note.size, note.root), set()).add(note.origin)
            # Two of one part its own verification names.
            self.compare(self.roots, note.origin, note.size, note.root, part, report, f"two roots for its first {note.size} entries", own=False)
        for _, (entry, size, index, path) in items["proof"]:
            try:
                root = root_by_path(leaf_hash(entry), index, size, path)
            except Wrong:
                continue
            for origin in trees.get((size, root), ()):
                self.compare(self.entries, origin, index, entry, part, report, f"two entries at index {index}")

    def compare(self, known, origin, place, value, part, report, what, own=True):
        first, where = known.setdefault((origin, place), (value, part))
        if first == value or origin in self.convicted:
            return
        self.convicted.add(origin)
        if own or where != part:
            report.fail(f"V20: {' and '.join(sorted({where, part}))}: the log {origin} has signed {what}: it has forked; keep both")


def statements(kind, evidence, signed, roster, options, report):
    both = [Statement(each) for each in signed]
    if not both[0].id < both[1].id:
        raise Wrong("both are one Statement, or stand in another order than they must")
    issuers = [check_statement(each, roster, report, options.now, options.lists) for each in both]
    for statement, issuer in zip(both, issuers):
        check_counts(statement, issuer, roster)
    issuer = issuers[0]
    if issuers[1] is not issuer:
        raise Wrong("they are of two authorities: that is a dispute, and convicts nobody")
    name, events = issuer["authority"], [each.event["event"] for each in both]
    if kind == "openings":
        origins = [each.event.get("log", {}).get("origin") for each in both]
        if events != ["log-opened"] * 2 or origins[0] != origins[1] or owner_of(roster, origins[0]) is not issuer:
            raise Wrong("they do not begin one log of their issuer")
        report.ok(f"{name} is convicted: it began its log {origins[0]} twice")
        return
    for statement in both:
        if not in_first_epoch(statement, issuer, roster):
            raise Wrong("it bears no Receipt of the first epoch of its issuer's log: two Statements convict within that alone")
    if kind == "slots":
        slot, *places = evidence
        for statement, (index, path) in zip(both, places):
            event = statement.event
            if event["event"] not in ("release", "redirect") or event.get("kind") == "family-return" or "slots_root" not in event:
                raise Wrong("it is no release whose slots say something")
            if root_by_path(leaf_hash(slot), index, event["manifest_bucket"], path) != event["slots_root"]:
                raise Wrong("a path does not lead to slots_root")
        report.ok(f"{name} is convicted: it released one line twice from one step, slot {slot.hex()}")
        return
    (step, values), (other, others) = (shown(statement, line) for statement, line in zip(both, evidence))
    if step != other or values != others:
        raise Wrong("they are not about one step of one line")
    report.ok(f"{name} is convicted: by {' and '.join(events)} it decided one step ({step}) of the line {values['subject_ref'].hex()} twice")


def check_counts(statement, issuer, roster):
    """What of a Statement might be somebody else's, or never have taken effect, convicts nobody."""
    event = statement.event
    if "late_entry" in event:
        raise Wrong("a late entry decides nothing where it does not fit")
    witnesses = roster.witnesses(issuer, statement.named())
    times = [iat for name, iat, key in check_receipts(statement, roster, Report()) if name in witnesses and key.exposed is None]
    seen = min(times, default=None)
    final, since = roster.final_checkpoints().get(issuer["authority"], (None, None))
    if final and (seen is None or seen >= since):
        raise Unsure("its log had ended, and no Receipt says that somebody else had seen it before")
    counted, all_ = set(), set()
    for data in event.get("approvals", []):
        try:
            key = roster.keys.get(cose_parts(data, "approval", 8192)[0][4])
        except Exception:
            continue
        if key and key.officer:
            all_.add(key.officer["number"])
            if key.exposed is None or seen is not None and seen < key.exposed:
                counted.add(key.officer["number"])
    if len(counted) < OFFICERS.get(event["event"], 0) <= len(all_):
        raise Unsure("others may have the key of an officer whom it needs, and no Receipt says that somebody else had seen it before")


def in_first_epoch(statement, issuer, roster):
    """Whether a Receipt of the issuer's own log, of its first epoch, holds."""
    origin = issuer["uri"].removeprefix("https://") + "/log/1"
    for data in statement.unprotected.get(394, []):
        if cose_parts(data, "receipt", 8192)[0][15][2] == origin:
            check_receipt(data, statement, roster, Report())
            return True
    return False


def shown(statement, line):
    """The step that a line's shown fields name, and their values."""
    event = statement.event
    step, names = STEPS.get(event["event"], (None, None))
    schema = schema_of(event)
    if step is None or schema is None or "manifest_root" not in event:
        raise Wrong(f"{event['event']} decides no step of a line")
    leaf_index, digests, disclosed, path = line
    fields = SCHEMA.fields(LINE_RULE[schema])
    if len(digests) != len(fields) or leaf_index >= event["manifest_bucket"] or 1 << len(path) != event["manifest_bucket"]:
        raise Wrong("there are not as many digests as fields, or the line or its path fits no such manifest")
    if [fields[position][0] for position, _, _ in disclosed] != names:
        raise Wrong("it shows other fields than those that name the step")
    for position, salt, value in disclosed:
        if value is None or field_digest(event["record_id"], leaf_index, position, salt, value) != digests[position]:
            raise Wrong(f"{fields[position][0]}: the value is not what was signed")
    if root_by_path(leaf_hash(b"".join(digests)), leaf_index, event["manifest_bucket"], path) != event["manifest_root"]:
        raise Wrong("the path does not lead to manifest_root")
    return step, {fields[position][0]: value for position, _, value in disclosed}
