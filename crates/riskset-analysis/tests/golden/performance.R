# Writes performance.json: a model made of rotterdam and judged on gbsg by R, and two models of lung.
# Run in this folder: Rscript performance.R
suppressMessages(library(survival))
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
made <- coxph(Surv(rtime, recur) ~ age + nodes + hormon, rotterdam, control = control)
new <- gbsg
lp <- predict(made, new, type = "lp")
c1 <- concordance(Surv(rfstime, status) ~ lp, new, reverse = TRUE)
c2 <- concordance(Surv(rfstime, status) ~ lp, new, reverse = TRUE, timewt = "n/G2", ymax = 1800)
b <- basehaz(made, centered = TRUE)
risk <- sapply(c(1000, 1800), function(t) 1 - exp(-b$hazard[max(which(b$time <= t))] * exp(lp)))
slope <- coxph(Surv(rfstime, status) ~ lp, new, control = control)
d <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog")]), ]
f1 <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, d, control = control)
f2 <- coxph(Surv(time, status == 2) ~ age + sex, d, control = control)
both <- concordance(f1, f2)
store("performance", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  harrell = c1$concordance, harrell_error = sqrt(c1$var), uno = c2$concordance, predicted = colMeans(risk),
  predictor = unname(lp), slope = unname(coef(slope)), slope_error = sqrt(vcov(slope)[1]),
  aic = c(AIC(f1), AIC(f2)), ratio = 2 * (f1$loglik[2] - f2$loglik[2]),
  difference = unname(both$concordance[1] - both$concordance[2]),
  difference_error = sqrt(c(c(1, -1) %*% vcov(both) %*% c(1, -1)))))
