# Writes km-*.json: survival curves by R survival, with the data they were made from.
# Run in this folder: Rscript km.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })

conf_types <- c("log", "log-log", "plain", "logit", "arcsin")
estimators <- list("kaplan-meier" = c(1, 1), "breslow" = c(2, 1), "fleming-harrington" = c(2, 2))

# The first time at which a curve has fallen to 1 - p, or the middle of the flat where it equals
# 1 - p. R's quantile() says the same of a curve that never rises, and that is checked here; the
# limits of a curve with late entries can rise, and there R does not look for the first time.
first_crossing <- function(time, s, p, r) {
  tol <- sqrt(.Machine$double.eps)
  last <- time[length(time)]
  k <- !is.na(s); time <- time[k]; s <- s[k]
  found <- vapply(p, function(p) {
    i <- which(s <= 1 - p + tol)[1]
    if (is.na(i) || abs(s[i] - (1 - p)) >= tol) return(time[i])
    j <- which(s < 1 - p - tol & seq_along(s) > i)[1]
    (time[i] + if (is.na(j)) last else time[j]) / 2
  }, 0)
  if (all(diff(s) <= 0)) stopifnot(all.equal(found, unname(r)))
  found
}

# One curve of R as columns. R's std.err is that of log S; the limits of S = 0 are NA there.
curve <- function(y, w, type, probabilities, times, tau, level) {
  fit_with <- function(conf_type) survfit(y ~ 1, weights = w, stype = type[1], ctype = type[2],
    conf.type = conf_type, conf.int = level, timefix = FALSE, robust = FALSE)
  fits <- setNames(lapply(conf_types, fit_with), conf_types)
  fit <- fits[[1]]
  read <- summary(fit, times = times)
  list(
    time = fit$time, n_risk = fit$n.risk, n_event = fit$n.event, n_censor = fit$n.censor,
    survival = fit$surv, std_error = ifelse(fit$surv == 0, NA, fit$std.err * fit$surv),
    cumulative_hazard = fit$cumhaz, cumulative_hazard_std_error = fit$std.chaz,
    limits = lapply(fits, function(f) list(lower = f$lower, upper = f$upper)),
    quantiles = lapply(fits, function(f) {
      q <- quantile(f, probabilities)
      list(estimate = first_crossing(f$time, f$surv, probabilities, q$quantile),
           lower = first_crossing(f$time, f$lower, probabilities, q$lower),
           upper = first_crossing(f$time, f$upper, probabilities, q$upper))
    }),
    at = list(time = read$time, survival = read$surv, n_event = read$n.event,
              n_censor = read$n.censor),
    rmst = unname(survival:::survmean(fit, rmean = tau)$matrix[c("rmean", "se(rmean)")]))
}

write_golden <- function(name, y, group = rep(1, nrow(y)), w = NULL, probabilities = c(.1, .25, .5),
                         times, tau, level = 0.95) {
  y <- aeqSurv(y)
  columns <- unclass(y)
  group <- as.integer(factor(group)) - 1L
  weight <- if (is.null(w)) rep(1, nrow(y)) else w
  curves <- lapply(estimators, function(type) lapply(sort(unique(group)), function(g) {
    i <- group == g
    curve(y[i, ], weight[i], type, probabilities, times, tau, level)
  }))
  data <- list(time = columns[, if (ncol(y) == 3) 2 else 1], event = columns[, ncol(y)], group = group)
  if (ncol(y) == 3) data$start <- columns[, 1]
  if (!is.null(w)) data$weight <- w
  write_json(list(
    r = R.version.string, survival = as.character(packageVersion("survival")),
    call = "survfit(y ~ 1, weights, stype, ctype, conf.type, conf.int, robust = FALSE), by group",
    data = data, level = level, probabilities = probabilities, times = times, tau = tau,
    curves = curves), paste0("km-", name, ".json"), digits = I(17), auto_unbox = FALSE, na = "null")
}

with(lung, write_golden("lung", Surv(time, status == 2), sex, times = c(90, 180, 365, 730), tau = 365))
with(veteran, write_golden("veteran", Surv(time, status), celltype, times = c(30, 90, 180), tau = 100,
                           level = 0.9))
with(heart, write_golden("heart", Surv(start, stop, event), transplant, times = c(30, 100, 500),
                         tau = 400))
with(ovarian, write_golden("ovarian-weights", Surv(futime, fustat), rx, w = ecog.ps + age %% 3,
                           times = c(100, 400, 600), tau = 500))

# Heavy ties, late entry, times that are not whole, and a risk set that falls to zero and rises.
set.seed(20261121)
start <- c(round(rexp(60, 0.3), 1), 30 + round(rexp(30, 0.5), 1))
stop <- start + 0.1 + round(rweibull(90, 0.9, 4), 1)
event <- rbinom(90, 1, 0.6)
write_golden("late", Surv(start, stop, event), rep(1:3, 30), times = c(1, 2, 4, 8), tau = 5)
