#!/bin/sh
# A browser and a Korean font for the browser tests, which are skipped (saying so) without them.
set -eu
. setup/system.sh

missing=
for name in chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" >/dev/null && found=$name && break
done
[ -n "${found:-}" ] || missing="chromium"
if ! { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko family)" ]; }; then
    missing="$missing fonts-noto-cjk"
fi
# Playwright's driver is a node program that needs one library a bare Debian lacks.
.venv/bin/python -m playwright --version >/dev/null 2>&1 || missing="$missing libatomic1"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # several words are meant
    need "for the browser tests" $missing || echo "The browser tests will be skipped." >&2
fi
