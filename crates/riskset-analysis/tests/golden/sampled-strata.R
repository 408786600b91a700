# Writes sampled-strata.json: the case-cohort sample of nwtco, its subcohort taken for drawn by the
# histology of the institution, by `cch` of R survival. Run in this folder: Rscript sampled-strata.R
suppressMessages(library(survival))
source("../../../riskset/tests/golden/json.R")
d <- nwtco[nwtco$in.subcohort | nwtco$rel == 1, ]
sizes <- table(nwtco$instit)
of <- sapply(c("I.Borgan", "II.Borgan"), function(method) {
  f <- cch(Surv(edrel, rel) ~ factor(stage) + factor(histol) + age, data = d, subcoh = ~in.subcohort,
    id = ~seqno, stratum = ~instit, cohort.size = sizes, method = method)
  list(coef = unname(f$coefficients), error = unname(sqrt(diag(f$var))))
}, simplify = FALSE)
drawn <- d[d$in.subcohort, ]
store("sampled-strata", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  cohort = as.vector(sizes), drawn = as.vector(table(drawn$instit)),
  cases = as.vector(table(d$instit[d$rel == 1])), first = of$I.Borgan, second = of$II.Borgan))
