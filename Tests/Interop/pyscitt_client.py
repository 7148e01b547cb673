#!/usr/bin/env python3
"""Registers a statement with our peer service by pyscitt's own client, unchanged but for its TLS session.

Usage: pyscitt_client.py URL STATEMENT OWN-CERTIFICATE OWN-KEY PEER-CERTIFICATE RECEIPT-OUT
"""
import pathlib
import ssl
import sys

import cbor2
import httpx
from pyscitt.client import Client, ServiceError

url, statement, certificate, key, peer, out = sys.argv[1:]
context = ssl.create_default_context(cafile=peer)
context.check_hostname = False
# Python 3.13 asks of a self-signed certificate what RFC 5280 asks of an issuer's.
context.verify_flags &= ~ssl.VERIFY_X509_STRICT
context.load_cert_chain(certificate, key)
client = Client(url, api_version=None, wait_time=0.2)
client.session = httpx.Client(base_url=url, verify=context)
signed = pathlib.Path(statement).read_bytes()

first = client.submit_signed_statement_and_wait_for_receipt(signed)
again = client.submit_signed_statement_and_wait_for_receipt(signed)
assert first.tx == again.tx and first.response_bytes == again.response_bytes, "the same statement twice, two answers"
pathlib.Path(out).write_bytes(first.response_bytes)
protected = cbor2.loads(cbor2.loads(first.response_bytes).value[0])
kid = protected[4]
assert kid in [one[2] for one in client.get_scitt_keys()], "the receipt's key is not among the service's"
try:
    client.submit_signed_statement(b"\xd2\x84\x40\xa0\x40\x40")
except ServiceError as error:
    print(f"INTEROP pyscitt 0.15.0: its client is refused with {error.code!r}: {error.message!r}")
else:
    raise SystemExit("what is no statement was taken")
print(f"INTEROP pyscitt 0.15.0: its client registered our statement, receipt of {len(first.response_bytes)} bytes, twice one answer")
