"""COSE_Encrypt with ECDH-ES + A256KW on X25519, written from RFC 9052 and RFC 9053 with nothing but CBOR and
`cryptography`: neither cwt 3.3.0 nor pycose 1.1.0 wraps a key with X25519."""
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def wrapping_key(secret, protected):
    context = cbor2.dumps([-5, [None] * 3, [None] * 3, [256, protected]])
    return HKDF(hashes.SHA256(), 32, None, context).derive(secret)


def decrypt(data, key, external_aad):
    protected, unprotected, ciphertext, recipients = cbor2.loads(data).value
    for header, other, wrapped in recipients:
        if other[-1][-1] != 4:
            continue
        secret = key.exchange(x25519.X25519PublicKey.from_public_bytes(other[-1][-2]))
        try:
            content_key = aes_key_unwrap(wrapping_key(secret, header), wrapped)
        except InvalidUnwrap:
            continue
        return AESGCM(content_key).decrypt(
            unprotected[5], ciphertext, cbor2.dumps(["Encrypt", protected, external_aad]))
    raise ValueError("no recipient opens")


def encrypt(text, key, external_aad):
    protected, header = cbor2.dumps({1: 3}), cbor2.dumps({1: -31})
    content_key, nonce, ephemeral = os.urandom(32), os.urandom(12), x25519.X25519PrivateKey.generate()
    raw = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrapped = aes_key_wrap(wrapping_key(ephemeral.exchange(key), header), content_key)
    ciphertext = AESGCM(content_key).encrypt(nonce, text, cbor2.dumps(["Encrypt", protected, external_aad]))
    recipient = [header, {-1: {1: 1, -1: 4, -2: raw}}, wrapped]
    return cbor2.dumps(cbor2.CBORTag(96, [protected, {5: nonce}, ciphertext, [recipient]]))
