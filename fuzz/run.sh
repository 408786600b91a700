#!/usr/bin/env bash
# Runs every fuzz target for SECONDS each, or those named: fuzz/run.sh SECONDS [TARGET...]
#
# It needs cargo and a C++ compiler, no nightly compiler and no cargo-fuzz: the flags below are what
# cargo-fuzz gives, without the address sanitizer (the project has no unsafe code of its own). With a
# nightly compiler `cargo +nightly fuzz run TARGET --features data` works as well.
#
# Each target starts from fuzz/seeds/TARGET and, where there are any, the findings in tests/hard/TARGET.
# What it learns is kept below the target folder, so that the next run goes on from there. The first
# failure of a target is left there as crash-*, timeout-* or oom-*, and the exit status is 1.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?"usage: fuzz/run.sh SECONDS [TARGET...]"}
shift
all=(estimators formula subset csv workbook table stata sas transport parquet spss feather profile flow study request figure)
targets=("$@")
[ $# -gt 0 ] || targets=("${all[@]}")
host=$(rustc -vV | sed -n 's/^host: //p')
# Not $CARGO_TARGET_DIR itself: its flags are others, and everything would be built again each time.
CARGO_TARGET_DIR=${RISKSET_FUZZ_DIR:-${CARGO_TARGET_DIR:-$PWD/target}/fuzz}
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR=$(cd "$CARGO_TARGET_DIR" && pwd)
export CARGO_TARGET_DIR
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
cargo build --release --features data --target "$host" --quiet
status=0
for target in "${targets[@]}"; do
    corpus=$CARGO_TARGET_DIR/corpus/$target
    mkdir -p "$corpus"
    seeds=("seeds/$target")
    [ ! -d "../tests/hard/$target" ] || seeds+=("../tests/hard/$target")
    # `estimators` takes bytes, and its findings are kept as tables.
    [ "$target" != estimators ] || seeds=("seeds/$target")
    log=$CARGO_TARGET_DIR/$target.log
    if "$CARGO_TARGET_DIR/$host/release/$target" "$corpus" "${seeds[@]}" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -max_len=40000 \
        -artifact_prefix="$CARGO_TARGET_DIR/$target-" -print_final_stats=1 >"$log" 2>&1; then
        found=none
    else
        found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
        status=1
    fi
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-12s %10s inputs tried, failure: %s\n' "$target" "${tried:-?}" "$found"
done
exit $status
