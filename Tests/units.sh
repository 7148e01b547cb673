#!/usr/bin/env bash
# The units are clean by systemd-analyze verify; the exposure is printed. A stand-in binary is enough for the check.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
here=$(cd "$(dirname "$0")/.." && pwd)
cp "$here"/systemd/amana.service "$here"/systemd/amana.socket "$root"
# The binary is checked for existence; where it is not installed, a command that is stands for it.
sed -i "s|/usr/bin/amanad|$(command -v true)|; /^Documentation=/d" "$root"/amana.service "$root"/amana.socket
out=$(systemd-analyze verify "$root/amana.service" "$root/amana.socket" 2>&1 | grep -E 'amana' || true)
if [ -n "$out" ]; then echo "$out"; exit 1; fi
echo "UNITS: amana.service and amana.socket are clean"
exposure=$(systemd-analyze security --offline=yes "$root/amana.service" 2> /dev/null | tail -1)
echo "$exposure"
score=$(sed -nE 's/.*: ([0-9.]+) .*/\1/p' <<< "$exposure")
# What the unit may be exposed to at most, by systemd's own measure.
awk -v score="$score" 'BEGIN { exit !(score != "" && score + 0 <= 0.8) }' || { echo "UNITS: exposure above 0.8"; exit 1; }
