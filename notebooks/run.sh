#!/usr/bin/env bash
# Executes the notebooks in Rust from clean and stores them with their outputs and figures.
#
#     notebooks/run.sh             all of them
#     notebooks/run.sh figure-4    one
#
# Needs cargo, evcxr_jupyter and Jupyter's nbconvert. What the notebooks compile stays in one folder,
# target/notebooks (below CARGO_TARGET_DIR where that is set), so only the first run is slow.
set -euo pipefail

fail() { echo "run.sh: $*" >&2; exit 1; }

command -v cargo > /dev/null || fail "cargo was not found; install Rust from https://rustup.rs"
command -v evcxr_jupyter > /dev/null \
    || fail "evcxr_jupyter was not found; run: cargo install evcxr_jupyter --locked"
python3 -c "import nbconvert" 2> /dev/null \
    || fail "Jupyter's nbconvert was not found; run: pip install nbconvert"

folder=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${CARGO_TARGET_DIR:-$folder/../target}/notebooks"
build=$(cd "${CARGO_TARGET_DIR:-$folder/../target}/notebooks" && pwd)
cd "$folder"

# The repository's lock file, so that the notebooks compile the versions that the tests ran with.
cp ../Cargo.lock "$build/Cargo.lock"
export EVCXR_TMPDIR=$build

# The kernel, described here and not in the user's own Jupyter folder.
mkdir -p "$build/jupyter/kernels/rust"
cat > "$build/jupyter/kernels/rust/kernel.json" << JSON
{"argv": ["$(command -v evcxr_jupyter)", "--control_file", "{connection_file}"],
 "display_name": "Rust", "language": "rust", "interrupt_mode": "message"}
JSON
export JUPYTER_PATH=$build/jupyter

if [ $# -eq 0 ]; then
    set -- *.ipynb
fi
for name in "$@"; do
    notebook=${name%.ipynb}.ipynb
    [ -f "$notebook" ] || fail "there is no notebook $notebook in $folder"
    # Those in Python are run by python.sh.
    ! grep -q '"language": "python"' "$notebook" || continue
    # A cell that fails stops here, and the stored notebook stays as it was.
    python3 -m nbconvert --to notebook --execute --inplace "$notebook" \
        --ExecutePreprocessor.timeout=3600 --ExecutePreprocessor.record_timing=False
    for place in "${folder%/*}" "$build"; do
        if grep -qF -- "$place" "$notebook"; then
            fail "$notebook holds the path $place of this machine; clear it before committing"
        fi
    done
done
