#!/usr/bin/env python3
"""Other people's log clients and witnesses (aics-tlog, aics-witness) against ours. Run by witness.sh in their Debian 13 root.

vkeys INTRODUCTION URI                      prints the note verifier keys of an authority's log and witness
log URL KEY.pem ORIGIN WITNESS-VKEY         a log that aics-tlog keeps is cosigned by our witness
submit URL WITNESS-VKEY TILES-URL LOG-VKEY  our log's checkpoint is cosigned by a witness, through aics-witness's client
tiles URL OLD-CHECKPOINT LOG-VKEY WITNESS-VKEY…  our log as plain files, read by aics-tlog; each of them must have cosigned
broken URL LOG-VKEY                         a folder of which one tile was changed is refused
write FOLDER KEY.pem ORIGIN                 aics-tlog writes a log as plain files
spicy FOLDER TILES-URL                      one entry of ours with its proof, as litetlog's spicy reads it
"""
import json
import pathlib
import sys
import time

from aics_tlog import (Checkpoint, DirectoryTileStore, HttpTileReader, IncrementalTileWriter, MerkleTree,
                       TileVerificationError, VerifiedTileReader, WitnessPolicy, audit_tiles, consistency_proof_from_tiles,
                       cosignature_vkey, format_vkey, inclusion_proof_from_tiles, parse_checkpoint, parse_note, parse_vkey,
                       sign_checkpoint, verify_checkpoint, verify_consistency, verify_leaf_inclusion, vkey_from_ed25519)
from aics_witness.feeder import WitnessAhead, WitnessClient, WitnessRejected, merge_cosignatures
from aics_witness.protocol import b64_encode
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key


def private(path):
    return load_pem_private_key(pathlib.Path(path).read_bytes(), None)


class Log:
    """A log of aics-tlog's; a fork of it has the first `shared` leaves in common."""

    def __init__(self, origin, key, count=300, fork="", shared=None):
        self.origin, self.key = origin, key
        shared = count if shared is None else shared
        self.tree = MerkleTree([(b"leaf %d" % i) + (fork.encode() if i >= shared else b"") for i in range(count)])

    def note(self, size, root=None, key=None, **fields):
        checkpoint = Checkpoint(self.origin, size, self.tree.root(size) if root is None else root, **fields)
        return sign_checkpoint(checkpoint, key or self.key, self.origin).to_bytes()

    @property
    def vkey(self):
        return vkey_from_ed25519(self.origin, self.key.public_key())


def vkeys(introduction, uri):
    keys = {each["purpose"]: each["key"] for each in json.loads(pathlib.Path(introduction).read_text())["keys"]
            if "role" not in each}
    public = {name: load_der_public_key(bytes.fromhex(keys[name])) for name in ("checkpoint", "witness")}
    print(format_vkey(vkey_from_ed25519(f"{uri}/log/1", public["checkpoint"])))
    print(format_vkey(cosignature_vkey(f"{uri}/witness", public["witness"])))


def log(url, key, origin, witness):
    ours = Log(origin, private(key))
    client, proof = WitnessClient(url, witness), ours.tree.consistency_proof
    for size in (1, 4, 9, 9, 256, 300):
        cosigned = merge_cosignatures(ours.note(size), client.submit(ours.note(size), proof))
        seen = verify_checkpoint(parse_note(cosigned), ours.vkey, [parse_vkey(witness)], 1, max_age_seconds=60)
        assert seen.ok and seen.size == size and seen.origin == origin, seen
    # A client that knows of nothing learns the size by a 409 and goes on from there.
    anew = WitnessClient(url, witness)
    anew.submit(ours.note(300), proof)
    assert anew.known_sizes[origin] == 300
    try:
        WitnessClient(url, witness).submit(ours.note(256), proof)
    except WitnessAhead as ahead:
        assert ahead.known_size == 300
    else:
        raise AssertionError("an older checkpoint was cosigned")
    try:
        client.submit(Log(origin, ours.key, fork="x", shared=256).note(300), proof)
    except WitnessRejected as refused:
        assert refused.status == 422, refused
    else:
        raise AssertionError("a fork was cosigned")
    print("INTEROP aics-tlog 0.2.1, aics-witness 0.1.0 client -> our witness: 6 cosignatures verified by it,"
          " 409 followed to 300, older checkpoint and fork refused")


def submit(url, witness, tiles, log_vkey):
    reader = HttpTileReader(tiles, proxies={})
    text = reader.read_checkpoint()
    checkpoint = parse_checkpoint(parse_note(text).text)
    proof = lambda old, new: consistency_proof_from_tiles(reader, old, new, checkpoint.size)  # noqa: E731
    lines = WitnessClient(url, witness).submit(text, proof)
    seen = verify_checkpoint(parse_note(merge_cosignatures(text, lines)), parse_vkey(log_vkey), [parse_vkey(witness)], 1)
    assert seen.ok, seen
    print(f"INTEROP aics-witness 0.1.0 client -> {parse_vkey(witness).name}: our checkpoint of {checkpoint.size} is cosigned")


def tiles(url, old, log_vkey, *witnesses):
    reader = HttpTileReader(url, proxies={})
    note = parse_note(reader.read_checkpoint())
    policy = WitnessPolicy.from_dict({"quorum": len(witnesses), "witnesses": list(witnesses), "max_checkpoint_age": 600})
    seen = verify_checkpoint(note, parse_vkey(log_vkey), policy=policy)
    assert seen.ok and len(seen.witnesses) == len(witnesses), seen
    report = audit_tiles(reader, seen.size, seen.root)
    verified = VerifiedTileReader(reader, seen.size, seen.root)
    for index in range(seen.size):
        proof = inclusion_proof_from_tiles(verified, index, seen.size)
        assert verify_leaf_inclusion(verified.entry(index), index, seen.size, proof, seen.root), index
    then = verify_checkpoint(parse_note(pathlib.Path(old).read_bytes()), parse_vkey(log_vkey))
    assert then.ok and then.size < seen.size, then
    proof = consistency_proof_from_tiles(verified, then.size, seen.size)
    assert verify_consistency(then.size, seen.size, then.root, seen.root, proof)
    print(f"INTEROP aics-tlog 0.2.1 -> our tiles: checkpoint of {seen.size} with {len(seen.witnesses)} of {policy.quorum}"
          f" cosignatures, {report.tiles} tiles, {report.bundles} bundles, {seen.size} inclusion proofs,"
          f" consistency from {then.size}")


def broken(url, log_vkey):
    """One byte of a tile was changed: it must be found."""
    reader = HttpTileReader(url, proxies={})
    seen = verify_checkpoint(parse_note(reader.read_checkpoint()), parse_vkey(log_vkey))
    assert seen.ok, seen
    try:
        audit_tiles(reader, seen.size, seen.root)
    except TileVerificationError:
        return
    raise AssertionError("a changed tile was taken")


def write(folder, key, origin):
    ours, store = Log(origin, private(key)), DirectoryTileStore(folder)
    writer = IncrementalTileWriter(store)
    # Our entries are digests of 32 bytes.
    for part in (range(0, 200), range(200, 700)):
        writer.append([i.to_bytes(32, "big") for i in part])
    store.write_checkpoint(sign_checkpoint(Checkpoint(origin, writer.size, writer.root()), ours.key, origin).to_bytes())


def spicy(folder, url):
    reader = HttpTileReader(url, proxies={})
    text = reader.read_checkpoint()
    checkpoint = parse_checkpoint(parse_note(text).text)
    verified, index = VerifiedTileReader(reader, checkpoint.size, checkpoint.root), checkpoint.size - 2
    hashes = inclusion_proof_from_tiles(verified, index, checkpoint.size)
    head = "".join(line + "\n" for line in [f"index {index}", *map(b64_encode, hashes), ""])
    (pathlib.Path(folder) / "entry").write_bytes(verified.entry(index))
    (pathlib.Path(folder) / "entry.spicy").write_bytes(head.encode() + text)


if __name__ == "__main__":
    began = time.monotonic()
    {each.__name__: each for each in (vkeys, log, submit, tiles, broken, write, spicy)}[sys.argv[1]](*sys.argv[2:])
    print(f"{sys.argv[1]}: {time.monotonic() - began:.1f} s", file=sys.stderr)
