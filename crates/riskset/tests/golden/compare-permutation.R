# Writes compare-permutation-*.json: permutation tests and searches for a cut-point, with data.
# Run in this folder: Rscript compare-permutation.R. Needs survival, coin, mvtnorm and jsonlite.
#
# The scores are those of the log-rank test: martingale residuals of a null model with Breslow's
# ties in each stratum. coin permutes them. Where nothing is tied its own log-rank scores are the same.

suppressMessages({ library(survival); library(coin); library(jsonlite) })

score <- function(time, event, stratum) {
  a <- numeric(length(time))
  for (s in unique(stratum)) {
    i <- stratum == s
    a[i] <- residuals(coxph(Surv(time[i], event[i]) ~ 1, ties = "breslow"), "martingale")
  }
  a
}

permutation <- function(name, d) {
  a <- score(d$time, d$event, d$stratum); g <- factor(d$group); s <- factor(d$stratum)
  asymptotic <- if (nlevels(s) > 1) independence_test(a ~ g | s, teststat = "quadratic")
                else independence_test(a ~ g, teststat = "quadratic")
  exact <- if (nlevels(g) == 2 && nlevels(s) == 1)
    pvalue(independence_test(a ~ g, distribution = exact("split-up"))) else NA
  set.seed(3)
  random <- if (nlevels(s) > 1) independence_test(a ~ g | s, teststat = "quadratic", distribution = approximate(2e5))
            else independence_test(a ~ g, teststat = "quadratic", distribution = approximate(2e5))
  write_json(list(r = R.version.string, coin = as.character(packageVersion("coin")),
    call = "independence_test(score ~ group | stratum)", data = d, score = a,
    statistic = as.numeric(statistic(asymptotic)), exact = as.numeric(exact),
    random = as.numeric(pvalue(random))),
    paste0("compare-permutation-", name, ".json"), digits = I(17), auto_unbox = TRUE, na = "null")
}
with(survival::ovarian[seq(1, 26, length.out = 18), ], permutation("ovarian",
  list(time = futime, event = fustat, group = rx - 1, stratum = rep(0, 18))))
with(survival::ovarian, permutation("ovarian-strata", list(time = futime, event = fustat,
  group = rx - 1, stratum = ecog.ps - 1)))
set.seed(5); rows <- sample(137, 30)
with(survival::veteran[rows, ], permutation("veteran", list(time = time, event = status,
  group = as.integer(factor(as.integer(celltype))) - 1, stratum = trt - 1)))
# The ovarian times are not tied, so that coin's own log-rank scores serve too.
stopifnot(all.equal(
  as.numeric(pvalue(logrank_test(Surv(futime, fustat) ~ factor(rx), ovarian[seq(1, 26, length.out = 18), ],
    distribution = exact("split-up")))),
  fromJSON("compare-permutation-ovarian.json")$exact, tolerance = 1e-9))

cut_point <- function(name, time, event, x) {
  a <- score(time, event, rep(0, length(time)))
  test <- maxstat_test(a ~ x, minprob = 0.1, maxprob = 0.9)
  z <- statistic(test, "standardized")
  m <- vapply(as.numeric(sub("x <= ", "", rownames(z))), function(cut) sum(x <= cut + 1e-9), 0)
  n <- length(x); b <- max(abs(z)); k <- length(m)
  neighbours <- vapply(seq_len(k - 1), function(i) {
    r <- sqrt(m[i] * (n - m[i + 1]) / ((n - m[i]) * m[i + 1]))
    2 * integrate(function(y) dnorm(y) * pnorm((b - r * y) / sqrt(1 - r^2), lower.tail = FALSE),
                  -b, b, rel.tol = 1e-11)$value }, 0)
  # coin's own P integrates the joint normal distribution at random, to three digits. The same
  # integral without chance: the statistics are a Markov chain, carried forward on a grid (Simpson).
  h <- 2 * b / 3000; y <- seq(-b, b, length.out = 3001)
  w <- h / 3 * c(1, rep(c(4, 2), length.out = 2999), 1)
  inside <- dnorm(y)
  for (i in seq_len(k - 1)) {
    r <- sqrt(m[i] * (n - m[i + 1]) / ((n - m[i]) * m[i + 1]))
    inside <- vapply(y, function(v) sum(w * inside * dnorm(v, r * y, sqrt(1 - r^2))), 0)
  }
  p_normal <- 1 - sum(w * inside)
  stopifnot(abs(p_normal - pvalue(test)) < 1e-3)
  lo <- m[1] / n; hi <- m[k] / n
  set.seed(4)
  random <- maxstat_test(a ~ x, minprob = 0.1, maxprob = 0.9, distribution = approximate(5e4))
  write_json(list(r = R.version.string, coin = as.character(packageVersion("coin")),
    call = "maxstat_test(score ~ x)", data = list(time = time, event = event, x = x),
    cut = as.numeric(sub("x <= ", "", rownames(z))), n_low = m, z = -as.numeric(z),
    best = test@estimates$estimate$cutpoint, statistic = b,
    p_normal = p_normal, p_bound = min(1, 2 * pnorm(-b) + sum(neighbours)),
    p_lausen_schumacher = dnorm(b) * ((b - 1 / b) * log(hi * (1 - lo) / ((1 - hi) * lo)) + 4 / b),
    random = as.numeric(pvalue(random))),
    paste0("compare-cutpoint-", name, ".json"), digits = I(17), auto_unbox = TRUE, na = "null")
}
with(survival::ovarian, cut_point("ovarian", futime, fustat, round(age, 2)))
with(survival::veteran, cut_point("veteran", time, status, karno))
with(survival::lung, cut_point("lung", time, as.integer(status == 2), age))
