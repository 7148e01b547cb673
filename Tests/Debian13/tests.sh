#!/usr/bin/env bash
# Runs tests of this build under Debian 13's OpenSSL 3.5, the very binary that ran under this machine's:
# Tests/Debian13/tests.sh SWIFT BUILD FILTER. Variables AMANA_* reach the tests; a folder that one names is seen there.
set -euo pipefail
swift=$(readlink -f "$(command -v "$1")") build=$(cd "$2" && pwd) filter=$3
here=$(cd "$(dirname "$0")/../.." && pwd)
runtime=$(dirname "$(dirname "$swift")")/lib/swift/linux
vectors=${AMANA_VECTORS:-$(dirname "$here")/shared/vectors}
root=$("$here/Tests/Debian13/root.sh" "$build") || { [ $? = 77 ] && { echo "SKIPPED: no test ran under OpenSSL 3.5"; exit 0; }; exit 1; }
shared=("$runtime" "$here" "$build" /proc /dev)
[ -d "$vectors" ] && shared+=("$(cd "$vectors" && pwd)") && export AMANA_VECTORS=$vectors
for name in AMANA_DUAL_WRITE AMANA_DUAL_READ; do [ -z "${!name:-}" ] || shared+=("${!name}"); done
export root here build filter
# The mounts are this shell's alone and end with it.
exec unshare --mount --propagation private bash -euo pipefail -c '
  # What a test leaves there goes with it.
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  for folder in "$@"; do mkdir -p "$root$folder"; mount --bind "$folder" "$root$folder"; done
  exec chroot "$root" env -C "$here" HOME=/tmp LANG=C.UTF-8 "$build/debug/amanaPackageTests.xctest" \
    --testing-library swift-testing --filter "$filter"' tests "${shared[@]}"
