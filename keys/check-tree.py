#!/usr/bin/env python3
"""Fails on any private key in the tree outside keys/test-coalition, in whatever form. Standard library only.

Usage: keys/check-tree.py [FOLDER]. The default folder is this repository: what git tracks and what it would add. Of another
folder that is no repository every file is read. Exit code 0: none; 1: there is one, named with its file and line.

Seen are PEM blocks (encrypted ones, indented ones and those within a string too), DER of PKCS#8, SEC1, PKCS#1 and
encrypted PKCS#8 anywhere in a binary file, the same as hexadecimal or base64 in text, and private JWKs. In
keys/test-coalition PEM is allowed: check.py judges it there.
"""
import base64
import binascii
import pathlib
import re
import subprocess
import sys

TEST = "keys/test-coalition/"
PEM = re.compile(
    rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    rb"(?:\\[nrt]|[\s\"'+,]|[A-Za-z-]+: [^\n]*\n)*[A-Za-z0-9+/=]{24,}")
JWK = re.compile(rb"\"kty\".{0,600}?\"(?:d|priv|k)\"\s*:\s*\"[A-Za-z0-9_-]{40,}\"|"
                 rb"\"(?:d|priv|k)\"\s*:\s*\"[A-Za-z0-9_-]{40,}\".{0,600}?\"kty\"", re.S)
HEX = re.compile(rb"[0-9A-Fa-f]{64,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{48,}={0,2}")
# What follows the outer SEQUENCE of a private key.
DER = re.compile(
    rb"\x30(?:[\x00-\x7f]|\x81.|\x82..)(?:"
    # PKCS#8, version 0 or 1: EC, RSA, the Edwards and Montgomery curves, ML-DSA and its kin.
    rb"\x02\x01[\x00\x01]\x30[\x05-\x40]\x06[\x03-\x0b](?:\x2a\x86\x48\xce\x3d\x02\x01|\x2a\x86\x48\x86\xf7\x0d\x01\x01|"
    rb"\x2b\x65[\x6e-\x71]|\x60\x86\x48\x01\x65\x03\x04)"
    # Encrypted PKCS#8 with PBES2 or one of PKCS#12's.
    rb"|\x30(?:[\x00-\x7f]|\x81.|\x82..)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
    rb"|\x30(?:[\x00-\x7f]|\x81.|\x82..)\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"
    # SEC1 with its curve or public key; PKCS#1 with the public exponent that everybody takes.
    rb"|\x02\x01\x01\x04(?:\x20.{32}|\x30.{48}|\x42.{66})[\xa0\xa1]"
    rb"|\x02\x01\x00\x02\x82..\x00.{32,1026}?\x02\x03\x01\x00\x01\x02\x82)", re.S)


def files(folder):
    """Paths below the folder: by git where it is a repository's top."""
    if (folder / ".git").exists():
        listed = subprocess.run(["git", "-C", folder, "ls-files", "-coz", "--exclude-standard"],
                                check=True, capture_output=True).stdout
        return sorted(folder / name.decode() for name in listed.split(b"\0") if name)
    return sorted(path for path in folder.rglob("*"))


def decoded(data):
    """What stands as hexadecimal or base64 in text, with its place."""
    for match in HEX.finditer(data):
        text = match.group()
        yield match.start(), binascii.unhexlify(text[:len(text) // 2 * 2])
    for match in BASE64.finditer(data):
        text = match.group().rstrip(b"=")
        yield match.start(), base64.b64decode(text[:len(text) // 4 * 4])


def found(data, allows_pem):
    """(offset, what) of each private key."""
    if not allows_pem:
        yield from ((match.start(), "a private key in PEM") for match in PEM.finditer(data))
    yield from ((match.start(), "a private JWK") for match in JWK.finditer(data))
    yield from ((match.start(), "a private key in DER") for match in DER.finditer(data))
    if allows_pem:
        # The base64 of a block that check.py judges is not judged twice.
        data = re.sub(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END", b"", data, flags=re.S)
    for place, content in decoded(data):
        if DER.match(content):
            yield place, "a private key in hexadecimal or base64"


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1]
    failed = read = 0
    for path in files(folder):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        read += 1
        for place, what in found(data, name.startswith(TEST)):
            failed += 1
            line = data.count(b"\n", 0, place) + 1
            print(f"{name}:{line}: {what}")
    print(f"PRIVATE KEYS: {failed or 'none'} outside the test coalition, in {read} files")
    return 1 if failed or not read else 0


if __name__ == "__main__":
    sys.exit(main())
