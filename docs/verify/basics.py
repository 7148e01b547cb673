"""Bytes, trees, keys: what every other step is made of. Steps 1 to 3 of README.md."""
import datetime
import hashlib
import io
import re
from pathlib import Path

import cbor2
from cbor2 import CBORTag
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from cddl import Mismatch, Schema

MIB = 1 << 20


class Wrong(Exception):
    """Something is not as it must be."""


class Unsure(Exception):
    """This program, or the file, lacks what is needed to say so."""


class Report:
    """What is found, in order. `ok` is proven, `fail` is wrong, `unsure` can't be judged; `flag` breaks a rule of custody and, as in
    amana itself, does not change the result; `note` is said by the file and proven by nothing."""

    def __init__(self):
        self.lines = []

    def say(self, kind, text):
        clean = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
        self.lines.append((kind, clean))

    def ok(self, text): self.say("ok", text)
    def fail(self, text): self.say("FAIL", text)
    def unsure(self, text): self.say("unsure", text)
    def flag(self, text): self.say("flag", text)
    def note(self, text): self.say("note", text)

    def attempt(self, what, function, *arguments):
        """Runs one step; what goes wrong in it is said, and the next step is taken all the same."""
        try:
            return function(*arguments)
        except (Wrong, Mismatch) as problem:
            self.fail(f"{what}: {problem}")
        except Unsure as problem:
            self.unsure(f"{what}: {problem}")
        except Exception as problem:  # a fault of this program is never taken for a proof
            self.fail(f"{what}: could not be read to the end ({type(problem).__name__})")
        return None

    def result(self):
        kinds = {kind for kind, _ in self.lines}
        return 1 if "FAIL" in kinds else 2 if "unsure" in kinds else 0

# ---------------------------------------------------------------------------------------------------------------------------
# 1. Bytes. CBOR in its one form (docs/formats.md, "Encoding"): decode, look at every value, encode again, compare.

FORBIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\ufff9-\ufffb]")


def thawed(value):
    """Lists and dicts all the way down: within a tag cbor2 decodes to kinds that can't be changed."""
    if isinstance(value, (dict, cbor2.frozendict)):
        return {key: thawed(each) for key, each in value.items()}
    if type(value) in (list, tuple):
        return [thawed(each) for each in value]
    return CBORTag(value.tag, thawed(value.value)) if isinstance(value, CBORTag) else value


def plain(value, payload, depth=0):
    """Only what the format has: no floats, no undefined; in payloads no tags, and maps sorted bytewise by their encoded keys."""
    if depth == 16 and (isinstance(value, (list, dict, CBORTag))):
        raise Wrong("more than 16 arrays, maps and tags within each other")
    if type(value) is str:
        if FORBIDDEN.search(value):
            raise Wrong("text holds control or direction-override characters (V24)")
    elif type(value) is list:
        for each in value:
            plain(each, payload, depth + 1)
    elif type(value) is dict:
        keys = [cbor2.dumps(key) for key in value if type(key) in (int, str)]
        if len(keys) != len(value):
            raise Wrong("a map has keys that are neither numbers nor text")
        if payload and keys != sorted(keys):
            raise Wrong("the keys of a map are not sorted")
        for key, each in value.items():
            plain(key, payload, depth + 1)
            plain(each, payload, depth + 1)
    elif isinstance(value, CBORTag) and not payload:
        plain(value.value, payload, depth + 1)
    elif type(value) not in (int, bytes, bool, type(None)):
        raise Wrong("holds a float, a tag or a simple value where none may stand")


def read(data, payload=True):
    """One CBOR item and nothing behind it. Encoding what was decoded gives the same bytes only if lengths are definite, numbers
    short, keys not twice, and nothing follows. `payload=False` is for COSE, whose headers may be in any order."""
    try:
        value = thawed(cbor2.loads(data))
    except Exception as problem:
        raise Wrong(f"is no CBOR: {type(problem).__name__}") from None
    plain(value, payload)
    if cbor2.dumps(value) != data:
        raise Wrong("is CBOR, but not in its one form, or something follows it")
    return value


def read_sequence(data):
    """The items of a CBOR Sequence (RFC 8742), each with where it begins."""
    stream, items = io.BytesIO(data), []
    decoder = cbor2.CBORDecoder(stream)
    while (start := stream.tell()) < len(data):
        try:
            decoder.decode()
        except Exception as problem:
            raise Wrong(f"what begins at byte {start} is no CBOR: {type(problem).__name__}") from None
        items.append((start, data[start:stream.tell()]))
    return items


SCHEMA = Schema(Path(__file__).parent.parent / "schema", lambda data: read(data, payload=False))


# The schema says what may be written. docs/formats.md has readers take two things more: crit (2) in protected headers, which may name what
# is understood here, and approvals that can't be read, which do not count (V14) and leave the Statement as it is.
UNDERSTOOD = {"statement": {1, 3, 4, 15, 16, 33, 34}, "approval": {1, 3, 4, 15, 16}, "receipt": {1, 4, 15, 395}}
for _rule in UNDERSTOOD:
    SCHEMA.rules[_rule + "-protected"][1][0].append((0, 1, ("value", 2), ("array", [[(1, 64, None, ("rule", "uint"))]])))
_fields = SCHEMA.rules["event"][1][0]
_place = [entry[2] for entry in _fields].index(("value", "approvals"))
_fields[_place] = (0, 1, ("value", "approvals"), ("array", [[(1, 16, None, ("rule", "bstr"))]]))


def check_critical(rule, header):
    """RFC 9052, section 3.1: labels that crit names are there, and understood."""
    if not set(header.get(2, [])) <= UNDERSTOOD.get(rule, set()) & set(header):
        raise Wrong("crit names a label that is not understood, or not there")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def encode(value):
    """Deterministic CBOR of lists, text, numbers and byte strings; maps are sorted."""
    def ordered(each):
        if type(each) is dict:
            return {key: ordered(each[key]) for key in sorted(each, key=cbor2.dumps)}
        return [ordered(part) for part in each] if type(each) in (list, tuple) else each
    return cbor2.dumps(ordered(value))


def seconds(moment):
    """A moment (RFC 3339 with numeric offset) in seconds since 1970."""
    return int(datetime.datetime.fromisoformat(moment).timestamp())


def exists(moment):
    """Whether a text of that form is a moment: of a day that there is, from 1970 on."""
    try:
        return seconds(moment) >= 0
    except ValueError:
        return False


SCHEMA.checks["moment"] = exists


def when(unix):
    return datetime.datetime.fromtimestamp(unix, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------------------------------------------------------------------
# 2. Trees (RFC 9162, section 2.1)

def leaf_hash(data):
    return sha256(b"\x00", data)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def root_of(leaves):
    """The root over 2^n leaf hashes."""
    while len(leaves) > 1:
        leaves = [node_hash(leaves[i], leaves[i + 1]) for i in range(0, len(leaves), 2)]
    return leaves[0]


def root_by_path(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2: the root to which the path leads from this leaf."""
    if index >= size:
        raise Wrong("the proof's index lies outside its tree")
    here, last, result = index, size - 1, leaf
    for hash_ in path:
        if last == 0:
            raise Wrong("the proof's path is too long for its tree")
        if here & 1 or here == last:
            result = node_hash(hash_, result)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("the proof's path is too short for its tree")
    return result


# ---------------------------------------------------------------------------------------------------------------------------
# 3. Keys and signatures (RFC 9053, 9679, 9864, 9964)

CURVES = {1: (ec.SECP256R1, 32), 2: (ec.SECP384R1, 48), 3: (ec.SECP521R1, 66)}
# alg: (COSE curve, hash). ES256/384/512 and EdDSA are what older signers used.
ECDSA = {-9: (1, hashes.SHA256), -51: (2, hashes.SHA384), -7: (1, hashes.SHA256), -35: (2, hashes.SHA384), -36: (3, hashes.SHA512)}
ALGORITHMS = {-9: "ESP256", -19: "Ed25519", -51: "ESP384", -49: "ML-DSA-65", -50: "ML-DSA-87", -7: "ES256", -35: "ES384",
              -36: "ES512", -8: "EdDSA", -37: "PS256"}


def thumbprint(key):
    """The kid: SHA-256 of the deterministic COSE_Key with its required parameters only (RFC 9679)."""
    return sha256(encode(key))


def check_signature(algorithm, key, message, signature):
    """Raises unless the signature holds under this COSE_Key by this algorithm."""
    name = ALGORITHMS.get(algorithm, str(algorithm))
    try:
        if algorithm in ECDSA and key[1] == 2 and key[-1] == ECDSA[algorithm][0]:
            curve, width = CURVES[key[-1]]
            public = ec.EllipticCurvePublicNumbers(
                int.from_bytes(key[-2]), int.from_bytes(key[-3]), curve()).public_key()
            if len(signature) != 2 * width:
                raise Wrong(f"the signature is not as long as {name} signs")
            der = utils.encode_dss_signature(int.from_bytes(signature[:width]), int.from_bytes(signature[width:]))
            public.verify(der, message, ec.ECDSA(ECDSA[algorithm][1]()))
        elif algorithm in (-19, -8) and key[1] == 1 and key[-1] == 6:
            ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
        elif algorithm in (-49, -50) and key[1] == 7 and key[3] == algorithm:
            try:
                from cryptography.hazmat.primitives.asymmetric import mldsa
                kind = mldsa.MLDSA65PublicKey if algorithm == -49 else mldsa.MLDSA87PublicKey
                public = kind.from_public_bytes(key[-1])
            except Exception:
                raise Unsure(f"this machine has no {name}: the signature is neither valid nor invalid") from None
            public.verify(signature, message)
        else:
            raise Wrong(f"the key is none for {name}")
    except InvalidSignature:
        raise Wrong("the signature does not hold") from None
    except ValueError:
        raise Wrong("the key is no key, or the signature none of its kind") from None


def cose_key(public):
    """The COSE_Key of a certificate's key."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        return {1: 1, -1: 6, -2: public.public_bytes_raw()}
    if isinstance(public, ec.EllipticCurvePublicKey):
        for number, (curve, width) in CURVES.items():
            if public.curve.name == curve().name:
                point = public.public_numbers()
                return {1: 2, -1: number, -2: point.x.to_bytes(width), -3: point.y.to_bytes(width)}
    raise Unsure("the certificate's key is of a kind that this program does not read")


class Key:
    """A key that the Roster lists, and whose it is."""

    def __init__(self, fields, authority=None, officer=None, holder=None):
        self.cose, self.purpose = fields["key"], fields["purpose"]
        self.kid = thumbprint(self.cose)
        self.fields, self.authority, self.officer, self.holder = fields, authority, officer, holder
        self.begin, self.end = fields["not_before"], fields["not_after"]
        self.exposed = None  # the moment from which others may have it
        for each in fields.get("revocations", []):
            moment = each["effective_from"]
            if each["reason"] in ("compromised", "lost"):
                self.exposed = moment if self.exposed is None else min(self.exposed, moment)
            else:
                self.end = min(self.end, moment - 1)

    def whose(self):
        """By name, since a later Roster lists it anew."""
        return (self.authority and self.authority["authority"], self.officer and self.officer["number"], self.holder and self.holder["holder"])

    def valid_at(self, moment):
        return self.begin <= moment <= self.end and (self.exposed is None or moment < self.exposed)
