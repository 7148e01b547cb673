#!/usr/bin/env bash
# Prints the path of a Debian 13 root (OpenSSL 3.5) that is made once under BUILD: Tests/Debian13/root.sh BUILD.
# That needs root and Debian's mirror; where they are missing it says so and ends with 77.
set -euo pipefail
root=$(cd "$1" && pwd)/debian13
packages=openssl,libssl3t64,libsqlite3-0,libstdc++6,zlib1g
# Made anew when the list changes.
ready=$root/ready-$(sha256sum <<< "$packages" | head -c 16)
[ "$(id -u)" = 0 ] || { echo "SKIPPED: a Debian 13 root needs root" >&2; exit 77; }
if [ ! -e "$ready" ]; then
  rm -rf "$root"
  mmdebstrap -q --variant=minbase --include="$packages" trixie "$root" >&2 \
    || { rm -rf "$root"; echo "SKIPPED: mmdebstrap made no Debian 13 root" >&2; exit 77; }
  touch "$ready"
fi
echo "$root"
