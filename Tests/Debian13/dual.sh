#!/usr/bin/env bash
# Signed twice under OpenSSL 3.5, judged under this machine's OpenSSL and again there, beside PyPI's cryptography:
# Tests/Debian13/dual.sh SWIFT BUILD PYTHON.
set -euo pipefail
swift=$1 build=$2 python=$3 here=$(cd "$(dirname "$0")" && pwd)
samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT
AMANA_DUAL_WRITE=$samples "$here/tests.sh" "$swift" "$build" '(DualModeTests|PostQuantumTests)/' > "$samples/log" 2>&1 \
  || { cat "$samples/log"; exit 1; }
if grep '^SKIPPED: no test ran' "$samples/log"; then exit 0; fi
# Each machine judges both kinds of messages and the bundle, or this fails.
judged() {
  grep -E '^(DUAL|INTEROP|SKIPPED)' "$samples/log" || true
  local count; count=$(grep -c '^DUAL' "$samples/log" || true)
  [ "$count" = 3 ] || { echo "DUAL: $count of 3 were judged"; cat "$samples/log"; exit 1; }
}
"$python" "$here/foreign.py" read "$samples"
"$python" "$here/foreign.py" write "$samples"
export AMANA_DUAL_READ=$samples
"$swift" test --scratch-path "$build" --skip-build --filter '(DualModeTests|PostQuantumTests)/elsewhere' > "$samples/log" 2>&1 \
  || { cat "$samples/log"; exit 1; }
judged
"$here/tests.sh" "$swift" "$build" '(DualModeTests|PostQuantumTests)/elsewhere' > "$samples/log" 2>&1 || { cat "$samples/log"; exit 1; }
judged
