"""What schemathesis cannot know: how bytes are sent, which ids exist ($AMANA_STATEMENT, $AMANA_DRAFT, $AMANA_MESSAGE)."""

import os
import re

import schemathesis

PAYLOAD = re.compile(r"[a-z][a-z0-9-]{0,63}")
IDENTIFIER = re.compile(r"[0-9A-Fa-f-]{4,79}")


@schemathesis.serializer(
    "application/vnd.amana.bundle+cbor-seq", "application/vnd.amana.draft+cbor-seq", "application/octet-stream")
def bundle(_context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two of three ids that fit the pattern become ids of what is there."""
    identifier = path_parameters.get("id") if path_parameters else None
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier) or len(identifier) % 3 == 0:
        return path_parameters
    path = context.operation.path
    name = "DRAFT" if path.startswith("/v1/drafts") else "MESSAGE" if path.startswith("/v1/messages") else "STATEMENT"
    return {**path_parameters, "id": os.environ[f"AMANA_{name}"]}


@schemathesis.hook
def map_query(context, query):
    """Two of three payloads that fit the pattern become one that is there."""
    payload = query.get("payload") if query else None
    if not isinstance(payload, str) or not PAYLOAD.fullmatch(payload) or len(payload) % 3 == 0:
        return query
    is_message = context.operation.path.startswith("/v1/messages")
    return {**query, "payload": "attachment-1" if is_message else "manifest"}
