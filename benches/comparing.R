# What benches/comparing.py measures in R: each analysis of the table in one process, packages loaded and
# the table read before the clock starts. Prints one line of JSON: seconds and a number to compare.
suppressMessages({ library(survival); library(coin); library(mvtnorm); library(jsonlite) })

args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], stringsAsFactors = TRUE)
what <- args[2]
draws <- as.integer(args[3])

# The tests of Fleming and Harrington with their covariances, from the table of risk sets: no package of
# this R has the combination.
max_combo <- function(d) {
  all <- survfit(Surv(time, event) ~ 1, d)
  at <- all$time[all$n.event > 0]
  n <- all$n.risk[all$n.event > 0]; e <- all$n.event[all$n.event > 0]
  second <- d$group == levels(d$group)[2]
  sorted <- sort(d$time[second]); events <- sort(d$time[second & d$event == 1])
  n1 <- length(sorted) - findInterval(at, sorted, left.open = TRUE)
  e1 <- findInterval(at, events) - findInterval(at, events, left.open = TRUE)
  s <- c(1, cumprod(1 - e / n))[seq_along(at)]
  w <- cbind(1, 1 - s, s, s * (1 - s))
  u <- colSums(w * (e1 - e * n1 / n))
  v <- ifelse(n > 1, e * (n - e) * n1 * (n - n1) / (n^2 * (n - 1)), 0)
  V <- t(w) %*% (w * v)
  z <- u / sqrt(diag(V))
  largest <- max(abs(z))
  set.seed(1)
  1 - pmvnorm(rep(-largest, 4), rep(largest, 4), corr = cov2cor(V))[1]
}

weighted <- function(d, rows = seq_len(nrow(d)), robust = TRUE) {
  own <- d[rows, ]
  p <- fitted(glm(group ~ x + z, binomial, own))
  own$w <- ifelse(own$group == levels(own$group)[2], 1 / p, 1 / (1 - p))
  fit <- survfit(Surv(time, event) ~ group, own, weights = w, robust = robust, se.fit = robust)
  diff(summary(fit, times = 12)$surv)
}

run <- list(
  permutation = function() { set.seed(1)
    pvalue(logrank_test(Surv(time, event) ~ group, d, distribution = approximate(draws)))[1] },
  combination = function() max_combo(d),
  weighted = function() weighted(d),
  bootstrap = function() { set.seed(1)
    found <- replicate(draws, weighted(d, sample(nrow(d), replace = TRUE), robust = FALSE))
    sd(found) },
  cutpoint = function() { set.seed(1)
    statistic(maxstat_test(Surv(time, event) ~ x, d, minprob = 0.1, maxprob = 0.9,
      distribution = approximate(draws))) })

used <- system.time(value <- run[[what]]())
seconds <- used[["user.self"]] + used[["sys.self"]]
cat(toJSON(list(seconds = seconds, value = as.numeric(value)), auto_unbox = TRUE, digits = 10), "\n")
