#!/usr/bin/env python3
"""Fails unless every private key under keys/ carries the watermark in its private bytes. Standard library only.

Usage: keys/test-coalition/check.py [folder]. The default folder is keys/. Exit code 0: all do; 1: one does not, or
there is none.
"""
import base64
import pathlib
import re
import sys

WATERMARK = re.compile(rb"AMANA-TEST-KEY-NEVER-FOR-USE-[0-9]{3}")
COMMENT = "AMANA TEST KEY - NEVER FOR REAL CUSTODY"
PEM = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \1-----", re.S)
BEGIN = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
EC, P256, ED25519 = b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x03\x01\x07", b"\x2b\x65\x70"


def element(data, tag):
    """The content of the DER element that begins `data`, which must have this tag, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("it is no PKCS#8 key of the expected form")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[2:2 + count], "big"), 2 + count
    if len(data) < start + length:
        raise ValueError("it is cut off")
    return data[start:start + length], data[start + length:]


def private_bytes(der):
    """The private scalar (P-256) or seed (Ed25519) of an unencrypted PKCS#8 key."""
    info, rest = element(der, 0x30)
    if rest:
        raise ValueError("bytes follow the key")
    _, info = element(info, 0x02)
    algorithm, info = element(info, 0x30)
    secret, _ = element(info, 0x04)
    name, parameters = element(algorithm, 0x06)
    if name == EC and element(parameters, 0x06)[0] == P256:
        _, body = element(element(secret, 0x30)[0], 0x02)
        return element(body, 0x04)[0]
    if name == ED25519:
        return element(secret, 0x04)[0]
    raise ValueError("it is neither P-256 nor Ed25519")


def problems(text):
    """What is wrong with each private key in a file's text; None stands for a key that is in order."""
    found = [None if COMMENT in text else "the comment line is missing"] if BEGIN.search(text) else []
    blocks = PEM.findall(text)
    if len(blocks) != len(BEGIN.findall(text)):
        return found + ["a PEM block is not closed"], []
    secrets = []
    for label, body in blocks:
        try:
            if label != "PRIVATE KEY":
                raise ValueError(f"it is a {label}, not an unencrypted PKCS#8 key")
            secret = private_bytes(base64.b64decode("".join(body.split()), validate=True))
            if not WATERMARK.fullmatch(secret):
                raise ValueError("its private bytes carry no watermark")
            secrets.append(secret)
        except (ValueError, IndexError) as error:
            found.append(str(error))
    return found, secrets


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1]
    failed, seen = False, {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found, secrets = problems(path.read_bytes().decode("utf-8", "replace"))
        for secret in secrets:
            if secret in seen:
                found.append(f"the same key stands in {seen[secret]}")
            seen[secret] = path
        for problem in filter(None, found):
            failed = True
            print(f"{path}: {problem}")
    print(f"TEST KEYS: {len(seen)} private keys, {'NOT all carry' if failed else 'all carry'} the watermark")
    return 1 if failed or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
