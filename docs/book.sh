#!/usr/bin/env bash
# Builds the book of these pages into target/book, searchable, and installs mdBook into target/tools
# where there is none (a few minutes with Rust and the network).
#
#     docs/book.sh [serve]
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
export PATH="$target/tools/bin:$PATH"
if ! command -v mdbook >/dev/null; then
    cargo install mdbook --locked --root "$target/tools" --target-dir "$target/tools/build"
    rm -rf "$target/tools/build"
fi
mdbook "${1:-build}" docs --dest-dir "$target/book"
