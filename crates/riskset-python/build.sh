#!/usr/bin/env bash
# Builds the wheel and, with --sdist, the source distribution into `dist`, from a clean checkout.
# Needs Rust, a C linker and Python 3.10 or later; maturin is taken from the PATH or put into a virtual
# environment of its own.
#
#     crates/riskset-python/build.sh [--sdist] [--out FOLDER] [--profile dev]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/dist sdist= profile=release
RISKSET_COMMIT=${RISKSET_COMMIT-$(git -C "$root" rev-parse --short HEAD 2>/dev/null || true)}
export RISKSET_COMMIT
while [ $# -gt 0 ]; do
    case $1 in
        --sdist) sdist=--sdist ;;
        --out) out=$2; shift ;;
        --profile) profile=$2; shift ;;
        *) echo "usage: build.sh [--sdist] [--out FOLDER] [--profile dev]" >&2; exit 2 ;;
    esac
    shift
done
python=${PYTHON:-python3}
target=${CARGO_TARGET_DIR:-$root/target}
if ! maturin=$(command -v maturin) || ! "$maturin" --version >/dev/null 2>&1; then
    "$python" -m venv "$target/maturin"
    "$target/maturin/bin/pip" install --quiet "maturin>=1.7,<2"
    maturin=$target/maturin/bin/maturin
fi
# The stubs are made from the schema of requests.
"$python" "$here/stubs.py" "$root/docs/requests/request.schema.json" "$here/python/riskset/__init__.pyi"
cd "$root"
if [ -n "$sdist" ]; then "$maturin" sdist --out "$out"; fi
"$maturin" build --profile "$profile" --locked --out "$out"
