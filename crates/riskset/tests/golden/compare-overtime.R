# Writes compare-overtime.json: effects by period, average hazard ratios, and an effect that is a
# function of time, from rows cut by survSplit. Run in this folder: Rscript compare-overtime.R.
# Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
exactly <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)

by_period <- function(d, x, cuts) {
  s <- survSplit(Surv(time, event) ~ ., d, cut = cuts, episode = "period")
  k <- length(cuts) + 1
  m <- sapply(seq_len(k), function(p) s[[x]] * (s$period == p))
  fit <- coxph(Surv(tstart, time, event) ~ m, s, control = exactly)
  d1 <- cbind(-1, diag(k - 1))
  diff <- d1 %*% coef(fit); v <- d1 %*% vcov(fit) %*% t(d1)
  w <- as.numeric(t(diff) %*% solve(v, diff))
  list(cuts = cuts, coefficient = unname(coef(fit)), std_error = unname(sqrt(diag(vcov(fit)))),
       events = as.numeric(tapply(s$event, s$period, sum)),
       statistic = w, df = k - 1, p_value = pchisq(w, k - 1, lower.tail = FALSE))
}

average <- function(d, x) {
  d$id <- seq_len(nrow(d))
  times <- sort(unique(d$time[d$event == 1]))
  s <- survSplit(Surv(time, event) ~ ., d, cut = times)
  km <- survfit(Surv(time, event) ~ 1, d); g <- survfit(Surv(time, 1 - event) ~ 1, d)
  # G: an event stands before a censoring at the same time, so those who had it are not at risk.
  before <- function(f, t) vapply(t, function(u) { i <- sum(f$time < u - 1e-9); if (i == 0) 1 else f$surv[i] }, 0)
  w <- before(km, s$time) / before(g, s$time)
  w[!is.finite(w)] <- 1
  fit <- coxph(as.formula(paste("Surv(tstart, time, event) ~", x)), s, weights = w, cluster = id, control = exactly)
  list(coefficient = unname(coef(fit)), std_error = unname(sqrt(diag(vcov(fit)))))
}

function_of_time <- function(d, x) {
  fit <- coxph(as.formula(paste("Surv(time, event) ~", x, "+ tt(", x, ")")), d,
               tt = function(x, t, ...) x * log(t), control = exactly)
  list(coefficient = unname(coef(fit)), variance = unname(vcov(fit)), loglik = fit$loglik)
}

lung <- with(survival::lung, data.frame(time, event = status - 1, x = sex - 1, age))
veteran <- with(survival::veteran, data.frame(time, event = status, x = trt - 1, karno))
one <- function(d, cuts, other) list(
  data = as.list(d[c("time", "event", "x", other)]), by_period = by_period(d, "x", cuts),
  average = average(d, "x"), average_both = average(d, paste("x +", other)),
  log_time = function_of_time(d, other))
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  lung = one(lung, c(180, 365), "age"), veteran = one(veteran, c(60, 180), "karno")),
  "compare-overtime.json", digits = I(17), auto_unbox = TRUE, na = "null")
