#!/usr/bin/env bash
# The units are clean by systemd-analyze verify; the exposure is printed. A stand-in binary is enough for the check.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
here=$(cd "$(dirname "$0")/.." && pwd)
cp "$here"/systemd/*.service "$here"/systemd/*.socket "$root"
# The binaries are checked for existence; where they are not installed, a command that is stands for them.
sed -i "s#/usr/bin/\(amanad\|amana-courier\)#$(command -v true)#; /^Documentation=/d" "$root"/*
out=$(systemd-analyze verify "$root"/*.service "$root"/*.socket 2>&1 | grep -E 'amana' || true)
if [ -n "$out" ]; then echo "$out"; exit 1; fi
echo "UNITS: $(cd "$root" && echo *) are clean"
# What a unit may be exposed to at most, by systemd's own measure: the courier has the network.
limit() { case $1 in amana-courier) echo 1.5 ;; *) echo 0.8 ;; esac; }
for unit in amana amana-courier; do
  exposure=$(systemd-analyze security --offline=yes "$root/$unit.service" 2> /dev/null | tail -1)
  echo "$exposure"
  score=$(sed -nE 's/.*: ([0-9.]+) .*/\1/p' <<< "$exposure")
  awk -v score="$score" -v limit="$(limit $unit)" 'BEGIN { exit !(score != "" && score + 0 <= limit) }' \
    || { echo "UNITS: exposure of $unit.service above $(limit $unit)"; exit 1; }
done
