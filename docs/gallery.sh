#!/usr/bin/env bash
# Draws the figures of the gallery into docs/figures/ and writes docs/gallery.md.
#
#     docs/gallery.sh [RISKSET]
#
# RISKSET is the binary: the argument, else the variable of that name, else
# target/release/riskset. Run it after a change to a figure and look at what git says changed.
set -euo pipefail
cd "$(dirname "$0")/.."
riskset=${1:-${RISKSET:-target/release/riskset}}
page=docs/gallery.md

# Adds a text to the page.
say() { printf '%s\n\n' "$1" >>"$page"; }

# A command as a reader types it: quotes only where a shell needs them.
typed() {
    local word
    printf 'riskset plot'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9@._/,:=-]*) [[ $word == *\"* ]] && printf " '%s'" "$word" || printf ' "%s"' "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}

# draw NAME "what to see in it" ARGUMENTS...: one figure with its command.
draw() {
    local name=$1 about=$2
    shift 2
    local file=docs/figures/$name.svg
    "$riskset" plot "$@" --output "$file" --quiet
    say "![$about](figures/$name.svg)"
    say "$about"
    say "    $(typed "$@" --output "$name.svg")"
}

mkdir -p docs/figures
: >"$page"
say "# Gallery"
say "Every figure on this page was drawn by the command below it, and all of them by \`docs/gallery.sh\`. The extension of \`--output\` chooses between SVG, PDF, PNG and TIFF; \`riskset extract\` gives back the numbers that a figure carries."

say "## Survival"
draw lung-sex "Two groups, with intervals, censoring marks and numbers at risk. Where few remain the curves are lighter." \
    km @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --labels Men,Women --annotate hr,logrank
draw colon-arm "Three arms of a trial. Shape of the line as well as colour tells them apart." \
    km @colon "Surv(time, status) ~ rx" --subset "etype == 2" --unit years --per 365.25 \
    --endpoint "Overall survival" --origin randomisation --annotate logrank --width 150mm
draw veteran-celltype "Four curves that cross, without bands." \
    km @veteran "Surv(time, status) ~ celltype" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin randomisation --conf-band false --width 150mm
draw colon-incidence "The same trial upwards: 1 - S(t), here the recurrences." \
    km @colon "Surv(time, status) ~ rx" --subset "etype == 1" --unit years --per 365.25 \
    --endpoint Recurrence --origin randomisation --incidence --width 150mm
draw lung-kmunicate "At risk, events and censored under every tick: they add up to the patients of the group (KMunicate)." \
    km @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --labels Men,Women --risk-table kmunicate --width 120mm
draw lung-masked "Small cells masked: no step, mark or count stands for fewer than five patients, and neither do the numbers inside the file." \
    km @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --labels Men,Women --min-cell 5
draw lung-difference "Two curves, and their difference with its interval below." \
    difference @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --labels Men,Women --width 120mm
draw lung-follow-up "The potential follow-up: how long patients would have been seen had nobody died (reverse Kaplan-Meier)." \
    follow-up @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
    --endpoint "Under follow-up" --origin registration --labels Men,Women --width 120mm

draw lung-band "A simultaneous band holds the whole curve, and is wider than intervals that hold one time each." \
    km @lung "Surv(time, status == 2) ~ 1" --band hall-wellner --conf-type log-log --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --width 120mm
draw veteran-weighted "A weighted curve says how many patients stand behind it: those at risk, and their effective number. (The weights here are months since diagnosis, for the picture only.)" \
    km @veteran "Surv(time, status) ~ trt" --weights diagtime --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin randomisation --labels Standard,Test --width 120mm

say "## Groups made comparable"
draw lung-adjusted "Curves weighted by the inverse probability of the own group, with the patients behind them and their effective number." \
    km @lung "Surv(time, status == 2) ~ sex" --adjust "age + ph.ecog + wt.loss" --unit months --per 30.4375 \
    --endpoint "Overall survival" --origin registration --labels Men,Women --annotate hr --width 120mm
draw lung-love "How alike the groups are in each covariate, before and after weighting." \
    love @lung "Surv(time, status == 2) ~ sex" --adjust "age + ph.ecog + wt.loss" --rename sex:1=Men \
    --rename sex:2=Women --rename "age=Age, years" --rename "ph.ecog=ECOG performance status" \
    --rename "wt.loss=Weight loss, pounds" --width 150mm
draw lung-overlap "How far the propensities of the groups overlap." \
    overlap @lung "Surv(time, status == 2) ~ sex" --adjust "age + ph.ecog + wt.loss" \
    --rename sex:1=Men --rename sex:2=Women --width 120mm

say "## Searched cut-points"
draw lung-cutpoint "The log-rank statistic of every cut of a number. A planned cut would have to exceed the dashed line; the best of many is above it by chance." \
    cutpoint @lung "Surv(time, status == 2) ~ age" --rename "age=age, years" --width 120mm

say "## Effects over time"
draw veteran-effect "An effect that changes with time, as a function of it and by period." \
    effect @veteran "Surv(time, status) ~ trt + tv(karno, log(t))" --periods 60,180 --unit days \
    --rename "karno=Karnofsky score" --width 140mm

say "## Curves of a covariate"
draw rotterdam-curve "The hazard ratio of recurrence over age, by a restricted cubic spline: young women recur more often, and from fifty on age says little." \
    effect @rotterdam "Surv(rtime, recur) ~ rcs(age, 4) + log(nodes + 1)" --reference-values age=50 \
    --rename "age=Age, years" --width 120mm

say "## Many columns"
draw pbc-net "The path of a lasso over the weight of its penalty, and the deviance in patients who did not help to fit." \
    elastic-net @pbc "Surv(time, status == 2) ~ age + sex + edema + bili + albumin + copper + protime + ast" --folds 5 --width 150mm

say "## Those who were lost to follow-up"
draw lung-tipping "The hazard ratio over what might have become of those lost, and where its limits cross 1." \
    tipping @lung "Surv(time, status == 2) ~ sex" --lost "time < 365" --rename sex:1=Men --rename sex:2=Women \
    --width 140mm

say "## Competing risks"
draw mgus2-cif "Progression to a plasma cell malignancy by sex, with death as the competing event." \
    cif @mgus2 "Surv(etime, event) ~ sex" --cause pcm --censor censor --unit years --per 12 \
    --endpoint "Plasma cell malignancy" --origin diagnosis --labels Women,Men --width 120mm
draw mgus2-counts "At risk, events of either cause and censored add up in every column." \
    cif @mgus2 "Surv(etime, event) ~ 1" --cause pcm --censor censor --unit years --per 12 \
    --rename "pcm=Plasma cell malignancy" --origin diagnosis --risk-table kmunicate --width 120mm

say "## Models and their checks"
draw lung-forest "A Cox model: hazard ratios on a log axis beside the table, reference levels included." \
    forest @lung "Surv(time, status == 2) ~ age + factor(sex) + factor(ph.ecog, ref = \"0\")" \
    --subset "ph.ecog < 3" --rename "age=Age, per year" --rename sex=Sex --rename sex:1=Men \
    --rename sex:2=Women --rename "ph.ecog=ECOG performance status" --width 150mm
draw lung-factors "Prognostic factors: each alone (open marks) and all in one model (filled marks)." \
    factors @lung "Surv(time, status == 2) ~ age + factor(sex) + factor(ph.ecog, ref = \"0\") + ph.karno" \
    --subset "ph.ecog < 3" --rename "age=Age, per year" --rename sex=Sex --rename sex:1=Men \
    --rename sex:2=Women --rename "ph.ecog=ECOG performance status" \
    --rename "ph.karno=Karnofsky score, per point"
draw rotterdam-risk-groups "Groups by the risk that a model predicts, in other patients than those who made it." \
    risk-groups @rotterdam "Surv(rtime, recur) ~ age + log(nodes + 1) + hormon" --groups 0.3,0.5 --at 1800 \
    --validate @gbsg --validate-response "Surv(rfstime, status)" --unit days
draw rotterdam-nomogram "The same model as a nomogram: the points of each covariate add up to predicted survival." \
    nomogram @rotterdam "Surv(rtime, recur) ~ age + log(nodes + 1) + factor(hormon)" --times 1000,1800 \
    --unit days --endpoint "Freedom from recurrence" --rename "age=Age, years" --rename "nodes=Positive nodes"
draw mgus2-calibration "Calibration of a predicted incidence with competing risks." \
    performance @mgus2 "Surv(etime, event) ~ age + sex + mspike" --cause pcm --censor censor --times 120 \
    --unit months
draw lung-schoenfeld "Proportional hazards, term by term: scaled Schoenfeld residuals with their smooth and its band." \
    schoenfeld @lung "Surv(time, status == 2) ~ age + sex + ph.karno" --unit days --width 150mm
draw lung-martingale "Martingale residuals." \
    residuals @lung "Surv(time, status == 2) ~ age + sex" --residual martingale --width 120mm
draw lung-deviance "Deviance residuals of the same model." \
    residuals @lung "Surv(time, status == 2) ~ age + sex" --residual deviance --width 120mm
draw lung-dfbeta "What each patient does to each coefficient (dfbeta)." \
    residuals @lung "Surv(time, status == 2) ~ age + sex" --residual dfbeta --width 120mm
draw veteran-cumhaz "Cumulative hazard: a straight line is a constant hazard." \
    cumhaz @veteran "Surv(time, status) ~ celltype" --unit days --origin randomisation --width 120mm
draw veteran-loglog "log(-log S(t)) against log time: parallel curves are proportional hazards." \
    loglog @veteran "Surv(time, status) ~ celltype" --unit days --origin randomisation --width 120mm

say "## Patients"
draw lung-swimmer "A bar for each patient of one institution, the death, and an arrow where follow-up goes on." \
    swimmer @lung "Surv(time, status == 2) ~ sex" --subset "inst == 12" --labels Men,Women \
    --endpoint Death --unit months --per 30.4375 --origin registration

say "## Teaching"
draw aml-explain "One step of a log-rank test: who is at risk, what is computed, and the curves so far; \`--frames\` writes every step." \
    explain @aml "Surv(time, status) ~ x" --subset "time <= 48" --step 8 --unit weeks --endpoint Remission
draw aml-likelihood "The log likelihood over the one coefficient of a Cox model, and the parabola of Wald's interval." \
    explain @aml "Surv(time, status) ~ x" --kind likelihood --rename "xNonmaintained=no maintenance" --width 120mm

say "## Panels"
draw colon-panels "Two endpoints of one trial: one legend, the same axes, counts of their own." \
    km @colon "Surv(time, status) ~ rx" --panel "Recurrence: etype == 1" --panel "Death: etype == 2" \
    --unit years --per 365.25 --origin randomisation --endpoint "Event-free"

say "## One figure in eight profiles"
say "The same data and options in each journal profile. A profile is a TOML file; the [guide](guide/figures.md#journal-profiles) says how to write your own."
for profile in plain jama nejm lancet jco bmj nature slides; do
    draw "profile-$profile" "Profile \`$profile\`." \
        km @lung "Surv(time, status == 2) ~ sex" --unit months --per 30.4375 \
        --endpoint "Overall survival" --origin registration --labels Men,Women --annotate logrank \
        --conf-band false --theme "$profile"
done

say "## Figures of a study"
say "One command draws every figure, table and sentence of a study (\`riskset study\`); these are two of the figures that it makes of the synthetic DREAM cohort. The patients are synthetic: [how they were made](synthetic-cohorts.md)."
# A folder that does not exist yet, next to the report's own: the study command makes it whole.
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
"$riskset" study datasets/dream/study.toml --output "$work/report" --dpi 72 --quiet >/dev/null
study_figure() {
    cp "$work/report/figures/$1.svg" "docs/figures/dream-$1.svg"
    say "![$2](figures/dream-$1.svg)"
    say "$2"
}
study_figure flow "Flow of the patients; the counts must add up."
study_figure npv "Negative predictive values by subgroup, with intervals that allow for several lesions of one patient, against the threshold."
study_figure figure-3 "Panels with one legend and an axis in common, each with its own counts."
study_figure figure-4 "Confirmed disappearing metastases all removed, or at least one left behind."
say "    riskset study datasets/dream/study.toml --output dream-report"
# One blank line at the end of the page is one too many.
sed -i '$ d' "$page"
