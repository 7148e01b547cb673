"""Whom to believe: the Roster, and the Checkpoints that its authorities' logs sign. Steps 4 and 5 of README.md."""
import base64
import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from basics import (
    MIB, SCHEMA, Key, Unsure, Wrong, check_critical, check_signature, cose_key, encode, read, sha256, thumbprint, when,
)


# ---------------------------------------------------------------------------------------------------------------------------
# 4. The Roster (docs/formats.md, "Roster"): a COSE_Sign by the holders of the root. Everything else is judged by it.

def cose_parts(data, rule, limit):
    """The parts of a COSE message of this rule of the schema, its protected header decoded."""
    if len(data) > limit:
        raise Wrong(f"is larger than {limit} bytes")
    message = read(data, payload=False)
    SCHEMA.match(rule, message)
    protected, unprotected, payload, last = message.value
    header = read(protected, payload=False)
    check_critical(rule, header)
    return header, protected, unprotected, payload, last


class Roster:
    def __init__(self, data):
        header, protected, _, payload, signatures = cose_parts(data, "roster", 256 * MIB)
        self.body = body = read(payload)
        self.digest = sha256(payload)
        self.name = f"Roster version {body['version']} of {body['coalition']}"
        self.data = data
        self.keys, self.uris, self.authorities = {}, {}, {}
        members = {each["member"]: each for each in body["members"]}
        self.members = members
        unique(each["member"] for each in body["members"])
        unique(each["authority"] for each in body["authorities"])
        unique(each["uri"] for each in body["authorities"])
        unique(each["holder"] for each in body["root"]["holders"])
        for holder in body["root"]["holders"]:
            for fields in holder["keys"]:
                self.add(Key(fields, holder=holder))
        for authority in body["authorities"]:
            if authority["authority"].split("/")[0] not in members:
                raise Wrong(f"{authority['authority']} is of no member that is listed")
            self.uris[authority["uri"]] = self.authorities[authority["authority"]] = authority
            unique(each["number"] for each in authority["officers"])
            for fields in authority["keys"]:
                self.add(Key(fields, authority))
            for officer in authority["officers"]:
                for fields in officer["keys"]:
                    self.add(Key(fields, authority, officer))
        self.check_form()
        self.check_signers(protected, payload, signatures)

    def add(self, key):
        if key.kid in self.keys:
            raise Wrong("a key stands twice in the Roster")
        self.keys[key.kid] = key

    def check_form(self):
        body, root = self.body, self.body["root"]
        active = [each for each in root["holders"] if "status" not in each]
        if not len(active) < 2 * root["threshold"] <= 2 * len(active):
            raise Wrong("the threshold is not more than half of the active root holders, or more than there are")
        if not 1 <= root["emergency_threshold"] <= root["threshold"]:
            raise Wrong("the emergency threshold does not lie between 1 and the threshold")
        if (body["version"] == 1) != (body["previous"] is None):
            raise Wrong("the first version, and no other, has none before it")
        if body["version"] == 1 and body["next_update"] <= body["issued_at"]:
            raise Wrong("the first version was to be followed before it was issued")
        self.check_witnesses()
        for key in self.keys.values():
            if key.begin > key.fields["not_after"]:
                raise Wrong("a key ends before it begins")
            replaced = key.fields.get("replaces")
            old = self.keys.get(replaced)
            if old and (old.purpose, old.holder, old.authority, old.officer) != (key.purpose, key.holder, key.authority, key.officer):
                raise Wrong("a key replaces one of another holder or purpose")
            if "link" in key.fields:
                if replaced is None:
                    raise Wrong("a key has a link and replaces none")
                self.check_link(key, old)
            certificate = key.fields.get("certificate")
            if certificate is not None:
                try:
                    parsed = x509.load_der_x509_certificate(certificate)
                    if thumbprint(cose_key(parsed.public_key())) != key.kid:
                        raise Wrong("a transport key's certificate is of another key")
                    parsed.verify_directly_issued_by(parsed)
                except (ValueError, TypeError, InvalidSignature):
                    raise Wrong("a transport key's certificate is none, or not signed with that key") from None
        followed = set()
        for authority in body["authorities"]:
            succeeds = authority.get("succeeds")
            if succeeds:
                former = self.authorities.get(succeeds["authority"])
                if not former or former["status"] == "active" or former["authority"] in followed:
                    raise Wrong(f"{authority['authority']} succeeds one who is not listed, active, or succeeded already")
                followed.add(former["authority"])
                if succeeds["effective_from"] > body["issued_at"] + 86400:
                    raise Wrong("a succession takes effect more than a day after the Roster was issued")
                step, seen = authority, set()
                while step and step.get("succeeds"):
                    if step["authority"] in seen:
                        raise Wrong("an authority succeeds itself")
                    seen.add(step["authority"])
                    step = self.authorities.get(step["succeeds"]["authority"])

    def check_witnesses(self):
        """Authorities of other members, each once, and a quorum that there can be."""
        for authority in self.body["authorities"]:
            witnessing = authority.get("witnessing")
            if witnessing:
                names, member = witnessing["witnesses"], authority["authority"].split("/")[0]
                unique(names)
                if any(name not in self.authorities or name.split("/")[0] == member for name in names):
                    raise Wrong(f"a witness of {authority['authority']} is not listed, or of its own member")
                if not 1 <= len(names) <= 15 or not 1 <= witnessing["quorum"] <= len(names):
                    raise Wrong(f"{authority['authority']} has no witnesses, too many, or a quorum that they cannot make")

    def final_checkpoints(self):
        """Of each authority whose log ended: the note that it is sealed at, and from when. None where one of them is no such note."""
        ends = {}
        for authority in self.body["authorities"]:
            succeeds = authority.get("succeeds")
            if succeeds:
                try:
                    note = read_note(succeeds["final_checkpoint"])
                except Wrong:
                    return {}
                if owner_of(self, note.origin) is not self.authorities[succeeds["authority"]]:
                    return {}
                ends[succeeds["authority"]] = note, succeeds["effective_from"]
        return ends

    def check_link(self, key, old):
        """The word of the key that is taken over."""
        header, protected, _, payload, signature = cose_parts(key.fields["link"], "key-link", 8192)
        body = read(payload)
        if not (header[4] == body["from"] == key.fields["replaces"] and body["to"] == key.kid and body["purpose"] == key.purpose):
            raise Wrong("a key's link speaks of other keys")
        if old:
            try:
                check_signature(header[1], old.cose, encode(["Signature1", protected, b"", payload]), signature)
            except Unsure:
                pass

    def check_signers(self, protected, payload, signatures):
        """Counted are active holders, by signatures that hold and keys that were valid when the Roster was issued; others are passed over."""
        counted, self.signed = set(), set()
        for signer_protected, _, signature in signatures:
            header = read(signer_protected, payload=False)
            key = self.keys.get(header[4])
            if not key or key.purpose != "root":
                continue
            try:
                check_signature(header[1], key.cose, encode(["Signature", protected, signer_protected, b"", payload]), signature)
            except (Wrong, Unsure):
                continue
            self.signed.add(key.kid)
            if key.valid_at(self.body["issued_at"]) and "status" not in key.holder:
                counted.add(key.holder["holder"])
        root = self.body["root"]
        self.signers, self.emergency = sorted(counted), False
        if len(counted) < root["threshold"]:
            if self.body["version"] == 1 or len(counted) < root["emergency_threshold"]:
                raise Wrong(f"only {len(counted)} root holders' signatures count, and {root['threshold']} are needed")
            self.emergency = True

    def follows(self, old):
        """Whether it is the next version after another (docs/formats.md, "The next version"): it cites that, changes nothing that may not
        change, and enough root holders signed, of that one by the keys that stand there and of this one."""
        body, before = self.body, old.body
        if (body["coalition"], body["exercise"], body["version"], body["previous"]) != (
                before["coalition"], before["exercise"], before["version"] + 1, old.digest):
            return False
        if body["issued_at"] < before["issued_at"] or not self.keeps(old):
            return False
        emergency = (without_revocations(body) == without_revocations(before) and body["authorities"] != before["authorities"]
                     and body["next_update"] <= before["next_update"])
        if body["issued_at"] > body["next_update"] and not (emergency and body["next_update"] == before["next_update"]):
            return False
        keys = [old.keys[kid] for kid in self.signed if kid in old.keys]
        holders = {key.holder["holder"] for key in keys if "status" not in key.holder and key.valid_at(body["issued_at"])}
        rule = "emergency_threshold" if emergency else "threshold"
        return len(holders) >= before["root"][rule] and len(self.signers) >= body["root"][rule]

    def keeps(self, old):
        """Whether all that was listed still is, as far as it may not change."""
        for name in ("members", "authorities"):
            if not set(getattr(old, name)) <= set(getattr(self, name)):
                return False
        if not {each["holder"] for each in old.body["root"]["holders"]} <= {each["holder"] for each in self.body["root"]["holders"]}:
            return False
        for name, each in old.authorities.items():
            now = self.authorities[name]
            if now["uri"] != each["uri"] or "succeeds" in each and now.get("succeeds") != each["succeeds"]:
                return False
            if not {officer["number"] for officer in each["officers"]} <= {officer["number"] for officer in now["officers"]}:
                return False
        for kid, key in old.keys.items():
            now = self.keys.get(kid)
            if not now or now.whose() != key.whose() or any(
                    now.fields.get(name) != key.fields.get(name) for name in ("purpose", "role", "not_before", "replaces", "link")):
                return False
            if now.fields["not_after"] < min(key.fields["not_after"], self.body["issued_at"]):
                return False
            if any(each not in now.fields.get("revocations", []) for each in key.fields.get("revocations", [])):
                return False
        return True

    def describe(self):
        exercise = ", an EXERCISE" if self.body["exercise"] else ""
        text = f"{self.name}{exercise}, digest {self.digest.hex()}, signed by {len(self.signers)} root holders ({', '.join(self.signers)})"
        return text + (" as an emergency" if self.emergency else "")

    def witnesses(self, issuer, party_names):
        """Whose word on when something was seen counts for this issuer: another member's, or that of whom it is addressed to."""
        followers = {each["succeeds"]["authority"]: each["authority"] for each in self.body["authorities"] if each.get("succeeds")}

        def current(name):  # whoever acts in its place now
            while name in followers:
                name = followers[name]
            return name
        member = issuer["authority"].split("/")[0]
        return {name for name in self.authorities if current(name) != current(issuer["authority"])
                and (name.split("/")[0] != member or name in party_names)}


def without_revocations(body):
    """What an emergency may not change: all but revocations of keys below the root, and what says which version it is."""
    def bare(keys):
        return [{name: value for name, value in key.items() if name != "revocations"} for key in keys]
    authorities = [{**each, "keys": bare(each["keys"]), "officers": [{**officer, "keys": bare(officer["keys"])} for officer in each["officers"]]}
                   for each in body["authorities"]]
    return {**{name: value for name, value in body.items() if name not in ("version", "previous", "issued_at", "next_update")},
            "authorities": authorities}


def unique(names):
    seen = set()
    for name in names:
        if name in seen:
            raise Wrong(f"{name} stands twice in the Roster")
        seen.add(name)


# ---------------------------------------------------------------------------------------------------------------------------
# 5. Checkpoints (C2SP tlog-checkpoint, signed-note, tlog-cosignature)

class Note:
    pass


def read_note(data):
    note = Note()
    if len(data) > 65536:
        raise Wrong("is larger than 64 KiB")
    try:
        text = data.decode("utf-8")
        body, blank, rest = text.partition("\n\n")
        note.text = (body + "\n").encode()
        note.origin, size, root, *more = body.split("\n")
        if not note.origin or not all(more):
            raise ValueError
        note.root = base64.b64decode(root, validate=True)
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or len(note.root) != 32 or base64.b64encode(note.root).decode() != root:
            raise ValueError
        note.size = int(size)
        if not blank or not rest.endswith("\n"):
            raise ValueError
        note.signatures = []
        lines = rest[:-1].split("\n")
        if len(lines) > 16:
            raise ValueError
        for line in lines:
            dash, name, encoded = line.split(" ")
            raw = base64.b64decode(encoded, validate=True)
            if dash != "—" or not name or base64.b64encode(raw).decode() != encoded or len(raw) < 5:
                raise ValueError
            note.signatures.append((name, raw[:4], raw[4:]))
    except (ValueError, UnicodeDecodeError):
        raise Wrong("is no signed note of a checkpoint") from None
    return note


def owner_of(roster, origin):
    """The authority whose log this is: its URI without https://, then /log/ and the epoch."""
    found = re.fullmatch(r"([!-~]+)/log/[1-9][0-9]*", origin)
    return roster.uris.get("https://" + found[1]) if found else None


def is_witness(name, authority, owner):
    """Whether a signature line bears the name under which this authority cosigns, and it is of another member than the log's owner."""
    return (name == authority["uri"].removeprefix("https://") + "/witness"
            and authority["authority"].split("/")[0] != owner["authority"].split("/")[0])


def check_note(data, roster, report):
    """A Checkpoint must be signed by its log, or be one that the Roster ends a log at; whoever cosigned it is named, and lines of other
    names and keys are passed over. Returns the note."""
    note = read_note(data)
    owner = owner_of(roster, note.origin)
    if not owner:
        raise Wrong(f"{note.origin} is the log of nobody whom the Roster lists")
    own, others, exposed = 0, [], []
    # Where the Roster says that a log ended at this very note, its root holders have signed it: nobody asks who else did.
    final = any(each.get("succeeds", {}).get("final_checkpoint") == data for each in roster.body["authorities"])
    note.cosigned = []  # (authority's name, its own time), of witnesses whose keys are in nobody else's hands
    for name, key_hash, signature in note.signatures:
        for key in roster.keys.values():
            if key.cose.get(-1) != 6 or key.purpose not in ("checkpoint", "witness"):
                continue
            cosigned = key.purpose == "witness"
            if cosigned and not is_witness(name, key.authority, owner):
                continue
            if sha256(name.encode(), b"\n", b"\x04" if cosigned else b"\x01", key.cose[-2])[:4] != key_hash:
                continue
            if cosigned:
                moment = int.from_bytes(signature[:8])
                if len(signature) != 72 or not moment or not key.valid_at(moment):
                    continue
                try:
                    check_signature(-19, key.cose, f"cosignature/v1\ntime {moment}\n".encode() + note.text, signature[8:])
                except Wrong:
                    continue
                others.append(key.authority["authority"])
                if key.exposed is None:
                    note.cosigned.append((key.authority["authority"], moment))
            elif name == note.origin and key.authority is owner and not final:
                check_signature(-19, key.cose, note.text, signature)
                own += 1
                exposed.append(key.exposed)
                if key.exposed is not None:
                    report.flag(f"the checkpoint key of {owner['authority']} may be in other hands since {when(key.exposed)}")
    if not own and not final:
        raise Wrong("its log has not signed it")
    by = f"signed by {owner['authority']}" if own else "at which the Roster says that it ended"
    report.ok(f"checkpoint of {note.origin}, {note.size} entries, root {note.root.hex()}, {by}"
              + (f", cosigned by {', '.join(others)}" if others else ""))
    note.owner, note.own, note.proven = owner, own, own + len(others)
    note.exposed = None if None in exposed else min(exposed, default=None)  # since when others may have its log's key
    return note
