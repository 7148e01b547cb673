"""docs/control-api.yaml is OpenAPI 3.1, and every example in it fits its schema."""

import re
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

path = Path(__file__).resolve().parents[2] / "docs" / "control-api.yaml"
document = yaml.safe_load(path.read_text(encoding="utf-8"))
validate(document)


def resolved(node):
    """A node with its reference followed."""
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def examples(node, place="#"):
    """Every schema with an example beside it: (place, schema, value)."""
    node = resolved(node)
    if isinstance(node, dict):
        if "schema" in node:
            if "example" in node:
                yield place, node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{place}/{name}", node["schema"], resolved(example)["value"]
        for key, value in node.items():
            yield from examples(value, f"{place}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from examples(value, f"{place}/{index}")


checked = 0
for place, schema, value in examples(document["paths"]):
    whole = {"components": document["components"], **schema}
    errors = list(Draft202012Validator(whole).iter_errors(value))
    for error in errors:
        print(f"{place}: {error.message}")
    if errors:
        sys.exit(1)
    checked += 1
unused = set(document["components"]["examples"]) - {
    reference.split("/")[-1]
    for reference in path.read_text(encoding="utf-8").replace("'", " ").split()
    if reference.startswith("#/components/examples/")
}
if unused or checked == 0:
    sys.exit(f"examples that nothing shows: {unused}")
# Every type of Sources/ControlAPI has the fields that its schema has.
SHAPES = {
    "DraftRequest": "DraftRequest", "Answer": "Answer", "ApprovalRequest": "ApprovalRequest", "DraftView": "Draft",
    "StatementView": "Statement", "ReceiptView": "Receipt", "LineView": "Line", "ChainView": "Chain",
    "StatusView": "Status", "Count": "Count", "Alarm": "Alarm", "ReadView": "Read", "Problem": "Problem",
    "Failing": "Failing", "ImportReport": "ImportReport", "AuditReport": "AuditReport", "Undelivered": "Undelivered",
    "ArchiveStampRequest": "ArchiveStampRequest", "MonitorReportRequest": "MonitorReportRequest",
    "CoveredFile": "CoveredFile", "PeerRequest": "PeerRequest", "PeerTestRequest": "PeerTestRequest", "PeerView": "Peer", "PeerTestView": "PeerTest",
    "OutboxView": "OutboxRow", "InboxView": "InboxRow",
    "OutboxRetryRequest": "OutboxRetryRequest", "OutboxRetryView": "OutboxRetry", "MessageRequest": "MessageRequest", "UploadView": "Upload",
    "KeyViewSummary": "KeyViewSummary", "KeyDifferenceView": "KeyDifference", "ViewedKeyView": "ViewedKey",
    "MessageSummary": "MessageSummary", "MessageView": "Message", "SentView": "Sent",
    "DraftFileReport": "DraftFileReport", "Left": "LeftApproval",
}


def fields(source, name):
    """The JSON names of a struct's stored properties."""
    header = re.search(rf"^( *)public struct {name}\b", source, re.M)
    if header is None:
        return None
    inner = header[1] + "  "
    body = source[header.start():source.index(f"\n{header[1]}}}", header.start())]
    names = re.findall(rf"^{inner}public var (\w+): [^{{\n]*$", body, re.M)
    renamed = dict(re.findall(rf'^{inner}  case (\w+) = "([^"]+)"', body, re.M))
    return {renamed.get(name, name) for name in names}


sources = [file.read_text(encoding="utf-8") for file in (path.parents[1] / "Sources" / "ControlAPI").glob("*.swift")]
for name, schema in SHAPES.items():
    found = next(filter(None, (fields(source, name) for source in sources)), None)
    described = set(document["components"]["schemas"][schema]["properties"])
    if found != described:
        sys.exit(f"{name} and schema {schema} differ: {sorted((found or set()) ^ described)}")
print(f"OpenAPI {document['openapi']}: {len(document['paths'])} paths, {checked} examples fit their schemas")
