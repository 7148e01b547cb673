"""docs/control-api.yaml is OpenAPI 3.1, and every example in it fits its schema."""

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
print(f"OpenAPI {document['openapi']}: {len(document['paths'])} paths, {checked} examples fit their schemas")
