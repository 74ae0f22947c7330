# Tools that are compiled or come from npm, and the programs that tests need.

# Their own release profiles optimise for minutes to make a tool that runs for seconds.
TOOL_PATH=""
cargo_tool() { # NAME VERSION WHAT-IT-IS [cargo install flags]
    local name=$1 version=$2 what=$3 binary=${1%-cli} build
    shift 3
    if [ -x "$TOOLS/bin/$binary" ] && grep -q "^\"$name $version " "$TOOLS/.crates.toml" 2>/dev/null; then
        return
    fi
    if have "$binary" && "$binary" --version 2>/dev/null | grep -qwF "$version"; then
        return # the machine's own, of just this version
    fi
    say "compiling $name $version ($what, once)"
    build=$(mktemp -d "$TOOLS/build.XXXXXX")
    PATH="${TOOL_PATH:+$TOOL_PATH:}$PATH" \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_TARGET_DIR="$build" quietly cargo install "$name" --version "=$version" --root "$TOOLS" "$@"
    rm -rf "$build"
}

# cargo-leptos 0.3.11 does not compile with a Rust before 1.96; the project itself does.
rust_for_cargo_leptos() {
    [ "$(minor rustc)" -lt 96 ] || return 0
    apt_has rustc-web || die "cargo-leptos needs Rust 1.96 or newer: rustup update"
    [ -e /usr/bin/cargo ] && is_new_enough /usr/bin/rustc || apt_install rustc-web cargo-web
    TOOL_PATH=/usr/bin
}

NODE_BIN="" # a folder that comes first on PATH
node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }
node_is() { local found; found=$(node_major); [ -n "$found" ] && [ "$found" -ge "$NODE" ]; }

# Debian 12's Node.js is too old for Playwright; npm has newer ones as packages.
setup_node() {
    have node && have npm || need "Node.js $NODE or newer" "nodejs npm" nodejs "brew install node"
    NODE_BIN=$TOOLS/node/bin
    node_is || PATH="$NODE_BIN:$PATH"
    if ! node_is; then
        local machine
        case "$(uname -s) $(uname -m)" in
        "Linux x86_64") machine=linux-x64 ;;
        "Linux aarch64") machine=linux-arm64 ;;
        *) die "Node.js $NODE or newer is needed, this is $(node --version): https://nodejs.org/en/download" ;;
        esac
        say "installing a newer Node.js than the system's $(node --version 2>/dev/null) (npm: node-$machine)"
        mkdir -p "$TOOLS/node"
        (cd "$TOOLS/node" && quietly npm install --no-save --no-audit --no-fund --prefix "$TOOLS/node" "node-$machine@$NODE_PACKAGE")
        mkdir -p "$NODE_BIN"
        ln -sfn "$TOOLS/node/node_modules/node-$machine/bin/node" "$NODE_BIN/node"
        hash -r
        node_is || die "Node.js $NODE or newer is needed, this is $(node --version)"
    fi
    case ":$PATH:" in *":$NODE_BIN:"*) ;; *) NODE_BIN="" ;; esac
}

setup_npm() { # the wasm optimiser, and with $1 = test also Playwright
    setup_node
    if [ ! -x node_modules/.bin/wasm-opt ]; then
        say "installing wasm-opt (npm: binaryen)"
        quietly npm ci --no-audit --no-fund
    fi
    if [ "${1:-}" = test ] && [ ! -x end2end/node_modules/.bin/playwright ]; then
        say "installing Playwright"
        (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm ci --no-audit --no-fund)
    fi
}

CHROMIUM=""
setup_chromium() {
    CHROMIUM=${WIZASTORE_CHROMIUM:-}
    local name lean=chromium-headless-shell
    # The same Chromium without its windows, in which the tests take two thirds of the time; one of them needs the whole
    # browser too. Debian has both; where the lean one cannot be had, any other will do.
    if [ -z "$CHROMIUM" ] && [ "$system" = debian ] && { ! have $lean || ! have chromium; } && apt_has $lean; then
        (apt_install $lean chromium fonts-dejavu-core) || say "going on without $lean"
    fi
    for name in $lean chromium chromium-browser google-chrome; do
        [ -n "$CHROMIUM" ] || CHROMIUM=$(command -v "$name" || true)
    done
    [ "$system" != Darwin ] || [ -n "$CHROMIUM" ] || CHROMIUM=$(ls "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" 2>/dev/null || true)
    # Ubuntu's is a snap, which sees no files of ours, or a package that only says so.
    case "$(readlink -f "${CHROMIUM:-/}")" in */snap*) CHROMIUM="" ;; esac
    ! grep -qs "snap install" "${CHROMIUM:-/dev/null}" || CHROMIUM=""
    [ -z "$CHROMIUM" ] || return 0
    if have apt-get && [ "$system" != ubuntu ]; then
        apt_install chromium fonts-dejavu-core
        CHROMIUM=$(command -v chromium)
        return
    fi
    say "installing Playwright's Chromium (npx playwright install chromium)"
    local with=""
    ! have apt-get || with=--with-deps
    # shellcheck disable=SC2086
    (cd end2end && quietly npx playwright install $with chromium)
    CHROMIUM=$(cd end2end && node -e 'console.log(require("@playwright/test").chromium.executablePath())')
    [ -x "$CHROMIUM" ] || die "Chromium is missing; install it, or say where it is with WIZASTORE_CHROMIUM"
}

setup_postgres() { # a server's programs; scripts/postgres starts one of the tests' own
    [ -z "${TEST_PG_URL:-}" ] || return 0
    scripts/postgres programs >/dev/null 2>&1 ||
        need "PostgreSQL's server" postgresql postgresql-server "brew install postgresql@17"
}

setup_strace() { # shows that commits are on the disk before their replies
    [ "$(uname)" != Linux ] || have strace || need strace strace strace ""
}
