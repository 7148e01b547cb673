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


def run(*arguments):
    """What a command says; it must not fail."""
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


def amana(*arguments, socket=socket):
    """The same of ours, where it asks a daemon."""
    return run(binaries / "amana", *arguments, "--socket", socket, "--lang", "en")


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


CERTIFICATES = """[ts]
serial = {0}/serial
signer_cert = {0}/stamper.pem
signer_key = {0}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
"""


def make_archive(archive):
    """All that its log registered; stamped by it, then by another member under a Roster that it brings, with a time stamp by stock OpenSSL, and by
    its own log's authority again."""
    state = out.parent / "state"
    state.mkdir()
    settings, root = state / "settings", state / "root.pem"
    settings.write_text(CERTIFICATES.format(state))
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", settings]
    run("openssl", "req", "-x509", *key, "-keyout", state / "root.key", "-out", root, "-days", "30", "-subj", "/CN=State", "-extensions", "authority")
    run("openssl", "req", *key, "-keyout", state / "stamper.key", "-out", state / "stamper.csr", "-subj", "/CN=stamper")
    run("openssl", "x509", "-req", "-in", state / "stamper.csr", "-CA", root, "-CAkey", state / "root.key", "-CAcreateserial", "-days", "30",
        "-extfile", settings, "-extensions", "stamper", "-out", state / "stamper.pem")
    text, second = json.loads(run(binaries / "amana", "roster", "show", demo / "roster.cose", "--text")), state / "roster-2.cose"
    anchor = "".join(root.read_text().split("-----")[2].split())
    text["authorities"][1]["anchors"] = {"timestamps": [base64.b64decode(anchor).hex()]}
    assert text["authorities"][1]["authority"] == "IRQ/justice"
    (state / "roster-2.json").write_text(json.dumps(text))
    run(binaries / "amana", "roster", "propose", state / "roster-2.json", "--previous", demo / "roster.cose", "--output", second,
        "--root-key", demo / "syr/root/root.pem", "--root-key", demo / "irq/root/root.pem")
    run(binaries / "amana", "roster", "publish", second, "--directory", demo / "irq")

    amana("archive", "make", archive)
    other, other_socket = started("irq")
    try:
        amana("archive", "stamp", archive, socket=other_socket)
    finally:
        other.terminate()
        other.wait()
    amana("archive", "stamp", archive, "--request", state / "question")
    run("openssl", "ts", "-reply", "-queryfile", state / "question", "-config", settings, "-section", "ts", "-out", state / "answer")
    amana("archive", "stamp", archive, "--token", state / "answer")
    amana("archive", "stamp", archive)


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
    make_archive(out.parent / "archive")
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
