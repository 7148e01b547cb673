#!/usr/bin/env python3
"""Holds what the code emits against docs/schema/*.cddl, and shows that the CDDL refuses what is not that.

    validate.py SAMPLES [--list]

SAMPLES is the folder that `AMANA_SCHEMA_SAMPLES=SAMPLES swift test --filter SchemaSamples` wrote. A file's name begins
with that of its schema: event-release.cbor is checked against the rule `event`. bundle.amana and draft.draft are split first.

Each sample must be deterministic CBOR and valid. Of each, mutants are made at every node, also inside byte strings that
hold CBOR; the schema must refuse every one. `cddl-verifier` judges; `pycddl` gives a second opinion on the
samples, except for its listed faults (docs/schema/README.md).

To add a type: its file NAME.cddl, whose first rule is NAME; a sample NAME-….cbor written by SchemaSamples; here, what
stands inside its byte strings (EMBEDDED), its optional keys (OPTIONAL), arrays of fixed length (FIXED) and the mutants
that are still valid (LEGITIMATE). What is missing there is printed as SURVIVED. An event needs its sample only.

What makes it quick leaves nothing unproven:
- What a byte string holds is mutated by itself, against the rule that `.cbor` names. Where it stands, the whole schema
  judges mutants of the byte string, of the top and of the last node within, once for each place and type.
- A mutant is put to a wider schema first, in which `.cbor` asks for nothing: what that refuses, the schema refuses.
- Where a group choice is made by a literal of the sample (CHOICES), only that alternative is asked for a mutant that
  leaves the literal as it is: the literals differ. Nothing is taken as valid but by the whole schema.
- While a node is mutated, the arrays around it have as few items as they may: items do not depend on each other, but
  in the arrays of FIXED. What is left is valid before it is mutated.
"""

import collections.abc
import fnmatch
import io
import json
import multiprocessing
import os
import pathlib
import re
import sys

import cbor2
import pycddl
from cddl_verifier import Validator

# A panic of pycddl is counted, not printed with its stack.
os.environ["RUST_BACKTRACE"] = "0"

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema"
# The code lists as they are published: JSON, held against their schema as CBOR of the same shape.
CODES = FOLDER.parent / "codes"

# What stands inside byte strings: type -> path -> the type within.
EMBEDDED = {
    "statement": {"/0": "statement-protected", "/1/394/*": "receipt", "/2": "event"},
    "event": {"/approvals/*": "approval"},
    "approval": {"/0": "approval-protected"},
    "receipt": {"/0": "receipt-protected", "/1/396/-1/*": "inclusion-proof"},
    "roster": {"/0": "roster-protected", "/2": "roster-body", "/3/*/0": "signer-protected"},
    "roster-body": {"/authorities/*/keys/*/link": "key-link"},
    "key-link": {"/0": "key-link-protected", "/2": "key-link-body"},
    "roster-fork": {"/first": "roster", "/second": "roster"},
    "annex": {"/content": "identity"},
    "sealed-payload": {"/0": "sealed-protected", "/3/*/0": "sealed-recipient-protected"},
    "history": {"/statements/*/manifest": "manifest"},
    "disclosure": {"/roster": "roster", "/statement": "statement"},
    **{f"fork:{kind}": {"/roster": "roster"} for kind in ["roots", "sequences"]},
    **{f"fork:{kind}": {"/roster": "roster", "/signed/*": "statement"} for kind in ["openings", "slots", "lines"]},
    "archive-stamp": {"/0": "archive-stamp-protected", "/2": "archive-stamp-body", "/3/*/0": "signer-protected"},
    "archive-stamp-body": {"/rosters/*": "roster"},
    "monitor-report": {"/0": "monitor-report-protected", "/2": "monitor-report-body", "/3/*/0": "signer-protected"},
    "bundle-item:roster": {"/1": "roster"},
    "bundle-item:policy": {"/1": "policy"},
    "bundle-item:statement": {"/1": "statement"},
    "bundle-item:manifest": {"/1": "manifest"},
    "draft-item:roster": {"/1": "roster"},
    "draft-item:event": {"/1": "event"},
    "draft-item:approval": {"/1": "approval"},
}

# Keys that may be absent: the sample without them must still be valid.
OPTIONAL = {
    "event": """/case_id /kind /provenance /refs /from /to /carrier /next_carrier /host /parties /responsible_custodian /liberty_status /basis
        /basis/instrument_digest /accept_by /place /place/pcode /counts /counts/tallies /slots_root /annexes /label
        /flags /flags/*/statement /exercise /supersedes /reason /log /log_answer /policy /late_entry /withheld_from /approvals""",
    "statement": "/1/394 /1/270",
    "roster-body": """/root/holders/*/keys/*/revocations /root/holders/*/keys/*/replaces
        /authorities/*/keys/*/revocations /authorities/*/keys/*/replaces /authorities/*/officers/*/keys/*/revocations
        /authorities/*/officers/*/keys/*/replaces /members/*/names/* /authorities/*/names/*
        /authorities/*/keys/*/role /authorities/*/keys/*/certificate /authorities/*/keys/*/link /root/holders/*/status
        /authorities/*/anchors /authorities/*/anchors/statements /authorities/*/anchors/timestamps
        /authorities/*/succeeds /authorities/*/witnessing /code_lists /code_lists/*""",
    "key-view": "/authorities/*/keys/*/revocations /authorities/*/keys/*/role /authorities/*/keys/*/certificate",
    "identity": """/persons/*/reference /persons/*/name_arabic /persons/*/name_latin /persons/*/father_name
        /persons/*/mother_name /persons/*/born /persons/*/document /persons/*/description
        /persons/*/travel_document_number /persons/*/travel_document_salt""",
    # Of all kinds of persons, whose first positions are the same.
    "manifest": """/leaves/*/1/18/regime /leaves/*/1/22/by /leaves/*/1/22/on /leaves/*/1/22/informed
        /leaves/*/1/22/challenge /leaves/*/1/23/*/instrument_digest /leaves/*/1/23/*/until /leaves/*/1/24/on""",
    "manifest:family": """/leaves/*/1/26/method /leaves/*/1/26/language /leaves/*/1/26/witness
        /leaves/*/1/26/reconfirmed_on /leaves/*/1/26/interpreter /leaves/*/1/32/language""",
    "manifest:repatriation": """/leaves/*/1/26/method /leaves/*/1/26/language /leaves/*/1/26/witness
        /leaves/*/1/26/reconfirmed_on /leaves/*/1/26/interpreter /leaves/*/1/29/on /leaves/*/1/31/number""",
    "manifest:site": "/leaves/*/1/27/entry",
    "manifest:property": "/leaves/*/1/12/after /leaves/*/1/14/witness",
    "manifest:correction": "/leaves/*/1/4/* /leaves/*/1/4/*/*",
    "site": "/sector /count/declared /count/releasing /count/receiving /registers/*/digest /relinquishment /assumption",
    "bundle-header": "/notice",
    "disclosure": "/roster /disclosed/*/2/*",
    "fork": "/roster",
    "code-list": "/texts/kmr /codes/*/texts/kmr /codes/*/replaced_by",
    "policy": "/post_quantum /await_witnesses",
    "archive-stamp-body": "/rosters",
}

# Keys that may be absent while something else in the same map holds.
CONDITIONAL = [
    ("event", "/sealed", lambda rest: "manifest_root" not in rest),
    ("manifest:outcome", "/leaves/*/1/5/*", lambda rest: len(rest) > 0),
    *[(f"manifest:{kind}", "/leaves/*/1/12/*", lambda rest: len(rest) > 0)
      for kind in ["person", "family", "repatriation", "site"]],
    # Where somebody goes and how they may be visited: one of the two suffices.
    *[(f"manifest:{kind}", f"/leaves/*/1/{n}/*", lambda rest: len(rest) > 0)
      for kind in ["person", "family", "repatriation", "site"] for n in [21, 25]],
    ("manifest:family", "/leaves/*/1/31/*", lambda rest: len(rest) > 0),
    ("statement-protected", "/4", lambda rest: 33 in rest or 34 in rest),
    ("statement-protected", "/33", lambda rest: 4 in rest or 34 in rest),
    ("statement-protected", "/34", lambda rest: 4 in rest or 33 in rest),
    # That x5t goes with a chain is said in formats.md: CDDL cannot look into the other header.
    ("statement", "/1/33", lambda rest: True),
]


def expanded(text):
    """Every text that one with `{1,3..5}` in it stands for."""
    braces = re.search(r"\{([^{}]*)\}", text)
    if braces is None:
        return [text]
    items = []
    for item in braces[1].split(","):
        first, _, last = item.partition("..")
        items += [str(number) for number in range(int(first), int(last) + 1)] if last else [item]
    return [whole for item in items for whole in expanded(text[:braces.start()] + item + text[braces.end():])]


def table(text):
    """Its rows, braces expanded."""
    for row in text.strip().replace("\n    ", " ").split("\n"):
        kinds, types, paths, reason = row.split(" | ")
        yield from ((kind, of, " ".join(expanded(paths)), reason) for kind in expanded(kinds) for of in expanded(types))


# Mutants that are still valid and so are not made: what is done | type | paths within it | why. A deeper line goes on with
# the paths. `{1,3..5}` stands for each of 1, 3, 4 and 5. Whether a code stands in its list is V25's, which refuses no fact.
LEGITIMATE = list(table("""
null | event | /counts/tallies/*/* /log/follows /log_answer/known | may be null
null | roster-body | /previous /members/*/iso3 | may be null
null | manifest | /leaves/*/1/{1,2,8,11..19,21..25} | may be null (person)
null | manifest:family | /leaves/*/1/{26..32} | may be null
null | manifest:repatriation | /leaves/*/1/{26..34} | may be null
null | manifest:site | /leaves/*/1/{26..30} | may be null
null | manifest:property | /leaves/*/1/{1,2,7,9,10,12..15} | may be null
null | manifest:outcome | /leaves/*/1/{1,5,7..9} | may be null
null | manifest:incident | /leaves/*/1/{2,3,5,7} | may be null
null | manifest:liberty | /leaves/*/1/{2,3,5} | may be null
null | manifest:onward | /leaves/*/1/{1,5,7} | may be null
null | manifest:dispute | /leaves/*/1/{1,3,4} | null in `disputed`
null | manifest:certificate | /leaves/*/1/{1,6,7} | null unless it is so
null | manifest:{inquiry,link,protest,correction,notice} | /leaves/*/1/1 | null as a rule
null | manifest:answer | /leaves/*/1/{1,5..10} | null unless it is so
zero | manifest:{incident,liberty} | /leaves/*/1/3 | a leaf's index where there was none
zero | manifest:dispute | /leaves/*/1/3 | a round where there was none
empty | event | /sealed | beside a manifest no sealed annex is a statement too
empty | event | /label/releasable_to | released to nobody
empty | statement | /1 | without receipts it is a Signed Statement
empty | roster-body | /members /authorities /{members,authorities}/*/names /authorities/*/competence/{kinds,sites}
    /authorities/*/keys /authorities/*/officers /authorities/*/officers/*/{roles,keys} | may be empty
empty | key-view | /authorities /authorities/*/keys | may be empty
empty | manifest | /leaves/*/1/{2,6,9,13} | may be empty
empty | manifest:family | /leaves/*/1/{28,30}/* | nothing held or missing
empty | manifest:property | /leaves/*/1/4 | not sealed
empty | manifest:{outcome,incident,onward} | /leaves/*/1/6 | may be empty
empty | manifest:correction | /leaves/*/1/{4,5} | fields or columns: V8 asks for one of both
empty | site | /reconciliation /reconciliation/*/entries /registers /court_dates /stores /hazards /residual_duties | may be empty
empty | identity | /persons | may be empty
empty | message | /text /attachments | may be empty
empty | bundle-item:proof | /1/3 | the path of a tree of one leaf
empty | draft-header | /roles | no office beside the officers
nothing | annex | /content | an annex may hold nothing, so that every envelope lists it
type | message | /text/* | a line may be empty
type | manifest:correction | /leaves/*/1/4 | a map of fields by name, whichever they are
{type,null,zero,number,code,length,empty} | manifest:correction | /leaves/*/1/4{/*,/*/*,/*/*/*,/*/*/*/*} | a value as the original's schema has it: V8
{type,null,zero,number,code,length,empty} | disclosure | /disclosed/*/2{,/*} | a value as its schema has it; digests bind it
number | event | /clock_error_s /counts/total /counts/tallies/*/* /log/follows/size /log_answer/known/size | any number
number | event | /log_answer/{part,parts} | any number from 1 on; that part is at most parts, CDDL cannot say
number | {statement,approval,receipt}-protected | /15/6 | a time
number | {key-link,archive-stamp,monitor-report}-body | /at | a time
number | roster-body | /version /issued_at /next_update /root/holders/*/keys/*/{not_*,revocations/*/effective_from}
    /authorities/*/keys/*/{not_*,revocations/*/effective_from} /authorities/*/officers/*/number
    /authorities/*/officers/*/keys/*/{not_*,revocations/*/effective_from} | a time or a running number
number | key-view | /version /issued_at /authorities/*/keys/*/{not_*,officer,revocations/*/effective_from} | a time or a running number
number | code-list | /version /codes/*/since | any version
number | policy | /tolerance_s /late_after_s /grace_s | a span
number | inclusion-proof | /0 /1 | a tree's size or an index
number | bundle-item:proof | /1/1 /1/2 | a tree's size or an index
number | manifest:{outcome,incident,liberty,onward,protest,correction} | /leaves/*/1/3 | a leaf's index
number | manifest:dispute | /leaves/*/1/3 | a round
number | manifest:certificate | /leaves/*/1/3 /leaves/*/1/8/size | a leaf's index, a log's size
number | manifest:answer | /leaves/*/1/3 /leaves/*/1/9/size | a leaf's index, a log's size
number | manifest:property | /leaves/*/1/6/number | any number
number | site | /count/{declared,releasing,receiving} /registers/*/pages /complaints_pending /stores/*/days | any number
number | message | /attachments/*/size | any size up to an attachment's
length | roster-body | /authorities/*/keys/*/certificate /authorities/*/anchors/*/* | a certificate of any length
length | roster-body | /authorities/*/succeeds/final_checkpoint | a signed note is text of any length
length | statement-protected | /33 /33/* | a certificate of any length
length | statement | /1/33 /1/33/* /1/270 | a certificate or a time stamp of any length
length | sealed-payload | /2 | a ciphertext of any length; the reader knows which there are
length | bundle-item:sealed | /1/1 | a ciphertext has any length
length | draft-item:sealed | /1 | a ciphertext has any length
length | bundle-item:codes | /1 | a file of any length, which is JSON
length | bundle-item:checkpoint | /1 | a signed note is text of any length
length | fork:{roots,sequences} | /signed/* | a signed note is text of any length
number | fork:sequences | /contradiction/1 | a leaf's index
number | fork:lines | /contradiction/*/2/*/2 | a leaf's index, or a round
empty | fork:sequences | /contradiction/*/1 | the path of a tree of one leaf
code | event | /basis/code /reason/code /late_entry/form /withheld_from/*/{member,code} /place/{site_id,pcode}
    /sealed/*/{id,media_type,retention_class} /annexes/*/{id,media_type}
    /label/{policy,classification,releasable_to/*,originator} | lists published as data, or ids
code | event | /*/{member,authority} /parties/*/{member,authority} | names that the roster lists
code | roster-body | /coalition /root/holders/*/holder /members/*/{member,names/*} /authorities/*/names/*
    /authorities/*/competence/sites/* | names
code | roster-body | /code_lists/* | a version of a list published as data
code | key-view | /coalition | a name
code | code-list | /list /codes/*/{id,replaced_by} /texts/* /codes/*/texts/* | any code, any text
code | manifest | /leaves/*/1/{6/*/status,8/*/role,9/*,10/status,14/*/*,15/*,16/*,17/*,18/regime,18/unknown,18/place/*,19/*,21/*}
    /leaves/*/1/{22/outcome,23/*/scope,25/access} | a code of a published list, or a place
code | manifest | /leaves/*/1/14/place/code | a place's name
code | manifest:{person,family,repatriation,site,protest} | /leaves/*/1/4 | a code of a published list
code | manifest:family | /leaves/*/1/{26/status,26/method,26/witness,27/code,28/*,29/*/*,30/*/*} | a code of a published list, or a mark
code | manifest:repatriation | /leaves/*/1/{26/status,26/method,26/witness,27/code,28/code,30/code,31/code,33,34/code} | a code of a published list, or a mark
code | manifest:site | /leaves/*/1/{26,27/*,28} | a code of a published list, or a mark
code | manifest:property | /leaves/*/1/{3,4/*,5,6/unit,7/*,8/code,10/*/*,11,14/*,15} | a code of a published list, or a mark
code | manifest:outcome | /leaves/*/1/6/* | a code of a published list
code | manifest:inquiry | /leaves/*/1/2 | a code of a published list
code | manifest:link | /leaves/*/1/3 | a code of a published list
code | manifest:notice | /leaves/*/1/{3,4} | a code of a published list
code | manifest:correction | /leaves/*/1/{5/*,6} | a column, or a code of a published list
code | manifest:onward | /leaves/*/1/{5,6/*} | an authority of the roster, a code of a published list
code | manifest:dispute | /leaves/*/1/4 | an authority of the roster
code | manifest:certificate | /leaves/*/1/{4,6,7/*} | an authority of the roster
code | manifest:answer | /leaves/*/1/{6,7,8/*,10} | an authority of the roster, or a reason
code | manifest:outcome | /leaves/*/1/9 | a reason in words
code | manifest:incident | /leaves/*/1/7 | a reason in words
code | manifest:liberty | /leaves/*/1/5 | a reason in words
code | site | /type /sector /count/method /reconciliation/*/{status,entries/*} /registers/*/{kind,name} /court_dates/*/{entry,court}
    /stores/*/code /hazards/*/* /relinquishment /assumption /residual_duties/*/* | a code of a published list, or words
code | identity | /persons/*/* | a person's own words
code | message | /subject /text/* /attachments/*/name | a sender's own words
"""))

# Arrays whose length is fixed; the others lose or gain items without harm.
FIXED = {
    "key-link": "/", "disclosure": "/digests /disclosed/*",
    "fork": "/signed /contradiction /contradiction/* /contradiction/*/2/*",
    "archive-stamp": "/ /3/*", "archive-stamp-body": "/covers/*",
    "monitor-report": "/ /3/*", "monitor-report-body": "/covers/*",
    "statement": "/", "approval": "/", "receipt": "/ /1/396/-1", "inclusion-proof": "/", "roster": "/ /3/*",
    "manifest": "/leaves/*/1", "slots": "/", "bundle-item": "/ /1", "draft-item": "/", "sealed-payload": "/ /3 /3/*",
}


# What holds others is checked after them, so that what has samples goes by their names.
ORDER = {"approval": 1, "receipt": 1, "event": 2, "roster": 2, "annex": 2, "history": 2, "statement": 3, "bundle-item": 4,
         "draft-item": 4, "roster-fork": 4, "disclosure": 4, "fork": 4, "archive-stamp": 4, "monitor-report": 4}

# Group choices made by a literal under a key of the root: root -> (key, line of an alternative, group 1 the literal).
CHOICES = {"disclosure": ("schema", r'^  \("schema": "([^"]*)", .*\)(?: //)?\n')}


class Embedded:
    """CBOR inside a byte string, opened."""

    def __init__(self, value, kind):
        self.value, self.kind = value, kind


class Node:
    """A place in a sample: its value, the type it belongs to, its path there and from the root."""

    def __init__(self, value, kind, path, full, put):
        self.value, self.kind, self.path, self.full, self.put = value, kind, path, full, put


def within(table, kind, path):
    """Whether a table lists the path, for the type or for what it is a case of."""
    names = [kind, kind.split(":")[0]]
    return any(fnmatch.fnmatchcase(path, p) and path.count("/") == p.count("/")
               for name in dict.fromkeys(names) for p in table.get(name, "").split())


def legitimate(mutation, node):
    for kind, of, paths, reason in LEGITIMATE:
        if kind == mutation and of in (node.kind, node.kind.split(":")[0]) and within({of: paths}, of, node.path):
            return reason
    return None


def case(kind, value):
    """A type by its discriminating content: manifests by schema, bundle items by type."""
    if kind == "manifest" or kind.startswith("manifest-"):
        return "manifest:" + value["schema"].split("-")[0]
    if kind == "fork":
        return f"fork:{value['contradiction'][0]}"
    if kind in ("bundle-item", "draft-item"):
        return f"{kind}:{value[0]}"
    return kind


def place(kind, path):
    """The path as EMBEDDED has it, or as it is where that has none."""
    return next((pattern for pattern in EMBEDDED.get(kind, {})
                 if fnmatch.fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")), path)


def opened(value, kind, path=""):
    """The value with every byte string that holds CBOR decoded."""
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, opened(value.value, kind, path))
    if isinstance(value, bytes):
        inner = EMBEDDED.get(kind, {}).get(place(kind, path))
        if inner is None:
            return value
        content = cbor2.loads(value)
        inner = case(inner, content)
        return Embedded(opened(content, inner), inner)
    # An annex and a list of slots stand in a bundle as they are, not in a byte string.
    if (kind, path) in (("bundle-item:annex", "/1"), ("bundle-item:slots", "/1")):
        kind, path = kind.split(":")[1], ""
        return Plain(opened(value, kind), kind)
    if isinstance(value, (list, tuple)):
        return [opened(item, kind, f"{path}/{index}") for index, item in enumerate(value)]
    # What cbor2 decodes within a tag is a frozen map.
    if isinstance(value, collections.abc.Mapping):
        return {key: opened(item, kind, f"{path}/{key}") for key, item in value.items()}
    return value


class Plain(Embedded):
    """A value of a type of its own that stands where it is."""


def closed(value):
    """The reverse of `opened`."""
    if isinstance(value, Plain):
        return closed(value.value)
    if isinstance(value, Embedded):
        return cbor2.dumps(closed(value.value))
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, closed(value.value))
    if isinstance(value, list):
        return [closed(item) for item in value]
    if isinstance(value, dict):
        return {key: closed(item) for key, item in value.items()}
    return value


def shape(value):
    """What makes an array's item worth mutating: items of one shape are mutated once."""
    if isinstance(value, Embedded):
        return ("embedded", shape(value.value))
    if isinstance(value, cbor2.CBORTag):
        return (value.tag, shape(value.value))
    if isinstance(value, list):
        items = tuple(shape(item) for item in value)
        # A manifest line and other short lists by position, long lists by what they hold.
        return ("list",) + (items if len(items) in (2, 3, 4, 6, 8, 9, 10, 16, 26, 31, 33, 35) else tuple(dict.fromkeys(items)))
    if isinstance(value, dict):
        return ("map",) + tuple((str(key), shape(item)) for key, item in value.items())
    return type(value).__name__


def least(items):
    return min(items, key=lambda item: len(cbor2.dumps(closed(item))))


def bare(value, kind, path, items):
    """The value with `items` of each array whose items do not depend on each other: none, or the least."""
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, bare(value.value, kind, path, items))
    if isinstance(value, dict):
        return {key: bare(item, kind, f"{path}/{key}", items) for key, item in value.items()}
    if isinstance(value, list) and value and not within(FIXED, kind, path or "/"):
        return [bare(least(value), kind, f"{path}/0", items)][:items]
    return value


def nodes(value, kind, put, valid, linked, path="", full=""):
    """Every node with a way to put another value in its place; `put(x)` gives the whole with x there, and with few
    items in the arrays around it, where it is `valid` so. Of what a byte string holds, which is mutated by itself, the
    top and the last node are given if the place is not in `linked`; without `linked` none."""
    yield Node(value, kind, path or "/", full or "/", put)
    if isinstance(value, Embedded):
        link = (kind, place(kind, path), value.kind)
        if linked is not None and link not in linked:
            linked.add(link)
            inner = list(nodes(value.value, value.kind, lambda x: put(type(value)(x, value.kind)), None, None, "",
                               full if isinstance(value, Plain) else full + "/<cbor>"))
            yield from [inner[0], inner[-1]][:len(inner)]
    elif isinstance(value, cbor2.CBORTag):
        yield from nodes(value.value, kind, lambda x, v=value: put(cbor2.CBORTag(v.tag, x)), valid, linked, path, full)
    elif isinstance(value, list):
        seen = set()
        for index, item in enumerate(value):
            if len(value) > 4 and not within(FIXED, kind, path or "/"):
                if shape(item) in seen:
                    continue
                seen.add(shape(item))
            before, after = value[:index], value[index + 1:]
            if valid and len(value) > 1 and isinstance(item, (list, dict)) and not within(FIXED, kind, path or "/"):
                for others in [], [least(value)] * (len(value) - 1):
                    if valid(put([item] + others)):
                        before, after = [], others
                        break
            yield from nodes(item, kind, lambda x, b=before, a=after: put(b + [x] + a), valid, linked,
                             f"{path}/{index}", f"{full}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            around = value
            for items in (0, 1) if valid else ():
                few = {**{k: bare(v, kind, f"{path}/{k}", items) for k, v in value.items()}, key: item}
                if few != value and valid(put(few)):
                    around = few
                    break
            yield from nodes(item, kind, lambda x, k=key, a=around: put({**a, k: x}), valid, linked,
                             f"{path}/{key}", f"{full}/{key}")


def embedded(value):
    """Every part inside a value that is of a type of its own; not what stands inside a part."""
    if isinstance(value, Embedded):
        yield value
    elif isinstance(value, cbor2.CBORTag):
        yield from embedded(value.value)
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from embedded(item)


def replacements(node):
    """(what is done, the other value, the kind of mutation) for one node."""
    value = node.value
    yield "float", 1.5, "type"
    yield "tag", cbor2.CBORTag(1000, value), "type"
    yield "undefined", cbor2.undefined, "type"
    if value is not None:
        yield "null", None, "null"
    if value is None:
        yield "null to 0", 0, "zero"
        yield "null to false", False, "type"
        yield "null to text", "", "type"
    elif isinstance(value, bool):
        yield "bool to int", int(value), "type"
        yield "bool to text", str(value).lower(), "type"
        if node.path == "/exercise" and node.kind == "event":
            yield "true to false", False, "type"
    elif isinstance(value, int):
        yield "int to text", str(value), "type"
        yield "int to bytes", b"\x01", "type"
        yield "int to bool", True, "type"
        yield "negative", -1000, "type"
        yield "unknown number", value + 500_000_000_000_000, "number"
    elif isinstance(value, str):
        yield "text to int", 0, "type"
        yield "text to bytes", value.encode(), "type"
        yield "text to array", [value], "type"
        yield "empty text", "", "type"
        yield "long text", "x" * 70_000, "type"
        yield "unknown code", "zz-unknown", "code"
    elif isinstance(value, Plain):
        pass
    elif isinstance(value, Embedded):
        yield "bytes to text", "x", "type"
        yield "bytes opened", value.value, "type"
        yield "no CBOR", b"\xff", "type"
        yield "empty bytes", b"", "nothing"
        yield "bytes after", cbor2.dumps(closed(value.value)) + b"\x00", "type"
    elif isinstance(value, bytes):
        yield "bytes to text", "x" * len(value), "type"
        yield "bytes to int", 0, "type"
        yield "a byte less", value[:-1], "length"
        yield "a byte more", value + b"\x00", "length"
        yield "empty bytes", b"", "type"
    elif isinstance(value, list):
        yield "array to map", {}, "type"
        yield "array to text", "x", "type"
        yield "odd item", value + [1.5], "type"
        if value:
            yield "empty array", [], "empty"
        if within(FIXED, node.kind, node.path):
            if value:
                yield "an item less", value[:-1], "type"
            yield "an item more", value + [None], "type"
            yield "an item twice", value + value[-1:], "type"
    elif isinstance(value, dict):
        yield "map to array", list(value.values()), "type"
        yield "map to text", "x", "type"
        if value:
            yield "empty map", {}, "empty"
        yield "unknown text key", {**value, "zz_unknown": 0}, "type"
        yield "unknown number key", {**value, 999: 0}, "type"
    elif isinstance(value, cbor2.CBORTag):
        yield "no tag", value.value, "type"
        yield "another tag", cbor2.CBORTag(value.tag + 1, value.value), "type"


def variants(node):
    """(name, value, whether it is still valid) of a node; for a mutant that is not made, the reason instead."""
    if isinstance(node.value, dict):
        for key in node.value:
            path = f"{'' if node.path == '/' else node.path}/{key}"
            rest = {k: v for k, v in node.value.items() if k != key}
            free = any(kind == node.kind and within({kind: paths}, kind, path) and holds(rest)
                       for kind, paths, holds in CONDITIONAL)
            yield f"without {key}", rest, free or within(OPTIONAL, node.kind, path)
    for name, value, mutation in replacements(node):
        reason = legitimate(mutation, node)
        yield (name, value, False) if reason is None else (name, None, reason)


class Schemas:
    def __init__(self):
        self.files = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.cddl"))}
        self.roots = sorted((name for name in self.files if name != "common"), key=len, reverse=True)
        self.judges, self.opinions = {}, {}

    def text(self, root):
        """The file, then common.cddl, then every other file: how the README says to use one."""
        rest = [name for name in self.files if name not in (root, "common")]
        return "\n".join(self.files[name] for name in [root, "common", *rest])

    def faults(self):
        """What in the files would make a verdict say less than it seems to."""
        inner = {rule(kind) for places in EMBEDDED.values() for kind in places.values()}
        inner |= set(self.roots)
        whole = "\n".join(self.files.values())
        for name in self.roots:
            first = re.search(r"^([\w-]+) *=", self.files[name], re.M)
            if first is None or first[1] != name:
                yield f"{name}.cddl: its first rule is not {name}"
        # A rule that is a choice of others stands for them.
        for held in sorted(set(re.findall(r"\.cbor\s+([^\s,)\]}]+)", re.sub(r";.*", "", whole)))):
            choice = re.search(rf"^{re.escape(held)} = ([\w-]+(?:\s*/\s*[\w-]+)+)$", whole, re.M)
            for name in re.split(r"\s*/\s*", choice[1]) if choice else [held]:
                if name not in inner:
                    yield f".cbor {name}: a rule whose mutants nobody makes; give it a file, or list it in EMBEDDED"
        for root, (_, line) in CHOICES.items():
            literals = re.findall(line, self.files[root], re.M)
            if len(literals) < 2 or len(literals) != len(set(literals)):
                yield f"{root}.cddl: the literals of its choice are {literals}"

    def of(self, sample):
        for root in self.roots:
            if sample == root or sample.startswith(root + "-"):
                return root
        return None

    def literal(self, root, value):
        """By what a value chooses its alternative."""
        key, line = CHOICES.get(root, (None, None))
        found = value.get(key) if key and isinstance(value, dict) else None
        return found if isinstance(found, str) and found in re.findall(line, self.files[root], re.M) else None

    def judge(self, root=None, literal=None, wide=False):
        """All rules; for a literal, with its alternative alone; if wide, with any bytes for what holds CBOR."""
        name = (root if literal else None, literal, wide)
        if name not in self.judges:
            text = "\n".join(self.files.values())
            if literal:
                line, file = CHOICES[root][1], self.files[root]
                alone = re.sub(line, lambda m: m[0] if m[1] == literal else "", file, flags=re.M)
                text = text.replace(file, re.sub(r" //\n\)", "\n)", alone))
            if wide:
                text = re.sub(r"\bbstr\s+\.cbor\s+[\w-]+", "bstr", text)
            self.judges[name] = Validator(text)
        return self.judges[name]

    def valid(self, root, data, literal=None):
        """Whether a mutant is valid. Whatever refuses it before the last is no narrower than the schema is for it."""
        judges = [self.judge(root, literal, True), self.judge(root, literal)] + ([self.judge()] if literal else [])
        return all(judge.validate(data, root).valid for judge in judges)

    def compile(self):
        """Every judge, before there are processes that share them."""
        for root, (_, line) in [(None, (None, None)), *CHOICES.items()]:
            for literal in re.findall(line, self.files[root], re.M) if root else [None]:
                self.judge(root, literal), self.judge(root, literal, True)

    def opinion(self, root):
        if root not in self.opinions:
            self.opinions[root] = pycddl.Schema(self.text(root))
        return self.opinions[root]


def rule(kind):
    """The rule that a type or a case of it has."""
    return kind.replace(":", "-") if kind.startswith("manifest:") else kind.split(":")[0]


SCHEMAS = Schemas()


def holds(work):
    """Whether a root's schema accepts a mutant; in a process of its own."""
    return SCHEMAS.valid(*work)


# What pycddl 0.6.4 cannot judge although it is right, with the reason: root -> reason. Everything else it must accept too.
PYCDDL_FAULTS = {
    **dict.fromkeys(["approval", "archive-stamp", "disclosure", "fork", "key-link", "monitor-report", "receipt", "roster",
                    "roster-fork", "statement"],
                    "it reads every byte string of an array by the .cbor of another one"),
    **dict.fromkeys(["manifest-person", "manifest-outcome", "manifest-recall", "manifest-dispute", "manifest-certificate",
                     "manifest-family", "manifest-repatriation", "manifest-site", "manifest-property",
                     "manifest-incident", "manifest-liberty", "manifest-onward", "manifest-inquiry", "manifest-answer", "manifest-link",
                     "manifest-protest", "manifest-correction", "manifest-notice", "history", "roster-body",
                      "key-view", "draft-header"],
                    "it takes only one of the choices inside an array"),
    "event": "the same as approval, where approvals stand in it",
    "code-list": "it matches the map, not its keys, against the .regexp of a key",
    "sealed-payload": "it panics on byte strings that hold CBOR beside a choice of maps",
    **dict.fromkeys(["bundle-item", "draft-item"], "it panics on some choices of arrays and takes another for one"),
}


class Tally:
    def __init__(self, schemas, listing, pool):
        self.agreed, self.unjudged = 0, {}
        self.schemas, self.listing, self.pool = schemas, listing, pool
        self.passed = self.failed = 0
        self.survivors, self.reasons, self.used, self.done, self.linked = [], {}, set(), set(), set()

    def sample(self, name, root, data):
        verdict = self.schemas.judge().validate(data, root, require_deterministic=True)
        if not verdict.valid:
            self.failed += 1
            print(f"SCHEMA {name}: INVALID under {root}")
            for found in verdict.diagnostics[:5]:
                print(f"  {found.path_text}: {found.message}")
            return
        self.used.add(root)
        if root in self.schemas.files:
            self.second_opinion(name, root, data)
        value = cbor2.loads(data)
        kind = case(root, value)
        tree = opened(value, kind)
        if (kind, shape(tree)) in self.done:
            self.passed += 1
            print(f"SCHEMA {name}: valid, of a shape whose mutants were refused above")
            return
        self.done.add((kind, shape(tree)))
        for part in embedded(tree):
            if (part.kind, shape(part.value)) not in self.done:
                self.sample(f"{rule(part.kind)} within {name}", rule(part.kind), cbor2.dumps(closed(part.value)))
        literal = self.schemas.literal(root, value)

        def valid_whole(other):
            return self.schemas.valid(root, cbor2.dumps(closed(other)), literal)

        spared = 0
        made = []
        for node in nodes(tree, kind, lambda x: x, valid_whole, self.linked):
            for mutation, other, valid in variants(node):
                if isinstance(valid, str):
                    spared += 1
                    self.reasons.setdefault((node.kind, valid), set()).add(mutation)
                    continue
                mutant = closed(node.put(other))
                kept = literal if self.schemas.literal(root, mutant) == literal else None
                mutant = cbor2.dumps(mutant)
                if mutant != data:
                    made.append((f"{name} {node.full}: {mutation}", valid, (root, mutant, kept)))
        verdicts = self.pool.map(holds, [work for _, _, work in made], chunksize=32)
        survivors = [where + (" is refused" if valid else "")
                     for (where, valid, _), verdict in zip(made, verdicts) if verdict != valid]
        kept = sum(valid and verdict for (_, valid, _), verdict in zip(made, verdicts))
        refused = len(made) - len(survivors) - kept
        self.passed += 1 + refused + kept
        self.failed += len(survivors)
        self.survivors += survivors
        print(f"SCHEMA {name}: valid, {refused} mutants refused, {len(survivors)} passed; {kept} keys are optional, "
              f"{spared} mutants legitimate", flush=True)

    def second_opinion(self, name, root, data):
        """pycddl must accept the sample as well, but for its known faults, which are counted."""
        try:
            self.schemas.opinion(root).validate_cbor(data)
            self.agreed += 1
        except BaseException as error:  # it panics on some input, and a panic is no Exception
            if isinstance(error, KeyboardInterrupt):
                raise
            if root not in PYCDDL_FAULTS:
                self.failed += 1
                print(f"PYCDDL {name}: refused under {root}: {str(error).splitlines()[-1]}")
            self.unjudged.setdefault(root, []).append(name)

    def finish(self):
        print(f"PYCDDL: {self.agreed} samples and parts are valid for it too")
        for root, names in sorted(self.unjudged.items()):
            print(f"PYCDDL: {len(names)} of {root} it cannot judge: {PYCDDL_FAULTS.get(root, 'a new fault')}")
        missing = [root for root in self.schemas.roots if root not in self.used]
        for root in missing:
            print(f"SCHEMA {root}: no sample")
        self.failed += len(missing)
        for survivor in self.survivors:
            print(f"  SURVIVED {survivor}")
        if self.listing:
            for (kind, reason), mutations in sorted(self.reasons.items()):
                print(f"  legitimate in {kind}: {reason} ({', '.join(sorted(mutations))})")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def samples(folder):
    """(name, root or None, bytes); bundles and drafts are split."""
    seen = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".cbor", ".cose", ".amana", ".draft"):
            continue
        data = path.read_bytes()
        if path.suffix in (".amana", ".draft"):
            form = "bundle" if path.suffix == ".amana" else "draft"
            stream, start = io.BytesIO(data), 0
            decoder = cbor2.CBORDecoder(stream, read_size=1)
            while start < len(data):
                item = decoder.decode()
                end = stream.tell()
                root = f"{form}-header" if start == 0 else f"{form}-item"
                name = root if start == 0 else f"{root}-{item[0]}"
                seen[name] = seen.get(name, 0) + 1
                yield name if seen[name] == 1 else f"{name}-{seen[name]}", root, data[start:end]
                start = end
            continue
        yield path.stem, SCHEMAS.of(path.stem), data
    for path in sorted(CODES.glob("*.json")):
        value = json.loads(path.read_text("utf-8"))
        yield f"code-list-{path.stem}", "code-list", cbor2.dumps(value, canonical=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    SCHEMAS.compile()
    with multiprocessing.Pool() as pool:
        sys.exit(check(pathlib.Path(sys.argv[1]), Tally(SCHEMAS, "--list" in sys.argv, pool)))


def check(folder, tally):
    found = list(samples(folder))
    for name, root, _ in found:
        if root is None:
            print(f"SCHEMA {name}: no schema of that name")
            tally.failed += 1
    found = [sample for sample in found if sample[1]]
    for fault in tally.schemas.faults():
        print(f"SCHEMA {fault}")
        tally.failed += 1
    # What has a sample of its own before what holds it.
    for name, root, data in sorted(found, key=lambda sample: (ORDER.get(sample[1], 0), sample[0])):
        tally.sample(name, root, data)
    return tally.finish()


if __name__ == "__main__":
    main()
