#!/bin/sh
# What whoever runs it can reach: one line an attempt. Run in the courier's unit, and outside as root to see that an
# attempt which is closed there is closed by the unit.
try() {
  what=$1
  shift
  if "$@" > /dev/null 2>&1; then echo "reached $what"; else echo "closed $what"; fi
}
try "the statement key" cat /etc/amana/keys/statement.pem
try "the settings of amanad" cat /etc/amana/amanad.json
try "the store" cat /var/lib/amana/amana.sqlite
try "the content keys" cat /var/lib/amana/content-keys.sqlite
try "the control socket" curl -s --unix-socket /run/amana/control.sock http://a/v1/status
try "the folder of users" ls /home/alice
try "its transport key" cat "$CREDENTIALS_DIRECTORY/transport.pem"
try "the exchange socket" curl -sf --unix-socket /run/amana-exchange/exchange.sock http://a/v1/peers
