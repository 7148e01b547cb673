#!/usr/bin/env bash
# The main job on real input: two authorities, one convoy of 150 invented persons, by wire, proven offline at the end.
# Usage: docs/demo/run.sh [folder with amana, amanad and amana-courier]. Exits non-zero if anything disagrees.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
bin=${1:-$here/.build/debug}
people=$here/docs/demo/convoy.csv
work=$(mktemp -d)
export AMANA_LANG=${AMANA_LANG:-en}
amana() { "$bin/amana" "$@"; }
syr() { "$bin/amana" "$@" --socket "$work/syr/control.sock"; }
irq() { "$bin/amana" "$@" --socket "$work/irq/control.sock"; }
say() { if [ -t 1 ]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi; }
die() { printf 'DEMO FAILED: %s\n' "$*" >&2; exit 1; }
# AMANA_DEMO_KEEP=FOLDER: what is left goes there, for tests of what a stranger can prove with it.
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  if [ -n "${AMANA_DEMO_KEEP:-}" ]; then mv "$work" "$AMANA_DEMO_KEEP"; else rm -rf "$work"; fi
}
pids=()
trap finish EXIT

# ago HOURS: that many hours ago, Damascus and Baghdad time.
ago() { TZ=UTC-3 date -d "@$(($(date +%s) - $1 * 1800))" +%Y-%m-%dT%H:%M:%S+03:00; }
# draft COMMAND…: runs it and leaves the draft's id in $draft.
draft() { "$@" > "$work/out" || { cat "$work/out"; die "$*"; }; draft=$(sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' "$work/out"); }
# both SIDE DIRECTORY: two officers approve $draft, each with their own key, here and not in the daemon.
both() {
  "$1" approve "$draft" --key "$work/$2/officers/officer-1.pem" > /dev/null
  "$1" approve "$draft" --key "$work/$2/officers/officer-2.pem" | tail -1 | cut -c1-72
}
# port SIDE: where its courier serves peers, once it does.
port() {
  for _ in $(seq 300); do
    sed -n 's/.* peers are served on port \([0-9]*\)$/\1/p' "$work/$1.courier.log" | grep -m1 . && return
    sleep 0.1
  done
  cat "$work/$1.courier.log" >&2
  die "the courier of $1 did not start"
}
# by_wire: waits until nothing is on its way, that is until the other log's verified receipt is there for everything.
by_wire() {
  local open side
  for _ in $(seq 600); do
    open=0
    for side in syr irq; do
      "$side" outbox --json > "$work/outbox" || { cat "$work/outbox"; die "$side was refused, or does not answer"; }
      ! grep -q '"state"' "$work/outbox" || open=1
    done
    [ "$open" = 1 ] || return 0
    sleep 0.1
  done
  syr outbox || true
  irq outbox || true
  die "something was not delivered within a minute"
}
id() { "$1" show --json | python3 -c 'import json,sys; print([s["statement"] for s in json.load(sys.stdin)["statements"] if s["event"]==sys.argv[1]][-1])' "$2"; }

say "1  Two members make their keys (OpenSSL), one roster, both root holders sign it"
amana init authority "$work/syr" --name SYR/prisons --uri https://syr.example/prisons --iso3 SYR --sites SYR-HSK-01 \
  --name-en "Prison Administration" --name-ar "إدارة السجون" --member-en Syria --member-ar "سوريا" > /dev/null
amana init authority "$work/irq" --name IRQ/justice --uri https://irq.example/justice --iso3 IRQ --sites IRQ-BGD-01 \
  --name-en "Ministry of Justice" --name-ar "وزارة العدل" --member-en Iraq --member-ar "العراق" > /dev/null
amana init roster "$work/roster.cose" --coalition "Demonstration" --root-key "$work/syr/root/root.pem" \
  --root-key "$work/irq/root/root.pem" --introduction "$work/syr/introduction.json" \
  --introduction "$work/irq/introduction.json" > "$work/out"
digest=$(tail -1 "$work/out" | tr -d ' ')
echo "  roster digest, compared aloud: $(tail -1 "$work/out")"
amana init trust "$work/syr" --name SYR/prisons --roster "$work/roster.cose" --digest "$digest" --one-user > /dev/null
amana init trust "$work/irq" --name IRQ/justice --roster "$work/roster.cose" --digest "$digest" --one-user > /dev/null
for side in syr irq; do
  "$bin/amanad" --directory "$work/$side" 2> "$work/$side.log" &
  pids+=($!)
done
for _ in $(seq 100); do
  [ -S "$work/syr/control.sock" ] && [ -S "$work/irq/control.sock" ] && break
  sleep 0.1
done
echo "two daemons answer, each on its own Unix socket (rule off here: two approvals from one local user)"
for side in syr irq; do
  "$bin/amana-courier" --directory "$work/$side" --set exchange.socket="$work/$side/exchange.sock" \
    --set listen.address=127.0.0.1 --set listen.port=0 2> "$work/$side.courier.log" &
  pids+=($!)
done
syr_port=$(port syr) irq_port=$(port irq)
syr peer add IRQ/justice --url "https://127.0.0.1:$irq_port"
irq peer add SYR/prisons --url "https://127.0.0.1:$syr_port"
syr peer test IRQ/justice || die "the peers do not reach each other"

say "2  SYR takes in 150 persons, offers them, and after IRQ agrees releases them; two officers approve each"
draft syr intake "$people" --site SYR-HSK-01 --pcode SY080006 --occurred-at "$(ago 12)"; both syr syr
draft syr offer "$(id syr intake)" --to IRQ/justice --officers 2 --occurred-at "$(ago 10)"; both syr syr
by_wire
irq agree "$(id irq offer)" --occurred-at "$(ago 9)" | cut -c1-72
by_wire
draft syr release "$(id syr offer)" --to IRQ/justice --occurred-at "$(ago 8)" --accept-by "$(ago -48)"; both syr syr
release=$(id syr release)
syr status | sed -n 3,4p

say "3  The release left for IRQ by itself, sealed; IRQ verifies, registers, and answers line by line"
by_wire
irq inbox
mapfile -t people_of < <(irq show "$release" --lines --json | python3 -c '
import json, sys
lines = [l for l in json.load(sys.stdin)["lines"] if l.get("answer") is None]
adults = sorted(l["reference"] for l in lines if l["age"] == "adult")
print("\n".join(adults[:5]))')
late="${people_of[0]},${people_of[1]}"; gone=${people_of[2]}; child1=${people_of[3]}; child2=${people_of[4]}
draft irq accept "$release" --all --except "$late,$gone" --discrepancy "$child1=age:child" \
  --discrepancy "$child2=age:child_presumed" --site IRQ-BGD-01 --occurred-at "$(ago 3)"; both irq irq
draft irq missing "$release" --lines "$gone" --occurred-at "$(ago 3)"; both irq irq
echo "an hour later the second bus arrives:"
draft irq accept "$release" --lines "$late" --site IRQ-BGD-01 --occurred-at "$(ago 1)"; both irq irq

say "4  Outcomes and receipts travel back; both daemons name the same custodian for every line"
by_wire
syr outbox
custodians() { "$1" show "$release" --lines --json | python3 -c '
import json, sys
for l in sorted({(l["subject"], l["custodian"], l["phase"]) for l in json.load(sys.stdin)["lines"]}): print(*l)'; }
custodians syr > "$work/syr.lines"; custodians irq > "$work/irq.lines"
[ "$(wc -l < "$work/syr.lines")" = 150 ] || die "not 150 lines"
cmp -s "$work/syr.lines" "$work/irq.lines" || die "the daemons disagree"
[ "$(grep -c 'IRQ/justice held' "$work/syr.lines")" = 149 ] || die "not 149 accepted"
[ "$(grep -c 'SYR/prisons missing' "$work/syr.lines")" = 1 ] || die "not 1 missing"
echo "150 of 150 lines agree: 149 IRQ/justice, 1 missing and still SYR/prisons"
syr audit; irq audit

say "5  A message with a file, sealed to its reader; that it was read is on record"
head -c 3000000 /dev/urandom > "$work/briefing.pdf"
echo "Bus 2 leaves at 08:00." > "$work/text.txt"
syr message send --to IRQ/justice --subject Briefing --text-file "$work/text.txt" "$work/briefing.pdf" --about "$release"
by_wire
message=$(irq message list --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["messages"][0]["statement"])')
mkdir "$work/received"
irq message read "$message" --save "$work/received" | sed "s#$work/##"
cmp "$work/briefing.pdf" "$work/received/briefing.pdf" || die "the file is not the one that was sent"

say "6  What a stranger can prove, with the daemons stopped: no database, no network"
syr bundle export "$work/convoy.amana" --to IRQ/justice | sed "s#$work/##"
syr bundle export "$work/clear.amana" --to IRQ/justice --clear 2>&1 | sed "s#$work/##"
kill "${pids[@]}"; wait "${pids[@]}" 2> /dev/null || true; pids=()
amana verify "$work/convoy.amana" --roster-digest "$digest"
grep -qa "$(sed -n 2p "$people" | cut -d, -f3)" "$work/convoy.amana" && die "the sealed bundle shows a name"
echo "the file shows nobody; whoever holds a party's seal key recounts it:"
amana verify "$work/convoy.amana" --roster-digest "$digest" --key "$work/irq/keys/seal.pem" > "$work/out"
cat "$work/out"
grep -q "149 lines: IRQ/justice (held)" "$work/out" || die "the key did not recount it"
amana verify "$work/convoy.amana" --quiet && die "verified without a trusted roster" || [ $? = 3 ] || die "wrong exit code"
echo "without a trusted roster digest: cannot tell (exit code 3)"
echo "one byte changed in:"
amana bundle list "$work/convoy.amana" --json | python3 -c '
import json, sys
for i in json.load(sys.stdin)["items"]: print(i["offset"], i["bytes"], i["type"], i["detail"], sep="\t")' > "$work/items"
# flip NAME TYPE [WHICH] [BACK]: flips a byte in the middle of an item, or BACK bytes before its end.
flip() {
  read -r offset length < <(awk -F'\t' -v t="$2" -v d="${3:-}" '$3 == t && index($4, d) == 1 {print $1, $2; exit}' "$work/items")
  at=$((offset + (${4:-0} > 0 ? length - ${4:-0} : length / 2)))
  cp "$work/convoy.amana" "$work/bad.amana"
  byte=$(od -An -tu1 -j "$at" -N 1 "$work/bad.amana" | tr -d ' ')
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$work/bad.amana" bs=1 seek="$at" conv=notrunc status=none
  code=0; amana verify "$work/bad.amana" --roster-digest "$digest" > "$work/out" || code=$?
  [ "$code" = 1 ] || die "a changed byte in $1 was not refused"
  printf '  %-22s refused: %.90s\n' "$1" "$(grep -m1 'DOES NOT HOLD' "$work/out" | sed 's/DOES NOT HOLD: //')"
}
flip "the roster" roster
flip "a statement" statement release 1200
flip "a receipt" statement release 20
flip "a proof of position" proof "" 10
flip "the checkpoint" checkpoint syr
flip "a sealed payload" sealed
flip "a slot" slots
echo "and in the same lines and names in clear, which a court may be given:"
cp "$work/clear.amana" "$work/convoy.amana"
amana bundle list "$work/convoy.amana" --json | python3 -c '
import json, sys
for i in json.load(sys.stdin)["items"]: print(i["offset"], i["bytes"], i["type"], i["detail"], sep="\t")' > "$work/items"
flip "a person's line" manifest
flip "a name" annex identity
echo "A third party with this file and the roster's digest now knows, without trusting either owner: SYR released 150"
echo "persons, IRQ's log holds 149 acceptances and 1 missing, who signed, under whose approvals, and in which order."
