# Writes tests/golden/case-cohort.json: case-cohort samples of nwtco by `cch`, the whole sample and a
# small one with late entry. Run in this folder: Rscript case-cohort.R
suppressMessages(library(survival))
source("json.R")
d <- nwtco[nwtco$in.subcohort | nwtco$rel == 1, ]
d$unfavourable <- as.numeric(d$histol == 2); d$years <- d$age / 12
for (k in 2:4) d[[paste0("stage", k)]] <- as.numeric(d$stage == k)
terms <- c("stage2", "stage3", "stage4", "unfavourable", "years")
of <- function(d, size, entry) sapply(c("Prentice", "SelfPrentice", "LinYing"), function(method) {
  left <- if (entry) "Surv(start, edrel, rel)" else "Surv(edrel, rel)"
  fit <- cch(as.formula(paste(left, "~", paste(terms, collapse = " + "))), data = d,
    subcoh = ~in.subcohort, id = ~seqno, cohort.size = size, method = method)
  list(coef = unname(fit$coefficients), var = as.vector(fit$var))
}, simplify = FALSE)
set.seed(3)
few <- d[sort(c(sample(which(d$rel == 1), 120), sample(which(d$rel == 0), 100))), ]
few$start <- ifelse(few$edrel > 400, round(runif(nrow(few), 0, 300)), 0)
columns <- function(d) list(time = d$edrel, event = d$rel, subcohort = as.numeric(d$in.subcohort),
  x = unname(lapply(terms, function(term) d[[term]])))
store("case-cohort", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  whole = c(columns(d), list(size = nrow(nwtco)), of(d, nrow(nwtco), FALSE)),
  late = c(columns(few), list(start = few$start, size = 1000), of(few, 1000, TRUE))))
