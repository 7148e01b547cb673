"""A State's own certificates (RFC 5280, RFC 9360), revocation lists, and time stamps (RFC 3161, RFC 9921). Step 6 of README.md.

Only what docs/formats.md, "Certificates" and "Time stamp", asks for. Name constraints and policy constraints are not judged: of a path
that has some, this program says that it can't tell.
"""
import datetime
import math

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from basics import Unsure, Wrong, cose_key, thumbprint

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
UNDERSTOOD = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE, ExtensionOID.CERTIFICATE_POLICIES,
              ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}
ORDERLY = {x509.ReasonFlags.superseded, x509.ReasonFlags.affiliation_changed, x509.ReasonFlags.cessation_of_operation,
           x509.ReasonFlags.privilege_withdrawn}


def extension(certificate, oid):
    try:
        return certificate.extensions.get_extension_for_oid(oid)
    except x509.ExtensionNotFound:
        return None


def check_form(certificate):
    for each in certificate.extensions:
        if each.critical and each.oid not in UNDERSTOOD:
            if each.oid in (ExtensionOID.NAME_CONSTRAINTS, ExtensionOID.POLICY_CONSTRAINTS, ExtensionOID.INHIBIT_ANY_POLICY):
                raise Unsure("a certificate's name or policy constraints are not judged by this program")
            raise Wrong(f"a certificate has a critical extension that is unknown, {each.oid.dotted_string}")
    if extension(certificate, ExtensionOID.NAME_CONSTRAINTS):
        raise Unsure("a certificate's name constraints are not judged by this program")
    algorithm = certificate.signature_hash_algorithm
    if algorithm is not None and algorithm.digest_size < 28:
        raise Wrong("a certificate is signed over SHA-1, or less")
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048 or isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < 224:
        raise Wrong("a certificate's key is of less than 112 bits of strength")


def check_identifiers(certificate, issuer):
    """RFC 5280, sections 4.2.1.1 and 4.2.1.2: a certificate below the anchor names the key of its issuer, who names it too. Neither is critical."""
    own, named = extension(certificate, ExtensionOID.SUBJECT_KEY_IDENTIFIER), extension(certificate, ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    if own and own.critical or named and named.critical:
        raise Wrong("a certificate has a key identifier that is critical")
    if issuer is None:
        return
    theirs = extension(issuer, ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    if not theirs or not named or named.value.key_identifier is None:
        raise Wrong("a certificate of the path lacks a key identifier")
    if named.value.key_identifier != theirs.value.digest or named.value.authority_cert_serial_number not in (None, issuer.serial_number):
        raise Wrong("a certificate of the path names another key as its issuer's")


def issued(issuer, certificate):
    """Whether this authority signed that certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
        return True
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False


def path_to(anchors, chain, moment):
    """The path from the first certificate through others of the chain to an anchor, every rule held as of this moment."""
    at = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    try:
        first, others = x509.load_der_x509_certificate(chain[0]), [x509.load_der_x509_certificate(each) for each in chain[1:]]
        anchors = [x509.load_der_x509_certificate(each) for each in anchors]
    except ValueError:
        raise Wrong("a certificate can't be read") from None

    def walk(path):
        for issuer in anchors + others:
            if issuer not in path and issuer.subject == path[-1].issuer and issued(issuer, path[-1]):
                if issuer in anchors:
                    yield path + [issuer]
                elif len(path) <= 5:
                    yield from walk(path + [issuer])

    problem = Wrong("no path leads from its certificates to an anchor that the Roster lists")
    for path in walk([first]):
        try:
            for depth, certificate in enumerate(path):
                check_form(certificate)
                check_identifiers(certificate, path[depth + 1] if depth + 1 < len(path) else None)
                if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
                    raise Wrong("a certificate of the path was not valid then")
                if depth:
                    basic, usage = extension(certificate, ExtensionOID.BASIC_CONSTRAINTS), extension(certificate, ExtensionOID.KEY_USAGE)
                    if not basic or not basic.critical or not basic.value.ca or basic.value.path_length is not None and basic.value.path_length < depth - 1:
                        raise Wrong("a certificate of the path is no authority's, or not for so long a path")
                    if not usage or not usage.value.key_cert_sign:
                        raise Wrong("a certificate of the path may not sign certificates")
            return path
        except (Wrong, Unsure) as each:
            problem = each
    raise problem


def revocations(path, lists, moment):
    """What revocation lists say of a path: since when a certificate of it is taken back, and since when others may have its key; None
    where they say nothing of the kind. docs/formats.md, "Certificates"."""
    ended, exposed = [], []
    for certificate, issuer in zip(path, path[1:]):
        own = [each for each in lists if each.issuer == issuer.subject and each.is_signature_valid(issuer.public_key())]
        if own and not any(each.next_update_utc is None or each.next_update_utc.timestamp() >= moment for each in own):
            raise Wrong("V13: no revocation list of its issuer reaches the moment when it signed")
        for each in own:
            entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is None:
                continue
            times = [entry.revocation_date_utc.timestamp()]
            reason = extension(entry, x509.CRLEntryExtensionOID.CRL_REASON)
            invalid = extension(entry, x509.CRLEntryExtensionOID.INVALIDITY_DATE)
            if invalid:
                times.append(invalid.value.invalidity_date_utc.timestamp())
            ended.append(int(min(times)))
            if reason is None or reason.value.reason not in ORDERLY:
                exposed.append(ended[-1])
    return min(ended, default=None), min(exposed, default=None)


class CertifiedKey:
    """A key that no Roster lists, and that a certificate leads to an anchor of the authority."""

    def __init__(self, chain, issuer, moment, lists):
        anchors = issuer.get("anchors", {}).get("statements", [])
        if not anchors:
            raise Wrong("V16: the Roster lists neither its key nor an authority above it")
        path = path_to(anchors, chain, moment)
        first = path[0]
        basic, usage = extension(first, ExtensionOID.BASIC_CONSTRAINTS), extension(first, ExtensionOID.KEY_USAGE)
        purposes, names = extension(first, ExtensionOID.EXTENDED_KEY_USAGE), extension(first, ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        if basic and basic.value.ca or first.subject == first.issuer and issued(first, first):
            raise Wrong("the signer's certificate is an authority's, or signed with its own key")
        if not usage or not (usage.value.digital_signature or usage.value.content_commitment):
            raise Wrong("the signer's certificate is not for signatures")
        if purposes and not {DOCUMENT_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(purposes.value):
            raise Wrong("the signer's certificate is for other purposes")
        uris = names.value.get_values_for_type(x509.UniformResourceIdentifier) if names else []
        if uris and issuer["uri"] not in uris:
            raise Wrong("the signer's certificate names another authority")
        self.cose = cose_key(first.public_key())
        self.kid, self.purpose, self.authority = thumbprint(self.cose), "statement", issuer
        self.begin, self.end = int(first.not_valid_before_utc.timestamp()), int(first.not_valid_after_utc.timestamp())
        ended, self.exposed = revocations(path, lists, moment)
        if ended is not None and ended <= moment:
            raise Wrong("V13: its certificate had been taken back when it signed")
        if ended is not None:  # the grace counts from that moment, which is the first one without the key
            self.end = min(self.end, ended)


# ---------------------------------------------------------------------------------------------------------------------------
# Time stamps: as much DER as they need.

class Der:
    """One element: its tag, its content, and its own bytes."""

    def __init__(self, data, start=0):
        try:
            self.tag, length, place = data[start], data[start + 1], start + 2
            if length & 0x80:
                count = length & 0x7F
                length, place = int.from_bytes(data[place:place + count]), place + count
                if not count or length < 0x80 or count > 4 or length >> 8 * (count - 1) == 0:
                    raise Wrong("a time stamp is not in DER")
        except IndexError:
            raise Wrong("a time stamp is cut off") from None
        self.end = place + length
        self.content, self.bytes = data[place:self.end], data[start:self.end]
        if len(self.content) != length:
            raise Wrong("a time stamp is cut off")

    def __iter__(self):
        place = 0
        while place < len(self.content):
            element = Der(self.content, place)
            yield element
            place = element.end

    def parts(self):
        return list(self)


HASHES = {bytes.fromhex("608648016503040201"): hashes.SHA256(), bytes.fromhex("608648016503040202"): hashes.SHA384(),
          bytes.fromhex("608648016503040203"): hashes.SHA512()}
SIGNED_DATA, TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE, MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910020c"), bytes.fromhex("2a864886f70d010910022f")


def digest(algorithm, data):
    state = hashes.Hash(algorithm)
    state.update(data)
    return state.finalize()


def hash_named(element):
    try:
        return HASHES[element.parts()[0].content]
    except (KeyError, IndexError):
        raise Wrong("a time stamp uses a hash other than SHA-256, -384 and -512") from None


def check_time_stamp(token, stamped, roster, lists):
    """Of a token over these bytes: its time and its accuracy, each rounded up to a second, and the names of the authorities that list whoever gave it."""
    try:
        whole = Der(token)
        if whole.end != len(token):
            raise Wrong("something follows the time stamp")
        kind, wrapped = whole.parts()
        signed = wrapped.parts()[0].parts()
        if kind.content != SIGNED_DATA:
            raise Wrong("the time stamp is no signed data")
        content_type, content = signed[2].parts()
        info_bytes = content.parts()[0].content
        certificates = [each.bytes for part in signed[3:] if part.tag == 0xA0 for each in part]
        signers = signed[-1].parts()
        if content_type.content != TST_INFO or len(signers) != 1:
            raise Wrong("the time stamp has no time stamp in it, or not one signer")
        signer = signers[0].parts()
        sid, algorithm, attributes, value = signer[1], hash_named(signer[2]), signer[3], signer[5].content
        info = Der(info_bytes)
        if info.end != len(info_bytes):
            raise Wrong("something follows the time stamp's content")
        fields = info.parts()
        imprint_algorithm, imprint = fields[2].parts()
        if digest(hash_named(imprint_algorithm), stamped) != imprint.content:
            raise Wrong("the time stamp is of another signature, or of other bytes")
        found = {each.parts()[0].content: each.parts()[1].parts()[0] for each in attributes}
        if found[CONTENT_TYPE].content != TST_INFO or found[MESSAGE_DIGEST].content != digest(algorithm, info_bytes):
            raise Wrong("the time stamp's digest is not that of its content")
        text = fields[4].content.decode("ascii")
        moment = datetime.datetime.strptime(text[:14] + "+0000", "%Y%m%d%H%M%S%z").timestamp() + float("0" + (text[14:-1] or ".0"))
        accuracy = 0.0
        for each in fields[5:]:
            if each.tag == 0x30:
                for part in each:
                    accuracy += int.from_bytes(part.content) / {0x02: 1, 0x80: 1e3, 0x81: 1e6}[part.tag]
                break
    except (ValueError, KeyError, IndexError):
        raise Wrong("the time stamp can't be read") from None
    if not 0 <= accuracy < 86401:
        raise Wrong("the time stamp's accuracy is none")
    seconds = math.ceil(moment) + math.ceil(accuracy)
    lead = lambda each: [each] + [other for other in certificates if other != each]  # noqa: E731
    listing, problem = set(), Wrong("no certificate of the time stamp is its signer's, or the Roster lists no authority for time stamps")
    for each in certificates:
        certificate = x509.load_der_x509_certificate(each)
        identifier = sid.parts() if sid.tag == 0x30 else None
        if identifier and (identifier[0].bytes != certificate.issuer.public_bytes()
                           or int.from_bytes(identifier[1].content, signed=True) != certificate.serial_number):
            continue
        if not is_named(each, found):
            continue
        purposes = extension(certificate, ExtensionOID.EXTENDED_KEY_USAGE)
        if not purposes or not purposes.critical or list(purposes.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
            raise Wrong("the time stamp's signer is not certified for time stamps alone")
        check_cms_signature(certificate.public_key(), algorithm, b"\x31" + attributes.bytes[1:], value)
        for name, authority in roster.authorities.items():
            anchors = authority.get("anchors", {}).get("timestamps", [])
            if anchors:
                try:
                    path = path_to(anchors, lead(each), seconds)
                    ended, exposed = revocations(path, lists, seconds)
                    if exposed is not None or ended is not None and ended <= seconds:
                        raise Wrong("the time stamp's signer was taken back")
                    listing.add(name)
                except (Wrong, Unsure) as each_problem:
                    problem = each_problem
        break
    if not listing:
        raise problem
    return seconds, listing


def is_named(certificate, attributes):
    """Whether the signed attributes name this certificate as the signer's (RFC 2634 by SHA-1, RFC 5816 by another hash): one must."""
    stated = [attributes[each].parts()[0].parts()[0].parts() for each in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2) if each in attributes]
    if not stated:
        raise Wrong("the time stamp does not say by which certificate it is signed")
    old = hashes.SHA1() if SIGNING_CERTIFICATE in attributes else hashes.SHA256()
    for parts in stated:
        by, value = (old, parts[0]) if parts[0].tag == 0x04 else (hash_named(parts[0]), parts[1])
        if digest(by, certificate) != value.content:
            return False
        old = hashes.SHA256()
    return True


def check_cms_signature(key, algorithm, message, signature):
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            raise Unsure("the time stamp's key is of a kind that this program does not read")
    except InvalidSignature:
        raise Wrong("the time stamp's signature does not hold") from None
