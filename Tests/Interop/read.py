#!/usr/bin/env python3
"""Other people's tools read what Amana wrote: the samples of the Swift suite InteropSamples.

    read.py FOLDER         # reads FOLDER/samples.json, which AMANA_INTEROP_SAMPLES=FOLDER made

Prints who did what with whose bytes. What must work and does not ends with exit code 1; so does what is expected to be
refused by a tool (an algorithm it does not know) and is not, since then this file no longer tells the truth.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import by_hand
import cbor2
import scitt_cose
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key, load_pem_public_key)
from cwt import COSE, COSEKey
from pycose import headers
from pycose.keys import EC2Key, OKPKey
from pycose.messages import CoseMessage

# What a tool does not do, with the reason: the row stands in the table and must fail.
EXPECTED_TO_FAIL = {
    ("cwt", "opens COSE_Encrypt X25519"): "no key wrap with X25519",
    ("pycose", "opens COSE_Encrypt X25519"): "no key wrap with X25519",
    ("by hand", "opens COSE_Encrypt P-256"): "is written for X25519 only",
    ("pycose", "statement P-256, as emitted"): "does not know ESP256 (-9)",
    ("pycose", "statement Ed25519, as emitted"): "does not know Ed25519 (-19)",
    ("scitt-cose", "statement P-256, as emitted"): "does not know ESP256 (-9)",
    ("scitt-cose", "statement Ed25519, as emitted"): "does not know Ed25519 (-19)",
    ("scitt-cose", "receipt P-384, as emitted"): "does not know ESP384 (-51)",
    ("scitt-cose", "receipt Ed25519, as emitted"): "does not know Ed25519 (-19)",
}
SALT = b"\x5a" * 32


def cwt_decrypts(sample):
    key = COSEKey.from_pem(bytes.fromhex(sample["key"]), alg="ECDH-ES+A256KW")
    context = [-5, [None] * 3, [None] * 3, [256, bytes.fromhex("a101381e")]]
    return COSE.new().decode(
        bytes.fromhex(sample["message"]), key, context=context, external_aad=bytes.fromhex(sample["externalAAD"]))


def pycose_key(key):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = key.private_numbers()
        point = numbers.public_numbers
        return EC2Key(crv="P_256", x=point.x.to_bytes(32, "big"), y=point.y.to_bytes(32, "big"),
                      d=numbers.private_value.to_bytes(32, "big"))
    return OKPKey(crv="X25519", x=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
                  d=key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))


def pycose_decrypts(sample):
    message = CoseMessage.decode(bytes.fromhex(sample["message"]))
    message.external_aad = bytes.fromhex(sample["externalAAD"])
    own = pycose_key(load_pem_private_key(bytes.fromhex(sample["key"]), None))
    for recipient in message.recipients:
        # Recipients have no kid: each of the key's type is tried.
        if recipient.get_attr(headers.EphemeralKey).kty != own.kty:
            continue
        recipient.key = own
        try:
            return message.decrypt(recipient)
        except Exception:
            continue
    raise ValueError("no recipient opens")


def hand_decrypts(sample):
    key = load_pem_private_key(bytes.fromhex(sample["key"]), None)
    return by_hand.decrypt(bytes.fromhex(sample["message"]), key, bytes.fromhex(sample["externalAAD"]))


def cwt_verifies(sample):
    # A key without alg and kid, so that the message's own identifier is what is tried.
    public = load_pem_public_key(bytes.fromhex(sample["key"]))
    algorithm = cbor2.loads(cbor2.loads(bytes.fromhex(sample["message"])).value[0])[1]
    message = cbor2.loads(bytes.fromhex(sample["message"]))
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kid = cbor2.loads(message.value[0])[4]
    return COSE.new().decode(bytes.fromhex(sample["message"]), COSEKey.from_pem(pem, alg=algorithm, kid=kid))


def pycose_verifies(sample):
    public = load_pem_public_key(bytes.fromhex(sample["key"]))
    message = CoseMessage.decode(bytes.fromhex(sample["message"]))
    if isinstance(public, ec.EllipticCurvePublicKey):
        point = public.public_numbers()
        message.key = EC2Key(crv="P_256", x=point.x.to_bytes(32, "big"), y=point.y.to_bytes(32, "big"))
    else:
        message.key = OKPKey(crv="ED25519", x=public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    if not message.verify_signature():
        raise ValueError("the signature does not verify")


def scitt_statement(sample):
    found = scitt_cose.parse_signed_statement(
        bytes.fromhex(sample["message"]), public_key_pem=bytes.fromhex(sample["key"]))
    if found["signature_verified"] is not True:
        raise ValueError(str(found.get("error") or found.get("errors") or "not verified"))


def scitt_receipt(sample):
    found = scitt_cose.verify_receipt(
        bytes.fromhex(sample["receipt"]), leaf_entry_hex=sample["entry"],
        log_public_key_pem=bytes.fromhex(sample["key"]).decode())
    if not found.ok:
        raise ValueError("; ".join(found.errors))


def openssl_certificate(der):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "c.pem"
        subprocess.run(["openssl", "x509", "-inform", "DER", "-out", path], input=bytes.fromhex(der), check=True)
        for purpose in ("sslserver", "sslclient"):
            subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", path, path],
                           check=True, capture_output=True)


def tampered(text):
    """The message with its last byte changed: of the signature or of the last recipient."""
    data = bytearray.fromhex(text)
    data[-1] ^= 1
    return data.hex()


class Table:
    def __init__(self):
        self.rows, self.failed = [], False

    def run(self, tool, what, act):
        expected = EXPECTED_TO_FAIL.get((tool, what))
        try:
            act()
            verdict, good = "yes", expected is None
        except Exception as error:
            verdict, good = f"no: {expected or str(error)[:90] or type(error).__name__}", expected is not None
        self.rows.append((tool, what, verdict if good else verdict + "  <- UNEXPECTED"))
        self.failed |= not good

    def must_fail(self, tool, what, act):
        try:
            act()
        except Exception:
            return
        self.rows.append((tool, what, "TAMPERED, and accepted"))
        self.failed = True

    def show(self):
        print("INTEROP: what others do with bytes of Amana's")
        for tool, what, verdict in self.rows:
            print(f"  {tool:<11} {what:<34} {verdict}")


def expects(plaintext, found):
    if found != bytes.fromhex(plaintext):
        raise ValueError("another plaintext")


def main():
    samples = json.loads((pathlib.Path(sys.argv[1]) / "samples.json").read_text())
    table = Table()
    for name, sample in sorted(samples["sealed"].items()):
        for tool, decrypt in (("cwt", cwt_decrypts), ("pycose", pycose_decrypts), ("by hand", hand_decrypts)):
            table.run(tool, f"opens COSE_Encrypt {name}", lambda: expects(sample["plaintext"], decrypt(sample)))
            other = {**sample, "externalAAD": sample["externalAAD"] + "00"}
            table.must_fail(tool, f"opens COSE_Encrypt {name}", lambda: decrypt(other))
    tools = (("cwt", cwt_verifies), ("pycose", pycose_verifies), ("scitt-cose", scitt_statement))
    for name, sample in sorted(samples["statements"].items()):
        for tool, verify in tools:
            table.run(tool, f"statement {name}", lambda: verify(sample))
            table.must_fail(tool, f"statement {name}",
                            lambda: verify({**sample, "message": tampered(sample["message"])}))
    for name, sample in sorted(samples["receipts"].items()):
        table.run("scitt-cose", f"receipt {name}", lambda: scitt_receipt(sample))
        table.must_fail("scitt-cose", f"receipt {name}",
                        lambda: scitt_receipt({**sample, "receipt": tampered(sample["receipt"])}))
    for name, der in sorted(samples["certificates"].items()):
        table.run("openssl", f"certificate of {name}", lambda: openssl_certificate(der))
    table.show()
    if not (samples["sealed"] and samples["statements"] and samples["receipts"] and samples["certificates"]):
        print("INTEROP: samples are missing")
        table.failed = True
    sys.exit(table.failed)


if __name__ == "__main__":
    main()
