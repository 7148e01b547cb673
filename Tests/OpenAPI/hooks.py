"""What schemathesis cannot know: how a bundle is sent, and which ids exist ($AMANA_STATEMENT, $AMANA_DRAFT)."""

import os
import re

import schemathesis

IDENTIFIER = re.compile(r"[0-9A-Fa-f-]{4,79}")


@schemathesis.serializer("application/vnd.amana.bundle+cbor-seq")
def bundle(_context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two of three ids that fit the pattern become ids of what is there."""
    identifier = path_parameters.get("id") if path_parameters else None
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier) or len(identifier) % 3 == 0:
        return path_parameters
    is_draft = context.operation.path.startswith("/v1/drafts")
    return {**path_parameters, "id": os.environ["AMANA_DRAFT" if is_draft else "AMANA_STATEMENT"]}
