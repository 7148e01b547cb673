#!/usr/bin/env bash
# Checks the models of docs/model with spin: every world holds, and without any one of its rules it does not.
# Tests/Model/check.sh [WORDS]: only rows with these words. TRAIL=1 prints the counterexamples as well.
set -euo pipefail
cd "$(dirname "$0")/../.."
models=$PWD/docs/model only=${1:-} seconds=${SECONDS_EACH:-600} megabytes=2000
command -v spin > /dev/null || { echo "spin is needed (Debian: spin)" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
worlds=0 rules=0 wrong=0

# run MODEL PROPERTY DEFINE…: the search, exhaustive or until the first counterexample, in the current directory.
run() {
  local model=$1 property=$2
  shift 2
  spin -a "$@" "$models/$model.pml" > spin.out 2>&1 || { cat spin.out >&2; return 1; }
  if [ "$property" = safety ]; then
    gcc -O2 -w -DSAFETY -DNOCLAIM -DCOLLAPSE -DMEMLIM=$megabytes -o pan pan.c
    timeout --foreground "$seconds" ./pan -n -E -m100000 > pan.out 2>&1 || true
  else
    gcc -O2 -w -DNFAIR=5 -DCOLLAPSE -DMEMLIM=$megabytes -o pan pan.c
    timeout --foreground "$seconds" ./pan -n -a -f -m100000 -N "$property" > pan.out 2>&1 || true
  fi
}

# What pan found: "holds", the assertion or the cycle that breaks it, or why it does not know.
finding() {
  if grep -q 'assertion violated' pan.out; then
    grep -m1 -oE 'assertion violated +!\(.*\) \(' pan.out | grep -oE '[a-z_]+\)' | tr -d ')'
  elif grep -q 'pan:1: acceptance cycle' pan.out; then
    echo "never_at_last"
  elif grep -qE 'too small|out of memory|reached -DMEMLIM|Search not completed' pan.out; then
    echo "UNDECIDED"
  elif grep -q 'errors: 0' pan.out; then
    echo "holds"
  else
    echo "UNDECIDED"
  fi
}

row() {
  local states depth time memory
  states=$(grep -m1 -oE '[0-9]+ states, stored' pan.out | cut -d' ' -f1 || true)
  depth=$(grep -m1 -oE 'depth reached [0-9]+' pan.out | grep -oE '[0-9]+' || true)
  time=$(grep -m1 -oE 'elapsed time [0-9.e+]+' pan.out | cut -d' ' -f3 || true)
  memory=$(grep -m1 -E 'total actual memory usage' pan.out | grep -oE '^ *[0-9.]+' | tr -d ' ' || true)
  printf '%-9s %-58s %10s %7s %7s %8s  %s\n' "$1" "$2" "${states:--}" "${depth:--}" "${time:--}" "${memory:--}" "$3"
}

check() {
  local expected=$1 model=$2 property=$3 text
  shift 3
  text="$property${*:+ ${*//-D/}}"
  case "$model $text" in *"$only"*) ;; *) return 0 ;; esac
  rm -rf "$scratch/run" && mkdir "$scratch/run" && cd "$scratch/run"
  run "$model" "$property" "$@"
  local found
  found=$(finding)
  if [ "$expected" = world ]; then
    worlds=$((worlds + 1))
    [ "$found" = holds ] || { wrong=$((wrong + 1)); found="$found: WRONG"; }
  else
    rules=$((rules + 1))
    case "$found" in holds | UNDECIDED) wrong=$((wrong + 1)) found="$found: WRONG, there must be a counterexample" ;; esac
  fi
  row "$model" "$text" "$found"
  if [ -n "${TRAIL:-}" ] && [ -f "$model.pml.trail" ]; then
    spin -k "$model.pml.trail" -t -B "$@" "$models/$model.pml" 2>&1 | grep -E '(signs|registers|commits|crashes|answers|show each) ?|^ *(backup|restored)' |
      sed 's/^ */          /' || true
  fi
}

world() { check world "$@"; }
without() { check without "$@"; }

printf '%-9s %-58s %10s %7s %7s %8s  %s\n' model "property, bounds and rules taken away" states depth seconds MB result

# Honest logs, whatever the network does.
world handover safety -DRELEASES=5 -DSIZE=11
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_ONE_RELEASE
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_CUSTODIAN
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_ONE_OUTCOME
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_NAMED_PARTY
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_ACCEPTING_FIRST
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_HISTORY
without handover safety -DCUSTODIANS_ONLY -DWITHOUT_IDENTITY
world handover safety -DRECALLS=2 -DSIZE=9
without handover safety -DCUSTODIANS_ONLY -DRECALLS=1 -DWITHOUT_RECEIVERS_AGREEMENT
without handover safety -DCUSTODIANS_ONLY -DRECALLS=1 -DWITHOUT_ANSWER_BARRING
without handover safety -DRECALLS=1 -DWITHOUT_RECALL_BARRING
without handover safety -DRECALLS=1 -DWITHOUT_OVERTAKING
world handover safety -DCRASHES=2 -DRECALLS=1 -DSIZE=10
without handover safety -DCRASHES=1 -DWITHOUT_COMMIT_BEFORE_SENDING
world handover safety -DREDIRECTS -DRECALLS=1
without handover safety -DCUSTODIANS_ONLY -DREDIRECTS -DWITHOUT_ONE_RELEASE
without handover safety -DREDIRECTS -DWITHOUT_NEW_RECEIVERS_AGREEMENT
world handover safety -DENDS -DRECALLS=1
without handover safety -DENDS -DWITHOUT_END_BY_OUTCOME
world handover safety -DINCIDENTS -DRECALLS=1 -DSIZE=8
without handover safety -DINCIDENTS -DWITHOUT_FINDING
world handover safety -DCLOSINGS -DRECALLS=1 -DSIZE=8
without handover safety -DCLOSINGS -DWITHOUT_CLOSING_LAST
world handover safety -DPAPER -DRECALLS=1 -DSIZE=11
without handover safety -DPAPER -DWITHOUT_RECEIPT
without handover safety -DCUSTODIANS_ONLY -DPAPER -DRECALLS=1 -DWITHOUT_EARLY_BARRING
without handover safety -DCUSTODIANS_ONLY -DPAPER -DWITHOUT_WAITING_FOR_RELEASE

# A log that was put back from a backup.
world handover safety -DRESTORE
world handover safety -DRESTORE -DENDS -DSIZE=8
without handover safety -DRESTORE -DWITHOUT_MARK
without handover safety -DRESTORE -DWITHOUT_EVERY_ANSWER
without handover safety -DCUSTODIANS_ONLY -DRESTORE -DWITHOUT_WAITING_FOR_SEAL
without handover safety -DRESTORE -DWITHOUT_SEAL

# A log that was copied and released a line twice.
world contest safety -DNARROW
without contest safety -DNARROW -DWITHOUT_CONTEST
without contest safety -DNARROW -DWITHOUT_EVERY_PARTY
without contest safety -DNARROW -DWITHOUT_ADDRESSEES
without contest safety -DNARROW -DWITHOUT_SAME_CUSTODIAN
without contest safety -DNARROW -DWITHOUT_ONE_SIGNATURE
without contest safety -DNARROW -DWITHOUT_SIGNATURE_ANSWERING
world contest safety -DNARROW -DONWARD -DSIZE=9
without contest safety -DNARROW -DONWARD -DSIZE=9 -DWITHOUT_STANDSTILL
without contest safety -DNARROW -DONWARD -DSIZE=9 -DRELEASES=0 -DWITHOUT_SAME_HEADS
world contest safety -DNARROW -DONWARD -DSIZE=9 -DRELEASES=0 -DROUNDS=2

# What must happen at last.
world delivery watched -DCRASHES=1
without delivery watched -DCRASHES=1 -DWITHOUT_TIMER
world delivery ends -DCRASHES=1 -DLOSSES=1
without delivery ends -DCRASHES=1 -DLOSSES=1 -DWITHOUT_RETRY
without delivery ends -DCRASHES=1 -DLOSSES=1 -DWITHOUT_COMMIT_BEFORE_RECEIPT
without delivery ends -DCRASHES=1 -DLOSSES=1 -DWITHOUT_KEPT_OUTBOX
world delivery delivered -DCRASHES=1 -DLOSSES=1
without delivery delivered -DCRASHES=1 -DLOSSES=1 -DWITHOUT_RECEIPT_AGAIN
world delivery safety -DCRASHES=2
without delivery safety -DCRASHES=1 -DWITHOUT_STAYING

echo "MODEL: $worlds worlds and $rules rules taken away one at a time, $wrong not as they must be"
[ "$wrong" = 0 ]
