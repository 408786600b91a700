# Writes tests/golden/discrimination.json: two scores of the same patients compared by R's
# concordance, and Royston's measures. Run in this folder: Rscript discrimination.R
suppressMessages(library(survival))
source("json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
d <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog", "ph.karno")]), ]
f1 <- coxph(Surv(time, status == 2) ~ age + sex, d, control = control)
f2 <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, d, control = control)
a <- f1$linear.predictors; b <- f2$linear.predictors
pair <- function(...) {
  fit <- concordance(Surv(time, status == 2) ~ a, d, reverse = TRUE, influence = 1, ...)
  other <- concordance(Surv(time, status == 2) ~ b, d, reverse = TRUE, influence = 1, ...)
  delta <- other$dfbeta - fit$dfbeta
  list(a = fit$concordance, b = other$concordance, difference = other$concordance - fit$concordance,
       std_error = sqrt(sum(delta^2)))
}
both <- concordance(f1, f2) # the same, of the fits themselves
measures <- function(fit) {
  r <- royston(fit)
  e <- coxph(Surv(time, status == 2) ~ qhat, transform(d, qhat = {
    eta <- predict(fit); z <- qnorm((seq_along(eta) - 3/8) / (length(eta) + 0.25))
    ave(z[rank(eta, ties.method = "first")], eta) }), control = control)
  list(d = unname(coef(e)) * sqrt(8 / pi), std_error = sqrt(vcov(e)[1] * 8 / pi),
       r2_d = unname(r["R.D"]), r2_ko = unname(r["R.KO"]), r2_n = unname(r["R.N"]), gh = unname(r["C.GH"]))
}
store("discrimination", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  time = d$time, event = d$status == 2, a = a, b = b, harrell = pair(), uno = pair(timewt = "n/G2"),
  fits = list(difference = diff(both$concordance), std_error = sqrt(c(c(1, -1) %*% vcov(both) %*% c(1, -1)))),
  loglik_null = f1$loglik[1], loglik_a = f1$loglik[2],
  royston_a = measures(f1), royston_b = measures(f2)))
