# Writes tests/golden/case-cohort-strata.json: case-cohort samples of nwtco whose subcohort counts as drawn
# by the histology of the institution, by `cch` with `I.Borgan` and `II.Borgan`; the whole sample, and a
# small one with late entry, drawn unevenly. Run in this folder: Rscript case-cohort-strata.R
suppressMessages(library(survival))
source("json.R")
terms <- c("stage2", "stage3", "stage4", "unfavourable", "years")
prepare <- function(d) {
  d$unfavourable <- as.numeric(d$histol == 2); d$years <- d$age / 12
  for (k in 2:4) d[[paste0("stage", k)]] <- as.numeric(d$stage == k)
  d$stratum <- factor(d$instit); d
}
of <- function(d, sizes, entry) sapply(c(first = "I.Borgan", second = "II.Borgan"), function(method) {
  left <- if (entry) "Surv(start, edrel, rel)" else "Surv(edrel, rel)"
  fit <- cch(as.formula(paste(left, "~", paste(terms, collapse = " + "))), data = d,
    subcoh = ~in.subcohort, id = ~seqno, stratum = ~stratum, cohort.size = sizes, method = method)
  list(coef = unname(fit$coefficients), var = as.vector(fit$var))
}, simplify = FALSE, USE.NAMES = TRUE)
columns <- function(d) list(time = d$edrel, event = d$rel, subcohort = as.numeric(d$in.subcohort),
  stratum = as.numeric(d$stratum), x = unname(lapply(terms, function(term) d[[term]])))
whole <- prepare(nwtco[nwtco$in.subcohort | nwtco$rel == 1, ])
sizes <- table(nwtco$instit)
set.seed(4)
cohort <- nwtco[sample(nrow(nwtco), 900), ]
chance <- ifelse(cohort$instit == 1, 0.12, 0.5)
cohort$in.subcohort <- runif(900) < chance
few <- prepare(cohort[cohort$in.subcohort | cohort$rel == 1, ])
few$start <- ifelse(few$edrel > 400, round(runif(nrow(few), 0, 300)), 0)
few_sizes <- table(cohort$instit)
store("case-cohort-strata", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  whole = c(columns(whole), list(sizes = as.vector(sizes)), of(whole, sizes, FALSE)),
  late = c(columns(few), list(start = few$start, sizes = as.vector(few_sizes)), of(few, few_sizes, TRUE))))
