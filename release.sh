#!/usr/bin/env bash
# Makes what is given to people without Rust, in `dist`: an archive with the program, completions,
# manual pages and licences; the wheel and the source distribution of the Python package; and
# SHA256SUMS of all of them.
#
#     ./release.sh [--no-wheel]
#
# Needs GNU tar (`gtar` where `tar` is another one). The program is static where Rust's musl target and
# musl-gcc are installed; otherwise the archive's name says which glibc it needs.
set -euo pipefail
cd "$(dirname "$0")"
wheel=yes
case ${1:-} in
    "") ;;
    --no-wheel) wheel= ;;
    *) echo "usage: release.sh [--no-wheel]" >&2; exit 2 ;;
esac
RISKSET_COMMIT=${RISKSET_COMMIT-$(git rev-parse --short HEAD 2>/dev/null || true)}
export RISKSET_COMMIT
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
machine=$(uname -m)
target=${CARGO_TARGET_DIR:-target}
musl=$machine-unknown-linux-musl
static=
if [ "$(uname -s)" = Linux ]; then
    # Without rustup the standard library of the target may be there all the same.
    if [ -d "$(rustc --print sysroot)/lib/rustlib/$musl" ] && command -v musl-gcc >/dev/null; then static=yes; fi
fi
if [ -n "$static" ]; then
    cargo build --release --locked --package riskset-cli --target "$musl"
    binary=$target/$musl/release/riskset platform=$machine-linux-static
else
    cargo build --release --locked --package riskset-cli
    binary=$target/release/riskset
    case $(uname -s) in
        Linux)
            # What the program asks for, which may be older than what this machine has.
            glibc=$(objdump -T "$binary" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1 || true)
            platform=$machine-linux-gnu-${glibc#GLIBC_}
            if [ -z "$glibc" ]; then platform=$machine-linux-gnu-$(getconf GNU_LIBC_VERSION | cut -d' ' -f2); fi
            ;;
        Darwin) platform=$machine-macos ;;
        *) platform=$machine-$(uname -s | tr '[:upper:]' '[:lower:]') ;;
    esac
fi
name=riskset-$version-$platform
folder=dist/$name
rm -rf "$folder"
mkdir -p "$folder/completions" "$folder/man/man1"
cp "$binary" "$folder/"
cp LICENSE* README.md CHANGELOG.md CITATION.cff docs/install.md "$folder/"
"$binary" licences > "$folder/LICENCES.txt"
for shell in bash zsh fish powershell elvish; do
    "$binary" completions "$shell" > "$folder/completions/riskset.$shell"
done
"$binary" man --quiet --output "$folder/man/man1"
# The same files give the same archive; a source without its history has no time of its own.
stamp=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
tar=$(command -v gtar || command -v tar)
"$tar" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$stamp" \
    -C dist -cf - "$name" | gzip -n9 > "dist/$name.tar.gz"
rm -rf "$folder"
if [ -n "$wheel" ]; then crates/riskset-python/build.sh --sdist; fi
cd dist
# Of what this run made; what an earlier version left in the folder has its own sums.
shopt -s nullglob
made=("$name.tar.gz")
if [ -n "$wheel" ]; then made+=("riskset-$version"-*.whl "riskset-$version".tar.gz); fi
sum() { if command -v sha256sum >/dev/null; then sha256sum -- "$@"; else shasum -a 256 -- "$@"; fi; }
sum "${made[@]}" > SHA256SUMS
cat SHA256SUMS
