#!/usr/bin/env bash
# The ceremony of an offline root: makes a root holder's key, prints its fingerprint to read aloud, and writes a transcript
# that the key itself signs. Needs bash and openssl, nothing else: no network, no amana.
#
#   keys/ceremony.sh --holder MEMBER/authority --coalition NAME --output DIRECTORY [--witness NAME]… [--rehearsal]
#   keys/ceremony.sh --verify DIRECTORY
#
# The passphrase is the first line of $AMANA_KEY_PASSPHRASE_FILE; --no-passphrase says that the medium alone protects the
# key. A machine with a way out (a default route) is refused, unless it is a --rehearsal; the transcript says so then.
# Exit codes: 0 done and verified, 1 refused or not verified, 2 wrong usage.
set -euo pipefail
umask 077
export LC_ALL=C

usage() { sed -nE '2,12s/^# ?//p' "$0" >&2; exit 2; }
refuse() { echo "ceremony: $*" >&2; exit 1; }
groups() { sed -E 's/(.{8})/\1 /g; s/ $//'; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# The COSE Key Thumbprint (RFC 9679) of a P-256 key: SHA-256 of the COSE_Key {1: 2, -1: 1, -2: x, -3: y}.
thumbprint() {
  local point
  point=$(openssl pkey -pubin -in "$1" -pubout -outform DER | tail -c 64 | hex)
  [ ${#point} -eq 128 ] || refuse "$1 is no P-256 key"
  unhex "a40102200121 5820${point:0:64} 225820${point:64}" | openssl dgst -sha256 -binary | hex
}
unhex() { printf '%b' "$(tr -d ' ' <<< "$1" | sed -E 's/(..)/\\x\1/g')"; }
spki() { openssl pkey -pubin -in "$1" -pubout -outform DER | hex; }

# What anybody can check later, without the private key.
verify() {
  local directory=$1 kid
  openssl dgst -sha256 -verify "$directory/root.pub.pem" -signature "$directory/transcript.sig" \
    "$directory/transcript.txt" > /dev/null 2>&1 || refuse "the transcript in $directory is not signed by its key"
  kid=$(thumbprint "$directory/root.pub.pem")
  grep -qxF "fingerprint: $(groups <<< "$kid")" "$directory/transcript.txt" \
    || refuse "the transcript in $directory names another key"
  grep -qxF "public key: $(spki "$directory/root.pub.pem")" "$directory/transcript.txt" \
    || refuse "the transcript in $directory names another key"
  echo "the transcript is signed by the key that it names:"
  groups <<< "$kid"
}

holder='' coalition='' output='' witnesses=() rehearsal='' passphrase=yes
while [ $# -gt 0 ]; do
  case $1 in
    --verify) [ $# -eq 2 ] || usage; verify "$2"; exit 0 ;;
    --holder) holder=${2:-}; shift ;;
    --coalition) coalition=${2:-}; shift ;;
    --output) output=${2:-}; shift ;;
    --witness) witnesses+=("${2:-}"); shift ;;
    --rehearsal) rehearsal=yes ;;
    --no-passphrase) passphrase='' ;;
    *) usage ;;
  esac
  shift || usage
done
if [ -z "$holder" ] || [ -z "$coalition" ] || [ -z "$output" ]; then usage; fi
for text in "$holder" "$coalition" "${witnesses[@]}"; do
  case $text in *[[:cntrl:]]*) refuse "a name holds a control character" ;; esac
done
[ ! -e "$output" ] || refuse "$output is there already: a ceremony begins with nothing"
# The destination 00000000 is the default route, and ::/0 that of IPv6.
route=$(awk 'NR > 1 && $2 == "00000000" { print $1; exit }' /proc/net/route 2> /dev/null || true)
[ -n "$route" ] || route=$(awk '$1 ~ /^0+$/ && $2 == "00" && $NF != "lo" { print $NF; exit }' \
  /proc/net/ipv6_route 2> /dev/null || true)
if [ -n "$route" ] && [ -z "$rehearsal" ]; then
  refuse "this machine has a way out by $route: unplug it, or say --rehearsal"
fi
cipher=()
if [ -n "$passphrase" ]; then
  file=${AMANA_KEY_PASSPHRASE_FILE:-}
  if [ -z "$file" ] || [ ! -s "$file" ]; then
    refuse "set AMANA_KEY_PASSPHRASE_FILE to a file with the passphrase, or say --no-passphrase"
  fi
  [ "$(head -n 1 "$file" | wc -c)" -gt 8 ] || refuse "the passphrase is shorter than 8 characters"
  cipher=(-aes-256-cbc -pass "file:$file")
fi
protection=${passphrase:+encrypted with a passphrase}

mkdir -p "$output"
finished=''
trap '[ -n "$finished" ] || { rm -rf "$output"; echo "ceremony: not finished, nothing is left" >&2; }' EXIT
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve \
  "${cipher[@]}" -out "$output/root.pem" 2> /dev/null || refuse "openssl made no key"
opening=(); [ -z "$passphrase" ] || opening=(-passin "file:$file")
openssl pkey -in "$output/root.pem" "${opening[@]}" -pubout -out "$output/root.pub.pem"
kid=$(thumbprint "$output/root.pub.pem")

{
  echo "CEREMONY OF A ROOT KEY${rehearsal:+ - REHEARSAL, NOT FOR USE}"
  echo "coalition: $coalition"
  echo "holder: $holder"
  for witness in "${witnesses[@]}"; do echo "witness: $witness"; done
  echo "begun: $(date -u +%Y-%m-%dT%H:%M:%S+00:00) by this machine's clock"
  echo "machine: $(uname -srm), $(openssl version)"
  echo "network: ${route:-no default route}"
  echo "key: P-256, made by openssl genpkey, ${protection:-without a passphrase}"
  echo "public key: $(spki "$output/root.pub.pem")"
  echo "fingerprint: $(groups <<< "$kid")"
  echo "signed: by the key itself, ECDSA with SHA-256, in transcript.sig"
} > "$output/transcript.txt"
openssl dgst -sha256 -sign "$output/root.pem" "${opening[@]}" -out "$output/transcript.sig" "$output/transcript.txt"

cat "$output/transcript.txt"
echo
echo "Read aloud, twice, and let each witness read it back from root.pub.pem on a machine of their own:"
groups <<< "$kid"
echo
verify "$output"
chmod 600 "$output"/*
finished=yes
echo
echo "root.pem stays offline. Hand on root.pub.pem, transcript.txt and transcript.sig. The public key of the transcript is"
echo "\"root\" in the member's introduction.json."
