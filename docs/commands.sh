#!/usr/bin/env bash
# Writes docs/guide/commands.md: every command with its most used options, an example, and what
# the example prints.
#
#     docs/commands.sh [RISKSET]
#
# RISKSET is the binary: the argument, else the variable of that name, else
# target/release/riskset.
set -euo pipefail
cd "$(dirname "$0")/.."
riskset=${1:-${RISKSET:-target/release/riskset}}
page=docs/guide/commands.md
: >"$page"

# Adds what stands on standard input, and a blank line.
say() { cat >>"$page"; printf '\n' >>"$page"; }

# shown "COMMAND LINE" [LINES]: the command, and what it prints (its first LINES lines).
shown() {
    printf '    %s\n\n```text\n' "$1" >>"$page"
    if [ $# -gt 1 ]; then
        # Read to the end, so that the command is not cut off in the middle of a line.
        eval "\"$riskset\" ${1#riskset }" | sed -n "1,$2p" >>"$page"
        printf '...\n' >>"$page"
    else
        eval "\"$riskset\" ${1#riskset }" >>"$page"
    fi
    printf '```\n\n' >>"$page"
}

say <<'TEXT'
# Commands

    riskset COMMAND DATA "RESPONSE ~ TERMS" [options]

DATA is a [table](data.md): a CSV, TSV or XLSX file, `-` for standard input, `@name` for a bundled set. The [formula](formulas.md) says what happened and what it may depend on. `riskset COMMAND --help` lists every option; this page has the ones used most, an example each, and what it prints. It is written by `docs/commands.sh`, which runs the examples.

For all commands that analyse a table:

| option | does |
| --- | --- |
| `--subset "age >= 60 & sex == 2"` | takes only the rows where this holds |
| `--conf-level 0.90` | the level of intervals, as a fraction |
| `--weights COLUMN` | case weights |
| `--landmark T` | who has the event or is censored by T is left out, time is counted from T |
| `--known-at COLUMN` | in `km`, `compare` and curves: a group that is known only from this time on; until then its patients count in the first group (Simon and Makuch, Mantel and Byar) |
| `--format text\|json\|csv\|markdown\|latex\|html\|docx\|xlsx` | how the answer is written; JSON and CSV hold all of it in full precision, CSV as [one long table](files.md#csv); `xlsx` has a sheet for each table |
| `--journal jama` | numbers as the [journal](figures.md#journal-profiles) writes them: P values, intervals, counts |
| `-o FILE`, `--output FILE` | where, and by its extension how |
| `--threads N` | how many threads; the answer does not depend on it |
| `--quiet` | no progress bar, no notes |

Exit status: 0 done, 1 the analysis could not be done, 2 the command line is wrong.
TEXT

say <<'TEXT'
## km

Survival curves, medians, survival at given times, restricted means; with two or more groups the log-rank test.

| option | does |
| --- | --- |
| `--times 180,365` | survival at these times |
| `--quantiles 0.25,0.5` | times by which these fractions have had the event |
| `--rmst 365` | restricted mean to this time, by group and between two groups; with `--pairwise holm` between each two of several, adjusted as in [logrank](#logrank) |
| `--conf-type log\|log-log\|plain\|logit\|arcsin\|none` | the scale on which the interval is symmetric |
| `--estimator kaplan-meier\|fleming-harrington\|breslow` | how the curve is estimated |
| `--few-patients likelihood-ratio\|beta-product\|rothman-wilson` | limits of the median and at `--times` that hold for few patients |
| `--band equal-precision\|hall-wellner` | a band that holds the whole curve |
| `--given 180` | survival at `--times` of those who have come to 180; its figure is the one of `--landmark 180` |
| `--reverse` | events and censorings exchanged: the potential follow-up |
| `--curve` | the whole curve |
| `--robust` | robust standard errors (the infinitesimal jackknife) by row; weights that are not whole have them without asking, `cluster(id)` in the formula has them by cluster |
TEXT
shown 'riskset km @lung "Surv(time, status == 2) ~ sex" --times 180,365 --rmst 365'

say <<'TEXT'
**In the paper.** “Survival was estimated by the Kaplan-Meier method; intervals are on the log scale. Median survival was 270 days (95% CI 212-310) in men and 426 (348-550) in women; at one year 33.6% (26.1-43.3) and 52.6% (42.1-65.8) were alive (log-rank test, P = 0.001).” Say the scale of the intervals, because programs differ in it, and how many were at risk at the times that you name: 35 and 30 here.

**Pitfalls.**

- A median is where a step crosses one half: with few patients it jumps. Give survival at a time that was chosen beforehand as well.
- The length of follow-up is not the median of the observed times, which deaths shorten. `--reverse` gives it.
- With few patients or few events the interval on the log scale is too short ([coverage](../methods/coverage.md)): choose log-log beforehand.
- Where another event makes the event impossible, one minus this curve is not its probability: use [cif](#cif).
- A group that is known only after time zero needs `--landmark` or `--known-at`; without it survivors are compared with everybody.
TEXT

say <<'TEXT'
## logrank

Tests that compare survival curves. `strata(...)` in the formula compares within strata.

| option | does |
| --- | --- |
| `--test logrank\|gehan-wilcoxon\|tarone-ware\|peto-peto\|fleming-harrington` | the weights, with `--rho` and `--gamma` for the last |
| `--trend` | a test for a trend over the groups in their order |
| `--pairwise none\|bonferroni\|holm\|bh` | each pair of groups, with this adjustment |
| `--control LEVEL` | only the pairs with this group |
| `--permutation exact\|9999 --seed 1` | the permutation test beside it: all permutations, or so many at random |
| `--max-combo`, `--max-combo 0:0,0:1` | the largest of several Fleming-Harrington tests, P from their joint distribution |
| `--modest 180` | the modestly weighted test, whose weights stay from this time on |
TEXT
shown 'riskset logrank @veteran "Surv(time, status) ~ celltype" --pairwise holm'

say <<'TEXT'
**In the paper.** “Survival differed between the four cell types (log-rank test, chi-square 25.40 on 3 degrees of freedom, P < 0.001); of the six pairs, four differed after Holm's correction.” Name the test with its weights, and the pairs that were planned.

**Pitfalls.**

- A P value says nothing of the size of a difference: give a hazard ratio, survival at a time or a restricted mean beside it ([compare](#compare)).
- Curves that cross can leave the test with nothing, because early and late differences cancel. A test with other weights is chosen before the curves are seen, or it is `--max-combo`, which knows that it had a choice.
- P values of pairs without an adjustment count each comparison as if it were the only one.
- With a handful of events the chi-square distribution is an approximation: `--permutation` does without it.
TEXT

say <<'TEXT'
## compare

One table of what two or more groups differ in, each estimand in words: the test of equal curves, the hazard ratio, survival at times, restricted means. Choose the one that counts beforehand, and not by its P value.

| option | does |
| --- | --- |
| `--milestones 365,730` | differences and ratios of survival at these times |
| `--rmst 1095` | the horizon of the restricted means |
| `--pairwise none\|bonferroni\|holm\|bh` | of three or more groups each pair, by log-rank test and by difference and ratio of the restricted means, with this adjustment |
| `--permutation`, `--max-combo`, `--modest` | further tests, as in `logrank` |
| `--margin hr=1.3,survival=-0.1,rmst=-30` | non-inferiority: each estimate against its margin, one-sided at `--one-sided 0.025` |
| `--reference LEVEL` | the group that the others are compared with |
TEXT
shown 'riskset compare @lung "Surv(time, status == 2) ~ sex" --milestones 180,365 --rmst 700 --permutation 999 --max-combo --margin hr=1.1'

say <<'TEXT'
Three groups, each with each:
TEXT
shown 'riskset compare @colon "Surv(time, status) ~ rx" --subset "etype == 2" --reference Obs --rmst 1825 --pairwise holm'

say <<'TEXT'
**In the paper.** “Women had a lower hazard of death (hazard ratio 0.59, 95% CI 0.42-0.82). At one year survival was 19.0 percentage points higher (4.6-33.5), and over 700 days they lived 119.4 days longer on average (56.3-182.4).” The protocol names the one that counts; the others are described, not tested again.

**Pitfalls.**

- The hazard ratio is one number only where it is the same at all times: read the test of proportional hazards, and its power, before you trust it. A large P value does not prove it.
- The horizon of a restricted mean is chosen beforehand; here it would be another number to 500 days.
- A margin is stated before the data are seen, with its reason. “Not significantly different” is not non-inferior.
- A ratio of survival and a difference of survival can both be right and sound unlike: give the survival of both groups.
TEXT

say <<'TEXT'
## adjust

Two groups that were not drawn by lot, compared as they are and adjusted for covariates: survival at times, restricted means and the hazard ratio, with the balance of the covariates. Rows that miss a covariate are left out of both comparisons.

| option | does |
| --- | --- |
| `--adjust "age + cea"` | the covariates, as right of `~`; required |
| `--method iptw\|standardise` | weights by the inverse probability of the own group, or predictions of a Cox model for all patients |
| `--target ate\|att\|overlap` | whom weighted groups look like: all patients, the second group, those who could have been in either |
| `--stabilised`, `--truncate 0.01` | weights that are 1 on average; weights cut at their quantiles |
| `--times 180,365`, `--rmst 700` | where survival is compared, and to which horizon the means |
| `--band equal-precision` | a band that holds each adjusted curve as a whole, by draws with `--seed`, or those of `--bootstrap`; with `--conf-type log-log`, because on the log scale it [holds too seldom](../methods/comparisons.md#bands-of-adjusted-curves); its limits stand in the JSON, and `plot km --adjust ... --band equal-precision` draws it |
| `--mean-regression pseudo-values\|censoring-weights` | the difference of restricted means by a regression on group and covariates as well |
| `--bootstrap 1000 --seed 1` | limits of differences and curves from draws of patients, the propensities or the model fitted anew in each; in `plot km --adjust` too |
| `--explain` | how propensities become weights, patient by patient |

Covariates that tell the groups apart are refused; a weight that decides a group, few patients for the covariates and groups that still differ are said. The figures are `plot km --adjust`, `plot love` and `plot overlap`; the derivation is in [Comparing groups](../methods/comparisons.md#propensity-weights).
TEXT
shown 'riskset adjust @lung "Surv(time, status == 2) ~ sex" --adjust "age + ph.ecog + wt.loss" --times 365 --rmst 700 --mean-regression pseudo-values'

say <<'TEXT'
**In the paper.** “Adjusted for age, performance status and weight loss by inverse-probability weights (213 patients with complete data), survival at one year was 56.8% against 36.5%, a difference of 20.4 percentage points (95% CI 5.1-35.6); unadjusted it was 20.3 (5.3-35.2). After weighting no standardised difference exceeded 0.02.” Say whom the weighted groups look like (all patients here) and what was done with large weights.

**Pitfalls.**

- Only the covariates named are balanced. What surgeons saw and nobody wrote down is not.
- A covariate that was measured after the group was known may be an effect of it: leave it out.
- A large weight is one patient who stands for many; read the effective n and the largest weight.
- Rows that miss a covariate are left out of both comparisons, so the crude numbers are those of the patients with all covariates, and differ from [compare](#compare).
TEXT

say <<'TEXT'
## Hazards that are not proportional

| option of `compare` and `cox` | does |
| --- | --- |
| `--periods 180,365` | a hazard ratio in each period, and the test that they are equal |
| `--average` | the average hazard ratio, with robust limits |

In `cox` a term `tv(x, log(t))` is an effect that changes with time: x, and x times the function of the time `t`; the hazard ratio is given over time, at `--times` where they are asked for. The figure is `plot effect`; the derivation is in [Comparing groups](../methods/comparisons.md#effects-that-change-with-time).
TEXT
shown 'riskset cox @veteran "Surv(time, status) ~ trt + tv(karno, log(t))" --times 30,90,180'
shown 'riskset compare @lung "Surv(time, status == 2) ~ sex" --periods 180,365 --average'

say <<'TEXT'
**In the paper.** “The effect of the Karnofsky score waned (P = 0.002 for its interaction with log time): the hazard ratio per point was 0.96 (95% CI 0.95-0.97) at 30 days and 0.99 (0.97-1.00) at 180.” Of periods: “the hazard ratio was 0.39 (0.22-0.71) in the first 180 days and 0.76 (0.41-1.39) after a year; a difference between periods was not shown (P = 0.25).”

**Pitfalls.**

- The hazard ratio of a later period is that of those who came so far. Groups that were alike at the start need not be so there, and a ratio near 1 may be selection.
- Periods are chosen beforehand. Cut where the curves part, every comparison finds something.
- An average hazard ratio depends on how long patients were followed only where it is not weighted for it; this one is.
TEXT

say <<'TEXT'
## Covariates that bend

In `cox`, `fine-gray`, `factors`, `performance` and the figures of models a term `rcs(age, 4)`, `ns(age, df = 3)` or `poly(age, 2)` is a curve of a covariate. `cox` and `fine-gray` give its hazard ratio at five quantiles of the covariate against the median, or against `--reference-values age=50`, with the joint test of the term and a test against a straight line. The figure is `plot effect`; the derivation is in [Richer Cox terms](../methods/terms.md).
TEXT
shown 'riskset cox @pbc "Surv(time, status == 2) ~ rcs(age, 4) + log(bili)" --reference-values age=50'

say <<'TEXT'
**In the paper.** “Age entered the model as a restricted cubic spline with four knots at its quantiles (33.84, 46.26, 55 and 67.92 years). Against 50 years the hazard ratio was 0.65 (95% CI 0.52-0.81) at 42.83 years and 1.85 (1.25-2.72) at 67.92; a departure from a straight line was not shown (P = 0.42).” Show the curve with its band; coefficients of a spline mean nothing by themselves.

**Pitfalls.**

- The number of knots is chosen beforehand, by the number of events. Trying several and keeping the one that fits best makes its P value and its band too good.
- A spline is kept when the test against a straight line is not significant: dropping it then is the same choosing.
- At the ends of the covariate a handful of patients bend the curve. The hazard ratio there is a guess with an interval.
- Every hazard ratio is against the reference value, and its interval is 0 wide there. Say the value.
TEXT

say <<'TEXT'
## Coefficients that are held back

In `cox`, `ridge(x, y, theta = 1)` shrinks the coefficients of some columns, `pspline(age, df = 4)` is a penalised spline, and `frailty(id)` a factor of the hazard that the rows of a group share: gamma, or Gaussian on the log scale with `distribution = "gaussian"`. The answer gives effective degrees of freedom, the straight part of a spline and the rest, the variance of a frailty and its test; the derivation is in [Richer Cox terms](../methods/terms.md#penalised-terms).
TEXT
shown 'riskset cox @kidney "Surv(time, status) ~ age + sex + frailty(id)"'

say <<'TEXT'
**In the paper.** “Infections of one patient shared a gamma frailty (variance 0.4078, test of no variance P = 0.010); against men, women had a hazard of 0.21 times (95% CI 0.09-0.49) within equal frailty.” Say which columns were penalised, by how much, and that the penalty was chosen beforehand or how it was estimated.

**Pitfalls.**

- A hazard ratio beside a frailty is that of two rows of one group, and further from 1 than one over all groups.
- Coefficients that were shrunk are biased towards 0 by design: their standard errors do not tell the distance to the truth.
- Penalties hide separation. Look at the unpenalised model, too.
TEXT

say <<'TEXT'
## elastic-net

Which of many columns predict: a path of Cox models whose coefficients are drawn towards 0 and left out one after the other, and lambda by cross-validation.

| option | does |
| --- | --- |
| `--alpha 1` | 1 for the lasso, 0 for ridge regression |
| `--folds 10`, `--seed 1` | the parts into which the patients are divided; `--folds 0` for the path alone |
| `--n-lambdas 100`, `--least 0.0001`, `--lambdas 0.1,0.05` | the lambdas, made or given |
| `--no-standardise` | the columns as they are, not per standard deviation |
| `--ties breslow\|efron` | tied event times |

The figure is `plot elastic-net`; the derivation is in [Richer Cox terms](../methods/terms.md#the-elastic-net).
TEXT
shown 'riskset elastic-net @pbc "Surv(time, status == 2) ~ age + sex + edema + bili + albumin + copper + protime + ast + chol + platelet" --folds 5'

say <<'TEXT'
**In the paper.** The columns that were offered, alpha, the number of parts and the seed, which lambda was taken, and the columns that stayed, with the performance in patients who did not choose them.

**Pitfalls.**

- The columns that stayed are not the causes, and others would stay in another sample: look at a second seed.
- No P value and no interval belong to the coefficients, because the data chose them.
- Performance on the same rows is too good; the choice belongs inside the validation.
TEXT

say <<'TEXT'
## tipping

How much of a comparison hangs on those who were lost to follow-up: the hazard ratio when they have the event or none, and how much higher (or lower) their hazard would have to be for the conclusion to turn.

| option | does |
| --- | --- |
| `--lost EXPR` | who of the censored was lost, such as `"reason == 'lost'"`; without it all who are censored, which is said |
| `--deltas 0.25,0.5,1,2,4` | the hazard of those lost over that of those followed, at which the ratio is given, one group at a time |
| `--imputations 50`, `--seed 1` | imputations of their times, and the seed |

The figure is `plot tipping`; the derivation is in [Comparing groups](../methods/comparisons.md#those-who-were-lost-to-follow-up).
TEXT
shown 'riskset tipping @lung "Surv(time, status == 2) ~ sex" --lost "time < 365" --imputations 20'

say <<'TEXT'
**In the paper.** “18 men and 24 women were lost to follow-up within a year. The hazard ratio of 0.59 (95% CI 0.42-0.82) would reach 1 only if the hazard of the women who were lost was 3.79 times that of those still followed; had all of them died at once it would be 1.10 (0.82-1.47).” Say who counts as lost, and why.

**Pitfalls.**

- Who was still followed when the data were cut is not lost: name those whose follow-up ended for another reason.
- The worst case is no scenario, it is a bound. What is plausible for the disease is a judgement, and belongs in the paper.
TEXT

say <<'TEXT'
## cutpoint

The cut of a number that separates the patients best, with a P value that knows how many cuts were tried, and the hazard ratio in patients who did not help to choose it. The column stands alone right of `~`.

| option | does |
| --- | --- |
| `--lowest 0.1`, `--highest 0.9` | the share of patients at or below the lowest and the highest cut that is tried |
| `--permutations 9999` | permutations for the corrected P value; 0 for none. For few patients (about 22, more with many censored) P is also exact, over all their orders; for up to about 150 there is an upper bound of it (Hothorn and Lausen) |
| `--folds 10`, `--repeats 20` | the parts of a division for the cross-validated effect, and the divisions; `--folds 0` for none |
| `--seed 1` | the seed of permutations and divisions |

A column of two values has nothing to search and is refused; one of a few values is searched, and said to be a category. The figure is `plot cutpoint`; the derivation is in [Comparing groups](../methods/comparisons.md#searched-cut-points).
TEXT
shown 'riskset cutpoint @lung "Surv(time, status == 2) ~ age"'

say <<'TEXT'
**In the paper.** “Of 24 cuts of age between its 10% and 90% quantiles, above 70 years separated the patients best (P = 0.29, corrected for the search by permutation). The hazard ratio of 1.49 (95% CI 1.03-2.14) is that of a cut chosen on these data; in patients who did not choose it, it was 1.00.”

**Pitfalls.**

- The uncorrected P value, 0.044 here, is the one that is usually printed, and it is wrong.
- A cut that was found needs other patients before anybody is treated by it.
- A number keeps its information in a Cox model; two groups throw most of it away.
TEXT

say <<'TEXT'
## cox

Cox regression. `strata(a)`, `cluster(id)` and `offset(x)` stand in the formula.

| option | does |
| --- | --- |
| `--ties efron\|breslow\|exact` | tied event times |
| `--zph km\|rank\|identity\|log` | the test of proportional hazards, on this scale of time |
| `--robust` | the sandwich variance |
| `--firth` | Firth's likelihood, for coefficients that would run to infinity; limits and P by its profile |
| `--against "age + sex"` | the likelihood-ratio test against this smaller model, on the same rows and strata: some of the terms, or what they hold (a line against categories); a model that is not nested is refused |
| `--baseline`, `--baseline-at zero\|mean` | the cumulative baseline hazard |
| `--residuals martingale,schoenfeld,...` | residuals |
| `--concordance harrell\|uno` | which concordance |
| `--predict DATA`, `--times 365`, `--tau 365` | linear predictor, hazard ratio, median, survival and restricted mean for other rows, each in its own stratum, or in every stratum when DATA has none of its columns |
| `--save-model model.json` | the model as a file, from which [predict](#predict) predicts without the data |
TEXT
shown 'riskset cox @lung "Surv(time, status == 2) ~ age + sex + ph.ecog" --zph km'

say <<'TEXT'
**In the paper.** “In a Cox model of 227 patients with 164 deaths, adjusted for age and performance status, women had a hazard of 0.58 times that of men (95% CI 0.41-0.80, P < 0.001). Ties were handled by Efron's method; the test of proportional hazards gave P = 0.22 for the model.” Say how many were left out for missing values: 1 here.

**Pitfalls.**

- A column of numbers has one coefficient, per unit: codes such as 1, 2, 3 need `factor(x)`, and age per ten years reads better than per year (`I(age / 10)`).
- The coefficients of the other covariates are those of an adjustment, not effects to be told of each.
- Fewer than ten events for a coefficient is doubted in the answer; take that seriously, or use `--firth`.
- With hundreds of events the test of proportional hazards finds deviations that do not matter, with few it finds none: look at `plot schoenfeld`.
TEXT

say <<'TEXT'
## factors

Prognostic factors, each in a Cox model of its own and all together in one: patients, events, median and survival by level, both hazard ratios with reference rows, a joint test of each factor with several levels, missing values. A univariable model uses the rows in which its factor is known, the multivariable one those in which all are; how many each has is said, and where many are lost it is doubted.

| option | does |
| --- | --- |
| `--times 365` | survival at these times by level |
| `--same-rows` | univariable models of the rows of the multivariable one |
| `--conf-type log\|log-log\|...` | the scale of the intervals of medians and survival |
| `-o factors.docx` | the table for Word; `.xlsx`, `.tex`, `.html` and `.md` likewise |

`plot factors` draws both hazard ratios of each factor.
TEXT
shown "riskset factors @lung 'Surv(time, status == 2) ~ age + factor(sex) + factor(ph.ecog, ref = \"1\") + wt.loss' --subset 'ph.ecog < 3'"

say <<'TEXT'
**In the paper.** “Of the factors examined, sex (hazard ratio 0.56, 95% CI 0.40-0.79) and performance status (2 against 1: 1.72, 1.15-2.59; joint test, P < 0.001) were associated with survival in the multivariable model of 212 patients with 150 deaths.” The table stands whole in the paper, also the factors that were not.

**Pitfalls.**

- Choosing what enters the second model by the P values of the first makes every number of it too good.
- The two columns are of different patients where values are missing; `--same-rows` makes them the same.
- Associated is not caused: no column of this table tells what happens when a factor is changed.

## table

The tables of a manuscript without a study file. `-o TABLE.docx` (`.xlsx`, `.tex`, `.html`, `.md`) writes them into a file; `--journal jama` writes the numbers as the [journal](figures.md#journal-profiles) does.

`table one DATA` is Table 1, the patients by group. Texts, true and false, and columns of at most two different numbers are counted by level, other numbers have their median and quartiles.

| option | does |
| --- | --- |
| `--by sex`, `--order 2,1` | the groups, in this order; with `--no-total` without everybody |
| `--variables age,ph.ecog` | the columns that are described; without it all that describe patients |
| `--levels ph.ecog` | codes, counted by level |
| `--summary age=mean,range` | `median`, `mean`, `range`, one or more |
| `--rename sex:1=Men` | words for columns and levels |
| `--with-data` | the rows that have a value |
| `--p-values` | Kruskal-Wallis (Welch where only means are shown); chi-square, Fisher's exact test where fewer than 5 are expected in a cell |
| `--smd` | standardised mean differences |
| `--id patient --units lesions` | rows are units of patients: "110 lesions of 32 patients"; without P values, which would take them for independent |

`table survival DATA FORMULA --times 12,24` has a row for each group and those at risk beside each S(t); `table cif` the same for incidences of every cause. What rests on fewer than `--few 10` at risk is marked, with `--withhold` withheld. `table factors` is `factors`.
TEXT
shown 'riskset table one @lung --by sex --variables age,ph.ecog,wt.loss --levels ph.ecog --p-values --smd --rename sex:1=Men --rename sex:2=Women'
shown 'riskset table survival @lung "Surv(time, status == 2) ~ sex" --times 365,730 --unit days'

say <<'TEXT'
## performance

What the predictions of a model are worth, and of a second one on the same rows: concordance, area under the ROC curve, Brier score, calibration, Royston's D. [A chapter](prognosis.md) goes from the formula to the report.

| option | does |
| --- | --- |
| `--times 180,365` | the times of the predicted risks; required |
| `--validate DATA`, `--validate-response "Surv(...)"` | judges on other rows than those that made the model |
| `--bootstrap 200`, `--folds 10`, `--seed 1` | corrects for optimism; with limits, by the bootstrap from 40 samples on |
| `--resample 200` | limits of ICI and E90 by samples of the rows judged |
| `--cause pcm --censor censor` | with competing risks: predicts and judges the incidence of a cause, by a Fine-Gray model or `--incidence-model cause-specific` |
| `--against "age + sex"` | another model of the same rows, with the differences |
| `--thresholds 0.2,0.4` | net benefit, with limits, and with `--against` their difference |
| `--reclassify 0.2,0.4` | with `--against`: net reclassification between the categories of risk, by any change, and IDI, with their warnings |
| `--groups 5`, `--tau 365` | groups of calibration; the horizon of Uno's C |
| `--save-model model.json` | the model with how it was judged, for [predict](#predict) |

`plot performance --kind calibration|auc|decision` draws it.
TEXT
shown 'riskset performance @lung "Surv(time, status == 2) ~ age + sex + ph.ecog" --times 365 --against "age + sex" --bootstrap 50'

say <<'TEXT'
**In the paper.** “Harrell's C was 0.637 (95% CI 0.588-0.686), 0.631 (0.600-0.683) after correction for optimism (50 bootstrap samples); at one year 58.9% were predicted to have died and 58.9% (52.0-66.0) had. Performance status added to age and sex (likelihood-ratio test, P < 0.001), and C rose by 0.035 (−0.004 to 0.074).” Where it matters to somebody, validate it on other patients first: [a prognostic model](prognosis.md).

**Pitfalls.**

- A model judged on the patients that made it is judged too well; the answer says so when nothing corrects it.
- Where another event may come first, a Cox model of one cause predicts what would be if nobody met the other: use `--cause`.
- C is about order alone. A model can order patients well and tell all of them a wrong risk: read the calibration.
- Every step that looked at the outcome belongs into the bootstrap; a choice of variables before it does not get corrected.
TEXT

say <<'TEXT'
## risk-groups

Groups of patients by what a Cox model predicts, at cut-offs that were given, with what became of them: patients, events, median, survival by Kaplan-Meier beside the mean of the predicted survival, hazard ratios, the log-rank test.

| option | does |
| --- | --- |
| `--groups 0.2,0.5 --at 1800` | cut-offs of the predicted risk by 1800; whoever is at a cut-off belongs to the group above |
| `--groups -0.5,0.5` | without `--at`: cut-offs of the linear predictor, from the means of the rows that made the model |
| `--times 1000,1800` | survival at these times; at `--at` without them |
| `--validate DATA`, `--validate-response "Surv(...)"` | groups other rows than those that made the model |
| `--cause pcm --censor censor` | with competing risks: groups by the predicted incidence of a cause, with Aalen-Johansen incidences, Gray's test and subdistribution hazard ratios |

`plot risk-groups` draws the curves; `predict --groups` tells the group of new patients. A cut-off that is searched in the same patients is the business of [cutpoint](#cutpoint).
TEXT
shown 'riskset risk-groups @rotterdam "Surv(rtime, recur) ~ age + log(nodes + 1) + hormon" --groups 0.3,0.5 --at 1800 --validate @gbsg --validate-response "Surv(rfstime, status)"'

say <<'TEXT'
**In the paper.** The cut-offs with the reason for them, and for each group the patients, the events, the survival that was seen with its interval beside the mean of the predicted one, in patients who did not make the model.

**Pitfalls.**

- Cut-offs that were chosen because they separate these patients separate the next ones less.
- Groups that differ clearly do not show that the predictions are right: compare seen and predicted in each.
- Two patients on either side of a cut-off are alike. The number tells more than the group.
TEXT

say <<'TEXT'
## predict

What a saved model says of new rows, without the data that made it: `predict model.json new.csv` gives, digit for digit, what `cox --predict new.csv` gives. The file is made by `--save-model` of `cox`, `fine-gray` or `performance`; of the last it says how the model was validated. A model with competing risks predicts the incidence of its cause.

| option | does |
| --- | --- |
| `--times 365` | survival, or the incidence, at these times; the whole curve without them |
| `--tau 365` | restricted means up to this time; refused for an incidence |
| `--groups 0.2,0.5 --at 365` | the group of each row, by the same cut-offs as [risk-groups](#risk-groups) |

Refused: a level that the model has not seen, a row that misses a covariate, a column that is not there, a file that is no model. Doubted: numbers far from those that made the model (another unit?), rows outside their range, times after the last event. After the last follow-up there is no prediction. [Saved models](prognosis.md#a-saved-model) tells what is in the file.
TEXT
shown 'riskset cox @lung "Surv(time, status == 2) ~ age + sex" --save-model model.json' 8
shown 'riskset predict model.json @lung --times 365 --tau 365' 11
rm model.json

say <<'TEXT'
**In the paper.** Give the file of the model with the paper, and say of which patients it was made and in which it was validated; whoever uses it cites both.

**Pitfalls.**

- A prediction for somebody unlike those who made the model is a guess, also where it is not refused. Read the doubts.
- The interval is that of the mean of such patients. What becomes of one of them is not in it.
TEXT

say <<'TEXT'
## cif

Cumulative incidence with competing risks. `--cause` and `--censor` are required and name values of the event column.

| option | does |
| --- | --- |
| `--cause pcm` | the cause of interest |
| `--censor censor` | the value that means censored |
| `--gray` | Gray's test for each cause |
| `--times 60,120` | incidence at these times |
| `--robust` | robust standard errors by row; as in `km`, weights that are not whole and `cluster(id)` have them without asking (Gray's test takes no clusters) |
TEXT
shown 'riskset cif @mgus2 "Surv(etime, event) ~ sex" --cause pcm --censor censor --gray --times 120'

say <<'TEXT'
**In the paper.** “The ten-year incidence of progression was 7.4% (95% CI 5.6-9.8) in women and 5.5% (4.1-7.5) in men (Gray's test, P = 0.27), with death as a competing event, whose incidence was 48.0% (44.1-52.3) and 57.5% (53.9-61.4) (P < 0.001).” Show all causes: one alone does not tell what became of the patients.

**Pitfalls.**

- One minus the Kaplan-Meier curve, with deaths as censorings, is larger than the incidence, and no patient lives in the world that it describes.
- Gray's test compares incidences, the log-rank test of one cause its rate among those still alive. They answer different questions, and may disagree.
- A treatment that hastens death lowers the incidence of everything else.
TEXT

say <<'TEXT'
## --explain

With `--explain`, `km`, `logrank`, `cox`, `cif` and `adjust` show how the answer comes about, one row a step, and why: n, d, the factor and Greenwood's term of every time; the rectangles of a restricted mean; observed, expected and variance of the log-rank test, weighted where the test weights them, with their sums; the factors of the partial likelihood by both rules for ties, Newton's steps and the likelihood over one coefficient; for incidences the chance to be without any event times the hazard of the cause; for adjusted comparisons the propensity and the weight of each patient. A landmark, weights and groups known late are said before the rows; a long table shows its first and last rows. Every format has it; JSON has the tables under `steps`. `riskset plot explain` draws the steps, and [the teaching pages](../teaching/censoring.md) read them.
TEXT
shown "riskset km @aml \"Surv(time, status) ~ 1\" --subset 'x == \"Maintained\"' --explain"

say <<'TEXT'
## clogit

Conditional logistic regression of matched sets: the left side of ~ says who is a case, `strata()` names the sets. Cases are compared with the others of their own set, and everything that a set shares drops out.

| option | does |
| --- | --- |
| `--ties exact\|efron\|breslow` | the exact conditional likelihood, or an approximation where sets have many cases |
TEXT
shown 'riskset clogit @retinopathy "status ~ trt + strata(id)"'

say <<'TEXT'
**In the paper.** “Of 197 patients, 79 lost the vision of one eye alone; within these pairs laser treatment lowered the odds (odds ratio 0.25, 95% CI 0.15-0.44).” Say how sets were matched, and how many had nothing to compare.

**Pitfalls.**

- A set without a case, or of cases alone, says nothing and is left out; the answer counts them. Many of them are often sets that lost a member to a missing value.
- What the sets were matched for has no coefficient: it is the same within each set.
- An unconditional model with a term for each set gives odds ratios that are too far from 1.
TEXT

say <<'TEXT'
## case-cohort

Cox regression of a case-cohort sample: covariates are known of all cases and of a subcohort that was drawn when the cohort began.

| option | does |
| --- | --- |
| `--subcohort COLUMN` | who was drawn: a column of 0 and 1, or a comparison; required |
| `--cohort-size N` | how many the cohort is; all rows where the data hold the whole cohort |
| `--method prentice\|self-prentice\|lin-ying` | who stands for those at risk |
| `--method borgan-1\|borgan-2 --stratum COLUMN` | the same of a subcohort that was drawn by stratum; `--cohort-sizes VALUE=N,...` where the data are the sample alone |
TEXT
shown 'riskset case-cohort @nwtco "Surv(edrel, rel) ~ factor(stage) + factor(histol) + age" --subcohort in.subcohort'

say <<'TEXT'
**In the paper.** “Covariates were analysed in a subcohort of 668 of 4028 children and in all 571 with a relapse, by Prentice's estimator for case-cohort samples.” The hazard ratios are those of the cohort; the standard errors hold the draw of the subcohort.

**Pitfalls.**

- The subcohort is drawn without knowing who will be a case. Controls chosen after the cases are matched sets: [clogit](#clogit).
- An ordinary Cox model of the sample takes its many cases for a high risk, and its standard errors do not know of the draw.
- A subcohort drawn by stratum needs weights by stratum: `--method borgan-2 --stratum COLUMN`. By another estimator its hazard ratios are those of no cohort.
TEXT

say <<'TEXT'
## fine-gray

Regression for the incidence of one cause, with the same two options.
TEXT
shown 'riskset fine-gray @mgus2 "Surv(etime, event) ~ age + sex" --cause pcm --censor censor'

say <<'TEXT'
**In the paper.** “The subdistribution hazard ratio of progression was 0.983 per year of age (95% CI 0.972-0.994) and 0.77 (0.54-1.11) for men, with death as a competing event.” Print the cause-specific hazard ratios of both causes beside it ([cox](#cox) with `event == "pcm"` and `event == "death"`).

**Pitfalls.**

- Its ratio is of no rate: its sign says whether the incidence is higher or lower, its size is hard to tell in words.
- Age lowers the incidence here because the old die of something else first, not because it protects.
- It keeps those who died of another cause in the set at risk. For a question about causes use the cause-specific models.
TEXT

say <<'TEXT'
## npv

Proportions of observations that come in clusters: lesions of a patient, eyes, teeth.

| option | does |
| --- | --- |
| `--cluster COLUMN` | who belongs together; required |
| `--by COLUMN,...` | groups |
| `--variance donner\|gee\|ratio\|binomial` | how the variance allows for the clusters |
| `--interval wald\|logit\|wilson\|exact` | the form of the interval |
| `--threshold 0.85` | a one-sided test whether the proportion exceeds this |
TEXT
shown "riskset npv @dream_lesions \"nonviable ~ 1\" --cluster patient --by management --subset 'kind == \"cDLM\" & evaluable == 1' --conf-level 0.90 --threshold 0.85"

say <<'TEXT'
**In the paper.** “Of 88 resected lesions in 39 patients 56.8% were non-viable (90% CI 44.2-69.5, allowing for several lesions of one patient; design effect 2.13).” Always both numbers: lesions and patients.

**Pitfalls.**

- An interval that takes lesions for patients is too short, here by the root of the design effect.
- With few patients (19 here, those with lesions left behind) every variance for clusters is uncertain itself, and the interval of Wald is too short ([coverage](../methods/coverage.md)).
- A predictive value belongs to the patients it was found in: another prevalence gives another value.
TEXT

say <<'TEXT'
## power

`power npv` plans one proportion against a threshold, with clusters; `power logrank` a comparison of two curves. Of the hazard ratio, the power and the size (`--events` or `--n`) give two; the third is computed.
TEXT
shown 'riskset power logrank --hazard-ratio 0.67 --power 0.8 --median 12 --accrual 24 --follow-up 12'

say <<'TEXT'
**In the paper.** “Assuming a median survival of 12 months in the control arm and a hazard ratio of 0.67, 196 events give a power of 80% at a two-sided level of 5%; with 24 months of accrual and 12 of follow-up this takes 298 patients (149 in each arm; Schoenfeld's formula, exponential survival).”

**Pitfalls.**

- The number of events counts, not that of patients: slow accrual or a better control arm than assumed leaves the study short of them.
- A hazard ratio that was assumed because it fits the number of patients at hand is no assumption.
- No power is computed from results: the interval says what they allow.
TEXT

say <<'TEXT'
## meta

Meta-analysis of proportions, one row per study: `--method reml` (random effects on the log odds, Hartung-Knapp) or `glmm` (binomial-normal). `--forest FILE` draws it.
TEXT
shown "riskset meta proportion @dlm_literature --events events --n n --study study --subset 'outcome == \"viable\" & management == \"left in place\" & basis != \"range\" & lesions == \"DLM\"'"

say <<'TEXT'
**In the paper.** “In three series the pooled proportion with viable tumour was 34.5% (95% CI 24.7-45.8; random effects on the log odds, REML, Hartung-Knapp interval).” With so few series print each of them, and say that the variance between them (tau squared 0.00, 0.00-1.91) is hardly known.

**Pitfalls.**

- I squared of 0% among three series does not show that they agree.
- Lesions of one patient are not independent, and counts in print do not tell how much; the intervals of the single series are too short.
- A pooled proportion of what authors chose to publish is one of that.
TEXT

say <<'TEXT'
## split

From one row a patient to rows of (start, stop]: cut at times, and with the dated measurements and events of another table merged in. The formula has the response and `~ 1`; every column is kept.

| option | does |
| --- | --- |
| `--cuts 180,365` | cuts every row at these times; a new column `period` counts them |
| `--id COLUMN` | names the patients, in both tables |
| `--with FILE`, `--with-time COLUMN` | a table with one measurement or event a row, and when it was |
| `--measures bili,cea` | columns to carry forward: a value holds from its time on, a blank is no measurement. A column of this name in the data has the value before the first |
| `--count NAME` | a new column: the rows of the merged table so far |
| `--dated-event NAME` | a new column: 1 where a row ends at a time of the merged table |
| `--with-zero COLUMN`, `--with-unit days\|weeks\|months\|years` | the merged table has dates, and the time of the data counts from this date in this unit |

Rows of a patient that overlap are refused, and two values of one measurement at one time; time between rows, rows after the event, events at or before the entry and rows after the last time are said, and one audit line a patient tells what became of each. With `--output rows.csv` the rows go to every command as `Surv(start, stop, event)`.
TEXT
shown 'riskset split @ovarian "Surv(futime, fustat) ~ 1" --cuts 365 --subset "age > 70"'

say <<'TEXT'
**In the paper.** “Time-dependent covariates were entered as rows of start and stop; a value counted from the day of its measurement on.” Say what stands for a patient before the first measurement.

**Pitfalls.**

- A value that is carried back to before it was measured knows the future.
- A number of rows is not a number of patients: name `--id`, and cite patients.
TEXT

say <<'TEXT'
## endpoint

Times and events from dates, by a rule that is written down, one audit sentence per patient: [endpoints](endpoints.md). `--rule dfs,os` derives several, `--list-rules` prints the rules with their sources. As CSV the answer holds the columns of the data, and the derived ones after them.
TEXT
shown 'riskset endpoint @dream --rule dfs --subset "survival_set == 1" --time-zero surgery_date --relapse local_relapse_date,extrahepatic_progression_date --ignore second_primary --death death_date --last-visit last_visit_date --unit months --format markdown' 6

say <<'TEXT'
Every command that analyses takes the rule itself, so that no table lies between the dates and the answer:
TEXT
shown 'riskset km @dream "rfs ~ sex" --rule rfs --subset "survival_set == 1" --time-zero surgery_date --relapse local_relapse_date,extrahepatic_progression_date --death death_date --last-visit last_visit_date --time-unit months'

say <<'TEXT'
**In the paper.** The definition, in the words of the rule with its source (`riskset endpoint --list-rules`), the date at which the data were cut, and how many patients had contradicting dates and what was done about them.

**Pitfalls.**

- The same three words mean different endpoints: whether a second cancer ends disease-free survival has to be said, and is asked.
- Who was last seen two years ago is censored then, not at the data cut.
- Read some audit lines before you trust a curve: [endpoints](endpoints.md#pitfalls).
TEXT

say <<'TEXT'
## look

What is in a file, before any analysis: columns with their kind, missing values, levels with counts, texts among numbers, dates and how they are written, repeated patients, what could be a time, an event or a group, and commands to type next. Nothing is chosen for you: of an event that is coded by words there is a command for each word.
TEXT
shown "riskset look @lung"

say <<'TEXT'
## study

A whole manuscript's analyses from one file: [studies](study.md). `--init FILE` writes a file to start from, `--force` replaces the folder when it exists.

    riskset study datasets/dream/study.toml --output dream-report

## plot

Figures: [what they show](figures.md), [how they look](../gallery.md). The kinds are `km`, `cif`, `forest`, `cumhaz`, `loglog`, `schoenfeld`, `residuals`, `follow-up`, `difference` and `explain`, which draws the steps of `--explain`.

| option | does |
| --- | --- |
| `--output FILE` | `.svg`, `.pdf`, `.png` or `.tiff`; may be repeated |
| `--theme jama` | the journal profile |
| `--width 85mm`, `--height 60mm`, `--dpi 600` | the size in print |
| `--unit months --per 30.4375` | the unit of the axis, and how many of the data's units it holds |
| `--endpoint "Overall survival" --origin randomisation` | the words of the axes |
| `--labels 1=Men,2=Women` | names of the groups by their levels, or all of them in their order |
| `--risk-table none\|at-risk\|censored\|kmunicate` | the counts under the curves |
| `--annotate logrank,hr,median` | lines written in the plot |
| `--min-cell 5` | masks small cells, in the figure and in the data it carries |
| `--lint` | prints the reviewer's checklist |

    riskset plot km @colon "Surv(time, status) ~ rx" --subset "etype == 2" --unit years --per 365.25 --endpoint "Overall survival" --origin randomisation --output colon.svg

## extract

The values that a figure carries, given back as JSON or CSV.
TEXT
# The example reads the figure that the line above writes.
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
"$riskset" plot km @colon "Surv(time, status) ~ rx" --subset "etype == 2" --unit years --per 365.25 \
    --endpoint "Overall survival" --origin randomisation --output "$work/colon.svg" --quiet
case $riskset in */*) riskset=$(realpath "$riskset") ;; esac
page=$PWD/$page
cd "$work"
shown 'riskset extract colon.svg --format csv' 8

say <<'TEXT'
## lint

The reviewer's checklist, run on a figure. The exit status is 1 when a check fails.
TEXT
shown 'riskset lint colon.svg --format csv'

say <<'TEXT'
## checklist

A reporting guideline filled in for a study file, the folder of its report or the `results.json` in it: STROBE, REMARK, STARD or TRIPOD, each item with the place of the manuscript that answers it, or as a question to the authors. `riskset checklist strobe report -o strobe.docx` writes it as a Word document.

## datasets

`list` names the bundled data sets, `show` describes one, `export` writes it as CSV.
TEXT
shown 'riskset datasets show aml'

say <<'TEXT'
## exercise

Questions by hand on a table of a few patients: the data, a check of your own number with a word on common mistakes, the answer with its arithmetic. [Exercises](../teaching/exercises.md) has examples.
TEXT
shown 'riskset exercise 1'

say <<'TEXT'
## licences

`riskset licences` prints the licences of the program and of all that it carries: every crate, the typeface of the figures, the bundled data sets.
TEXT
say <<'TEXT'
## completions, man

`riskset completions bash` (or `zsh`, `fish`, `powershell`, `elvish`) prints the script that completes commands and options; `riskset man --output DIR` writes the manual pages. Both are made from the arguments of the program: [Install](../install.md) says where they go.
TEXT
# One blank line at the end of the page is one too many.
sed -i '$ d' "$page"
