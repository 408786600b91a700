# Writes compare-adjustedband.json: critical values of simultaneous bands of adjusted curves, from normal
# draws with the covariance of the curve. Weighted: that of survfit's influence functions. Standardised:
# each time's slope by the coefficients with their covariance, and the baseline's increments before it.
# Run in this folder: Rscript compare-adjustedband.R. Needs survival and jsonlite; half a minute.

suppressMessages({ library(survival); library(jsonlite) })
set.seed(11)
draws <- 2e5
# The quantile of the largest absolute value, and its Monte Carlo error from ten parts.
critical <- function(covariance, level = 0.95) {
  sd <- sqrt(diag(covariance))
  e <- eigen(covariance / tcrossprod(sd), symmetric = TRUE)
  root <- t(e$vectors) * sqrt(pmax(e$values, 0))
  largest <- unlist(lapply(1:20, function(i) {
    z <- abs(matrix(rnorm(draws / 20 * nrow(root)), ncol = nrow(root)) %*% root)
    do.call(pmax, as.data.frame(z)) }))
  parts <- sapply(split(largest, rep(1:10, length.out = draws)), quantile, level)
  c(quantile(largest, level), sd(parts) / sqrt(10))
}

d <- lung[complete.cases(lung[, c("age", "ph.ecog", "sex")]), ]
d$y <- as.integer(d$status == 2)
g <- d$sex - 1
e <- fitted(glm(g ~ age + ph.ecog, binomial, d, epsilon = 1e-15, maxit = 100))
w <- ifelse(g == 1, 1 / e, 1 / (1 - e))
# From the fifth event on, and while five are at risk.
steady <- function(t, i) sapply(t, function(t) sum(d$y[i] & d$time[i] <= t) >= 5 && sum(d$time[i] >= t) >= 5)
weighted <- function(k) {
  i <- g == k
  fit <- survfit(Surv(time, y) ~ 1, d[i, ], weights = w[i], robust = TRUE, influence = TRUE)
  D <- fit$influence.surv  # the weights are in it
  stopifnot(!fit$logse, all.equal(sqrt(colSums(D^2)), fit$std.err, tolerance = 1e-8))
  here <- fit$n.event > 0 & steady(fit$time, i)
  D <- sweep(D[, here], 2, fit$surv[here], "/")
  list(critical = critical(crossprod(D)), range = range(fit$time[here]))
}

# Patients who count alike: Greenwood's variance of the logarithm, with independent increments.
plain <- function(k) {
  i <- g == k
  fit <- survfit(Surv(time, y) ~ 1, d[i, ])
  here <- fit$n.event > 0 & steady(fit$time, i)
  V <- cumsum(fit$n.event / (fit$n.risk * (fit$n.risk - fit$n.event)))[here]
  list(critical = critical(outer(V, V, pmin), 0.9))
}

fit <- coxph(Surv(time, y) ~ age + ph.ecog + strata(sex), d, ties = "efron")
b <- coef(fit); V <- vcov(fit); X <- scale(as.matrix(d[, c("age", "ph.ecog")]), scale = FALSE); r <- exp(drop(X %*% b))
standardised <- function(s) {
  i <- d$sex == s
  ts <- sort(unique(d$time[i & d$y == 1]))
  H <- 0; q <- c(0, 0); own <- 0
  rows <- t(sapply(ts, function(t) {
    k <- which(i & d$time >= t); f <- which(i & d$time == t & d$y == 1); n <- length(f)
    for (j in seq_len(n) - 1) {
      S0 <- sum(r[k]) - j / n * sum(r[f])
      S1 <- colSums(X[k, , drop = FALSE] * r[k]) - j / n * colSums(X[f, , drop = FALSE] * r[f])
      H <<- H + 1 / S0; own <<- own + 1 / S0^2; q <<- q + S1 / S0^2
    }
    S <- exp(-H * r); A <- mean(r * S)
    c(A, own, H * colMeans(X * r * S) - A * q)
  }))
  here <- steady(ts, i)
  rows <- rows[here, ]; ts <- ts[here]
  slope <- rows[, 3:4]
  covariance <- tcrossprod(rows[, 1]) * outer(rows[, 2], rows[, 2], pmin) + slope %*% V %*% t(slope)
  list(critical = critical(covariance), range = range(ts))
}

write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "survfit(weights, influence = TRUE); coxph(... + strata(sex)); normal draws of the largest", draws = draws,
  data = list(time = d$time, event = d$y, group = g, age = d$age, ecog = d$ph.ecog), weights = unname(w),
  weighted = lapply(0:1, weighted), plain = lapply(0:1, plain), standardised = lapply(1:2, standardised)),
  "compare-adjustedband.json", digits = I(17), auto_unbox = TRUE, na = "null")
