# Writes tests/golden/pool.json: @lung at three places, and what R makes of all rows with a
# baseline hazard for each place.
# Run in this folder: Rscript pool.R
suppressMessages(library(survival))
source("json.R")
d <- na.omit(lung[, c("time", "status", "age", "sex", "ph.karno", "inst")])
d$place <- d$inst %% 3
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
answer <- function(ties) {
  fit <- coxph(Surv(time, status == 2) ~ age + sex + ph.karno + strata(place), d, ties = ties,
               control = control)
  list(coef = unname(coef(fit)), var = unname(fit$var), loglik = fit$loglik, score = fit$score,
       wald = unname(fit$wald.test))
}
store("pool", list(
  r = R.version.string, survival = as.character(packageVersion("survival")),
  time = d$time, event = as.numeric(d$status == 2), age = d$age, sex = d$sex, karno = d$ph.karno,
  place = d$place, efron = answer("efron"), breslow = answer("breslow")
))
