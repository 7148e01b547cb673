#!/usr/bin/env python3
"""Writes the private keys and introductions of the test coalition. Needs `cryptography` (in a virtual environment).

Every private value is 32 bytes of ASCII that say what they are, AMANA-TEST-KEY-NEVER-FOR-USE-NNN, so that a key that
leaks into real use is recognisable from its bytes alone. The same numbers always give the same keys.
"""
import json
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

HERE = pathlib.Path(__file__).resolve().parent
WATERMARK = "AMANA-TEST-KEY-NEVER-FOR-USE-"
COMMENT = "AMANA TEST KEY - NEVER FOR REAL CUSTODY\n"
CURVES = {
    "statement": "p256", "receipt": "p256", "checkpoint": "ed25519", "witness": "ed25519", "seal": "p256",
    "transport": "p256",
}
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


def write_key(path, curve, number):
    """Writes one key and returns its public half, SubjectPublicKeyInfo in hexadecimal."""
    secret = f"{WATERMARK}{number:03d}".encode()
    assert len(secret) == 32
    if curve == "p256":
        key = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    else:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(COMMENT + pem.decode())
    path.chmod(0o600)
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo).hex()


def make(member):
    folder = HERE / member["folder"]
    number = member["first"]
    keys = []
    for purpose, curve in CURVES.items():
        keys.append({"purpose": purpose, "key": write_key(folder / "keys" / f"{purpose}.pem", curve, number)})
        number += 1
    root = write_key(folder / "root" / "root.pem", "p256", number)
    officers = []
    for officer in (1, 2):
        number += 1
        public = write_key(folder / "officers" / f"officer-{officer}.pem", "p256", number)
        officers.append({"number": officer, "roles": ["officer"], "key": public})
    introduction = {name: member[name] for name in ("authority", "uri", "iso3", "memberNames", "names", "sites")}
    introduction |= {
        "role": "custodian", "kinds": ["detainee-transfer"], "mayRelease": True, "mayAccept": True, "mayCarry": False,
        "level": 5, "root": root, "keys": keys, "officers": officers,
    }
    text = json.dumps(introduction, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "introduction.json").write_text(text + "\n", encoding="utf-8")


for entry in MEMBERS:
    make(entry)
