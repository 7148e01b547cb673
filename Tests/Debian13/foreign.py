#!/usr/bin/env python3
"""PyPI's cryptography, which brings an ML-DSA of its own, beside ours.

    foreign.py write FOLDER   # FOLDER/foreign.json: keys and signatures of its own, for the Swift suite DualModeTests
    foreign.py read FOLDER    # verifies what that suite signed under OpenSSL 3.5
"""
import json
import pathlib
import sys

import cryptography
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

SETS = {"ml-dsa-65": (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey),
        "ml-dsa-87": (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey)}
folder = pathlib.Path(sys.argv[2])

if sys.argv[1] == "write":
    made = {}
    for name, (private, _) in SETS.items():
        key = private.generate()
        public = key.public_key()
        made[name] = {
            "privateKey": list(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
            "publicKey": list(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
            "message": list(b"written elsewhere"), "signature": list(key.sign(b"written elsewhere"))}
    (folder / "foreign.json").write_text(json.dumps(made))
else:
    for name, (_, public) in SETS.items():
        signed = json.loads((folder / f"{name}.json").read_text())["signed"]
        key = public.from_public_bytes(bytes(signed["publicKey"]))
        message, signature = bytes(signed["message"]), bytes(signed["signature"])
        key.verify(signature, message)
        try:
            key.verify(signature, message + b"\0")
            sys.exit(f"{name}: another message verifies too")
        except InvalidSignature:
            print(f"INTEROP cryptography {cryptography.__version__}: {name}, our COSE_Sign1 verifies")
