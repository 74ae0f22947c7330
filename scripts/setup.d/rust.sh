# A Rust that is new enough, with a standard library for wasm32: rustup's, or Debian's own.

MINIMUM=$(sed -n 's/^rust-version = "1\.\([0-9]*\)"/\1/p' Cargo.toml) # 1.N

RUST_BIN=""       # a folder that comes first on PATH
LINKER=""         # where rustc brings none for wasm32
RUST_TOOLCHAIN="" # rustup's, where it is not the one of rust-toolchain.toml

minor() { "$@" --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p'; }
is_new_enough() { local found; found=$(minor "$@"); [ -n "$found" ] && [ "$found" -ge "$MINIMUM" ]; }
wasm_std() { # is there a wasm32 standard library for this rustc?
    ls "$("$@" --print sysroot 2>/dev/null)"/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib >/dev/null 2>&1
}

has_components() { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1

setup_rust() {
    have cc || need "a C compiler" build-essential gcc "xcode-select --install"
    if is_new_enough rustc && wasm_std rustc && has_components; then
        return
    fi
    if have rustup && rustup_rust; then
        return
    fi
    debian_rust
    PATH="$RUST_BIN:$PATH"
}

# rustup's toolchain, with what is missing added; fails where that needs a network that is not there.
rustup_rust() {
    if ! is_new_enough rustc; then
        # The toolchain of rust-toolchain.toml may be missing while another one is there.
        local name
        for name in $(rustup toolchain list 2>/dev/null | sed 's/ .*//'); do
            case $name in nightly* | beta*) continue ;; esac
            if is_new_enough rustup run "$name" rustc && wasm_std rustup run "$name" rustc; then
                RUST_TOOLCHAIN=$name
                export RUSTUP_TOOLCHAIN=$name
                say "using Rust's toolchain $name"
                return
            fi
        done
        say "this needs Rust 1.$MINIMUM or newer: installing the stable toolchain with rustup"
        rustup toolchain install stable --profile minimal >>"$LOG" 2>&1 || true
    fi
    is_new_enough rustc || return 1
    has_components || rustup component add clippy rustfmt >>"$LOG" 2>&1 || return 1
    wasm_std rustc && return
    say "adding the wasm32 target to the Rust toolchain"
    rustup target add wasm32-unknown-unknown >>"$LOG" 2>&1 && wasm_std rustc
}

# Debian's Rust for building browsers, which is newer than its rustc. It has no library for wasm32, but
# the library's sources: it is built once, into a toolchain of our own beside the system's files.
debian_rust() {
    local where="install Rust with rustup (https://rustup.rs), then: rustup target add wasm32-unknown-unknown"
    [ "$system" != fedora ] || where="sudo dnf install rust cargo clippy rustfmt rust-std-static-wasm32-unknown-unknown lld; or $where"
    apt_has rustc-web && apt_has lld-22 || die "Rust 1.$MINIMUM or newer with the target wasm32-unknown-unknown is missing: $where"
    for file in /usr/bin/rustc /usr/bin/cargo /usr/bin/cargo-clippy /usr/bin/cargo-fmt /usr/lib/rustlib/src /usr/bin/wasm-ld-22 \
        /etc/ssl/certs/ca-certificates.crt; do
        [ -e "$file" ] || { apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22 ca-certificates; break; }
    done
    is_new_enough /usr/bin/rustc || die "the system's Rust is older than 1.$MINIMUM, and in the way of rustc-web: $where"
    LINKER=wasm-ld-22
    local own
    own=$TOOLS/rust-$(/usr/bin/rustc --version | cut -d' ' -f2)
    RUST_BIN=$own/bin
    wasm_std "$RUST_BIN/rustc" || own_toolchain "$own"
    wasm_std "$RUST_BIN/rustc" || die "the wasm32 standard library could not be built; see $LOG"
}

own_toolchain() { # FOLDER: the system's tools with a sysroot of our own
    local own=$1 rustlib=$1/sysroot/lib/rustlib tool entry
    rm -rf "$own"
    mkdir -p "$own/bin" "$rustlib/wasm32-unknown-unknown/lib"
    for entry in "$(/usr/bin/rustc --print sysroot)"/lib/rustlib/*; do
        [ "$(basename "$entry")" = wasm32-unknown-unknown ] || ln -s "$entry" "$rustlib/"
    done
    for tool in rustc rustdoc; do
        printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s/sysroot" "$@"\n' "$tool" "$own" >"$own/bin/$tool"
    done
    # clippy's driver takes its sysroot from the environment.
    printf '#!/bin/sh\nSYSROOT="%s/sysroot" exec /usr/bin/cargo-clippy "$@"\n' "$own" >"$own/bin/cargo-clippy"
    chmod +x "$own"/bin/*
    for tool in cargo cargo-fmt rustfmt clippy-driver; do
        ln -s "/usr/bin/$tool" "$own/bin/$tool"
    done
    build_wasm_std "$rustlib/wasm32-unknown-unknown/lib"
}

build_wasm_std() { # FOLDER
    local probe
    probe=$(mktemp -d)
    mkdir -p "$probe/src"
    printf '[package]\nname = "probe"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$probe/Cargo.toml"
    printf '#![no_std]\n' >"$probe/src/lib.rs"
    say "building Rust's standard library for wasm32 (about a minute, once)"
    (cd "$probe" && PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes" CARGO_TARGET_DIR="$probe/target" \
        quietly /usr/bin/cargo build --release -Zbuild-std=std,panic_abort,proc_macro --target wasm32-unknown-unknown)
    find "$probe/target/wasm32-unknown-unknown/release/deps" -name 'lib*.rlib' ! -name 'libprobe-*' -exec cp {} "$1/" \;
    rm -rf "$probe"
}
