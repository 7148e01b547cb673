"""An archive that daemons made, judged by amana and by docs/verify: archive.py AMANA ARCHIVE ROSTER, by the python of docs/verify.

Both must say that it holds and the same of it; without a Roster of one's own neither can tell; and of each file a few bytes are changed, one at a time: both must
refuse every copy.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

here = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(here / "docs/verify"))
import verify as verifier  # noqa: E402

amana, archive, trusted = (Path(argument).resolve() for argument in sys.argv[1:4])
roster = verifier.Roster(trusted.read_bytes())


def started(folder, *more):
    """The command at its work, while the other verifier is at its own."""
    return subprocess.Popen([amana, "archive", "verify", folder, "--lang", "en", *more], text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ours(folder, *more):
    """The command's exit code, and what it says."""
    with started(folder, *more) as process:
        out, problems = process.communicate()
    return process.returncode, out, problems


def theirs(folder, roster):
    options = argparse.Namespace(roster=roster, digest=None, show=False, now=int(time.time()), statements=[], lists=[])
    return verifier.verify_folder(folder, options)[1]


def said(report):
    return "\n".join(f"{sort} {text}" for sort, text in report.lines)


# What is whole.
(code, out, problems), report = ours(archive, "--roster", trusted, "--json"), theirs(archive, roster)
text = said(report)
assert code == 0 and report.result() == 0, (code, out, problems, text)
document = json.loads(out)
assert document["result"] == "holds" and document["roster"] in re.search(r"^ok judged by .*", text, re.M)[0], document
assert f"ok {document['files']} files are there" in text and document["index"] in text and document["authority"] in text
assert len(set(re.findall(r"^note statement ([0-9a-f]{64}): ", text, re.M))) == document["statements"]
assert len(re.findall(r"^note parts/[0-9]+\.amana:$", text, re.M)) == document["parts"]
stamps = [(stamp["number"], stamp["authority"], verifier.when(int(verifier.datetime.datetime.fromisoformat(stamp["at"]).timestamp()))) for stamp in document["stamps"]]
for number, authority, at in stamps:
    assert f"ok stamp {number} by {authority} at {at}" in text, (number, authority, at)
stands = [stamp["number"] for stamp in document["stamps"] if stamp["stands"]]
assert stands == sorted(map(int, re.findall(r"^ok stamp ([0-9]+), seen by .*, stands$", text, re.M))), text
assert len(stamps) == 3 and document["roster_version"] == 2 and "ok stamp 2" in text and "; time stamped at" in text, text
assert (ours(archive)[0], theirs(archive, None).result()) == (3, 2)

# What is not: one byte of one file.
copy = Path(tempfile.mkdtemp()) / "changed"
shutil.copytree(archive, copy)
number, unnoticed = 0, []
for file in sorted(each for each in copy.rglob("*") if each.is_file()):
    data = file.read_bytes()
    for place in sorted({len(data) // 3, len(data) - 1} if file.parent.name == "codes" else {0, len(data) // 3, len(data) // 2, len(data) - 1}):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
        with started(copy, "--roster", trusted) as process:
            own = theirs(copy, roster).result()
            process.communicate()
        answers = process.returncode, own
        number += 1
        if answers != (1, 1):
            unnoticed.append((str(file.relative_to(copy)), place, answers))
    file.write_bytes(data)
assert ours(copy, "--roster", trusted)[0] == 0
shutil.rmtree(copy.parent)
print(f"archive: {document['statements']} statements, {document['files']} files, {len(stamps)} stamps: amana and the verifier agree; "
      f"{number} changes of a byte, {len(unnoticed)} not refused by both {unnoticed[:5] or ''}")
sys.exit(1 if unnoticed else 0)
