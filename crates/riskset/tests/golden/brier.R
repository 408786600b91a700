# Writes tests/golden/brier.json: the Brier score with inverse censoring weights, its formula
# written out with survfit, for a Cox model and, with competing risks, a fixed risk.
# Run in this folder: Rscript brier.R
suppressMessages(library(survival))
source("json.R")
d <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog")]), ]
event <- d$status == 2
fit <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, d)
times <- c(100, 200, 350, 500)
# Times are whole: censorings are put a quarter later, so that events at the same time come first.
censoring <- function(time, any) survfit(Surv(time + ifelse(any, 0, 0.25), !any) ~ 1)
score <- function(time, any, status, t, risk) {
  km <- censoring(time, any)
  G <- function(u) summary(km, times = u, extend = TRUE)$surv
  before <- sapply(time, function(u) G(u - 0.1))
  w <- ifelse(time > t, 1 / G(t + 0.3), ifelse(any, 1 / before, 0))
  y <- time <= t & status
  mean(w * (y - risk)^2)
}
risk <- sapply(times, function(t) 1 - t(summary(survfit(fit, newdata = d), times = t)$surv))
b <- sapply(seq_along(times), function(k) score(d$time, event, event, times[k], risk[, k]))
km <- summary(survfit(Surv(time, status == 2) ~ 1, d), times = times)$surv
b0 <- sapply(seq_along(times), function(k) score(d$time, event, event, times[k], 1 - km[k]))
trapezoid <- function(y) sum(diff(times) * (head(y, -1) + tail(y, -1)) / 2) / diff(range(times))
m <- mgus2[1:400, ]
etime <- with(m, ifelse(pstat == 0, futime, ptime)); cause <- with(m, ifelse(pstat == 0, 2 * death, 1))
mt <- c(60, 120, 240)
mrisk <- sapply(mt, function(t) pmin(0.9, t * (1 + m$age / 100) / 3000))
aj <- survfit(Surv(etime, factor(cause, 0:2)) ~ 1)
ci <- summary(aj, times = mt)$pstate[, 2]
bm <- sapply(seq_along(mt), function(k) score(etime, cause != 0, cause == 1, mt[k], mrisk[, k]))
bm0 <- sapply(seq_along(mt), function(k) score(etime, cause != 0, cause == 1, mt[k], ci[k]))
store("brier", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  time = d$time, event = event, times = times, risk = t(risk), score = b, null = b0, r2 = 1 - b / b0,
  integrated = trapezoid(b), integrated_null = trapezoid(b0),
  competing = list(time = etime, cause = cause, times = mt, risk = t(mrisk), score = bm, null = bm0)))
