#!/usr/bin/env bash
# Runs inside the booted machine, as root: the life of amana.service from installation to the second start.
set -uo pipefail
export AMANA_LANG=en HOME=/root
failures=0
say() { printf '\n== %s\n' "$*"; }
# check WHAT COMMAND…: the command must end with 0.
check() {
  local what=$1
  shift
  if "$@"; then echo "ok      $what"; else echo "FAILED  $what"; failures=$((failures + 1)); fi
}
has() { grep -qF -- "$2" <<< "$1"; }
# Looks again until it holds, half a minute at most.
until_holds() {
  for _ in $(seq 300); do
    if "$@" > /dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}
as() { local user=$1; shift; runuser -u "$user" -- env AMANA_LANG=en "$@"; }
pid() { systemctl show -P MainPID amana.service; }
socket=/run/amana/control.sock
http() { as alice curl -s --unix-socket $socket "$@"; }

say "Users, groups and an authority"
systemd-sysusers
for user in alice bob carol mallory; do useradd -m "$user"; done
for user in alice bob; do usermod -aG amana,amana-readers,amana-operators "$user"; done
usermod -aG amana,amana-admins carol
getent group amana amana-readers amana-operators amana-admins
amana init authority /etc/amana --name SYR/prisons --uri https://syr.example/prisons --iso3 SYR --sites SYR-HSK-01 \
  --name-en Prisons --name-ar "السجون"
digest=$(amana init roster /tmp/roster.cose --exercise --coalition Booted --introduction /etc/amana/introduction.json \
  --root-key /etc/amana/root/root.pem | tail -1)
amana init trust /etc/amana --name SYR/prisons --roster /tmp/roster.cose --digest "$digest"
install -o alice -m 600 /etc/amana/officers/officer-1.pem /home/alice/officer.pem
install -o bob -m 600 /etc/amana/officers/officer-2.pem /home/bob/officer.pem
rm -r /etc/amana/root /etc/amana/officers
settings() {
  echo '{"log": {"level": "'"$1"'"}, "rights": {"officers": ["alice=1", "bob=2"]}}' > /etc/amana/amanad.json
}
settings notice
chgrp amana /etc/amana
chmod 750 /etc/amana
check "amana config check takes the file" amana config check

say "Start by socket activation"
systemctl enable -q amana.socket amana.service
systemctl start amana.socket
ls -ld /run/amana $socket
check "the service is not running yet" test "$(systemctl is-active amana.service)" = inactive
as alice amana status
check "a first question starts it" test "$(systemctl is-active amana.service)" = active
check "somebody outside the group amana cannot connect" bash -c '! runuser -u mallory -- amana status 2> /dev/null'
systemctl status --no-pager -n 0 amana.service
until_holds bash -c 'systemctl show -P StatusText amana.service | grep -q "3 entries"'
check "STATUS says what it holds" has "$(systemctl show -P StatusText amana.service)" "EXERCISE, SYR/prisons: 3 entries, 0 held"

say "Sign an intake: two officers, two local users"
as alice amana intake /test/people.csv --site SYR-HSK-01 --pcode SY080006
draft=$(http http://a/v1/drafts | grep -o '"draft_id":"[^"]*"' | head -1 | cut -d'"' -f4)
as alice amana approve "$draft" --key /home/alice/officer.pem
install -o alice -m 600 /home/bob/officer.pem /home/alice/stolen.pem
check "the second officer's key in the first one's hands is refused" bash -c "! runuser -u alice -- amana approve $draft --key /home/alice/stolen.pem"
as bob amana approve "$draft" --key /home/bob/officer.pem
check "it is entry 3" has "$(http http://a/v1/checkpoint | sed -n 2p)" 4

say "Reload while a request is under way"
# The first person of the list as JSON. The body is padded with spaces, which JSON allows, and sent slowly.
person=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i }
  NR == 2 { for (i = 1; i <= NF; i++) printf "%s\"%s\":\"%s\"", (i > 1 ? "," : ""), name[i], $i }' /test/people.csv)
slow() {
  printf '{"draft_id":"%s","event":"intake","site_id":"SYR-HSK-01","persons":[{%s}]%12000s}' "$2" "$person" "" > /tmp/body
  http --limit-rate 4k -o "/tmp/$1.answer" -w '%{http_code}' -H 'content-type: application/json' \
    --data-binary @/tmp/body http://a/v1/drafts > "/tmp/$1.code"
}
before=$(pid)
touch /tmp/reload.code /tmp/stop.code
slow reload 01a2181c-d340-74de-b541-69e56d9b5928 &
sleep 1
settings debug
check "systemctl reload" systemctl reload amana.service
until_holds bash -c 'journalctl -u amana.service -o cat | grep -q "reloaded; changed: log.level"'
check "the request is still under way after the reload" bash -c '! grep -q . /tmp/reload.code'
wait
echo "answer: $(cat /tmp/reload.code) $(head -c 300 /tmp/reload.answer)"
check "it was done by the same process, and not dropped" bash -c "grep -qx 201 /tmp/reload.code && [ $(pid) = $before ]"
echo '{"log": {"level": "loud"}}' > /etc/amana/amanad.json
systemctl reload amana.service
until_holds bash -c 'systemctl show -P StatusText amana.service | grep -q "reload not taken whole"'
systemctl show -P StatusText amana.service
check "a broken file keeps the old settings and says so" has "$(systemctl show -P StatusText amana.service)" \
  'amanad.json line 1: log.level: "loud" is not allowed'
check "it stays active, the same process" test "$(systemctl is-active amana.service) $(pid)" = "active $before"
settings notice
systemctl reload amana.service
until_holds bash -c '! systemctl show -P StatusText amana.service | grep -q "not taken"'
check "mended" has "$(systemctl show -P StatusText amana.service)" "EXERCISE, SYR/prisons"

say "Hang: the watchdog starts it again"
head=$(http http://a/v1/checkpoint)
kill -STOP "$before"
until_holds bash -c "[ \$(systemctl show -P NRestarts amana.service) = 1 ] && [ \$(systemctl is-active amana.service) = active ]"
check "restarted by systemd" test "$(systemctl show -P NRestarts amana.service)" = 1
check "another process" test "$(pid)" != "$before"
journalctl -u amana.service -o cat --no-pager | grep -iE "watchdog|signal|restart" | tail -5
check "the journal names the watchdog" bash -c 'journalctl -u amana.service -o cat | grep -q "Watchdog timeout"'
check "same head" test "$(http http://a/v1/checkpoint)" = "$head"

say "Stop while a request is under way, then start again"
slow stop 01a2181c-d340-74de-b541-69e56d9b5929 &
sleep 1
systemctl stop amana.socket amana.service
wait
echo "answer: $(cat /tmp/stop.code)"
check "what was under way was done and answered" grep -qx 201 /tmp/stop.code
check "stopped in good order" test "$(systemctl show -P Result amana.service)" = success
systemctl start amana.socket amana.service
as alice amana status
check "same head after the second start" test "$(http http://a/v1/checkpoint)" = "$head"
check "both drafts are there" test "$(http http://a/v1/drafts | grep -o '"draft_id"' | wc -l)" = 2
check "the audit holds" as carol amana audit

say "Journal"
json=$(journalctl -u amana.service -o json --no-pager)
grep -F '"MESSAGE_ID":"aa56708a273c4a2aae2af93d7cc3084f"' <<< "$json" | tail -1
for id in 27748f6cdf7f4fe19a9aef655b4f47b0:ready aa56708a273c4a2aae2af93d7cc3084f:statementRegistered \
  8a764a697dd9492aa39ac3ba337bdf63:draftApproved dcf093e620774edea34f0756389f3fdd:reloaded \
  b98f872a2f37446a8197c517b0536c56:reloadFailed 1dcd0c9e750e4de1ac9bb8f976bfeda7:stopping; do
  check "MESSAGE_ID of ${id#*:}" has "$json" "\"MESSAGE_ID\":\"${id%%:*}\""
done
check "RECORD_ID and AMANA_STATEMENT stand beside it" bash -c \
  "journalctl MESSAGE_ID=aa56708a273c4a2aae2af93d7cc3084f -o json --no-pager | grep -E '\"RECORD_ID\":\"[0-9a-f-]{36}\"' | grep -E '\"AMANA_STATEMENT\":\"[0-9a-f]{64}\"' > /dev/null"
name=$(sed -n 2p /test/people.csv | cut -d, -f3)
check "no name of a person is in it, such as $name" bash -c "! journalctl -u amana.service -o export | grep -F '$name' > /dev/null"

say "Metrics"
as carol curl -s --unix-socket $socket http://a/v1/metrics | grep -E '^amana_(log_entries|statements_total|key_expires)' || true

say "Hardening in force"
systemd-analyze security --no-pager amana.service | tail -1
process=$(pid)
grep -E 'NoNewPrivs|Seccomp:|CapEff' "/proc/$process/status"
check "no capabilities, no new privileges, system calls filtered" bash -c \
  "grep -q 'CapEff:.0000000000000000' /proc/$process/status && grep -q 'NoNewPrivs:.1' /proc/$process/status && grep -q 'Seccomp:.2' /proc/$process/status"
check "the keys are readable by root only" bash -c '! runuser -u amana -- cat /etc/amana/keys/statement.pem 2> /dev/null'

printf '\n%s steps failed\n' "$failures"
exit $((failures > 0))
