"""A State's certification authority for test_hostile.py: certificates, revocation lists, time stamps."""
import datetime
import hashlib
import time

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW, DAY = int(time.time()), 86400
SHA1, SHA256 = bytes.fromhex("2b0e03021a"), bytes.fromhex("608648016503040201")
TST_INFO, SIGNED_DATA = bytes.fromhex("2a864886f70d0109100104"), bytes.fromhex("2a864886f70d010702")
ECDSA_SHA256 = bytes.fromhex("2a8648ce3d040302")
OLD, NEW = bytes.fromhex("2a864886f70d010910020c"), bytes.fromhex("2a864886f70d010910022f")  # signing certificate, and its version 2


def moment(unix):
    return datetime.datetime.fromtimestamp(unix, datetime.UTC)


class Certifier:
    """An authority whose certificate a Roster lists as an anchor."""

    def __init__(self, usages=("key_cert_sign",), **how):
        self.key, self.serial = ec.generate_private_key(ec.SECP256R1()), 1
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "State CA")])
        self.certificate = self.issue(self.key, self.name, x509.BasicConstraints(ca=True, path_length=None), *usages, **how)

    def issue(self, key, subject, *extensions, own=True, issuer=True, critical=False, constrained=True):
        """`own` and `issuer`: whether it has these key identifiers, of another key where one is given; `constrained`: whether basic constraints are critical."""
        self.serial += 1
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
                   .serial_number(self.serial).not_valid_before(moment(NOW - 30 * DAY)).not_valid_after(moment(NOW + 300 * DAY)))
        # The strict rules of RFC 5280, section 4.2.1, which OpenSSL and so amana ask for: both identifiers.
        if own:
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=critical)
        if issuer:
            named = self.key if issuer is True else issuer
            builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(named.public_key()), critical=critical)
        for each in extensions:
            if type(each) is str:
                names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
                         "crl_sign", "encipher_only", "decipher_only")
                each = x509.KeyUsage(**{name: name == each for name in names})
            builder = builder.add_extension(each, critical=constrained or not isinstance(each, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def of(self, key, *extensions, **how):
        """Somebody's certificate, for signatures."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"signer {self.serial}")])
        return self.issue(key, name, x509.BasicConstraints(ca=False, path_length=None), "digital_signature", *extensions, **how)

    def list(self, certificate, since, reason):
        entry = (x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(moment(since))
                 .add_extension(x509.CRLReason(reason), critical=False).build())
        return (x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(moment(NOW - DAY))
                .next_update(moment(NOW + 300 * DAY)).add_revoked_certificate(entry).sign(self.key, hashes.SHA256()))


def by_strict_rules(key):
    """Authorities, each with its certificate for this key, that the strict rules of RFC 5280 take (0) or refuse (1): name, which, both."""
    for name, code, above, below in (
            ("whole", 0, {}, {}), ("no subject key identifier of the signer", 0, {}, {"own": False}), ("no authority key identifier of the anchor", 0, {"issuer": False}, {}),
            ("no authority key identifier of the signer", 1, {}, {"issuer": False}), ("no subject key identifier of the anchor", 1, {"own": False}, {}),
            ("another key as its issuer's", 1, {}, {"issuer": key}), ("a critical identifier of the signer", 1, {}, {"critical": True}),
            ("a critical identifier of the anchor", 1, {"critical": True}, {}), ("no key usage of the anchor", 1, {"usages": ()}, {}),
            ("an anchor for lists alone", 1, {"usages": ("crl_sign",)}, {}), ("basic constraints that are not critical", 1, {"constrained": False}, {})):
        state = Certifier(**above)
        yield name, code, state, state.of(key, **below)


def encoded(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def der(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    size = b"" if length < 0x80 else length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size) if size else length]) + size + content


def algorithm(oid):
    return der(0x30, der(0x06, oid))


def attribute(oid, value):
    return der(0x30, der(0x06, oid), der(0x31, value))


def stamp(certifier, signature, text, accuracy=b"", names=(NEW,), other=False, raw=False):
    """A time stamp token (RFC 3161) over a signature, or over bytes as they are (`raw`); `names` are the attributes that name its signer's certificate, `other` makes them
    name another one."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certifier.of(key, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]))
    own = encoded(certifier.certificate if other else certificate)
    imprint = hashlib.sha256(signature if raw else cbor2.dumps(signature)).digest()
    info = der(0x30, der(0x02, b"\x01"), der(0x06, b"\x2a\x03"), der(0x30, algorithm(SHA256), der(0x04, imprint)), der(0x02, b"\x01"),
               der(0x18, text.encode()), accuracy)
    attributes = [attribute(bytes.fromhex("2a864886f70d010903"), der(0x06, TST_INFO)),
                  attribute(bytes.fromhex("2a864886f70d010904"), der(0x04, hashlib.sha256(info).digest()))]
    for each in names:
        value = hashlib.sha1(own).digest() if each == OLD else hashlib.sha256(own).digest()
        attributes.append(attribute(each, der(0x30, der(0x30, der(0x30, der(0x04, value))))))
    signed = key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
    serial = certificate.serial_number.to_bytes(certificate.serial_number.bit_length() // 8 + 1)
    signer = der(0x30, der(0x02, b"\x01"), der(0x30, certificate.issuer.public_bytes(), der(0x02, serial)), algorithm(SHA256),
                 der(0xA0, *attributes), algorithm(ECDSA_SHA256), der(0x04, signed))
    content = der(0x30, der(0x02, b"\x03"), der(0x31, algorithm(SHA256)), der(0x30, der(0x06, TST_INFO), der(0xA0, der(0x04, info))),
                  der(0xA0, encoded(certificate)), der(0x31, signer))
    return der(0x30, der(0x06, SIGNED_DATA), der(0xA0, content))
