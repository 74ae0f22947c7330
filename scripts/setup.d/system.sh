# What the other parts use: words, the system's packages.

say() { printf '\033[1m[set-up]\033[0m %s\n' "$*"; }
die() { printf '[set-up] %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command whose output only matters when it fails.
quietly() {
    "$@" >>"$LOG" 2>&1 || { tail -n 25 "$LOG" >&2; die "failed: $* (the whole output is in $LOG)"; }
}

system=$( (. /etc/os-release && echo "$ID") 2>/dev/null || uname -s) # debian, ubuntu, fedora, Darwin

apt_install() {
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    say "installing from the system's packages: $*"
    quietly $sudo apt-get update
    quietly $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

apt_has() { # is there such a package? The lists may be missing on a new system.
    have apt-cache || return 1
    apt-cache show "$1" >/dev/null 2>&1 && return 0
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    $sudo apt-get update >>"$LOG" 2>&1 || true
    apt-cache show "$1" >/dev/null 2>&1
}

# Installs it on Debian and Ubuntu; elsewhere says how.
need() { # WHAT DEBIAN FEDORA MACOS, the packages as words of one argument each
    if have apt-get; then
        # shellcheck disable=SC2086
        apt_install $2
    elif have dnf; then
        die "$1 is missing: sudo dnf install $3"
    elif [ "$system" = Darwin ]; then
        die "$1 is missing: $4"
    else
        die "$1 is missing; please install it (Debian's packages are called: $2)"
    fi
}

# One set-up at a time: checkouts share $TOOLS.
take_turns() {
    have flock || return 0 # macOS: cargo install has a lock of its own, and builds are kept apart
    exec 8>"$TOOLS/lock"
    flock -n 8 || { say "waiting for another set-up to end"; flock 8; }
}
