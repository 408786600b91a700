# Writes compare-cutexact.json: the exact P of a maximally selected log-rank statistic. Eight patients by
# all orders of their scores, one after the other; 26 patients of the ovarian trial by a million random
# orders; and for scores that are whole numbers the P of Hothorn and Lausen from maxstat, which leaves out
# orders that begin with the smallest score and counts what is beyond, not at, the statistic: the largest
# of the three statistics is one that neither touches.
# Run in this folder: Rscript compare-cutexact.R. Needs survival, maxstat and jsonlite; a minute.

suppressMessages({ library(survival); library(maxstat); library(jsonlite) })

orders <- function(v) {
  if (length(v) == 1) return(matrix(v, 1, 1))
  do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], orders(v[-i]))))
}

# The statistics of the scores in these orders, one a row, at cuts below which are m patients.
largest <- function(scores, m) {
  n <- ncol(scores)
  all <- scores[1, ]
  sums <- t(apply(scores, 1, cumsum))[, m, drop = FALSE]
  sd <- sqrt(var(all) * m * (n - m) / n)
  apply(abs(sweep(sweep(sums, 2, m * mean(all)), 2, sd, "/")), 1, max)
}

case <- function(time, event, x, draws = NULL) {
  a <- residuals(coxph(Surv(time, event) ~ 1, ties = "breslow"), "martingale")
  n <- length(x)
  m <- vapply(sort(unique(x)), function(cut) sum(x <= cut), 0)
  m <- m[m < n & m / n >= 0.1 & m / n <= 0.9]
  observed <- largest(matrix(a[order(x)], 1), m)
  found <- if (is.null(draws)) largest(orders(unname(a)), m) else {
    set.seed(7)
    unlist(lapply(seq_len(draws / 1e4), function(block) largest(t(replicate(1e4, sample(a))), m)))
  }
  p <- mean(found >= observed * (1 - 1e-9))
  list(data = list(time = time, event = event, x = x), statistic = observed, p = p,
       error = if (is.null(draws)) 0 else sqrt(p * (1 - p) / draws))
}

# Whole scores: ranks.
both <- function(n, b) {
  scores <- seq_len(n)
  m <- seq_len(n - 1)
  m <- m[m / n >= 0.1 & m / n <= 0.9]
  c(maxstat = pmaxstat(b, scores, m), all = mean(largest(orders(scores), m) >= b * (1 - 1e-9)))
}

write_json(list(r = R.version.string, maxstat = as.character(packageVersion("maxstat")),
  call = "all orders of martingale residuals; maxstat::pmaxstat",
  eight = case(c(3, 5, 6, 6, 8, 11, 12, 15), c(1, 1, 0, 1, 1, 0, 1, 0), c(5, 1, 4, 2, 2, 8, 7, 6)),
  separated = case(c(1, 2, 3, 4, 5, 6, 7, 8), rep(1, 8), 1:8),
  ovarian = with(ovarian, case(futime, fustat, round(age, 2), 1e6)),
  ranks = list(b = c(1.5, 2, 2.3), eight = sapply(c(1.5, 2, 2.3), function(b) both(8, b)))),
  "compare-cutexact.json", digits = I(17), auto_unbox = TRUE, na = "null")
