"""Files for the verifier of docs/verify, by a daemon that the demo left: samples.py FOLDER-OF-BINARIES DEMO OUT."""

import base64
import json
import re
import subprocess
import sys
import time
from pathlib import Path

binaries, demo, out = (Path(argument).resolve() for argument in sys.argv[1:4])
socket = demo / "syr" / "control.sock"
out.mkdir(parents=True, exist_ok=True)


def amana(*arguments, socket=socket):
    """What the command says; it must not fail."""
    done = subprocess.run(
        [binaries / "amana", *arguments, "--socket", socket, "--lang", "en"], capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


def get(path):
    """The bytes that the control interface answers."""
    return subprocess.run(
        ["curl", "-sSf", "--unix-socket", socket, f"http://amana/v1{path}"], capture_output=True, check=True).stdout


def statements(event):
    return [each["statement"] for each in json.loads(get("/statements?limit=100")) if each["event"] == event]


def disclose(name, statement, line, fields, *more):
    amana("disclose", statement[:16], "--line", str(line), "--fields", fields, "--output", out / name, *more)


def started(side):
    """The daemon of a side, once it answers, and its socket."""
    process = subprocess.Popen(
        [binaries / "amanad", "--directory", demo / side], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    own, deadline = demo / side / "control.sock", time.monotonic() + 60
    while subprocess.run(
            ["curl", "-sf", "--unix-socket", own, "http://amana/v1/status"], capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the daemon of {side} does not answer")
        time.sleep(0.1)
    return process, own


daemon, _ = started("syr")
try:
    release = statements("release")[-1]
    lines = [line["line"] for line in json.loads(get(f"/statements/{release}/lines"))]
    draft = re.search(r"amana approve ([0-9a-f-]+) ", amana("certificate", release[:16], "--line", str(lines[2])))[1]
    for officer in (1, 2):
        amana("approve", draft, "--key", demo / "syr" / "officers" / f"officer-{officer}.pem")
    certificate = statements("certificate")[-1]
    certified = json.loads(get(f"/statements/{certificate}/lines"))[0]["line"]
    for statement in json.loads(get("/statements?limit=100")):
        name = f"statement-{statement['event']}-{statement['statement'][:8]}.cose"
        (out / name).write_bytes(get(f"/statements/{statement['statement']}/cose"))
    (out / "receipt-of-release.cose").write_bytes(get(f"/statements/{release}/receipt"))
    (out / "checkpoint").write_bytes(get("/checkpoint"))
    disclose("disclosure.amana-disclosure", release, lines[1], "age,sex,fit_to_travel", "--with-roster")
    disclose("disclosure-no-roster.amana-disclosure", release, lines[3], "age")
    disclose("certificate.amana-disclosure", certificate, certified, "custodian", "--with-roster")
    amana("bundle", "export", out / "sealed.amana", "--to", "IRQ/justice")
    amana("bundle", "export", out / "clear.amana", "--to", "IRQ/justice", "--clear")
    # An archive of all that its log registered, stamped by it, by another member, and by it again.
    archive = out.parent / "archive"
    amana("archive", "make", archive)
    other, other_socket = started("irq")
    try:
        amana("archive", "stamp", archive, socket=other_socket)
    finally:
        other.terminate()
        other.wait()
    amana("archive", "stamp", archive)
    # A log that signed another root for the same size, as whoever has its key could: by stock OpenSSL.
    text, lines = get("/checkpoint").decode().split("\n\n")
    origin, size, _ = text.split("\n")
    body = f"{origin}\n{size}\n{base64.b64encode(b'another root'.ljust(32)).decode()}\n".encode()
    (out.parent / "body").write_bytes(body)
    signature = subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", demo / "syr" / "keys" / "checkpoint.pem", "-in", out.parent / "body"],
        capture_output=True, check=True).stdout
    key_hash = base64.b64decode(lines.split("\n")[0].split(" ")[2])[:4]
    (out.parent / "other-note").write_bytes(
        body + f"\n\u2014 {origin} {base64.b64encode(key_hash + signature).decode()}\n".encode())
    subprocess.run(
        [binaries / "amana", "prove-fork", out / "checkpoint", out.parent / "other-note", "--roster", demo / "roster.cose",
         "--output", out / "syr.amana-fork"], capture_output=True, check=True)
    (out / "roster.cose").write_bytes((demo / "roster.cose").read_bytes())
finally:
    daemon.terminate()
    daemon.wait()
