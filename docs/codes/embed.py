#!/usr/bin/env python3
"""Writes what is made from the code lists: Sources/Custody/Codes/*.swift and docs/codes.md.

    docs/codes/embed.py            # then: swift format -i -r Sources/Custody/Codes

The files NAME-VERSION.json beside this script are the lists. Each is first written anew in its one form (`jq -S .`). A
published version never changes: a new one is a new file (docs/codes.md). Tests compare all three.
"""

import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SWIFT = ROOT / "Sources" / "Custody" / "Codes"


def read():
    lists = []
    for path in sorted(HERE.glob("*.json")):
        before = path.read_text("utf-8")
        value = json.loads(before)
        assert path.name == f"{value['list']}-{value['version']}.json", path
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        if text != before:
            path.write_text(text, "utf-8")
        lists.append((value, hashlib.sha256(text.encode()).hexdigest()))
    return sorted(lists, key=lambda pair: (pair[0]["list"], pair[0]["version"]))


def literal(text):
    return json.dumps(text, ensure_ascii=False)


def texts(value):
    # Required languages first, then the others, as people write them.
    order = ["en", "ar", "ckb", "kmr"]
    return "[" + ", ".join(f"{literal(k)}: {literal(value[k])}"
                           for k in sorted(value, key=lambda k: (order.index(k) if k in order else 9, k))) + "]"


def variable(value):
    head, *rest = value["list"].split("-")
    return head + "".join(part.capitalize() for part in rest) + str(value["version"])


def swift(value):
    lines = ["extension EmbeddedCodes {", f"  static let {variable(value)} = CodeList(",
             f"    {literal(value['list'])}, version: {value['version']}, texts: {texts(value['texts'])},", "    codes: ["]
    for code in value["codes"]:
        fields = [literal(code["id"])]
        if code["since"] != 1:
            fields.append(f"since: {code['since']}")
        if code["deprecated"]:
            fields.append("isDeprecated: true")
        if "replaced_by" in code:
            fields.append(f"replacedBy: {literal(code['replaced_by'])}")
        lines.append(f"      CodeList.Code({', '.join(fields)}, texts: {texts(code['texts'])}),")
    return "\n".join(lines + ["    ])", "}", ""])


# The files by what they are about, each short enough to read.
FILES = {
    "Reasons": ["reason"],
    "Persons": ["age", "age-basis", "sex", "nationality-status", "family-role", "vulnerability", "fit-to-travel",
                "health"],
    "Liberty": ["liberty-status", "grounds", "deprived-by", "ordered-by", "unknown-reason", "provenance", "basis"],
    "Events": ["incident", "discrepancy", "outcome", "kind", "withheld-reason", "liberty-mark", "retention-class",
               "inquirer", "link-basis"],
    "Families": ["consent", "consent-method", "child-views", "split-family", "civil-document"],
    "Borders": ["regime", "assessment", "assurance", "monitoring", "legal-basis", "consular-contact", "travel-document",
                "expected-status", "onward-condition"],
    "Sites": ["register-status", "site-type", "count-method", "register-kind", "store", "hazard", "residual-duty"],
    "Property": ["property-category", "property-condition", "property-purpose", "disposition", "owner-receipt"],
}


def write_swift(lists):
    SWIFT.mkdir(exist_ok=True)
    known = {name for names in FILES.values() for name in names}
    unknown = [value["list"] for value, _ in lists if value["list"] not in known]
    assert not unknown, f"say in FILES where {unknown} goes"
    note = "// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.\n"
    for title, names in FILES.items():
        parts = [swift(value) for value, _ in lists if value["list"] in names]
        (SWIFT / f"EmbeddedCodes+{title}.swift").write_text(note + "\n" + "\n".join(parts), "utf-8")
    body = note + "\n/// The code lists that are part of this program, every version that was ever published.\n"
    body += "enum EmbeddedCodes {\n  static let all: [CodeList] = [\n    "
    body += ", ".join(variable(value) for value, _ in lists) + ",\n  ]\n\n"
    body += "  static let byName = Dictionary(grouping: all, by: \\.name)\n}\n"
    (SWIFT / "EmbeddedCodes.swift").write_text(body, "utf-8")


def cell(text, language):
    return f'<span dir="rtl">{text}</span>' if language in ("ar", "ckb") else text


def write_document(lists):
    head = (HERE / "head.md").read_text("utf-8")
    parts = [head.rstrip("\n"), ""]
    for value, digest in lists:
        languages = ["en", "ar", "ckb", "kmr"]
        title = value["texts"]
        parts += [f"## {value['list']}, version {value['version']}", "",
                  " · ".join(cell(title[k], k) for k in languages if k in title), "",
                  f"`sha256:{digest}`", "", "| code | since | English | العربية | کوردی | Kurmancî |",
                  "|---|---|---|---|---|---|"]
        for code in value["codes"]:
            since = f"{code['since']}" + (", deprecated" if code["deprecated"] else "")
            if "replaced_by" in code:
                since += f": use `{code['replaced_by']}`"
            cells = " | ".join(cell(code["texts"].get(k, ""), k) for k in languages)
            parts.append(f"| `{code['id']}` | {since} | {cells} |")
        parts.append("")
    (ROOT / "docs" / "codes.md").write_text("\n".join(parts).rstrip("\n") + "\n", "utf-8")


def main():
    lists = read()
    write_swift(lists)
    write_document(lists)
    print(f"{len(lists)} lists, {sum(len(value['codes']) for value, _ in lists)} codes")


if __name__ == "__main__":
    main()
