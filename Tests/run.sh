#!/usr/bin/env bash
# Every test: tests/run.sh SWIFT BUILD VENV. Ends with the test runner's closing line.
set -euo pipefail
swift=${1:-swift} build=${2:-.build} venv=${3:-.build/venv}
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$scratch"' EXIT
samples=$scratch/samples interop=$scratch/interop
mkdir "$samples" "$interop"
# Each with the seconds since the start: what takes long is seen where it is.
step() { printf '\n== %s (at %d s)\n' "$*" "$SECONDS"; }

step "format"
"$swift" format lint --strict -r Sources Tests Package.swift
step "no private key outside keys/test-coalition"
python3 keys/check-tree.py
python3 keys/test-coalition/check.py
step "build, warnings as errors, only declared imports"
"$swift" build --scratch-path "$build" --build-tests --explicit-target-dependency-import-check error
step "dependencies as locked"
python3 Tests/dependencies.py
step "what the code emits against the CDDL: begins, on the core that the next steps leave"
AMANA_SCHEMA_SAMPLES=$samples "$swift" test --scratch-path "$build" --skip-build --filter SchemaSamples > "$samples/log" 2>&1 || { cat "$samples/log"; exit 1; }
"$venv/bin/python" Tests/Schema/validate.py "$samples" > "$scratch/schema" 2>&1 & schema=$!
step "units of systemd"
if command -v systemd-analyze > /dev/null; then Tests/units.sh; else echo "SKIPPED: systemd-analyze is not here"; fi
step "keys in a PKCS#11 token"
Tests/Keys/token.sh "$build/debug" "$build"
step "the units, booted for real"
Tests/Systemd/booted.sh "$build/debug" "$build"
step "each check's test fails when that check alone is off"
Tests/check-mutants.sh --scratch-path "$build"
step "the model of the handover holds, and without any one of its rules it does not"
Tests/Model/check.sh
step "what the code emits against the CDDL: what came of it"
wait "$schema" || { cat "$scratch/schema"; exit 1; }
tail -n 1 "$scratch/schema"
step "other people's tools read our bytes, and we theirs"
AMANA_INTEROP_SAMPLES=$interop "$swift" test --scratch-path "$build" --skip-build --filter InteropSamples > "$interop/log" 2>&1 || { cat "$interop/log"; exit 1; }
"$venv-interop/bin/python" Tests/Interop/read.py "$interop"
"$venv-interop/bin/python" Tests/Interop/write.py "$interop"
AMANA_INTEROP_FOREIGN=$interop "$swift" test --scratch-path "$build" --skip-build --filter ForeignMessages > "$interop/log" 2>&1 || { cat "$interop/log"; exit 1; }
grep '^INTEROP' "$interop/log"
PIP="$venv-interop/bin/pip" Tests/Interop/pyscitt.sh "$build/debug" "$build"
step "other people's witnesses, log clients and readers of tiles beside ours"
PIP="$venv-interop/bin/pip" Tests/Interop/witness.sh "$build/debug" "$build" > "$interop/log" 2>&1 || { cat "$interop/log"; exit 1; }
grep -E '^(INTEROP|SKIPPED)' "$interop/log"
step "the same binary under Debian 13's OpenSSL 3.5"
Tests/Debian13/tests.sh "$swift" "$build" '(OpenSSLTests|COSETests|TransparencyLogTests|RosterTests|CustodyTests)\.' > "$interop/log" 2>&1 || { cat "$interop/log"; exit 1; }
grep -E '^(VECTORS|INTEROP|SKIPPED|ML-DSA|.*Test run with)' "$interop/log"
Tests/Debian13/dual.sh "$swift" "$build" "$venv-interop/bin/python"
step "the control interface is as described"
"$venv/bin/python" Tests/OpenAPI/check.py
Tests/OpenAPI/schemathesis.sh "$build/debug" "$venv"
step "the demo"
Tests/Verify/check.sh "$build/debug" "$venv-verify/bin/python"
pure='(OpenSSLTests|COSETests|TransparencyLogTests|RosterTests|CustodyTests|ArchitectureTests|AmanaTests)\.'
step "the tests of what only computes"
"$swift" test --scratch-path "$build" --skip-build --filter "$pure" > "$interop/log" 2>&1 || { cat "$interop/log"; exit 1; }
grep -E '^(VECTORS|INTEROP|SKIPPED|ML-DSA|.*skipped|.*Test run with)' "$interop/log"
step "the tests of stores, sockets and processes"
# By themselves, since on two cores what computes keeps them waiting. Its exit code is ours. Where it fails, what failed is said
# again at the end, where whoever sees the last lines alone finds it, and then its closing line.
"$swift" test --scratch-path "$build" --skip-build --skip "$pure" 2>&1 | tee "$interop/log" && exit 0
printf '\n== what failed\n'
sed -i 's/\x1b\[[0-9;]*m//g' "$interop/log"
grep -aE '✘ Test .*recorded an issue|Fatal error|Program crashed' "$interop/log" | cut -c1-1000 || true
grep -aE 'Test run with' "$interop/log"
exit 1
