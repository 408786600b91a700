#!/usr/bin/env bash
# Executes the Python notebooks with a built wheel, in a virtual environment of their own.
#
#     notebooks/python.sh WHEEL            stores them with their outputs and figures
#     notebooks/python.sh WHEEL --check    executes copies and compares their outputs with the stored ones
#
# The wheel comes from crates/riskset-python/build.sh. Needs Python 3.10 or later.
set -euo pipefail
fail() { echo "python.sh: $*" >&2; exit 1; }
folder=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] && [ -f "$1" ] || fail "name the wheel: crates/riskset-python/build.sh makes one in dist"
wheel=$(realpath "$1") check=${2:-}
environment=${CARGO_TARGET_DIR:-$folder/../target}/notebook-environment
rm -rf "$environment"
"${PYTHON:-python3}" -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check "$wheel" polars nbconvert ipykernel
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for notebook in "$folder"/*.ipynb; do
    name=$(basename "$notebook")
    grep -q '"language": "python"' "$notebook" || continue
    # A cell that fails stops here, and the stored notebook stays as it was.
    PATH=$environment/bin:/usr/bin:/bin "$environment/bin/python" -m nbconvert --to notebook --execute \
        "$notebook" --output-dir "$work" --output "$name" --log-level WARN \
        --ExecutePreprocessor.timeout=600 --ExecutePreprocessor.record_timing=False
    "$environment/bin/python" "$folder/outputs.py" tidy "$work/$name"
    for place in "${folder%/*}" "$environment" "$work"; do
        ! grep -qF -- "$place" "$work/$name" || fail "$name holds the path $place of this machine"
    done
    if [ "$check" = --check ]; then
        "$environment/bin/python" "$folder/outputs.py" compare "$notebook" "$work/$name"
        echo "$name: as stored"
    else
        cp "$work/$name" "$notebook"
    fi
done
