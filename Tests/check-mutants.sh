#!/bin/bash
# Proves that the test of every invariant can fail: each check of CheckTable is switched off in turn and the test named
# after it must then fail. Extra arguments go to swift, e.g. --scratch-path .build-pure. Builds once, before the first.
set -u
cd "$(dirname "$0")/.." || exit 2
table=Sources/Custody/CheckTable.swift
codes=$(grep -oE '^ +\.v[0-9]+,' "$table" | tr -dc 'v0-9\n' | tr v V)
rows=$(grep -c 'CheckRow($' "$table")
if [ "$(wc -w <<<"$codes")" -ne "$rows" ]; then
  echo "cannot read the $rows rows of $table" >&2
  exit 2
fi
swift build --build-tests "$@" >&2 || exit 2

bin=$(swift build --show-bin-path "$@") || exit 2

# Runs the tests of a code, with a check off or with all of them on: failed where one of them does. The test binary itself,
# since the package manager takes longer to begin than the tests to run.
run() {
  AMANA_TEST_DISABLE_CHECK=$3 "$bin/amanaPackageTests.xctest" --testing-library swift-testing --filter "InvariantTests/$2_" 2>&1 |
    sed 's/\x1b\[[0-9;]*m//g' | grep -E "^. Test \"$1: .*\" (passed|failed) after" | grep -oE '(passed|failed) after' | cut -d' ' -f1 |
    sort -u | head -1
}

killed=0 survived=0
for code in $codes; do
  name=$(printf 'v%02d' "${code#V}")
  if [ "$(run "$code" "$name" "")" != passed ]; then
    verdict="no (with all checks on no test of it passes)"
  elif [ "$(run "$code" "$name" "$code")" != failed ]; then
    verdict=no
  else
    verdict=yes
  fi
  [ "$verdict" = yes ] && killed=$((killed + 1)) || survived=$((survived + 1))
  echo "MUTANT $code: its test fails when the check is off: $verdict"
done
echo "MUTANTS: $rows checks, $killed killed, $survived survived"
[ "$survived" -eq 0 ]
