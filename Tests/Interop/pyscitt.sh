#!/usr/bin/env bash
# pyscitt, which needs Python 3.13, registers a statement with our peer service: Tests/Interop/pyscitt.sh BIN BUILD.
# It runs in a Debian 13 root that is made once under BUILD; that needs root, Debian's mirror and PyPI.
set -euo pipefail
bin=$(cd "$1" && pwd) build=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
root=$build/trixie
packages=python3,python3-venv,ca-certificates wheel=pyscitt==0.15.0
# Made anew when the list changes.
ready=$root/ready-$(sha256sum <<< "$packages $wheel" | head -c 16)
skip() { echo "SKIPPED: pyscitt did NOT register a statement: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "its Debian 13 root needs root"
if [ ! -e "$ready" ]; then
  rm -rf "$root"
  mmdebstrap -q --variant=minbase --include="$packages" trixie "$root" \
    || { rm -rf "$root"; skip "mmdebstrap made no root"; }
  pip=${PIP:-python3 -m pip}
  $pip download -q -d "$root/wheels" --python-version 3.13 --only-binary=:all: --platform manylinux_2_28_x86_64 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 "$wheel" \
    || { rm -rf "$root"; skip "PyPI gave no pyscitt"; }
  env -u PIP_FIND_LINKS chroot "$root" sh -c \
    'python3 -m venv /venv && /venv/bin/pip install -q --no-index --find-links /wheels "$0"' "$wheel"
  touch "$ready"
fi

work=$(mktemp -d)
pids=()
finish() { kill "${pids[@]}" 2> /dev/null || true; wait 2> /dev/null || true; rm -rf "$work" "$root/work"; }
trap finish EXIT
export AMANA_LANG=en
amana() { "$bin/amana" "$@"; }
for side in syr:SYR/prisons irq:IRQ/justice; do
  amana init authority "$work/${side%%:*}" --name "${side#*:}" --uri "https://${side%%:*}.example/custody" \
    --name-en Test --name-ar "جهة" --sites SITE-01 > /dev/null
done
amana init roster "$work/roster.cose" --coalition Interop --root-key "$work/syr/root/root.pem" \
  --root-key "$work/irq/root/root.pem" --introduction "$work/syr/introduction.json" \
  --introduction "$work/irq/introduction.json" > "$work/out"
digest=$(tail -1 "$work/out" | tr -d ' ')
amana init trust "$work/syr" --name SYR/prisons --roster "$work/roster.cose" --digest "$digest" --one-user > /dev/null
amana init trust "$work/irq" --name IRQ/justice --roster "$work/roster.cose" --digest "$digest" --one-user > /dev/null
for side in syr irq; do
  "$bin/amanad" --directory "$work/$side" 2> "$work/$side.log" &
  pids+=($!)
done
port=$(python3 -c 'import socket; free = socket.create_server(("127.0.0.1", 0)); print(free.getsockname()[1])')
"$bin/amana-courier" --directory "$work/irq" --set exchange.socket="$work/irq/exchange.sock" \
  --set listen.address=127.0.0.1 --set listen.port="$port" --set scrapi.legacy-redirects=yes \
  --set peers.refresh-seconds=1 2> "$work/courier.log" &
pids+=($!)
wait_for() { for _ in $(seq 300); do grep -q "$2" "$1" && return; sleep 0.1; done; cat "$1"; exit 1; }
wait_for "$work/syr.log" "ready: "; wait_for "$work/irq.log" "ready: "; wait_for "$work/courier.log" "ready: "
wait_for "$work/courier.log" "1 peers"

amana intake "$here/docs/demo/convoy.csv" --site SITE-01 --socket "$work/syr/control.sock" > "$work/out"
draft=$(sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' "$work/out" | head -1)
for officer in 1 2; do
  amana approve "$draft" --key "$work/syr/officers/officer-$officer.pem" --socket "$work/syr/control.sock" > /dev/null
done
id=$(amana show --json --socket "$work/syr/control.sock" | python3 -c '
import json, sys
print([s["statement"] for s in json.load(sys.stdin)["statements"] if s["event"] == "intake"][-1])')
mkdir -p "$root/work"
curl -sf --unix-socket "$work/syr/control.sock" "http://amana/v1/statements/$id/cose" > "$root/work/statement.cose"
cp "$work/syr/keys/transport.crt" "$root/work/own.crt"
cp "$work/syr/keys/transport.pem" "$root/work/own.pem"
cp "$work/irq/keys/transport.crt" "$root/work/peer.crt"
cp "$here/Tests/Interop/pyscitt_client.py" "$root/work/client.py"
chroot "$root" /venv/bin/python /work/client.py "https://127.0.0.1:$port" /work/statement.cose /work/own.crt \
  /work/own.pem /work/peer.crt /work/receipt.cose 2> "$work/errors" || { cat "$work/errors" "$work/courier.log"; exit 1; }
# What pyscitt brought home is the receipt that the daemon gave, byte for byte.
curl -sf --unix-socket "$work/irq/control.sock" "http://amana/v1/statements/$id/receipt" > "$work/receipt.cose"
cmp "$work/receipt.cose" "$root/work/receipt.cose"
echo "INTEROP pyscitt 0.15.0: the receipt it was given is the daemon's own"
