# Shell functions: system packages that ClipOps needs. Sourced by the other scripts here.

# need REASON PACKAGE...: install the packages when root on a Debian-like system; otherwise print
# the exact line and fail.
need() {
    reason=$1
    shift
    if ! command -v apt-get >/dev/null; then
        echo "ClipOps needs what Debian calls $* ($reason); install it with your package manager." >&2
        return 1
    fi
    line="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" -ne 0 ]; then
        echo "ClipOps needs $* ($reason); run: sudo $line" >&2
        return 1
    fi
    echo "Installing $* ($reason)."
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq; } >"${TMPDIR:-/tmp}/clipops-apt.log" 2>&1; then
        tail -n 5 "${TMPDIR:-/tmp}/clipops-apt.log" >&2
        echo "That did not work; once the machine reaches its package mirror, run: $line" >&2
        return 1
    fi
}
