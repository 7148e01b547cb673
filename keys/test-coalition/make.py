#!/usr/bin/env python3
"""Writes the private keys of the test coalition, the certificates of its transport keys, and its introductions. Needs
`cryptography` (in a virtual environment).

Every private value is 32 bytes of ASCII that say what they are, AMANA-TEST-KEY-NEVER-FOR-USE-NNN, so that a key that
leaks into real use is recognisable from its bytes alone. The same numbers always give the same keys and certificates.
"""
import datetime
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

HERE = pathlib.Path(__file__).resolve().parent
WATERMARK = "AMANA-TEST-KEY-NEVER-FOR-USE-"
COMMENT = "AMANA TEST KEY - NEVER FOR REAL CUSTODY\n"
CURVES = {
    "statement": "p256", "receipt": "p256", "checkpoint": "ed25519", "witness": "ed25519", "seal": "p256",
    "transport": "p256",
}
ROLES = ["medical", "judicial", "child-protection", "property", "recovery"]
MEMBERS = [
    {
        "folder": "syr", "first": 1, "authority": "SYR/prisons", "uri": "https://syr.example/prisons", "iso3": "SYR",
        "memberNames": {"en": "Syria (test)", "ar": "سوريا (اختبار)"},
        "names": {"en": "Prison Administration (test)", "ar": "إدارة السجون (اختبار)"}, "sites": ["SYR-HSK-01"],
    },
    {
        "folder": "irq", "first": 101, "authority": "IRQ/justice", "uri": "https://irq.example/justice", "iso3": "IRQ",
        "memberNames": {"en": "Iraq (test)", "ar": "العراق (اختبار)"},
        "names": {"en": "Ministry of Justice (test)", "ar": "وزارة العدل (اختبار)"}, "sites": ["IRQ-BGD-01"],
    },
]


def private_key(curve, number):
    secret = f"{WATERMARK}{number:03d}".encode()
    assert len(secret) == 32
    if curve == "p256":
        return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.from_private_bytes(secret)


def write_key(path, curve, number):
    """Writes one key and returns its public half, SubjectPublicKeyInfo in hexadecimal."""
    key = private_key(curve, number)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(COMMENT + pem.decode())
    path.chmod(0o600)
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo).hex()


def write_certificate(path, name, number):
    """Writes the certificate of a transport key as `amana init authority` makes it, but always the same bytes, and
    returns its DER in hexadecimal."""
    key = private_key("p256", number)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    usage = [x509.ExtendedKeyUsageOID.SERVER_AUTH, x509.ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1000 + number).not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2046, 1, 1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True))
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate.public_bytes(serialization.Encoding.DER).hex()


def make(member):
    folder = HERE / member["folder"]
    number = member["first"]
    keys = []
    for purpose, curve in CURVES.items():
        entry = {"purpose": purpose, "key": write_key(folder / "keys" / f"{purpose}.pem", curve, number)}
        if purpose == "transport":
            path = folder / "keys" / "transport.crt"
            entry["certificate"] = write_certificate(path, member["authority"], number)
        keys.append(entry)
        number += 1
    root = write_key(folder / "root" / "root.pem", "p256", number)
    officers = []
    for officer in (1, 2):
        number += 1
        public = write_key(folder / "officers" / f"officer-{officer}.pem", "p256", number)
        officers.append({"number": officer, "roles": ["officer"], "key": public})
    for role in ROLES:
        number += 1
        public = write_key(folder / "roles" / f"{role}.pem", "p256", number)
        keys.append({"purpose": "seal", "role": role, "key": public})
    introduction = {name: member[name] for name in ("authority", "uri", "iso3", "memberNames", "names", "sites")}
    introduction |= {
        "role": "custodian", "kinds": ["detainee-transfer"], "mayRelease": True, "mayAccept": True, "mayCarry": False,
        "level": 5, "root": root, "keys": keys, "officers": officers,
    }
    text = json.dumps(introduction, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "introduction.json").write_text(text + "\n", encoding="utf-8")


for entry in MEMBERS:
    make(entry)
