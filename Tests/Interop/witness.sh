#!/usr/bin/env bash
# Our witness, our log and our tiles beside clients, witnesses and readers that nobody here wrote: Tests/Interop/witness.sh BIN BUILD.
# IRQ's witness is sigsum-go's and TUR's is aics-witness: each has that authority's listed key, behind nginx with its transport
# certificate, and our own daemon and courier have their log cosigned by them. Only SYR runs what is ours.
set -euo pipefail
bin=$(cd "$1" && pwd) build=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
root=$("$here/Tests/Interop/foreign_root.sh" "$build") || {
  [ $? = 77 ] && { echo "SKIPPED: NO foreign log, witness or reader was tried against ours"; exit 0; }
  exit 1
}
work=$(mktemp -d) inside=$(mktemp -d "$root/tmp/interop.XXXXXX") pids=()
theirs=/tmp/${inside##*/}
finish() { kill "${pids[@]}" 2> /dev/null || true; wait 2> /dev/null || true; rm -rf "$work" "$inside"; }
trap finish EXIT
export AMANA_LANG=en
socket=$work/syr/control.sock
amana() { "$bin/amana" "$@"; }
foreign() { chroot "$root" env -C "$theirs" HOME=/tmp PYTHONPATH=/tmp PYTHONDONTWRITEBYTECODE=1 "$@"; }
python() { foreign /venv/bin/python "$@"; }
# Begun as itself, not by a shell that would be ended in its place: start LOG COMMAND…
# Debian builds Go programs without their go.mod, and Go then serves by rules that know no "POST /add-checkpoint".
start() { chroot "$root" env -C "$theirs" HOME=/tmp GODEBUG=httpmuxgo121=0 "${@:2}" > "$work/$1.log" 2>&1 & pids+=($!); }
wait_for() { for _ in $(seq 300); do grep -qs "$2" "$1" && return; sleep 0.1; done; echo "no \"$2\" in $1:"; cat "$1"; exit 1; }
cp "$here/Tests/Interop/"{witness,witness_statuses}.py "$inside/"
version() { dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}' "$1"; }

# Authorities, and who witnesses whom.
sides=(syr:SYR/prisons irq:IRQ/justice tur:TUR/interior jor:JOR/watch)
introductions=() holders=()
for side in "${sides[@]}"; do
  folder=$work/${side%%:*}
  amana init authority "$folder" --name "${side#*:}" --uri "https://${side%%:*}.example/custody" \
    --name-en Test --name-ar "جهة" --sites SITE-01 > /dev/null
  introductions+=(--introduction "$folder/introduction.json") holders+=(--root-key "$folder/root/root.pem")
  mkdir "$inside/${side%%:*}"
  cp "$folder/introduction.json" "$folder/keys/"{checkpoint,witness}.pem "$inside/${side%%:*}/"
done
amana init roster "$work/one.cose" --coalition Interop "${holders[@]}" "${introductions[@]}" > /dev/null
amana roster show "$work/one.cose" --text > "$work/text.json"
amana roster propose "$work/text.json" --output "$work/roster.cose" "${holders[@]}" --quorum SYR/prisons=2 \
  --witness SYR/prisons=IRQ/justice --witness SYR/prisons=TUR/interior --witness IRQ/justice=SYR/prisons \
  --witness TUR/interior=SYR/prisons --witness JOR/watch=SYR/prisons > /dev/null
digest=$(amana roster show "$work/roster.cose" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])')
amana init trust "$work/syr" --name SYR/prisons --roster "$work/roster.cose" --digest "$digest" --one-user > /dev/null
for side in syr irq tur jor; do
  python witness.py vkeys "$side/introduction.json" "$side.example/custody" 2> /dev/null > "$inside/$side/vkeys"
  { read -r "${side}_log"; read -r "${side}_witness"; } < "$inside/$side/vkeys"
done
# What we print for others to ask for is what their library makes of the same keys.
amana roster show "$work/roster.cose" --json > "$work/roster.json"
python3 -c '
import json, sys
listed = {key.get("vkey") for each in json.load(open(sys.argv[1]))["authorities"] for key in each["keys"]}
missing = set(sys.argv[2:]) - listed
assert not missing, missing' "$work/roster.json" "$syr_log" "$syr_witness" "$irq_log" "$irq_witness" "$tur_log" "$tur_witness"

# Ports that are free now.
read -r courier_port witness_port go_port aics_port sigsum_port irq_port tur_port www_port bad_port < <(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(9)]
print(*[each.getsockname()[1] for each in held])')

"$bin/amanad" --directory "$work/syr" 2> "$work/syr.log" &
pids+=($!)
"$bin/amana-courier" --directory "$work/syr" --set exchange.socket="$work/syr/exchange.sock" \
  --set listen.address=127.0.0.1 --set listen.port="$courier_port" --set witness.port="$witness_port" \
  --set limits.requests-per-second=1000 --set peers.refresh-seconds=1 2> "$work/courier.log" &
pids+=($!)

# The others' witnesses, each with the key that the Roster lists.
start go foreign-go serve "127.0.0.1:$go_port" irq/witness.pem irq.example/custody/witness "$syr_log" "$irq_log"
openssl pkey -in "$work/tur/keys/witness.pem" -outform DER | tail -c 32 | od -An -v -tx1 | tr -d ' \n' > "$inside/witness.key"
chmod 600 "$inside/witness.key"
aics() { foreign /venv/bin/aics-witness "$@"; }
aics init --config witness.json --name tur.example/custody/witness --new-database > "$work/out"
grep -qF "$tur_witness" "$work/out" || { cat "$work/out"; exit 1; }
for vkey in "$syr_log" "$irq_log"; do aics add-log --config witness.json --origin "${vkey%%+*}" --vkey "$vkey" > /dev/null; done
# Extension lines are for whoever asks for them there.
python -c 'import json
file = json.load(open("witness.json"))
for log in file["logs"]: log["extension_lines"] = True
json.dump(file, open("witness.json", "w"))'
start aics /venv/bin/aics-witness serve --config witness.json --listen "127.0.0.1:$aics_port"

# TLS as the peer service has it, and plain files.
cat > "$work/nginx.conf" << END
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
events {}
http {
  log_format short '\$server_port \$status'; access_log $work/access.log short;
  client_body_temp_path $work/a; proxy_temp_path $work/b; fastcgi_temp_path $work/c; uwsgi_temp_path $work/d; scgi_temp_path $work/e;
  ssl_protocols TLSv1.3; ssl_verify_client optional_no_ca; default_type application/octet-stream;
  server { listen 127.0.0.1:$irq_port ssl; ssl_certificate $work/irq/keys/transport.crt; ssl_certificate_key $work/irq/keys/transport.pem;
    location = /add-checkpoint { proxy_pass http://127.0.0.1:$go_port; } location / { access_log off; return 404; } }
  server { listen 127.0.0.1:$tur_port ssl; ssl_certificate $work/tur/keys/transport.crt; ssl_certificate_key $work/tur/keys/transport.pem;
    location = /add-checkpoint { proxy_pass http://127.0.0.1:$aics_port; } location / { access_log off; return 404; } }
  server { listen 127.0.0.1:$www_port; access_log off; root $work/www; }
  server { listen 127.0.0.1:$bad_port; access_log off; root $work/bad; }
}
END
nginx -c "$work/nginx.conf" &
pids+=($!)
wait_for "$work/syr.log" "ready: "; wait_for "$work/courier.log" "add-checkpoint is served"
wait_for "$work/aics.log" "$aics_port"

# 1. Their clients, our witness.
ours=http://127.0.0.1:$witness_port
wait_for "$work/courier.log" "3 peers"
python witness.py log "$ours" jor/checkpoint.pem jor.example/custody/log/1 "$syr_witness"
foreign foreign-go witness "$ours" tur/checkpoint.pem tur.example/custody/log/1 "$syr_witness"

# 2. The same requests to each witness, beside the specification. sigsum-witness has a log of Sigsum's own names.
openssl pkey -in "$work/irq/keys/checkpoint.pem" -pubout -outform DER | tail -c 32 > "$inside/log.raw"
sigsum=sigsum.org/v1/tree/$(sha256sum < "$inside/log.raw" | cut -d' ' -f1)
foreign sh -ec 'sigsum-key generate -o sigsum.key; sigsum-key to-hex -k sigsum.key.pub > sigsum.hex
  od -An -v -tx1 log.raw | tr -d " \n" | sigsum-key from-hex -o log.pub' > /dev/null
sigsum_witness=$(python - << 'END'
import hashlib
from aics_tlog import cosignature_vkey, format_vkey
key = bytes.fromhex(open("sigsum.hex").read())
print(format_vkey(cosignature_vkey(f"sigsum.org/v1/witness/{hashlib.sha256(key).hexdigest()}", key)))
END
)
start sigsum sigsum-witness -k sigsum.key --log-key log.pub --state-file sigsum.state "127.0.0.1:$sigsum_port"
for _ in $(seq 100); do curl -s "http://127.0.0.1:$sigsum_port/" > /dev/null && break; sleep 0.1; done
irq=(irq/checkpoint.pem irq.example/custody/log/1)
python witness_statuses.py "our witness" "$ours" "${irq[@]}" "$syr_witness" \
  "aics-witness 0.1.0" "http://127.0.0.1:$aics_port" "${irq[@]}" "$tur_witness" \
  "sigsum-go $(version sigsum-go)" "http://127.0.0.1:$go_port" "${irq[@]}" "$irq_witness" \
  "sigsum-witness $(version sigsum-go)" "http://127.0.0.1:$sigsum_port" irq/checkpoint.pem "$sigsum" "$sigsum_witness"

# 3. Our log, their witnesses. What IRQ's learns behind our daemon's back is a conflict that the courier follows.
head -2 "$here/docs/demo/convoy.csv" > "$work/one.csv"
amana intake "$work/one.csv" --site SITE-01 --socket "$socket" > "$work/out"
draft=$(sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' "$work/out" | head -1)
for officer in 1 2; do amana approve "$draft" --key "$work/syr/officers/officer-$officer.pem" --socket "$socket" > "$work/out"; done
statement=$(sed -n 's/.*: intake \([0-9a-f]\{64\}\).*/\1/p' "$work/out")
grow() { python3 "$here/Tests/Interop/grow.py" "$socket" "$statement" "$1"; }
amana tiles export "$work/www" --socket "$socket" > /dev/null
cp "$work/www/checkpoint" "$inside/old"
www=http://127.0.0.1:$www_port
python witness.py submit "http://127.0.0.1:$go_port" "$irq_witness" "$www" "$syr_log"
grow 300
amana peer add IRQ/justice --url "https://127.0.0.1:$irq_port" --socket "$socket" > /dev/null
amana peer add TUR/interior --url "https://127.0.0.1:$tur_port" --socket "$socket" > /dev/null
# Waits until the newest checkpoint has both.
cosigned() {
  for _ in $(seq 200); do
    amana status --json --socket "$socket" > "$work/status" || true
    python3 -c '
import json, sys
status = json.load(open(sys.argv[1]))
seen = status["witnesses"]
sys.exit(not (seen["cosigned"] == seen["named"] == 2 and seen["size"] == status["size"]))' "$work/status" && return
    sleep 0.2
  done
  cat "$work/status" "$work/courier.log" "$work/access.log"; exit 1
}
cosigned
[ "$(grep "^$irq_port " "$work/access.log" | cut -d' ' -f2 | head -2 | tr '\n' ' ')" = "409 200 " ] \
  || { cat "$work/access.log"; exit 1; }
grow 5
cosigned
if grep -vE ' (200|409)$' "$work/access.log"; then echo "a witness refused what our courier handed it"; exit 1; fi
size=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["size"])' "$work/status")
echo "INTEROP our daemon and courier -> sigsum-go $(version sigsum-go), aics-witness 0.1.0: both cosigned $size leaves," \
  "$(grep -c ' 409$' "$work/access.log") conflict followed, $(grep -c ' 200$' "$work/access.log") requests taken; verified by us, quorum 2 reached"

# 4. Our tiles, their readers; theirs, our reader.
amana tiles export "$work/www" --socket "$socket" > /dev/null
python witness.py tiles "$www" old "$syr_log" "$irq_witness" "$tur_witness"
foreign foreign-go tiles "$www" "$syr_log" old
python witness.py spicy "$theirs" "$www" && foreign spicy-litetlog -verify "$syr_log" entry 2> "$work/out" || { cat "$work/out"; exit 1; }
grep -q verified "$work/out"
printf 'x' >> "$inside/entry"
if foreign spicy-litetlog -verify "$syr_log" entry 2> /dev/null; then echo "spicy takes another entry"; exit 1; fi
echo "INTEROP spicy-litetlog $(version litetlog) -> our checkpoint and entry: an inclusion proof of ours holds, of another entry not"
verify() { amana tiles verify "$@" --roster "$work/roster.cose" --json; }
verify "$work/www" | python3 -c '
import json, sys
seen = json.load(sys.stdin)
assert seen["result"] == "holds" and seen["quorum"] == 2, seen
assert sorted(seen["witnesses"]) == ["IRQ/justice", "TUR/interior"], seen'
# Lines of a type and of witnesses that we do not know are passed over.
cp -r "$work/www" "$work/bad"
python -c '
import sys; from witness_statuses import line, stranger
sys.stdout.buffer.write(stranger(1) + line("w.example/w", b"abcd", bytes(2428)))' >> "$work/bad/checkpoint"
verify "$work/bad" > /dev/null
foreign foreign-go tiles "http://127.0.0.1:$bad_port" "$syr_log" old > /dev/null
printf '\xff' | dd of="$work/bad/tile/0/000" bs=1 seek=4000 conv=notrunc status=none
if verify "$work/bad" > /dev/null 2>&1; then echo "amana takes a changed tile"; exit 1; fi
python witness.py broken "http://127.0.0.1:$bad_port" "$syr_log"
if foreign foreign-go tiles "http://127.0.0.1:$bad_port" "$syr_log" old > /dev/null 2>&1; then echo "x/mod takes a changed tile"; exit 1; fi
python witness.py write "$theirs/written" irq/checkpoint.pem irq.example/custody/log/1
verify "$inside/written" | grep -q '"size" : 700'
echo "INTEROP aics-tlog 0.2.1 tiles -> amana tiles verify: 700 entries hold under the Roster; a changed tile is found by all three"
echo "SKIPPED: litewitness of litetlog $(version litetlog) witnessed nothing: as Debian builds it, its SQLite binding panics before a tree is kept"
# The request that kept alarm V20 is the only thing our own record has against anybody.
amana audit --socket "$socket" > /dev/null
python3 -c '
import json, sys
alarms = json.load(open(sys.argv[1]))["alarms"]
assert {each["code"] for each in alarms} == {"V20"}, alarms' "$work/status"
