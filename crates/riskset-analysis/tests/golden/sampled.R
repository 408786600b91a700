# Writes sampled.json: conditional logistic regressions by `clogit` of R survival, of infert (one case a
# set) and of sets with one to three cases, some without a case or of cases alone; and case-cohort
# samples of nwtco by `cch`. Run in this folder: Rscript sampled.R
suppressMessages(library(survival))
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
fit <- function(f) list(coef = unname(coef(f)), error = sqrt(diag(vcov(f))), loglik = f$loglik)
one <- clogit(case ~ spontaneous + induced + strata(stratum), infert, control = control)
set.seed(11)
sets <- data.frame(set = rep(1:30, each = 4), x = round(rnorm(120), 2), z = rbinom(120, 1, 0.4))
sets$case <- rbinom(120, 1, plogis(-0.5 + 0.8 * sets$x - 0.5 * sets$z))
sets$case[sets$set == 7] <- 1; sets$case[sets$set == 9] <- 0
kept <- ave(sets$case, sets$set, FUN = mean); used <- sets[kept > 0 & kept < 1, ]
exact <- clogit(case ~ x + z + strata(set), used, method = "exact", control = control)
efron <- clogit(case ~ x + z + strata(set), used, method = "efron", control = control)
whole <- clogit(case ~ x + z + strata(set), sets, method = "exact", control = control)
stopifnot(isTRUE(all.equal(coef(whole), coef(exact))))
d <- nwtco[nwtco$in.subcohort | nwtco$rel == 1, ]
cc <- sapply(c("Prentice", "LinYing"), function(method) {
  f <- cch(Surv(edrel, rel) ~ factor(stage) + factor(histol) + age, data = d, subcoh = ~in.subcohort,
    id = ~seqno, cohort.size = nrow(nwtco), method = method)
  list(coef = unname(f$coefficients), error = unname(sqrt(diag(f$var))))
}, simplify = FALSE)
store("sampled", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  infert = list(set = infert$stratum, case = infert$case, spontaneous = infert$spontaneous,
    induced = infert$induced, exact = fit(one)),
  sets = list(set = sets$set, case = sets$case, x = sets$x, z = sets$z, used = nrow(used),
    cases = sum(used$case), exact = fit(exact), efron = fit(efron)),
  nwtco = cc))
