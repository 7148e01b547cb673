#!/usr/bin/env python3
"""Has a daemon register observations, for a log with more leaves: grow.py SOCKET STATEMENT COUNT."""
import http.client
import json
import socket
import sys
import uuid

path, statement, count = sys.argv[1:]


class Daemon(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)


daemon = Daemon("amana")
for _ in range(int(count)):
    draft = {"draft_id": str(uuid.uuid4()), "event": "observed", "statements": [statement], "site_id": "SITE-01"}
    daemon.request("POST", "/v1/drafts", json.dumps(draft), {"content-type": "application/json"})
    answer = daemon.getresponse()
    text = answer.read()
    if answer.status != 201:
        raise SystemExit(f"{answer.status} {text}")
