# Writes tests/golden/performance.json: the cumulative/dynamic area under the ROC curve, its
# infinitesimal jackknife by differences of weighted areas, and calibration at a time.
# Run in this folder: Rscript performance.R
suppressMessages({library(survival); library(Hmisc)})
source("json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
d <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog", "ph.karno")]), ]
d$event <- d$status == 2
f1 <- coxph(Surv(time, event) ~ age + sex, d, control = control)
f2 <- coxph(Surv(time, event) ~ ph.ecog, d, control = control) # a score with many ties
# G at the times, just before them if asked: an event comes before a censoring at the same time.
censored <- function(w, at, before) {
  out <- rep(1, length(at))
  for (u in sort(unique(d$time[!d$event]))) {
    risk <- sum(w[d$time > u | (d$time == u & !d$event)])
    step <- 1 - sum(w[d$time == u & !d$event]) / risk
    later <- if (before) at > u else at >= u
    out[later] <- out[later] * step
  }
  out
}
auc <- function(score, t, w = rep(1, nrow(d))) {
  case <- d$time <= t & d$event; control <- d$time > t
  a <- (w / censored(w, d$time, TRUE))[case]; b <- w[control]
  k <- outer(score[case], score[control], function(x, y) (x > y) + (x == y) / 2)
  sum(a * (k %*% b)) / (sum(a) * sum(b))
}
jackknife <- function(of) vapply(seq_len(nrow(d)), function(i) {
  h <- 1e-5; up <- down <- rep(1, nrow(d)); up[i] <- 1 + h; down[i] <- 1 - h
  (of(up) - of(down)) / (2 * h) }, 0)
times <- c(180, 365, 550)
s1 <- f1$linear.predictors; s2 <- f2$linear.predictors
of <- function(score) list(auc = sapply(times, function(t) auc(score, t)),
  std_error = sapply(times, function(t) sqrt(sum(jackknife(function(w) auc(score, t, w))^2))))
difference <- list(estimate = sapply(times, function(t) auc(s1, t) - auc(s2, t)),
  std_error = sapply(times, function(t) sqrt(sum(jackknife(function(w) auc(s1, t, w) - auc(s2, t, w))^2))))
# Calibration of a model that is too sure: twice the linear predictor.
t0 <- 365
base <- basehaz(f1, centered = TRUE); h0 <- base$hazard[max(which(base$time <= t0))]
risk <- 1 - exp(-h0 * exp(2 * s1))
link <- log(-log(1 - risk))
overall <- summary(survfit(Surv(time, event) ~ 1, d, conf.type = "log-log"), times = t0)
slope <- coxph(Surv(time, event) ~ link, d, control = control)
knots <- attr(rcspline.eval(link, nk = 3), "knots")
x <- rcspline.eval(link, knots = knots, inclx = TRUE)
smooth <- coxph(Surv(time, event) ~ x, d, control = control)
b <- basehaz(smooth, centered = TRUE); h <- b$hazard[max(which(b$time <= t0))]
observed <- 1 - exp(-h * exp(smooth$linear.predictors))
apart <- abs(observed - risk)
rank <- rank(risk, ties.method = "first"); group <- pmin(4, floor((rank - 1) * 4 / nrow(d)) + 1)
# Equal risks are never parted: the group of the middle of their run.
middle <- ave(rank, risk, FUN = function(r) min(r) - 1 + floor((length(r) - 1) / 2))
group <- floor(middle * 4 / nrow(d)) + 1
groups <- lapply(1:4, function(g) {
  s <- summary(survfit(Surv(time, event) ~ 1, d[group == g, ], conf.type = "log-log"), times = t0)
  c(sum(group == g), sum(d$event[group == g] & d$time[group == g] <= t0), mean(risk[group == g]),
    1 - s$surv, 1 - s$upper, 1 - s$lower)
})
store("performance", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  time = d$time, event = d$event, first = s1, second = s2, times = times, auc_first = of(s1), auc_second = of(s2),
  difference = difference, at = t0, risk = risk, predicted = mean(risk), observed = 1 - overall$surv,
  observed_limits = c(1 - overall$upper, 1 - overall$lower), observed_error = overall$std.err,
  slope = unname(coef(slope)), slope_error = sqrt(vcov(slope)[1]), ici = mean(apart),
  e50 = unname(quantile(apart, 0.5)), e90 = unname(quantile(apart, 0.9)), groups = groups))
