#!/usr/bin/env bash
# Signed twice under OpenSSL 3.5, judged under this machine's OpenSSL and again there, beside PyPI's cryptography:
# Tests/Debian13/dual.sh SWIFT BUILD PYTHON.
set -euo pipefail
swift=$1 build=$2 python=$3 here=$(cd "$(dirname "$0")" && pwd)
samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT
AMANA_DUAL_WRITE=$samples "$here/tests.sh" "$swift" "$build" '(DualModeTests|PostQuantumTests)/' > "$samples/log" 2>&1 \
  || { cat "$samples/log"; exit 1; }
if grep -q '^SKIPPED' "$samples/log"; then grep '^SKIPPED' "$samples/log"; exit 0; fi
"$python" "$here/foreign.py" read "$samples"
"$python" "$here/foreign.py" write "$samples"
export AMANA_DUAL_READ=$samples
"$swift" test --scratch-path "$build" --skip-build --filter '(DualModeTests|PostQuantumTests)/elsewhere' > "$samples/log" 2>&1 \
  || { cat "$samples/log"; exit 1; }
grep -E '^(DUAL|INTEROP|SKIPPED)' "$samples/log"
"$here/tests.sh" "$swift" "$build" '(DualModeTests|PostQuantumTests)/elsewhere' > "$samples/log" 2>&1 || { cat "$samples/log"; exit 1; }
grep -E '^(DUAL|INTEROP|SKIPPED)' "$samples/log"
