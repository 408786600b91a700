#!/usr/bin/env bash
# Runs the tests of the package on the built wheel, in a virtual environment that has nothing else of
# riskset and no Rust on its PATH.
#
#     crates/riskset-python/test.sh [WHEEL] [-- PYTEST OPTIONS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
wheel=$(ls -t "$root"/dist/riskset-*.whl 2>/dev/null | head -n 1 || true)
if [ $# -gt 0 ] && [ "$1" != -- ]; then wheel=$1; shift; fi
[ "${1:-}" = -- ] && shift
environment=${CARGO_TARGET_DIR:-$root/target}/wheel-test
rm -rf "$environment"
"${PYTHON:-python3}" -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check "$wheel" -r "$here/tests/requirements.txt"
# The tests of several places on NVFLARE need it. Where it cannot be installed they are skipped, except in
# continuous integration, where they are required.
if "$environment/bin/pip" install --quiet --disable-pip-version-check "nvflare==2.9.*"; then
    export RISKSET_NVFLARE=required
elif [ -n "${CI:-}" ]; then
    echo "test.sh: NVFLARE cannot be installed, and its tests are required here" >&2
    exit 1
else
    echo "test.sh: NVFLARE cannot be installed; its tests are skipped" >&2
fi
# Away from the sources, so that the installed package is the one that is tested.
cd "$environment"
PATH=$environment/bin:/usr/bin:/bin RISKSET_ROOT=$root \
    "$environment/bin/python" -m pytest -q -p no:cacheprovider "$here/tests" "$@"
