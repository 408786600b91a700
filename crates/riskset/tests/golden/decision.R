# Writes tests/golden/decision.json: net benefit with survfit within those at or above a threshold,
# for the risks of brier.json. Run in this folder after brier.R: Rscript decision.R
suppressMessages(library(survival))
source("json.R")
b <- jsonlite::fromJSON("brier.json")
at <- c(0.2, 0.4, 0.6, 0.99)
benefit <- function(part, risk, p) part * risk - part * (1 - risk) * p / (1 - p)
one <- function(p) {
  high <- b$risk[3, ] >= p
  if (!any(high)) return(0)
  benefit(mean(high), 1 - summary(survfit(Surv(b$time, b$event)[high] ~ 1), times = 350)$surv, p)
}
k <- b$competing
many <- function(p, high = k$risk[2, ] >= p) {
  fit <- survfit(Surv(k$time, factor(k$cause, 0:2))[high] ~ 1)
  benefit(mean(high), summary(fit, times = 120)$pstate[, 2], p)
}
store("decision", list(r = R.version.string, thresholds = at, model = sapply(at, one),
  all = sapply(at, function(p) benefit(1, 1 - summary(survfit(Surv(b$time, b$event) ~ 1), times = 350)$surv, p)),
  few = c(0.03, 0.065), competing = sapply(c(0.03, 0.065), many),
  competing_all = sapply(c(0.03, 0.065), many, high = rep(TRUE, length(k$time)))))
