#!/usr/bin/env python3
"""Messages that other people's tools write, for the Swift suite ForeignMessages to read.

    write.py FOLDER        # writes FOLDER/foreign.json

`cwt` and `pycose` encrypt (COSE_Encrypt under ECDH-ES + A256KW, or ECDH-ES with HKDF) and sign (COSE_Sign1), each with
keys made here and with external_aad. Neither wraps a key with X25519: by_hand.py does.
"""
import json
import os
import pathlib
import sys

import by_hand
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSE, COSEKey, Recipient
from pycose import algorithms, headers
from pycose.keys import EC2Key, OKPKey
from pycose.messages import EncMessage, Sign1Message
from pycose.messages.recipient import KeyAgreementWithKeyWrap

TEXT, AAD = b"written elsewhere", b"the context"
KEY_WRAP = {1: -31}


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def entry(tool, what, message, pem):
    return {"tool": tool, "what": what, "message": message.hex(), "key": pem.hex(), "externalAAD": AAD.hex(),
            "plaintext": TEXT.hex()}


def kdf_context(algorithm, protected):
    return [algorithm, [None] * 3, [None] * 3, [256, cbor2.dumps(protected)]]


def cwt_encrypts(name, key, algorithm):
    protected = {1: algorithm}
    peer = COSEKey.from_pem(public_pem(key), alg="ECDH-ES+A256KW" if algorithm == -31 else "ECDH-ES+HKDF-256")
    recipient = Recipient.new(
        protected=protected, recipient_key=peer, context=kdf_context(-5 if algorithm == -31 else 3, protected))
    content = COSEKey.generate_symmetric_key(alg="A256GCM")
    message = COSE.new(alg_auto_inclusion=True).encode(
        TEXT, content, protected={1: 3}, unprotected={5: os.urandom(12)}, recipients=[recipient], external_aad=AAD)
    return entry("cwt", f"encrypt {name}, alg {algorithm}", message, private_pem(key))


def pycose_encrypts(name, key):
    recipient = KeyAgreementWithKeyWrap(phdr={headers.Algorithm: algorithms.EcdhEsA256KW}, payload=os.urandom(32))
    point = key.public_key().public_numbers()
    recipient.local_attrs = {
        headers.StaticKey: EC2Key(crv="P_256", x=point.x.to_bytes(32, "big"), y=point.y.to_bytes(32, "big"))}
    message = EncMessage(
        phdr={headers.Algorithm: algorithms.A256GCM}, uhdr={headers.IV: os.urandom(12)}, payload=TEXT,
        external_aad=AAD, recipients=[recipient])
    return entry("pycose", f"encrypt {name}, alg -31", message.encode(), private_pem(key))


def hand_encrypts(name, key):
    message = by_hand.encrypt(TEXT, key.public_key(), AAD)
    return entry("by hand", f"encrypt {name}, alg -31", message, private_pem(key))


def cwt_signs(name, key, algorithm):
    signer = COSEKey.from_pem(private_pem(key), alg=algorithm)
    message = COSE.new(alg_auto_inclusion=True).encode_and_sign(TEXT, signer, external_aad=AAD)
    return entry("cwt", f"sign1 {name}, {algorithm}", message, public_pem(key))


def pycose_signs(name, key, algorithm):
    message = Sign1Message(phdr={headers.Algorithm: algorithm}, payload=TEXT, external_aad=AAD)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = key.private_numbers()
        point = numbers.public_numbers
        message.key = EC2Key(
            crv="P_256", x=point.x.to_bytes(32, "big"), y=point.y.to_bytes(32, "big"),
            d=numbers.private_value.to_bytes(32, "big"))
    else:
        message.key = OKPKey(
            crv="ED25519", x=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
            d=key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    return entry("pycose", f"sign1 {name}, {algorithm.fullname}", message.encode(), public_pem(key))


def main():
    def curve():
        return ec.generate_private_key(ec.SECP256R1())

    found = [
        cwt_encrypts("P-256", curve(), -31), cwt_encrypts("P-256", curve(), -25),
        pycose_encrypts("P-256", curve()), hand_encrypts("X25519", x25519.X25519PrivateKey.generate()),
        cwt_signs("P-256", curve(), "ES256"), cwt_signs("P-256", curve(), "ESP256"),
        cwt_signs("Ed25519", ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
        pycose_signs("P-256", curve(), algorithms.Es256),
        pycose_signs("Ed25519", ed25519.Ed25519PrivateKey.generate(), algorithms.EdDSA),
    ]
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "foreign.json").write_text(json.dumps(found, indent=1))
    print(f"INTEROP: {len(found)} messages written by cwt and pycose")


if __name__ == "__main__":
    main()
