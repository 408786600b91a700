# Writes rotterdam-gbsg.json: the numbers of the guide's chapter on a prognostic model, by R. Two models made
# of rotterdam and judged on gbsg: `concordance` of both (paired), `royston`, areas and Brier scores by
# `Score` of riskRegression, Kaplan-Meier risks, slope and smooth by `coxph`, AIC and BIC; and the factors of
# rotterdam alone and together. Run in this folder: Rscript rotterdam-gbsg.R
suppressMessages({library(survival); library(riskRegression); library(prodlim); library(Hmisc)})
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
made <- coxph(Surv(rtime, recur) ~ age + log(nodes + 1) + hormon, rotterdam, x = TRUE, control = control)
other <- coxph(Surv(rtime, recur) ~ age + log(nodes + 1), rotterdam, x = TRUE, control = control)
new <- gbsg; new$rtime <- gbsg$rfstime; new$recur <- gbsg$status
times <- c(1000, 1800)
lp <- function(fit) predict(fit, new, type = "lp", reference = "zero")
risk <- function(fit) {
  b <- basehaz(fit, centered = FALSE)
  sapply(times, function(t) 1 - exp(-b$hazard[max(which(b$time <= t))] * exp(lp(fit))))
}
both <- function(...) {
  c <- concordance(made, other, newdata = new, ...)
  v <- vcov(c)
  c(unname(c$concordance), sqrt(diag(v)), unname(c$concordance[1] - c$concordance[2]),
    sqrt(sum(v * c(1, -1, -1, 1))))
}
score <- Score(list(made = risk(made), other = risk(other)), formula = Surv(rfstime, status) ~ 1, data = new,
  times = times, cens.model = "km", se.fit = FALSE, metrics = c("auc", "brier"))
of <- function(table, model, column) unname(as.data.frame(table)[table$model == model, column])
d <- royston(made, newdata = new)
km <- summary(survfit(Surv(rfstime, status) ~ 1, new, conf.type = "log-log"), times = times)
smooth <- sapply(seq_along(times), function(k) {
  r <- risk(made)[, k]; link <- log(-log(1 - r))
  knots <- attr(rcspline.eval(link, nk = 3), "knots")
  x <- rcspline.eval(link, knots = knots, inclx = TRUE)
  fit <- coxph(Surv(rfstime, status) ~ x, new, control = control)
  b <- basehaz(fit, centered = FALSE)
  seen <- 1 - exp(-b$hazard[max(which(b$time <= times[k]))] * exp(drop(x %*% coef(fit))))
  apart <- abs(seen - r)
  c(mean(apart), quantile(apart, 0.5), quantile(apart, 0.9))
})
link <- lp(made)
slope <- coxph(Surv(rfstime, status) ~ link, new, control = control)
factors <- c("age", "nodes", "pgr", "hormon")
ratio <- function(f) list(hr = unname(exp(coef(f))), lower = unname(exp(confint(f))[, 1]),
  upper = unname(exp(confint(f))[, 2]))
fit <- function(terms) coxph(as.formula(paste("Surv(rtime, recur) ~", terms)), rotterdam, control = control)
at <- summary(survfit(Surv(rtime, recur) ~ 1, rotterdam), times = 1826)
q <- summary(survfit(Surv(rtime, recur) ~ 1, rotterdam))$table
store("rotterdam-gbsg", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  riskRegression = as.character(packageVersion("riskRegression")),
  harrell = both(), uno = both(timewt = "n/G2", ymax = 1800),
  royston = unname(d), aic = c(AIC(made), AIC(other)), bic = c(BIC(made), BIC(other)),
  ratio = 2 * (made$loglik[2] - other$loglik[2]),
  auc = of(score$AUC$score, "made", "AUC"), auc_other = of(score$AUC$score, "other", "AUC"),
  brier = of(score$Brier$score, "made", "Brier"), brier_other = of(score$Brier$score, "other", "Brier"),
  brier_null = of(score$Brier$score, "Null model", "Brier"),
  predicted = colMeans(risk(made)), observed = 1 - km$surv, observed_lower = 1 - km$upper,
  observed_upper = 1 - km$lower, slope = c(unname(coef(slope)), sqrt(vcov(slope)[1])),
  smooth = as.vector(smooth),
  alone = lapply(factors, function(f) ratio(fit(f))), together = ratio(fit(paste(factors, collapse = " + "))),
  survival_at = c(at$surv, at$lower, at$upper),
  median = unname(q[c("median", "0.95LCL", "0.95UCL")])))
