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
| `--format text\|json\|csv\|markdown\|latex\|html\|docx` | how the answer is written; JSON and CSV hold all of it in full precision, CSV as [one long table](files.md#csv) |
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
| `--rmst 365` | restricted mean to this time, by group and between two groups |
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
## compare

One table of what two or more groups differ in, each estimand in words: the test of equal curves, the hazard ratio, survival at times, restricted means. Choose the one that counts beforehand, and not by its P value.

| option | does |
| --- | --- |
| `--milestones 365,730` | differences and ratios of survival at these times |
| `--rmst 1095` | the horizon of the restricted means |
| `--permutation`, `--max-combo`, `--modest` | further tests, as in `logrank` |
| `--margin hr=1.3,survival=-0.1,rmst=-30` | non-inferiority: each estimate against its margin, one-sided at `--one-sided 0.025` |
| `--reference LEVEL` | the group that the others are compared with |
TEXT
shown 'riskset compare @lung "Surv(time, status == 2) ~ sex" --milestones 180,365 --rmst 700 --permutation 999 --max-combo --margin hr=1.1'

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
| `--mean-regression pseudo-values\|censoring-weights` | the difference of restricted means by a regression on group and covariates as well |
| `--bootstrap 1000 --seed 1` | limits of differences and curves from draws of patients, the propensities or the model fitted anew in each; in `plot km --adjust` too |

Covariates that tell the groups apart are refused; a weight that decides a group, few patients for the covariates and groups that still differ are said. The figures are `plot km --adjust`, `plot love` and `plot overlap`; the derivation is in [Comparing groups](../methods/comparisons.md#propensity-weights).
TEXT
shown 'riskset adjust @lung "Surv(time, status == 2) ~ sex" --adjust "age + ph.ecog + wt.loss" --times 365 --rmst 700 --mean-regression pseudo-values'

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
## Covariates that bend

In `cox`, `fine-gray`, `factors`, `performance` and the figures of models a term `rcs(age, 4)`, `ns(age, df = 3)` or `poly(age, 2)` is a curve of a covariate. `cox` and `fine-gray` give its hazard ratio at five quantiles of the covariate against the median, or against `--reference-values age=50`, with the joint test of the term and a test against a straight line. The figure is `plot effect`; the derivation is in [Richer Cox terms](../methods/terms.md).
TEXT
shown 'riskset cox @pbc "Surv(time, status == 2) ~ rcs(age, 4) + log(bili)" --reference-values age=50'

say <<'TEXT'
## Coefficients that are held back

In `cox`, `ridge(x, y, theta = 1)` shrinks the coefficients of some columns, `pspline(age, df = 4)` is a penalised spline, and `frailty(id)` a factor of the hazard that the rows of a group share: gamma, or Gaussian on the log scale with `distribution = "gaussian"`. The answer gives effective degrees of freedom, the straight part of a spline and the rest, the variance of a frailty and its test; the derivation is in [Richer Cox terms](../methods/terms.md#penalised-terms).
TEXT
shown 'riskset cox @kidney "Surv(time, status) ~ age + sex + frailty(id)"'

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
## cutpoint

The cut of a number that separates the patients best, with a P value that knows how many cuts were tried, and the hazard ratio in patients who did not help to choose it. The column stands alone right of `~`.

| option | does |
| --- | --- |
| `--lowest 0.1`, `--highest 0.9` | the share of patients at or below the lowest and the highest cut that is tried |
| `--permutations 9999` | permutations for the corrected P value; 0 for none. For few patients (about 22, more with many censored) P is also exact, over all their orders |
| `--folds 10`, `--repeats 20` | the parts of a division for the cross-validated effect, and the divisions; `--folds 0` for none |
| `--seed 1` | the seed of permutations and divisions |

A column of two values has nothing to search and is refused; one of a few values is searched, and said to be a category. The figure is `plot cutpoint`; the derivation is in [Comparing groups](../methods/comparisons.md#searched-cut-points).
TEXT
shown 'riskset cutpoint @lung "Surv(time, status == 2) ~ age"'

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
## factors

Prognostic factors, each in a Cox model of its own and all together in one: patients, events, median and survival by level, both hazard ratios with reference rows, a joint test of each factor with several levels, missing values. A univariable model uses the rows in which its factor is known, the multivariable one those in which all are; how many each has is said, and where many are lost it is doubted.

| option | does |
| --- | --- |
| `--times 365` | survival at these times by level |
| `--same-rows` | univariable models of the rows of the multivariable one |
| `--conf-type log\|log-log\|...` | the scale of the intervals of medians and survival |
| `-o factors.docx` | the table for Word; `.tex`, `.html` and `.md` likewise |

`plot factors` draws both hazard ratios of each factor.
TEXT
shown "riskset factors @lung 'Surv(time, status == 2) ~ age + factor(sex) + factor(ph.ecog, ref = \"1\") + wt.loss' --subset 'ph.ecog < 3'"

say <<'TEXT'
## performance

What the predictions of a Cox model are worth, and of a second one on the same rows: concordance, area under the ROC curve, Brier score, calibration, Royston's D. [A chapter](prognosis.md) goes from the formula to the report.

| option | does |
| --- | --- |
| `--times 180,365` | the times of the predicted risks; required |
| `--validate DATA`, `--validate-response "Surv(...)"` | judges on other rows than those that made the model |
| `--bootstrap 200`, `--folds 10`, `--seed 1` | corrects for optimism |
| `--against "age + sex"` | another model of the same rows, with the differences |
| `--thresholds 0.2,0.4` | net benefit |
| `--reclassify 0.2,0.4` | with `--against`: net reclassification between the categories of risk, by any change, and IDI, with their warnings |
| `--groups 5`, `--tau 365` | groups of calibration; the horizon of Uno's C |
| `--save-model model.json` | the model with how it was judged, for [predict](#predict) |

`plot performance --kind calibration|auc|decision` draws it.
TEXT
shown 'riskset performance @lung "Surv(time, status == 2) ~ age + sex + ph.ecog" --times 365 --against "age + sex" --bootstrap 50'

say <<'TEXT'
## risk-groups

Groups of patients by what a Cox model predicts, at cut-offs that were given, with what became of them: patients, events, median, survival by Kaplan-Meier beside the mean of the predicted survival, hazard ratios, the log-rank test.

| option | does |
| --- | --- |
| `--groups 0.2,0.5 --at 1800` | cut-offs of the predicted risk by 1800; whoever is at a cut-off belongs to the group above |
| `--groups -0.5,0.5` | without `--at`: cut-offs of the linear predictor, from the means of the rows that made the model |
| `--times 1000,1800` | survival at these times; at `--at` without them |
| `--validate DATA`, `--validate-response "Surv(...)"` | groups other rows than those that made the model |

`plot risk-groups` draws the curves; `predict --groups` tells the group of new patients. A cut-off that is searched in the same patients is the business of [cutpoint](#cutpoint).
TEXT
shown 'riskset risk-groups @rotterdam "Surv(rtime, recur) ~ age + log(nodes + 1) + hormon" --groups 0.3,0.5 --at 1800 --validate @gbsg --validate-response "Surv(rfstime, status)"'

say <<'TEXT'
## predict

What a saved model says of new rows, without the data that made it: `predict model.json new.csv` gives, digit for digit, what `cox --predict new.csv` gives. The file is made by `--save-model` of `cox` or `performance`; of the latter it says how the model was validated.

| option | does |
| --- | --- |
| `--times 365` | survival at these times; the whole curve without them |
| `--tau 365` | restricted means up to this time |
| `--groups 0.2,0.5 --at 365` | the group of each row, by the same cut-offs as [risk-groups](#risk-groups) |

Refused: a level that the model has not seen, a row that misses a covariate, a column that is not there, a file that is no model. Doubted: numbers far from those that made the model (another unit?), rows outside their range, times after the last event. After the last follow-up there is no prediction. [Saved models](prognosis.md#a-saved-model) tells what is in the file.
TEXT
shown 'riskset cox @lung "Surv(time, status == 2) ~ age + sex" --save-model model.json' 8
shown 'riskset predict model.json @lung --times 365 --tau 365' 11
rm model.json

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
## --explain

With `--explain`, `km`, `logrank`, `cox` and `cif` show how the answer comes about, one row a step, and why: n, d, the factor and Greenwood's term of every time; the rectangles of a restricted mean; observed, expected and variance of the log-rank test, weighted where the test weights them, with their sums; the factors of the partial likelihood by both rules for ties, Newton's steps and the likelihood over one coefficient; for incidences the chance to be without any event times the hazard of the cause. A landmark, weights and groups known late are said before the rows; a long table shows its first and last rows. Every format has it; JSON has the tables under `steps`. `riskset plot explain` draws the steps, and [the teaching pages](../teaching/censoring.md) read them.
TEXT
shown "riskset km @aml \"Surv(time, status) ~ 1\" --subset 'x == \"Maintained\"' --explain"

say <<'TEXT'
## fine-gray

Regression for the incidence of one cause, with the same two options.
TEXT
shown 'riskset fine-gray @mgus2 "Surv(etime, event) ~ age + sex" --cause pcm --censor censor'

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
## power

`power npv` plans one proportion against a threshold, with clusters; `power logrank` a comparison of two curves. Of the hazard ratio, the power and the size (`--events` or `--n`) give two; the third is computed.
TEXT
shown 'riskset power logrank --hazard-ratio 0.67 --power 0.8 --median 12 --accrual 24 --follow-up 12'

say <<'TEXT'
## meta

Meta-analysis of proportions, one row per study: `--method reml` (random effects on the log odds, Hartung-Knapp) or `glmm` (binomial-normal). `--forest FILE` draws it.
TEXT
shown "riskset meta proportion @dlm_literature --events events --n n --study study --subset 'outcome == \"viable\" & management == \"left in place\" & basis != \"range\" & lesions == \"DLM\"'"

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
## endpoint

Times and events from dates, by a rule that is written down, one audit sentence per patient: [endpoints](endpoints.md). `--rule dfs,os` derives several, `--list-rules` prints the rules with their sources. As CSV the answer holds the columns of the data, and the derived ones after them.
TEXT
shown 'riskset endpoint @dream --rule dfs --subset "survival_set == 1" --time-zero surgery_date --relapse local_relapse_date,extrahepatic_progression_date --ignore second_primary --death death_date --last-visit last_visit_date --unit months --format markdown' 6

say <<'TEXT'
Every command that analyses takes the rule itself, so that no table lies between the dates and the answer:
TEXT
shown 'riskset km @dream "rfs ~ sex" --rule rfs --subset "survival_set == 1" --time-zero surgery_date --relapse local_relapse_date,extrahepatic_progression_date --death death_date --last-visit last_visit_date --time-unit months'

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
