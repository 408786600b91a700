#!/usr/bin/env bash
# The tests of the page in a real browser. Needs Node 20 with npm, and Chromium; what is missing is
# installed where that is allowed, and a test that cannot run is a failure.
#
#     crates/riskset-app/browser/run.sh [FILE.test.js ...]
#
# RISKSET names the program, CHROMIUM the browser, RISKSET_PICTURES the folder of the screenshots.
set -euo pipefail
cd "$(dirname "$0")"
target=${CARGO_TARGET_DIR:-$PWD/../../../target}
export RISKSET=${RISKSET:-$target/release/riskset}
[ -x "$RISKSET" ] || (cd ../../.. && cargo build --release -p riskset-cli)
install() {
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -q && $sudo apt-get install -q -y --no-install-recommends "$@"
}
command -v npm >/dev/null || install nodejs npm
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$CHROMIUM" ]; then
    install chromium fonts-liberation
    CHROMIUM=$(command -v chromium)
fi
export CHROMIUM
npm ci --silent --no-audit --no-fund
npm run --silent check
node --test --test-concurrency=1 --test-reporter=spec "${@:-tests/}"
