# Writes tests/golden/fine-gray-predict.json: the incidence that a Fine-Gray model expects of new
# patients, by `predict` of cmprsk, and its standard error: the infinitesimal jackknife, by differences
# of `coxph` of a table in which whoever met the other cause stays with the weight G(t-) / G(T-). What a
# row does through the censoring curve is the slope in each hazard of censoring times the martingale
# of the row. For the coefficients the sum of squares is the variance of `crr`, which is checked here.
# Run in this folder: Rscript fine-gray-predict.R
suppressMessages({library(survival); library(cmprsk)})
source("json.R")
set.seed(16)
n <- 150; x <- cbind(rbinom(n, 1, 0.5), round(rnorm(n), 2))
rate <- exp(0.6 * x[, 1] - 0.5 * x[, 2]); u <- runif(n)
time <- rexp(n, 0.3 * (1 + rate)); cause <- ifelse(u < rate / (1 + rate), 1, 2)
censor <- rexp(n, 0.25); cause[censor < time] <- 0; time <- round(pmin(time, censor), 6)
stopifnot(!anyDuplicated(time))
cluster <- rep(1:50, 3)
events <- sort(time[cause == 1]); censored <- sort(time[cause == 0])
at_risk <- vapply(censored, function(t) sum(time >= t), 0)
rows <- do.call(rbind, lapply(seq_len(n), function(i) {
  own <- data.frame(id = i, start = 0, stop = time[i], status = as.numeric(cause[i] == 1))
  later <- events[events > time[i]]
  if (cause[i] != 2 || length(later) == 0) return(own)
  rbind(own, data.frame(id = i, start = c(time[i], head(later, -1)), stop = later, status = 0))
}))
after <- rows$start >= time[rows$id]
# log G just before each of these times, with this much more hazard at each censoring
log_g <- function(t, more) vapply(t, function(t) sum((log(1 - 1 / at_risk) - more)[censored < t]), 0)
new <- rbind(c(1, 0.5), c(0, -1)); times <- c(events[1] / 2, 0.3, 1, 2.5, max(events))
init <- c(0, 0)
estimate <- function(w, more) {
  weight <- ifelse(after, exp(log_g(rows$stop, more) - log_g(time[rows$id], more)), 1)
  d <- cbind(rows, w = w[rows$id] * weight, a = x[rows$id, 1], b = x[rows$id, 2])
  fit <- coxph(Surv(start, stop, status) ~ a + b, d, weights = w, ties = "breslow", init = init,
               control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  base <- basehaz(fit, centered = FALSE)
  hazard <- vapply(times[times >= events[1]], function(t) base$hazard[max(which(base$time <= t))], 0)
  c(coef(fit), outer(log(hazard), as.vector(new %*% coef(fit)), "+"))
}
ones <- rep(1, n); none <- rep(0, length(censored))
init <- estimate(ones, none)[1:2]
h <- 1e-4
slope <- function(of, k, size) { e <- replace(rep(0, size), k, h); (of(e) - of(-e)) / (2 * h) }
by_row <- t(vapply(seq_len(n), function(i) slope(function(e) estimate(ones + e, none), i, n), init[1] + numeric(10)))
by_hazard <- vapply(seq_along(censored), function(k) slope(function(e) estimate(ones, e), k, length(censored)), numeric(10))
martingale <- vapply(seq_along(censored), function(k) ((time == censored[k]) - (time >= censored[k]) / at_risk[k]) / at_risk[k], numeric(n))
full <- by_row + martingale %*% t(by_hazard)
crr_fit <- crr(time, cause, x, gtol = 1e-13, maxiter = 100)
stopifnot(all.equal(unname(crossprod(full[, 1:2])), unname(crr_fit$var), tolerance = 1e-6))
known <- times >= events[1]
predicted <- predict(crr_fit, new)
incidence <- t(sapply(times[known], function(t) predicted[max(which(predicted[, 1] <= t)), -1]))
errors <- function(influence) sqrt(colSums(influence[, -(1:2)]^2))
store("fine-gray-predict", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  cmprsk = as.character(packageVersion("cmprsk")), time = time, cause = cause, x = t(x), cluster = cluster,
  new = t(new), times = times, known = as.numeric(known), incidence = as.vector(incidence),
  log_error = errors(full), log_error_ignored = errors(by_row), log_error_cluster = errors(rowsum(full, cluster))))
