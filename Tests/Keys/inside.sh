#!/usr/bin/env bash
# Inside the Debian 13 root of token.sh. Prints `ok` or `FAILED` for each step; ends with 0 only if every step was ok.
set -uo pipefail
cd /work
export AMANA_LANG=en LANG=C.UTF-8 PKCS11_PROVIDER_MODULE=/usr/lib/softhsm/libsofthsm2.so SOFTHSM2_CONF=/work/softhsm2.conf
failed=0
# No daemon outlives this.
trap 'kill $(jobs -p) 2> /dev/null' EXIT
step() { if "${@:2}"; then echo "ok: $1"; else echo "FAILED: $1: $(cat out 2> /dev/null)"; failed=1; fi; }
# Exit code, and what must be said; what is said must hold no PIN: no hexadecimal spells one by chance.
says() {
  local code=$1 text=$2; shift 2
  "$@" > out 2>&1 < /dev/null; local got=$?
  [ $got = "$code" ] && grep -qF -- "$text" out && ! grep -qF pin-of- out
}
mkdir tokens
printf 'directories.tokendir = /work/tokens\nlog.level = ERROR\n' > softhsm2.conf
softhsm2-util --init-token --free --label "amana keys" --so-pin 12345678 --pin pin-of-token > /dev/null
printf pin-of-token > pin; printf pin-of-nobody > wrong; chmod 600 pin wrong
uri() { echo "pkcs11:token=amana%20keys;object=$1;type=private"; }

for type in p256 p384 ed25519; do
  step "a $type key is made in the token" says 0 "made the officer key" amana key generate --purpose officer \
    --type $type --store "pkcs11:token=amana%20keys;object=$type" --passphrase-file pin
  step "the $type key signs, and its own public half verifies it" says 0 HOLDS amana key prove "$(uri $type)" \
    --passphrase-file pin
done
step "a wrong PIN" says 2 "the PIN is wrong, or no private key is at" amana key prove "$(uri p256)" --passphrase-file wrong
step "a wrong PIN makes no key" says 2 "it is not tried again" amana key generate --purpose officer \
  --store "pkcs11:token=amana%20keys;object=more" --passphrase-file wrong
step "no PIN" says 2 "needs a passphrase or PIN" amana key prove "$(uri p256)"
step "no such token" says 2 "no token answers to" amana key prove "pkcs11:token=none;object=p256" --passphrase-file pin
step "a PIN in a URI" says 2 "a PIN must not stand in a URI" amana key prove "pkcs11:token=amana%20keys;object=p256?pin-value=pin-of-token"
step "no module" says 2 "PKCS11_PROVIDER_MODULE" env PKCS11_PROVIDER_MODULE=/nonexistent amana key prove "$(uri p256)" \
  --passphrase-file pin
step "a seal key is refused there" says 2 "lies in a file" amana key generate --purpose seal \
  --store "pkcs11:token=amana%20keys;object=seal" --passphrase-file pin

# A daemon whose statement and receipt keys are in the token and that has its PIN beside its other keys.
for side in syr:SYR/prisons irq:IRQ/justice; do
  amana init authority "/work/${side%%:*}" --name "${side#*:}" --uri "https://${side%%:*}.example/custody" \
    --name-en Test --name-ar "جهة" --sites SITE-01 > /dev/null
done
rosters() {
  rm -f roster.cose
  amana init roster roster.cose --coalition Keys --root-key syr/root/root.pem --root-key irq/root/root.pem \
    --introduction syr/introduction.json --introduction irq/introduction.json > rosters
  amana init trust syr --name SYR/prisons --roster roster.cose --digest "$(tail -1 rosters | tr -d ' ')" --one-user > /dev/null
}
rosters
for purpose in statement receipt; do
  rm -f syr/keys/$purpose.pem
  key=$(amana key generate --purpose $purpose --store "pkcs11:token=amana%20keys;object=$purpose" --passphrase-file pin --json \
    | sed -n 's/.*"key" : "\([0-9a-f]*\)".*/\1/p')
  # The introduction lists the public half that is in the token now.
  awk -v purpose="$purpose" -v key="$key" '
    /"key" :/ { held = $0; next }
    held != "" && /"purpose" :/ { if ($0 ~ "\"" purpose "\"") sub(/: "[0-9a-f]*"/, ": \"" key "\"", held) }
    held != "" { print held; held = "" }
    { print }' syr/introduction.json > new.json && mv new.json syr/introduction.json
  cp pin "syr/keys/$purpose.passphrase"; chmod 600 "syr/keys/$purpose.passphrase"
done
rosters
sed -i "s|{|{ \"keys\": {\"statement\": \"$(uri statement)\", \"receipt\": \"$(uri receipt)\"},|" syr/authority.json
# From here on a module that can take the token away stands before SoftHSM's, which keeps what it has read.
if [ -e removable.so ]; then
  export REMOVABLE_MODULE=$PKCS11_PROVIDER_MODULE REMOVABLE_CONTROL=/work/token-is PKCS11_PROVIDER_MODULE=/work/removable.so
fi
start() {
  : > log
  amanad --directory /work/syr 2> log & daemon=$!
  for _ in $(seq 300); do grep -q "ready: " log && return 0; kill -0 $daemon 2> /dev/null || break; sleep 0.1; done
  cp log out; return 1
}
step "a daemon with its keys in the token starts" start
export AMANA_SOCKET=/work/syr/control.sock
draft() { amana intake convoy.csv --site SITE-01 > out 2>&1; sed -n 's/.*amana approve \([0-9a-f-]*\) .*/\1/p' out | head -1; }
id=$(draft)
step "first approval" says 0 "approval taken" amana approve "$id" --key syr/officers/officer-1.pem
step "the second one makes it sign with the token" says 0 "signed and registered" amana approve "$id" --key syr/officers/officer-2.pem
step "what it signed and receipted holds" says 0 HOLDS amana audit
statement=$(amana show --json | sed -n 's/.*"statement" : "\([0-9a-f]*\)".*/\1/p' | tail -1)
step "anybody verifies it offline" says 0 "receipts of SYR/prisons" sh -c \
  "amana receipt $statement --out whole.cose --transparent && amana verify whole.cose --roster roster.cose"

size() { amana status --json | sed -n 's/^ *"size" : \([0-9]*\).*/\1/p'; }
waiting() { amana status --json | sed -n 's/^ *"waiting" : \([0-9]*\).*/\1/p'; }
stays() { [ "$(size)" = "$1" ] && [ "$(waiting)" = 1 ]; }
# The token of a daemon that runs: taken away as two kinds of modules say it, put back, and the same done again.
away() {
  local how=$1 sentence=$2 before
  id=$(draft); amana approve "$id" --key syr/officers/officer-1.pem > out 2>&1
  before=$(size)
  echo "$how" > "$REMOVABLE_CONTROL"
  step "$how: what needs the key is refused" says 3 key-unavailable amana approve "$id" --key syr/officers/officer-2.pem
  step "$how: it says what to see to" grep -qF "$sentence" out
  step "$how: the journal says it too, without the PIN" says 0 "$sentence" cat log
  step "$how: nothing is registered and the draft waits" stays "$before"
  step "$how: what is on record is read" says 0 "$statement" amana show "$statement"
  step "$how: the audit holds" says 0 HOLDS amana audit
  rm "$REMOVABLE_CONTROL"
  step "$how, and put back: the same approval signs, without a restart" says 0 "signed and registered" \
    amana approve "$id" --key syr/officers/officer-2.pem
  step "$how, and put back: one entry more, and no draft" [ "$(size) $(waiting)" = "$((before + 1)) 0" ]
}
locked="has locked its PIN"
if [ -e removable.so ]; then
  away removed "no token answers to"
  away invalid "no token answers to"
  # Put back by somebody who has tried wrong PINs meanwhile: said, nothing done, and mended without a restart.
  id=$(draft); amana approve "$id" --key syr/officers/officer-1.pem > out 2>&1; before=$(size)
  for how in removed locked; do
    echo $how > "$REMOVABLE_CONTROL"
    amana approve "$id" --key syr/officers/officer-2.pem > out 2>&1 < /dev/null
  done
  step "put back with a locked PIN: it says so" grep -qF "$locked" out
  step "put back with a locked PIN: nothing is registered" stays "$before"
  tries=$(cat "$REMOVABLE_CONTROL.tries" 2> /dev/null)
  amana approve "$id" --key syr/officers/officer-2.pem > out 2>&1 < /dev/null
  step "asked again with a locked PIN: it says so" grep -qF "$locked" out
  step "asked again with a locked PIN: no PIN is tried" [ "$(cat "$REMOVABLE_CONTROL.tries" 2> /dev/null)" = "$tries" ]
  rm "$REMOVABLE_CONTROL"
  step "its PIN set anew: the same approval signs" says 0 "signed and registered" \
    amana approve "$id" --key syr/officers/officer-2.pem
  step "what the token signed before and after holds" says 0 HOLDS amana audit
fi
kill $daemon; wait $daemon 2> /dev/null
if [ -e removable.so ]; then
  echo locked > "$REMOVABLE_CONTROL"
  step "a locked PIN is no wrong one" says 2 "$locked" amana key prove "$(uri p256)" --passphrase-file pin
  step "it says who unlocks it" grep -qF "security officer" out
  step "no key is made with a locked PIN" says 2 "$locked" amana key generate --purpose officer \
    --store "pkcs11:token=amana%20keys;object=more" --passphrase-file pin
  start && { echo "FAILED: it started with a locked PIN"; failed=1; kill $daemon; }
  step "with a locked PIN it does not start, and says why" says 0 "$locked" cat log
  echo removed > "$REMOVABLE_CONTROL"
  step "no key is made without the token" says 2 "no token answers to" amana key generate --purpose officer \
    --store "pkcs11:token=amana%20keys;object=more" --passphrase-file pin
  echo final > "$REMOVABLE_CONTROL"
  step "the last try is left to people" says 2 "one more wrong PIN" amana key prove "$(uri p256)" --passphrase-file pin
  rm "$REMOVABLE_CONTROL"
fi
mv tokens away
start && { echo "FAILED: it started without the token"; failed=1; kill $daemon; }
step "without the token it does not start, and says why" says 0 "the token's module does not start" cat log
mv away tokens
step "with the token back it starts" start
step "its log goes on" says 0 HOLDS amana audit
kill $daemon; wait $daemon 2> /dev/null
exit $failed
