# Writes compare-cutbound.json: the bound of Hothorn and Lausen of the P of a maximally selected log-rank
# statistic, as the formula says: P(A_1) + sum of P(A_i+1 without A_i), A_i that the statistic at the i-th
# cut is at or beyond the observed one. Eight patients by all orders of their scores; 26 and 137 patients
# by random orders, with the Monte Carlo error. Where several patients share a value of the column, whoever
# steps over between two cuts is counted at each place on the way, and at most as often as he is beyond at
# the second.
# Run in this folder: Rscript compare-cutbound.R. Needs survival and jsonlite; half a minute.

suppressMessages({ library(survival); library(jsonlite) })

orders <- function(v) {
  if (length(v) == 1) return(matrix(v, 1, 1))
  do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], orders(v[-i]))))
}

# |z| after 1, 2, ..., n - 1 patients, one order of scores a row.
statistics <- function(scores) {
  n <- ncol(scores)
  m <- seq_len(n - 1)
  all <- scores[1, ]
  sums <- t(apply(scores, 1, cumsum))[, m, drop = FALSE]
  sd <- sqrt(var(all) * m * (n - m) / n)
  abs(sweep(sweep(sums, 2, m * mean(all)), 2, sd, "/"))
}

case <- function(time, event, x, draws = NULL) {
  a <- unname(residuals(coxph(Surv(time, event) ~ 1, ties = "breslow"), "martingale"))
  n <- length(x)
  m <- vapply(sort(unique(x)), function(cut) sum(x <= cut), 0)
  m <- m[m < n & m / n >= 0.1 & m / n <= 0.9]
  observed <- max(statistics(matrix(a[order(x)], 1))[, m])
  block <- function(scores) statistics(scores) >= observed * (1 - 1e-9)
  beyond <- if (is.null(draws)) block(orders(a)) else {
    set.seed(7)
    do.call(rbind, lapply(seq_len(draws / 1e4), function(i) block(t(replicate(1e4, sample(a))))))
  }
  steps <- vapply(seq_len(n - 2), function(j) mean(beyond[, j + 1] & !beyond[, j]), 0)
  later <- colMeans(beyond)
  pairs <- vapply(seq_len(length(m) - 1), function(i)
    min(sum(steps[m[i]:(m[i + 1] - 1)]), later[m[i + 1]]), 0)
  bound <- later[m[1]] + sum(pairs)
  # Of a number of steps the variance is at most that of independent ones.
  list(data = list(time = time, event = event, x = x), statistic = observed, bound = bound,
       p = mean(apply(beyond[, m, drop = FALSE], 1, any)),
       error = if (is.null(draws)) 0 else sqrt(2 * bound / draws))
}

set.seed(3)
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "the improved Bonferroni inequality over orders of martingale residuals",
  eight = case(c(3, 5, 6, 6, 8, 11, 12, 15), c(1, 1, 0, 1, 1, 0, 1, 0), c(5, 1, 4, 3, 2, 8, 7, 6)),
  separated = case(c(1, 2, 3, 4, 5, 6, 7, 8), rep(1, 8), 1:8),
  tied = case(c(3, 5, 6, 6, 8, 11, 12, 15), c(1, 1, 0, 1, 1, 1, 1, 0), c(3, 1, 3, 2, 2, 2, 4, 4)),
  ovarian = with(ovarian, case(futime, fustat, round(age, 2), 4e5)),
  veteran = with(veteran, case(time, status, rank(log(time) + 4 * rnorm(137)), 2e5))),
  "compare-cutbound.json", digits = I(17), auto_unbox = TRUE, na = "null")
