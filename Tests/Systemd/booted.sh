#!/usr/bin/env bash
# Boots a machine in systemd-nspawn and runs the units for real: booted.sh BINARIES [WORK].
# Prints a transcript, `ok` or `FAILED` for each step, and ends with 0 only if every step was ok. Needs root.
set -euo pipefail
binaries=${1:-.build/debug} work=${2:-.build}
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
skip() { echo "SKIPPED: the booted units were NOT tested: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "this needs root"
for tool in mmdebstrap systemd-nspawn; do
  command -v "$tool" > /dev/null || skip "$tool is not here (apt-get install mmdebstrap systemd-container)"
done
mkdir -p "$work"
work=$(cd "$work" && pwd)
base=$work/nspawn-root root=$work/nspawn-run
packages=systemd,systemd-sysv,dbus,libssl3,libsqlite3-0,openssl,curl
# Made anew when the list changes.
ready=$base/ready-$(sha256sum <<< "$packages" | head -c 16)
if [ ! -e "$ready" ]; then
  echo "making a root of Debian bookworm in $base"
  rm -rf "$base"
  mmdebstrap --quiet --variant=minbase --include="$packages" bookworm "$base" > "$work/nspawn-root.log" 2>&1 \
    || { rm -rf "$base"; skip "mmdebstrap made no root: $(tail -1 "$work/nspawn-root.log")"; }
  touch "$ready"
fi
rm -rf "$root"
cp -a --reflink=auto "$base" "$root"
trap 'rm -rf "$root"' EXIT

programs=("$binaries/amana" "$binaries/amanad" "$binaries/amana-courier")
install -m 755 "${programs[@]}" "$root/usr/bin/"
# Libraries of the Swift toolchain, where the binaries look for them; Debian's own are the root's.
ldd "${programs[@]}" | awk '$3 ~ "^/" { print $3 }' | sort -u | while read -r library; do
  case $library in /lib/* | /usr/lib/*) continue ;; esac
  install -D -m 755 "$library" "$root$library"
done
install -m 644 systemd/*.service systemd/*.socket "$root/etc/systemd/system/"
install -D -m 644 systemd/amana.sysusers.conf "$root/usr/lib/sysusers.d/amana.conf"
# The watchdogs of the units wait a minute; here nobody has the time. Everything else is the units as they are.
for unit in amana amana-courier; do
  install -d "$root/etc/systemd/system/$unit.service.d"
  printf '[Service]\nWatchdogSec=3s\n' > "$root/etc/systemd/system/$unit.service.d/quick.conf"
done
# A journal that outlives the boot, so that it can be read if this one fails.
install -d "$root/var/log/journal"
install -d "$root/test"
install -m 755 Tests/Systemd/inside.sh Tests/Systemd/probe.sh "$root/test/"
head -13 docs/demo/convoy.csv > "$root/test/people.csv"
cat > "$root/etc/systemd/system/test.service" << 'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c "/test/inside.sh > /test/transcript 2>&1; echo $? > /test/code; systemctl --no-block poweroff"
TimeoutStartSec=400
[Install]
WantedBy=graphical.target
UNIT
ln -s /etc/systemd/system/test.service "$root/etc/systemd/system/graphical.target.wants/test.service" 2> /dev/null || {
  install -d "$root/etc/systemd/system/graphical.target.wants"
  ln -s ../test.service "$root/etc/systemd/system/graphical.target.wants/test.service"
}
timeout 430 systemd-nspawn -q -b --private-network -D "$root" --register=no --keep-unit -M "amana-test-$$" > "$work/nspawn.log" 2>&1 || true
if [ ! -e "$root/test/code" ]; then
  # A machine that may not make a container at all is no finding about the units; one that broke off is.
  if [ ! -e "$root/test/transcript" ] && ! grep -q "Reached target" "$work/nspawn.log"; then
    skip "systemd-nspawn cannot boot here: $(tail -1 "$work/nspawn.log")"
  fi
  cat "$root/test/transcript" 2> /dev/null || true
  tail -20 "$work/nspawn.log"
  echo "FAILED: the machine did not come to the end of its test"
  exit 1
fi
cat "$root/test/transcript"
exit "$(cat "$root/test/code")"
