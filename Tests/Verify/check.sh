#!/usr/bin/env bash
# The demo, and what it leaves verified by the program of docs/verify, which shares nothing with ours: check.sh BINARIES PYTHON.
set -euo pipefail
bin=$1 python=$2
here=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
AMANA_DEMO_KEEP=$scratch/demo "$here/docs/demo/run.sh" "$bin"
printf '\n== what it left, by a verifier that shares nothing with ours\n'
python3 "$here/Tests/Verify/samples.py" "$bin" "$scratch/demo" "$scratch/samples"
"$python" "$here/docs/verify/verify.py" --roster "$scratch/samples/roster.cose" "$scratch"/samples/*.amana* "$scratch"/samples/*.cose > "$scratch/out" ||
  { cat "$scratch/out"; exit 1; }
# Small files at every 40th byte or so, bundles at a few: docs/verify/README.md says how to try them all.
mkdir "$scratch/small" "$scratch/large"
mv "$scratch"/samples/*.amana "$scratch/large"
cp "$scratch/samples/roster.cose" "$scratch/large"
mv "$scratch"/samples/* "$scratch/small"
"$python" "$here/docs/verify/test.py" "$scratch/small" --bytes 60 --masks 01 | tail -1
"$python" "$here/docs/verify/test.py" "$scratch/large" --bytes 4 --masks 01 | tail -1
"$python" "$here/docs/verify/test_hostile.py" | tail -1
"$python" "$here/docs/verify/verify.py" --roster "$scratch/demo/roster.cose" "$scratch/archive" | tail -1
"$python" "$here/Tests/Verify/archive.py" "$bin/amana" "$scratch/archive" "$scratch/demo/roster.cose"
"$python" "$here/docs/verify/test_archive.py" --amana "$bin/amana" | tail -1
