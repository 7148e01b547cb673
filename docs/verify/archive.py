"""Archives: a folder of bundles, an index of digests, and stamps over them. Step 10 of README.md.

It is written from docs/formats.md, "Archive", alone. Whatever stands in the folder may have been put there by somebody who wants this program to
read elsewhere, for ever, or too much: nothing is opened but by its name in a folder that is open already, no link is followed, and no file is
read that is longer than its kind may be.
"""
import argparse
import os
import re
import stat

from cryptography.exceptions import UnsupportedAlgorithm

from basics import ALGORITHMS, MIB, SCHEMA, Report, Unsure, Wrong, check_signature, encode, read, seconds, sha256, when
from cddl import Mismatch
from certificates import check_time_stamp
from fork import Logs
from roster import Roster, cose_parts, owner_of, read_note
from statement import GRACE

# ---------------------------------------------------------------------------------------------------------------------------
# 10. docs/formats.md, "Archive"

CLOCK, MOST_FILES, MOST_STAMPS = 300, 65536, 256  # the first in seconds, by which the clocks of two who stamp may differ
# The files that may stand in the index, and how long each may be.
KINDS = [(re.compile(pattern), limit) for pattern, limit in (
    (r"README(\.ar)?\.txt", MIB), (r"parts/[0-9]{6}\.amana", 256 * MIB), (r"rosters/[0-9]{6}\.cose", 16 * MIB),
    (r"checkpoints/[0-9]{6}\.txt", 65536), (r"codes/[a-z0-9_-][a-z0-9._-]*\.json", 16 * MIB))]
FOLDERS = {"parts/", "rosters/", "checkpoints/", "codes/", "stamps/"}
ENTRY = re.compile(r"([0-9a-f]{64})  (0|[1-9][0-9]{0,17})  ([!-~]{1,128})")


class Folder:
    """The plain files of a folder, by their paths in it. A path that is asked for has at most one slash."""

    def __init__(self, path):
        self.handles, self.files = {}, []
        try:
            self.walk("", os.open(path, os.O_RDONLY | os.O_DIRECTORY))
        except BaseException as problem:
            self.__exit__()
            if isinstance(problem, OSError):
                raise Unsure(f"the folder can't be read ({problem})") from None
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self.handles.values():
            os.close(each)

    def walk(self, prefix, handle):
        self.handles[prefix] = handle
        with os.scandir(handle) as entries:
            for number, entry in enumerate(entries):
                path, kind = prefix + entry.name, entry.stat(follow_symlinks=False).st_mode
                if number > MOST_FILES + len(FOLDERS):
                    raise Wrong("more files stand in it than an archive may have")
                if stat.S_ISREG(kind):
                    self.files.append(path)
                elif stat.S_ISDIR(kind) and path + "/" in FOLDERS:
                    self.walk(path + "/", self.open(path, os.O_DIRECTORY))
                else:
                    raise Wrong(f"{path} is a folder that no archive has" if stat.S_ISDIR(kind) else f"{path} is no plain file")

    def open(self, path, more=0):
        folder, slash, name = path.rpartition("/")
        try:
            return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | more, dir_fd=self.handles[folder + slash])
        except (OSError, KeyError) as problem:
            raise Unsure(f"{path} can't be read ({problem})") from None

    def read(self, path, limit):
        """The bytes of a plain file that is not longer than the limit, which is asked before anything is read."""
        with open(self.open(path), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise Wrong(f"{path} is no plain file")
            if found.st_size > limit or len(data := stream.read(limit + 1)) > limit:
                raise Wrong(f"{path} is longer than {limit} bytes")
        return data


class Index:
    """INDEX, in its one form: what it says of itself, and of each path the length and the digest."""

    def __init__(self, data):
        self.digest, self.entries, last = sha256(data), {}, ""
        try:
            head, *lines = data.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Wrong("INDEX is no ASCII text") from None
        if head != "amana-archive-1":
            raise Wrong("INDEX is of a format that is not known here" if head.startswith("amana-archive-") else "INDEX does not begin as one")
        if len(lines) < 4 or lines.pop():
            raise Wrong("INDEX does not end with a whole line, or has too few")
        said = [line.removeprefix(f"{name} ") for name, line in zip(("authority", "since", "until"), lines)]
        try:
            for value, rule in zip(said, ("authority-name", "moment", "moment")):
                if (value, rule) != ("-", "moment") or value is said[2]:
                    SCHEMA.match(rule, value)
        except Mismatch:
            raise Wrong("INDEX does not say whose it is, since when and until when, each in its line") from None
        self.authority, self.since, self.until = said
        if lines[:3] != [f"authority {said[0]}", f"since {said[1]}", f"until {said[2]}"]:
            raise Wrong("INDEX does not say whose it is, since when and until when, each in its line")
        if self.since != "-" and seconds(self.since) > seconds(self.until):
            raise Wrong("INDEX: its period ends before it begins")
        for number, line in enumerate(lines[3:], 5):
            found = ENTRY.fullmatch(line)
            if not found:
                raise Wrong(f"INDEX: line {number} is in another form")
            path, length = found[3], int(found[2])
            limit = next((limit for pattern, limit in KINDS if pattern.fullmatch(path)), None)
            if limit is None:
                raise Wrong(f"INDEX: line {number} names what no archive has: {path}")
            if length > limit:
                raise Wrong(f"INDEX: {path} is longer than {limit} bytes")
            if path <= last:
                raise Wrong(f"INDEX: line {number} is not sorted, or stands twice: {path}")
            self.entries[path], last = (length, bytes.fromhex(found[1])), path
        if len(self.entries) > MOST_FILES:
            raise Wrong(f"INDEX names more than {MOST_FILES} files")
        if not self.of("parts") or not {"README.txt", "README.ar.txt"} <= set(self.entries):
            raise Wrong("INDEX names no part, or not both README files")

    def of(self, folder):
        return [path for path in self.entries if path.startswith(folder + "/")]


class Stamp:
    """A stamp that was read, and its time stamp beside it. `check` verifies it."""

    def __init__(self, number, data, token):
        self.number, self.data, self.token, self.path = number, data, token, f"stamps/{number:06}.cose"
        _, self.protected, _, self.payload, self.signatures = cose_parts(data, "archive-stamp", 16 * MIB)
        self.body = read(self.payload)
        self.at = self.body["at"]
        self.keys, self.seen, self.stands = [], None, False

    def check(self, roster, covers, before, options, report):
        """Step 3: by whom, over what, when. Leaves in `keys` those that signed it when they were valid."""
        body, by = self.body, []
        authority = roster.uris.get(body["issuer"])
        if not authority:
            raise Wrong("its issuer is nobody whom the Roster lists")
        self.name = authority["authority"]
        headers = [(read(each[0], payload=False), *each) for each in self.signatures]
        if len({header[4] for header, *_ in headers}) != len(headers):
            raise Wrong("one key signed it twice")
        for header, protected, _, signature in headers:
            key = roster.keys.get(header[4])
            if not key or key.purpose != "statement" or key.authority is not authority or key.officer:
                raise Wrong(f"V16: the Roster does not list its key as a statement key of {self.name}")
            try:
                check_signature(header[1], key.cose, encode(["Signature", self.protected, protected, b"", self.payload]), signature)
            except Unsure as problem:
                report.note(f"  stamp {self.number}: {problem}")
                continue
            by.append(ALGORITHMS[header[1]])
            if key.valid_at(self.at):
                self.keys.append(key)
            else:
                report.note(f"  stamp {self.number}: a key was not valid when it signed")
        if [(path, digest) for path, digest in body["covers"]] != covers:
            raise Wrong("it does not cover INDEX and the stamps before it, and nothing else")
        if before and self.at < before.at - CLOCK:
            raise Wrong("its time lies before that of the stamp before it")
        if self.at > options.now + CLOCK:
            raise Wrong("its time has not come yet")
        text = f"stamp {self.number} by {self.name} at {when(self.at)}, by its own word, with {', '.join(by) or 'nothing that can be verified here'}"
        if self.token is not None:
            moment, listing = token_time(self.token, self.data, roster, options.lists)
            text += f"; time stamped at {when(moment)} at the latest, by whom the Roster lists for {', '.join(sorted(listing))}"
            others = {name for name in listing if name.split("/")[0] != self.name.split("/")[0]}
            self.seen = (moment, others) if others else None
        (report.ok if by else report.note)(text)


def token_time(token, data, roster, lists):
    try:
        return check_time_stamp(token, data, roster, lists)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, UnsupportedAlgorithm):
        raise Wrong("its time stamp can't be read") from None


def check_files(folder, index, report):
    """Step 1: what the index names is there and unchanged, and nothing else is there but stamps."""
    present = set(folder.files)
    for path in sorted(set(index.entries) - present):
        report.fail(f"{path} is missing")
    for path in sorted(present - set(index.entries) - {"INDEX"}):
        if not re.fullmatch(r"stamps/[0-9]{6}\.(cose|tst)", path):
            report.fail(f"{path} does not belong to it")
    for path in sorted(set(index.entries) & present):
        report.attempt(path, content_of, folder, index, path)


def content_of(folder, index, path):
    """The bytes that the index names. They are compared each time, since who else writes in the folder is not known."""
    length, digest = index.entries[path]
    try:
        data = folder.read(path, length)
    except Wrong:
        raise Wrong("is longer than the index says, or no plain file any more") from None
    if len(data) != length or sha256(data) != digest:
        raise Wrong("is not what the index says: it was changed")
    return data


def read_stamps(folder):
    """The stamps in their order, from 1 on without a gap, each with the bytes of its time stamp or none; and what lies in stamps/."""
    present = {path: None for path in sorted(folder.files) if path.startswith("stamps/")}
    if "stamps/000001.cose" not in present:
        raise Wrong("stamps/000001.cose is missing")
    for path in present:
        present[path] = folder.read(path, 16 * MIB if path.endswith(".cose") else 32768)
    stamps, number = [], 1
    while f"stamps/{number:06}.cose" in present and number <= MOST_STAMPS:
        name = f"stamps/{number:06}"
        try:
            stamps.append(Stamp(number, present[name + ".cose"], present.get(name + ".tst")))
        except (Wrong, Mismatch) as problem:
            raise Wrong(f"{name}.cose: {problem}") from None
        number += 1
    for path in present:
        if int(path[7:13]) not in range(1, number):
            raise Wrong(f"{path} is no stamp after the one before it, or one too many, or a time stamp of none")
    return stamps, present


def covered(index, present, number):
    """What the stamp of this number must cover: INDEX, and every file of stamps/ with a lower number."""
    return [("INDEX", index.digest)] + [(path, sha256(data)) for path, data in present.items() if int(path[7:13]) < number]


def choose(rosters, options, report):
    """Step 2: the Roster to judge by, which is the last one to which the others lead from the one that is trusted."""
    trusted = options.digest or (options.roster and options.roster.digest)
    if trusted:
        start = next((each for each in rosters if each.digest == trusted), None)
        if start is None:
            raise Wrong("V32: the Roster that you trust is not in it")
    else:
        start = min(rosters, key=lambda each: each.body["version"])
        report.unsure(f"judged from the oldest Roster in it on: it agrees with itself, which does not say whose it is; compare the digest "
                      f"{start.digest.hex()}, or a later one's, with one that you have from elsewhere (--digest)")
    last, by_digest, vouched = start, {each.digest: each for each in rosters}, set()
    for each in sorted(rosters, key=lambda each: each.body["version"]):
        if each.body["version"] > last.body["version"] and each.follows(last):
            last = each
    step = last  # from the last one back: through the one that is trusted to the first that is here
    while step and step.digest not in vouched:
        vouched.add(step.digest)
        step = by_digest.get(step.body["previous"])
    for each in rosters:
        if each.digest not in vouched:
            raise Wrong(f"V32: {each.name}, digest {each.digest.hex()[:16]}…, neither leads to the one trusted nor follows it")
    report.ok(f"judged by {last.describe()}" + ("" if last is start else f", which follows version {start.body['version']}"))
    return last


def collect(folder, index, stamps, options):
    """Every Roster of the archive and yours, each once."""
    found = [(path, content_of(folder, index, path)) for path in index.of("rosters")]
    found += [(f"a Roster in {stamp.path}", data) for stamp in stamps for data in stamp.body.get("rosters", [])]
    rosters = {each.digest: each for each in getattr(options, "rosters", None) or [options.roster] if each}
    for where, data in found:
        try:
            each = Roster(data)
        except (Wrong, Mismatch) as problem:
            raise Wrong(f"{where}: {problem}") from None
        rosters.setdefault(each.digest, each)
    if not rosters:
        raise Wrong("there is no Roster in it")
    return list(rosters.values())


def judge_stamps(stamps, now, report):
    """Step 4, from the last to the first: whether each was there, as far as anybody else knows, while its key was worth something."""
    seen, after = now, None
    for stamp in reversed(stamps):
        if after and after.stands and not {key.kid for key in stamp.keys} & {key.kid for key in after.keys}:
            seen = min(seen, after.at)
        if stamp.seen:
            seen = min(seen, stamp.seen[0])
        stamp.stands = any(seen <= key.end + GRACE and (key.exposed is None or seen < key.exposed) for key in stamp.keys)
        text = f"stamp {stamp.number}, seen by {when(seen)}"
        report.ok(f"{text}, stands") if stamp.stands else report.note(f"{text}, proves nothing any more, or never did")
        after = stamp


def check_beside(folder, index, carried, roster, report):
    """Step 6: what stands beside the parts is what stands in them, and of whose log the index says."""
    for name, what in (("rosters", "roster"), ("checkpoints", "checkpoint")):
        beside = [index.entries[path][1] for path in index.of(name)]
        if len(set(beside)) != len(beside):
            raise Wrong(f"{name}/ has one file twice")
        if set(beside) != carried[what]:
            raise Wrong(f"{name}/ has not what stands in the parts, or something else too")
    if not carried["codes"] <= {index.entries[path][1] for path in index.of("codes")}:
        raise Wrong("codes/ lacks a code list that stands in a part")
    report.ok("what stands beside the parts is what stands in them")
    whose = roster.authorities.get(index.authority)
    if not whose:
        raise Wrong(f"INDEX: {roster.name} lists no authority {index.authority}")
    if not any(owner_of(roster, read_note(content_of(folder, index, path)).origin) is whose for path in index.of("checkpoints")):
        raise Wrong(f"INDEX names {index.authority}, and no part has a Checkpoint of its log")


def verify_archive(path, options, report, verify_bundle):
    """All steps. A file that was changed, or a stamp that is none, ends it: nothing further would be worth reading."""
    with Folder(path) as folder:
        if "INDEX" not in folder.files:
            raise Wrong("INDEX is missing")
        index = Index(folder.read("INDEX", 16 * MIB))
        check_files(folder, index, report)
        if report.result():
            return
        stamps, present = read_stamps(folder)
        report.note(f"the archive of {index.authority} from {index.since} until {index.until}, by its own word")
        report.ok(f"{len(index.entries)} files are there with their digests, and no other; SHA-256 of INDEX is {index.digest.hex()}")
        rosters = collect(folder, index, stamps, options)
        roster = choose(rosters, options, report)
        for before, stamp in zip([None] + stamps, stamps):
            report.attempt(stamp.path, stamp.check, roster, covered(index, present, stamp.number), before, options, report)
        if report.result() == 1:
            return
        judge_stamps(stamps, options.now, report)
        if not any(stamp.stands for stamp in stamps):
            report.unsure("no stamp stands: it was stamped again too late, and nothing shows any more that it is what was written then")
        anchors = [(stamp.at, {stamp.name}) for stamp in stamps if stamp.stands] + [stamp.seen for stamp in stamps if stamp.seen]
        within = argparse.Namespace(**{**vars(options), "roster": roster, "digest": None, "beside": rosters, "anchors": anchors})
        carried, logs = {name: set() for name in ("roster", "checkpoint", "codes")}, Logs()
        for part in index.of("parts"):
            report.note(f"{part}:")
            inner = Report()
            items = inner.attempt(part, verify_part, folder, index, part, within, inner, verify_bundle, logs)
            report.lines += inner.lines
            for name, found in carried.items():
                found.update((items or {}).get(name, ()))
        report.attempt("beside the parts", check_beside, folder, index, carried, roster, report)


def verify_part(folder, index, path, options, report, verify_bundle, logs):
    """A part as the bundle that it is. Returns the digests of what must stand beside the parts too."""
    items = verify_bundle(content_of(folder, index, path), options, report)
    logs.take(items, path, report)
    return {name: {sha256(content) for _, content in items[name]} for name in ("roster", "checkpoint", "codes")}
