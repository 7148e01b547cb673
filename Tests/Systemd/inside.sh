#!/usr/bin/env bash
# Runs inside the booted machine, as root: the life of amana.service from installation to the second start, then that of
# amana-courier.service beside it, with a second authority on the same machine to talk to.
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
socket=/run/amana/control.sock exchange=/run/amana-exchange/exchange.sock
http() { as alice curl -s --unix-socket $socket "$@"; }

say "Users, groups and an authority"
systemd-sysusers
for user in alice bob carol mallory irq; do useradd -m "$user"; done
for user in alice bob; do usermod -aG amana,amana-readers,amana-operators "$user"; done
usermod -aG amana,amana-admins carol
getent group amana amana-readers amana-operators amana-admins
amana init authority /etc/amana --name SYR/prisons --uri https://syr.example/prisons --iso3 SYR --sites SYR-HSK-01 \
  --name-en Prisons --name-ar "السجون"
amana init authority /home/irq/irq --name IRQ/justice --uri https://irq.example/justice --iso3 IRQ --sites IRQ-BGD-01 \
  --name-en Justice --name-ar "العدل"
digest=$(amana init roster /tmp/roster.cose --exercise --coalition Booted --introduction /etc/amana/introduction.json \
  --introduction /home/irq/irq/introduction.json --root-key /etc/amana/root/root.pem \
  --root-key /home/irq/irq/root/root.pem | tail -1)
amana init trust /etc/amana --name SYR/prisons --roster /tmp/roster.cose --digest "$digest"
amana init trust /home/irq/irq --name IRQ/justice --roster /tmp/roster.cose --digest "$digest" --one-user
chown -R irq /home/irq/irq
install -o alice -m 600 /etc/amana/officers/officer-1.pem /home/alice/officer.pem
install -o bob -m 600 /etc/amana/officers/officer-2.pem /home/bob/officer.pem
rm -r /etc/amana/root /etc/amana/officers /etc/amana/roles
# The unit starts without the keys that an authority need not have.
rm /etc/amana/keys/witness.pem
settings() {
  echo '{"log": {"level": "'"$1"'"}, "rights": {"officers": ["alice=1", "bob=2"]}}' > /etc/amana/amanad.json
}
settings notice
chgrp amana /etc/amana
chmod 750 /etc/amana
check "amana config check takes the file" amana config check

say "Start by socket activation"
systemctl enable -q amana.socket amana.service
systemctl start amana.socket amana-exchange.socket
ls -ld /run/amana $socket /run/amana-exchange $exchange
check "both sockets listen" test "$(systemctl is-active amana.socket amana-exchange.socket | sort -u)" = active
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

say "The courier starts, and the exchange socket starts the daemon"
systemctl enable -q amana-courier.service
systemctl stop amana.service
check "the daemon is stopped, its sockets listen" test \
  "$(systemctl is-active amana.service amana.socket amana-exchange.socket | xargs)" = "inactive active active"
check "systemctl start returns when the courier is ready" systemctl start amana-courier.service
until_holds bash -c 'systemctl show -P StatusText amana-courier.service | grep -q "SYR/prisons: 1 peers"'
check "its first question started the daemon" test "$(systemctl is-active amana.service)" = active
systemctl status --no-pager -n 0 amana-courier.service
check "STATUS says where peers are served, and who" has "$(systemctl show -P StatusText amana-courier.service)" \
  "port 8443, SYR/prisons: 1 peers, 0 of them with a URL"
courier() { systemctl show -P MainPID amana-courier.service; }
check "it runs as its own user" test "$(stat -c %U "/proc/$(courier)")" = amana-courier
check "the daemon runs as another" test "$(stat -c %U "/proc/$(pid)")" = amana
check "the daemon has no network, the courier has" bash -c \
  "[ \$(readlink /proc/$(pid)/ns/net) != \$(readlink /proc/self/ns/net) ] \
    && [ \$(readlink /proc/$(courier)/ns/net) = \$(readlink /proc/self/ns/net) ]"

say "What is closed to the courier"
# The unit as it is, with a list of attempts in the courier's place.
sed -e 's/^Type=.*/Type=oneshot/; s#^ExecStart=.*#ExecStart=/bin/sh /test/probe.sh#' \
  -e '/^Restart/d; /^WatchdogSec=/d; /^NotifyAccess=/d' /etc/systemd/system/amana-courier.service \
  > /run/systemd/system/probe.service
systemctl daemon-reload
systemctl start probe.service
tried=$(journalctl -u probe.service -o cat --no-pager | grep -E '^(reached|closed) ')
echo "$tried"
outside=$(/bin/sh /test/probe.sh)
for what in "the statement key" "the settings of amanad" "the store" "the content keys" "the control socket" \
  "the folder of users"; do
  check "closed to it: $what (root, outside, reaches it)" \
    bash -c 'grep -qxF "closed $1" <<< "$2" && grep -qxF "reached $1" <<< "$3"' - "$what" "$tried" "$outside"
done
for what in "its transport key" "the exchange socket"; do
  check "open to it: $what" grep -qxF "reached $what" <<< "$tried"
done

say "Who is not the courier gets nothing on the exchange socket"
strangers() { as carol curl -s --unix-socket $socket http://a/v1/metrics | awk '/^amana_exchange_strangers_total/ { print $2 }'; }
for user in alice carol mallory amana; do
  check "$user cannot connect" bash -c "! runuser -u $user -- curl -s --unix-socket $exchange http://a/v1/peers"
done
seen=$(strangers)
check "root connects and is closed unheard" bash -c "! curl -s --unix-socket $exchange http://a/v1/peers"
check "that is counted" test "$(strangers)" -gt "${seen:-0}"

say "A second authority, by wire"
echo "127.0.0.1 localhost courier.syr.example courier.irq.example" > /etc/hosts
echo '{"rights": {"operators": ["irq"]}, "exchange": {"user": "irq", "gossip-seconds": 1}}' > /home/irq/irq/amanad.json
systemd-run -q --uid=irq --unit=irq-amanad amanad --directory /home/irq/irq
until_holds test -S /home/irq/irq/exchange.sock
systemd-run -q --uid=irq --unit=irq-courier amana-courier --directory /home/irq/irq \
  --set listen.port=9443 --set exchange.socket=/home/irq/irq/exchange.sock
syr() { as alice amana "$@"; }
irq() { as irq amana "$@" --socket /home/irq/irq/control.sock; }
check "its daemon and its courier, another user's, are ready" \
  until_holds bash -c 'journalctl -u irq-courier -o cat | grep -q "IRQ/justice: 1 peers"'
journalctl -u irq-amanad -u irq-courier -o cat --no-pager | tail -12
as carol amana peer add IRQ/justice --url https://courier.irq.example:9443
irq peer add SYR/prisons --url https://courier.syr.example:8443
check "the peer is tested, step by step" as alice amana peer test IRQ/justice
head -c 300000 /dev/urandom > /tmp/list.pdf
cp /tmp/list.pdf /tmp/answer.pdf
# delivered: nothing waits at either side, which only verified receipts bring about.
delivered() {
  ! syr outbox --json | grep -q '"state"' && ! irq outbox --json | grep -q '"state"'
}
# carried WHAT: what was sent is delivered; if not, why.
carried() {
  check "$1" until_holds delivered
  delivered || { syr outbox; irq outbox; }
}
# received COUNT WHO: WHO holds COUNT complete statements that came by wire.
received() {
  [ "$("${@:2}" inbox --via wire --json | tr ',' '\n' | grep -cE '"complete" : true')" = "$1" ]
}
irq message send --to SYR/prisons --subject Briefing /tmp/list.pdf
carried "from the other authority into the booted daemon, and its receipt back"
check "it is here, whole" received 1 syr
syr inbox
message=$(syr message list --json | grep -o '"statement" : "[0-9a-f]*"' | head -1 | cut -d'"' -f4)
install -d -o alice /home/alice/read
syr message read "$message" --save /home/alice/read
check "what was attached is what was sent" cmp /tmp/list.pdf /home/alice/read/list.pdf
syr message send --to IRQ/justice --subject Answer /tmp/answer.pdf
carried "from the booted daemon to the other authority, and its receipt back"
check "it is there, whole" received 1 irq

say "The daemon restarts while the courier runs"
before=$(courier) head=$(http http://a/v1/checkpoint)
check "systemctl restart amana" systemctl restart amana.service
check "same head" test "$(http http://a/v1/checkpoint)" = "$head"
irq message send --to SYR/prisons --subject "After the restart"
carried "delivered, with its receipt"
check "it is here" received 2 syr
check "the courier is the same process" test "$(courier) $(systemctl show -P NRestarts amana-courier.service)" = "$before 0"

say "The courier is killed, and hangs"
kill -KILL "$before"
syr message send --to IRQ/justice --subject "While nobody carried"
until_holds bash -c "[ \$(systemctl show -P NRestarts amana-courier.service) = 1 ] && [ \$(systemctl is-active amana-courier.service) = active ]"
check "systemd started it again" test "$(systemctl show -P NRestarts amana-courier.service)" = 1
carried "what waited is delivered, with its receipt"
check "it is there" received 2 irq
kill -STOP "$(courier)"
until_holds bash -c "[ \$(systemctl show -P NRestarts amana-courier.service) = 2 ] && [ \$(systemctl is-active amana-courier.service) = active ]"
check "a hung one is started again by the watchdog" bash -c \
  '[ $(systemctl show -P NRestarts amana-courier.service) = 2 ] && journalctl -u amana-courier.service -o cat | grep -q "Watchdog timeout"'
irq message send --to SYR/prisons --subject "After the hang"
carried "it carries"
check "it stops in good order" bash -c \
  'systemctl stop amana-courier.service && [ $(systemctl show -P Result amana-courier.service) = success ]'
systemctl start amana-courier.service
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
check "no name of a person is in it, such as $name" bash -c "! journalctl -u amana.service -u amana-courier.service -o export | grep -F '$name' > /dev/null"

say "Metrics"
as carol curl -s --unix-socket $socket http://a/v1/metrics | grep -E '^amana_(log_entries|statements_total|key_expires)' || true

say "Hardening in force"
for unit in amana amana-courier; do
  systemd-analyze security --no-pager "$unit.service" | tail -1
  process=$(systemctl show -P MainPID "$unit.service")
  grep -E 'NoNewPrivs|Seccomp:|CapEff' "/proc/$process/status"
  check "$unit: no capabilities, no new privileges, system calls filtered" bash -c \
    "grep -q 'CapEff:.0000000000000000' /proc/$process/status && grep -q 'NoNewPrivs:.1' /proc/$process/status && grep -q 'Seccomp:.2' /proc/$process/status"
done
check "the keys are readable by root only" bash -c '! runuser -u amana -- cat /etc/amana/keys/statement.pem 2> /dev/null'

printf '\n%s steps failed\n' "$failures"
exit $((failures > 0))
