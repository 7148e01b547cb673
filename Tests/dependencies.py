#!/usr/bin/env python3
"""Compares Package.resolved with docs/dependencies.lock, and Package.swift's pins with both."""
import json, re, sys

resolved = {p["identity"]: p["state"]["version"] for p in json.load(open("Package.resolved"))["pins"]}
lines = [f"{name} {version}" for name, version in sorted(resolved.items())]
if len(sys.argv) == 3 and sys.argv[1] == "--write":
    open(sys.argv[2], "w").write("\n".join(lines) + "\n")
    sys.exit(0)
locked = open("docs/dependencies.lock").read().split("\n")[:-1]
pins = re.findall(r'\.package\(url: "[^"]*/([^"/]+?)(?:\.git)?", exact: "([^"]+)"', open("Package.swift").read())
pinned = sorted(f"{name.lower()} {version}" for name, version in pins)
failed = False
for title, other in (("docs/dependencies.lock", locked), ("the exact pins of Package.swift", pinned)):
    for line in sorted(set(lines) ^ set(other)):
        failed = True
        print(f"resolved packages and {title} differ: {line}")
print(f"DEPENDENCIES: {len(lines)} packages resolved, {'they differ' if failed else 'all as locked and pinned'}")
sys.exit(failed)
