#!/usr/bin/env bash
# Writes docs/methods/rejection.md: how often each test of two groups rejects on simulated patients whose
# hazards do not differ, are proportional, differ late, or cross; and how often the intervals of
# adjusted comparisons hold the truth where only covariates differ.
#
#     docs/rejection/run.sh [RISKSET] [TABLES]
set -euo pipefail
cd "$(dirname "$0")/../.."
riskset=${1:-target/release/riskset}
tables=${2:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page=docs/methods/rejection.md
models=(none proportional delayed crossing)
formula='Surv(time, event == "event") ~ group'

# asked NAME MODEL COMMAND...: the request of a command, asked of many tables of a model.
asked() {
    local name=$1 model=$2
    shift 2
    "$riskset" "$@" --print-request >"$work/ask.json"
    "$riskset" simulate "docs/rejection/$model.toml" --seed 1 --repeat "$tables" --ask "$work/ask.json" \
        --format csv --quiet | tr -d '"' >"$work/$name.csv"
}

# cell FILE MEASURE COLUMN: a share in percent.
cell() {
    awk -F, -v measure="$2" -v column="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; columns = NF; next }
        # The name of a quantity may hold a comma, by which the later columns are moved.
        $1 == "repeated.measures" && index($0, measure) {
            value = $(at[column] + NF - columns)
            if (value == "") printf "| - "; else printf "| %.1f ", 100 * value
            found = 1; exit }
        END { if (!found) printf "| - " }' "$1" >>"$page"
}

"$riskset" simulate docs/rejection/none.toml --output "$work/two.csv" --quiet
"$riskset" simulate docs/rejection/confounded.toml --output "$work/confounded.csv" --quiet
for model in "${models[@]}"; do
    asked "$model" "$model" compare "$work/two.csv" "$formula" --permutation 199 --max-combo --modest 8 \
        --rmst 24 --milestones 18 --average --periods 8
done
for method in iptw standardise; do
    asked "$method" confounded adjust "$work/confounded.csv" "$formula" --adjust "x + z" --method $method \
        --times 12 --rmst 24
done
asked overlap confounded adjust "$work/confounded.csv" "$formula" --adjust "x + z" --target overlap --times 12 --rmst 24

cat >"$page" <<TEXT
# Rejection rates

How often each test has P < 0.05, in percent of $tables simulated tables of 100 patients (seeds from 1 on; the Monte Carlo error of 5% is $(awk -v n="$tables" 'BEGIN { printf "%.1f", 100 * sqrt(0.05 * 0.95 / n) }') points, of 50% $(awk -v n="$tables" 'BEGIN { printf "%.1f", 50 / sqrt(n) }')): with no difference, a hazard ratio of 0.6 throughout, one of 0.45 from month 6 on, and hazards that cross at month 8 ([none](../rejection/none.toml), [proportional](../rejection/proportional.toml), [delayed](../rejection/delayed.toml), [crossing](../rejection/crossing.toml)). This page is written by \`docs/rejection/run.sh RISKSET $tables\`.

| test | no difference | proportional | delayed | crossing |
| --- | ---: | ---: | ---: | ---: |
TEXT
for measure in "log-rank test" "permutation test" "MaxCombo" "modestly weighted test" "hazard ratio, Wald" \
    "average hazard ratio" "hazard ratios equal in all periods" "difference of restricted means" \
    "survival at 18"; do
    printf '| %s ' "$measure" >>"$page"
    for model in "${models[@]}"; do cell "$work/$model.csv" "$measure" rejected; done
    printf '|\n' >>"$page"
done
cat >>"$page" <<TEXT

The permutation test has 199 draws, MaxCombo the four usual weights, the modestly weighted test weights that stay from month 8 on; restricted means are to month 24, survival is compared at month 18 on the scale log(-log), and the periods are before and after month 8: that test asks whether the hazards are proportional, not whether there is a difference.

## Coverage of adjusted comparisons

No group has an effect, but two covariates of the outcome differ between the groups ([confounded.toml](../rejection/confounded.toml), 200 patients), so the truth of every difference is 0 and a hazard ratio is 1. How often a 95% interval holds it, in percent of $tables tables:

| interval | crude | weighted | overlap weights | standardised |
| --- | ---: | ---: | ---: | ---: |
TEXT
for measure in "difference of survival at 12" "difference of restricted mean to 24" "log hazard ratio"; do
    printf '| %s ' "$measure" >>"$page"
    cell "$work/iptw.csv" "$measure, crude" coverage
    for file in iptw overlap standardise; do cell "$work/$file.csv" "$measure, adjusted" coverage; done
    printf '|\n' >>"$page"
done
