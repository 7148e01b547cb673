#!/usr/bin/env bash
# Keys in a PKCS#11 token: token.sh BINARIES BUILD. SoftHSM 2 with pkcs11-provider, which Debian 13 has and 12 has not, in
# a root that is made once under BUILD. A daemon signs with a statement key in the token; the stock tools verify it.
set -euo pipefail
bin=$(cd "$1" && pwd) build=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
root=$build/trixie-keys
packages=openssl,libssl3t64,libsqlite3-0,pkcs11-provider,softhsm2,ca-certificates,curl
# Made anew when the list changes.
ready=$root/ready-$(sha256sum <<< "$packages" | head -c 16)
skip() { echo "SKIPPED: keys in a PKCS#11 token were NOT tried: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "the Debian 13 root needs root"
command -v mmdebstrap > /dev/null || skip "mmdebstrap is not here (apt-get install mmdebstrap)"
if [ ! -e "$ready" ]; then
  rm -rf --one-file-system "$root"
  mmdebstrap -q --variant=minbase --include="$packages" trixie "$root" \
    || { rm -rf "$root"; skip "mmdebstrap made no root"; }
  touch "$ready"
fi
trap 'rm -rf "$root/work"' EXIT
mkdir -p "$root/proc"
# A Swift program reads its own arguments there. The mount is this one process's alone and ends with it.
inside() { unshare --mount --propagation private sh -euc 'mount -t proc proc "$0/proc"; exec "$@"' "$root" "$@"; }
inside true || skip "/proc cannot be mounted in the root"
programs=("$bin/amana" "$bin/amanad")
install -m 755 "${programs[@]}" "$root/usr/bin/"
# Libraries of the Swift toolchain, where the binaries look for them; Debian's own are the root's.
ldd "${programs[@]}" | awk '$3 ~ "^/" { print $3 }' | sort -u | while read -r library; do
  case $library in /lib/* | /usr/lib/*) continue ;; esac
  install -D -m 755 "$library" "$root$library"
done
rm -rf "$root/work"; mkdir -p "$root/work"
cp "$here/docs/demo/convoy.csv" "$here/Tests/Keys/inside.sh" "$root/work/"
# Swift brings clang, so a compiler is wherever this is built.
compiler=$(command -v clang || command -v cc || command -v gcc) || true
if [ -n "$compiler" ]; then
  "$compiler" -std=c11 -shared -fPIC -O1 -Wall -Wextra -Werror -o "$root/work/removable.so" "$here/Tests/Keys/removable.c" -ldl
else
  echo "SKIPPED: a token taken away and a locked PIN were NOT tried: no C compiler is here"
fi
inside chroot "$root" bash /work/inside.sh
