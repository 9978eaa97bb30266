#!/bin/sh
# Make .venv with the first Python 3.11 or later that is found; keep one that works.
set -eu
. setup/system.sh

if .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    exit 0
fi

for name in python3 python3.11 python3.12 python3.13; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$name
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo "ClipOps needs Python 3.11 or later and found none; install it (Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv)." >&2
    exit 1
fi

if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    need "to make .venv" "python$version-venv" || exit 1
fi
echo "Making .venv with $("$python" --version)."
"$python" -m venv --clear .venv
