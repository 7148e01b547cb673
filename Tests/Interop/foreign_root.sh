#!/usr/bin/env bash
# Prints the path of a Debian 13 root with tools of transparency logs that nobody here wrote, made once under BUILD:
# Tests/Interop/foreign_root.sh BUILD. Needs root, Debian's mirror and PyPI; where they are missing it ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$1" && pwd)/foreign
packages=python3,python3-venv,ca-certificates,litetlog,sigsum-go,golang-go
# Sources alone: as packages they would bring half a gigabyte of what their other parts want.
libraries='golang-golang-x-mod-dev golang-golang-x-net-dev golang-golang-x-text-dev golang-sigsum-sigsum-go-dev'
# Made anew when a list changes.
ready=$root/ready-$(cat "$here/witness-requirements.txt" "$here/foreign.go" <(echo "$packages $libraries") | sha256sum | head -c 16)
missing() { echo "SKIPPED: $*" >&2; exit 77; }
[ "$(id -u)" = 0 ] || missing "the Debian 13 root of other people's log tools needs root"
if [ ! -e "$ready" ]; then
  rm -rf "$root"
  hook='cd /tmp && apt-get -q download '$libraries' > /dev/null && for each in *.deb; do dpkg -x "$each" /; done && rm -- *.deb'
  mmdebstrap -q --variant=minbase --include="$packages" --customize-hook="chroot \"\$1\" sh -ec '$hook'" trixie "$root" >&2 \
    || { rm -rf "$root"; missing "mmdebstrap made no root"; }
  ${PIP:-python3 -m pip} download -q -d "$root/wheels" --python-version 3.13 --only-binary=:all: \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
    -r "$here/witness-requirements.txt" >&2 || { rm -rf "$root"; missing "PyPI gave no aics-witness"; }
  cp "$here/witness-requirements.txt" "$here/foreign.go" "$root/"
  env -u PIP_FIND_LINKS chroot "$root" sh -ec '
    python3 -m venv /venv && /venv/bin/pip install -q --no-index --find-links /wheels -r /witness-requirements.txt
    # Go finds itself by /proc, which is not here.
    export GOROOT=/usr/lib/go-1.24 GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=/tmp/go HOME=/tmp CGO_ENABLED=0
    /usr/lib/go-1.24/bin/go build -o /usr/bin/foreign-go /foreign.go
    rm -r /tmp/go' >&2
  touch "$ready"
fi
echo "$root"
