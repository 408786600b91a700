# Writes tests/golden/competing-performance.json: what predicted incidences are worth.
# Concordance by `concordance` with other causes censored after everybody, and by `cindex` of pec;
# areas under the ROC curve and Brier scores by `Score` of riskRegression, and by the formula of the
# area; their infinitesimal jackknife, and that of net benefit, by differences of weighted formulas;
# calibration by `survfit` and by `crr` of cmprsk on the link and on its spline; the incidence of
# cause-specific Cox models by `survfit` of a multi-state `coxph`.
# Run in this folder: Rscript competing-performance.R
suppressMessages({library(survival); library(cmprsk); library(riskRegression); library(pec); library(Hmisc); library(prodlim)})
source("json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
m <- mgus2[complete.cases(mgus2[, c("age", "sex", "mspike", "hgb")]), ][1:400, ]
m$time <- with(m, ifelse(pstat == 0, futime, ptime))
m$cause <- with(m, ifelse(pstat == 0, 2 * death, 1))
m$male <- as.numeric(m$sex == "M")
m <- m[, c("time", "cause", "age", "male", "mspike", "hgb")]; n <- nrow(m)
x <- as.matrix(m[, c("age", "male", "mspike", "hgb")])
m$id <- seq_len(n); m$state <- factor(m$cause, 0:2, c("censored", "pcm", "death"))
multi <- coxph(Surv(time, state) ~ age + male + mspike + hgb, m, id = id, ties = "breslow", control = control)
times <- c(60, 120, 240)
curves <- survfit(multi, newdata = m)
risk <- sapply(times, function(t) curves$pstate[max(which(curves$time <= t)), , 2])
score <- -0.1 * m$hgb + m$mspike # another score
# Concordance: other causes after everybody, censored.
late <- ifelse(m$cause == 2, max(m$time) + 1, m$time)
harrell <- function(s) concordance(Surv(late, m$cause == 1) ~ s, reverse = TRUE)
h1 <- harrell(risk[, 3]); h2 <- harrell(score)
# G at the times, just before them if asked: an event comes before a censoring at the same time.
censored <- function(w, at, before) {
  out <- rep(1, length(at))
  for (u in sort(unique(m$time[m$cause == 0]))) {
    left <- sum(w[m$time > u | (m$time == u & m$cause == 0)])
    step <- 1 - sum(w[m$time == u & m$cause == 0]) / left
    later <- if (before) at > u else at >= u
    out[later] <- out[later] * step
  }
  out
}
# Wolbers' index with both factors of the weight just before the event, as Uno's has them.
wolbers <- function(s, tau, w = rep(1, n), g = censored(rep(1, n), m$time, TRUE)) {
  num <- den <- 0
  for (i in which(m$cause == 1 & m$time < tau)) {
    followed <- m$time > m$time[i] | (m$time == m$time[i] & m$cause != 1)
    gone <- m$cause == 2 & m$time < m$time[i]
    weight <- w[i] * w * (followed / g[i]^2 + gone / (g[i] * g))
    num <- num + sum(weight * ((s[i] > s) + (s[i] == s) / 2)); den <- den + sum(weight)
  }
  num / den
}
tau <- 200
# pec takes the second factor at the event and no pair of equal times; without ties it is the same.
untied <- m; untied$time <- m$time + seq_len(n) / 1000
theirs <- cindex(list(a = as.matrix(score)), formula = Hist(time, cause) ~ 1, data = untied, cause = 1,
  eval.times = tau, pred.times = tau, cens.model = "marginal")
auc <- function(s, t, of, w = rep(1, n)) {
  before <- censored(w, m$time, TRUE); at <- censored(w, t, FALSE)
  case <- m$time <= t & m$cause == 1
  control <- if (of == "event-free") m$time > t else m$time > t | m$cause == 2
  a <- (w / before)[case]; b <- (w / ifelse(m$time > t, at, before))[control]
  k <- outer(s[case], s[control], function(x, y) (x > y) + (x == y) / 2)
  sum(a * (k %*% b)) / (sum(a) * sum(b))
}
incidence <- function(t, rows, w) { # Aalen-Johansen
  free <- 1; f <- 0
  for (u in sort(unique(m$time[rows & m$cause != 0 & m$time <= t]))) {
    left <- sum(w[rows & m$time >= u]); own <- sum(w[rows & m$time == u & m$cause == 1])
    f <- f + free * own / left
    free <- free * (1 - sum(w[rows & m$time == u & m$cause != 0]) / left)
  }
  f
}
benefit <- function(r, t, p, w = rep(1, n)) {
  treated <- r >= p
  f <- incidence(t, treated, w); q <- sum(w[treated]) / sum(w)
  q * (f - (1 - f) * p / (1 - p))
}
jackknife <- function(of) sqrt(sum(vapply(seq_len(n), function(i) {
  h <- 1e-5; up <- down <- rep(1, n); up[i] <- 1 + h; down[i] <- 1 - h
  (of(up) - of(down)) / (2 * h) }, 0)^2))
two <- Score(list(a = risk), formula = Hist(time, cause) ~ 1, data = m, cause = 1, times = times,
  cens.model = "km", se.fit = FALSE, metrics = c("auc", "brier"))
g <- censored(rep(1, n), m$time, TRUE)
thresholds <- c(0.02, 0.05, 0.1)
# Calibration of predictions that are too sure, at 120.
t0 <- 120; sure <- 1 - exp(-0.8 * (-log(1 - risk[, 2]))^1.3)
link <- log(-log(1 - sure))
aj <- summary(survfit(Surv(time, state) ~ 1, m, conf.type = "log-log"), times = t0)
slope <- crr(m$time, m$cause, cbind(link), gtol = 1e-12, maxiter = 100)
knots <- attr(rcspline.eval(link, nk = 3), "knots")
spline <- rcspline.eval(link, knots = knots, inclx = TRUE)
smooth <- crr(m$time, m$cause, spline, gtol = 1e-12, maxiter = 100)
seen <- predict(smooth, spline)
observed <- seen[max(which(seen[, 1] <= t0)), -1]
apart <- abs(observed - sure)
store("competing-performance", list(r = R.version.string,
  survival = as.character(packageVersion("survival")), pec = as.character(packageVersion("pec")),
  riskRegression = as.character(packageVersion("riskRegression")),
  time = m$time, cause = m$cause, x = t(x), times = times, risk = t(risk), score = score,
  harrell = c(h1$concordance, sqrt(h1$var), h2$concordance, sqrt(h2$var)),
  tau = tau, untied = untied$time, pec_index = as.numeric(theirs$AppCindex$a),
  wolbers = c(wolbers(risk[, 3], tau), wolbers(score, tau)),
  wolbers_error = jackknife(function(w) wolbers(score, tau, w, g)),
  wolbers_difference_error = jackknife(function(w) wolbers(risk[, 3], tau, w, g) - wolbers(score, tau, w, g)),
  score_auc = two$AUC$score$AUC,
  score_brier = two$Brier$score$Brier[two$Brier$score$model == "a"],
  score_brier_null = two$Brier$score$Brier[two$Brier$score$model == "Null model"],
  auc = sapply(1:3, function(k) auc(risk[, k], times[k], "without-event")),
  auc_error = sapply(1:3, function(k) jackknife(function(w) auc(risk[, k], times[k], "without-event", w))),
  event_free = sapply(1:3, function(k) auc(risk[, k], times[k], "event-free")),
  event_free_error = sapply(1:3, function(k) jackknife(function(w) auc(risk[, k], times[k], "event-free", w))),
  difference_error = jackknife(function(w) auc(risk[, 2], 120, "without-event", w) - auc(score, 120, "without-event", w)),
  thresholds = thresholds, benefit = sapply(thresholds, function(p) benefit(risk[, 2], 120, p)),
  benefit_error = sapply(thresholds, function(p) jackknife(function(w) benefit(risk[, 2], 120, p, w))),
  at = t0, sure = sure, predicted = mean(sure), observed = aj$pstate[1, 2],
  observed_limits = c(aj$lower[1, 2], aj$upper[1, 2]), observed_error = aj$std.err[1, 2],
  slope = unname(slope$coef), slope_error = sqrt(slope$var[1]), ici = mean(apart),
  e50 = unname(quantile(apart, 0.5)), e90 = unname(quantile(apart, 0.9))))
