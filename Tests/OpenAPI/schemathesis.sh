#!/usr/bin/env bash
# Asks a real daemon whatever docs/control-api.yaml allows and much that it does not: schemathesis.sh BINARIES VENV [EXAMPLES].
# Fails on any answer that the description does not have. The seed is fixed, so that a failure can be had again.
set -euo pipefail
bin=$(cd "$1" && pwd) venv=$(cd "$2" && pwd) examples=${3:-25}
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
pids=()
finish() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
amana() { "$bin/amana" "$@" > "$work/out" || { cat "$work/out"; exit 1; }; }

for side in syr irq; do
  amana init authority "$work/$side" --name "${side^^}/one" --uri "https://$side.example/one" --iso3 "${side^^}" \
    --sites "${side^^}-1" --name-en One --name-ar "واحد" --member-en One --member-ar "واحد"
done
amana init roster "$work/roster.cose" --coalition Test --root-key "$work/syr/root/root.pem" --root-key \
  "$work/irq/root/root.pem" --introduction "$work/syr/introduction.json" --introduction "$work/irq/introduction.json"
digest=$(tail -1 "$work/out" | tr -d ' ')
amana init trust "$work/syr" --name SYR/one --roster "$work/roster.cose" --digest "$digest" --one-user
"$bin/amanad" --directory "$work/syr" --set limits.request-seconds=10 2> "$work/log" &
pids+=($!)
for _ in $(seq 200); do grep -q "ready: " "$work/log" && break; sleep 0.05; done
socket=$work/syr/control.sock

# Something to find: a signed intake, a release of it that is late, and a draft that waits.
sign() {
  draft=$(sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' "$work/out")
  for officer in 1 2; do
    amana approve "$draft" --key "$work/syr/officers/officer-$officer.pem" --socket "$socket"
  done
}
amana intake docs/demo/convoy.csv --site SYR-1 --occurred-at "$(TZ=UTC-3 date -d '5 hours ago' +%Y-%m-%dT%H:%M:%S+03:00)" --socket "$socket"
sign
intake=$(curl -sS --unix-socket "$socket" 'http://a/v1/statements?event=intake' | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["statement"])')
amana release "$intake" --to IRQ/one --occurred-at "$(TZ=UTC-3 date -d '4 hours ago' +%Y-%m-%dT%H:%M:%S+03:00)" \
  --accept-by "$(TZ=UTC-3 date -d '1 hour ago' +%Y-%m-%dT%H:%M:%S+03:00)" --socket "$socket"
sign
amana intake docs/demo/convoy.csv --site SYR-1 --socket "$socket"

draft=$(sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' "$work/out")
amana peer add IRQ/one --url https://irq.example --socket "$socket"
amana message send --to IRQ/one --subject Briefing docs/demo/convoy.csv --socket "$socket"
AMANA_MESSAGE=$(curl -sS --unix-socket "$socket" 'http://a/v1/messages' | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["statement"])')
export AMANA_MESSAGE AMANA_DRAFT=$draft
export AMANA_STATEMENT=$intake SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$PWD/Tests/OpenAPI PYTHONDONTWRITEBYTECODE=1
python3 Tests/OpenAPI/forward.py "$socket" > "$work/port" &
pids+=($!)
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.05; done
# Of what is refused beyond a schema (a date that is none, a draft without what its event needs) 4xx is no error here, so
# positive_data_acceptance is left out. Events never end, and a test of a peer waits for a courier, so both are tried by the
# end-to-end tests.
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,negative_data_rejection,unsupported_method
"$venv/bin/schemathesis" --no-color run docs/control-api.yaml --url "http://127.0.0.1:$(cat "$work/port")" --checks "$checks" \
  --max-examples "$examples" --seed 1 --exclude-operation-id streamEvents --exclude-operation-id testPeer --phases examples,coverage,fuzzing \
  --request-timeout 20 --warnings off --generation-database none "${@:4}"
# Whatever was asked, what is kept holds.
"$bin/amana" audit --socket "$socket"
