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
softhsm2-util --init-token --free --label amana --so-pin 12345678 --pin pin-of-token > /dev/null
printf pin-of-token > pin; printf pin-of-nobody > wrong; chmod 600 pin wrong
uri() { echo "pkcs11:token=amana;object=$1;type=private"; }

for type in p256 p384 ed25519; do
  step "a $type key is made in the token" says 0 "made the officer key" amana key generate --purpose officer \
    --type $type --store "pkcs11:token=amana;object=$type" --passphrase-file pin
  step "the $type key signs, and its own public half verifies it" says 0 HOLDS amana key prove "$(uri $type)" \
    --passphrase-file pin
done
step "a wrong PIN" says 2 "the PIN is wrong, or no private key is at" amana key prove "$(uri p256)" --passphrase-file wrong
step "no PIN" says 2 "needs a passphrase or PIN" amana key prove "$(uri p256)"
step "no such token" says 2 "no token answers to" amana key prove "pkcs11:token=none;object=p256" --passphrase-file pin
step "a PIN in a URI" says 2 "a PIN must not stand in a URI" amana key prove "pkcs11:token=amana;object=p256?pin-value=pin-of-token"
step "no module" says 2 "PKCS11_PROVIDER_MODULE" env PKCS11_PROVIDER_MODULE=/nonexistent amana key prove "$(uri p256)" \
  --passphrase-file pin
step "a seal key is refused there" says 2 "lies in a file" amana key generate --purpose seal \
  --store "pkcs11:token=amana;object=seal" --passphrase-file pin

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
  key=$(amana key generate --purpose $purpose --store "pkcs11:token=amana;object=$purpose" --passphrase-file pin --json \
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
start() {
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
# SoftHSM keeps what it has read, so it can't be taken away from a daemon that runs: the TPM's tests do that.
kill $daemon; wait $daemon 2> /dev/null
mv tokens away
start && { echo "FAILED: it started without the token"; failed=1; kill $daemon; }
step "without the token it does not start, and says why" says 0 "the token's module does not start" cat log
mv away tokens
step "with the token back it starts" start
step "its log goes on" says 0 HOLDS amana audit
kill $daemon; wait $daemon 2> /dev/null
exit $failed
