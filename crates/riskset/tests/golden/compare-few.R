# Writes compare-few-*.json: intervals for few patients and simultaneous bands, with the data.
# Run in this folder: Rscript compare-few.R. Needs survival and jsonlite; the formulas are written out.

suppressMessages({ library(survival); library(jsonlite) })

likelihood_ratio <- function(n, d) {
  if (!length(n)) return(c(NA, NA))
  loss <- function(l) 2 * sum(ifelse(n > d, -(n - d) * log1p(l / pmax(n - d, 1e-300)), 0) + n * log1p(l / n)) - qchisq(0.95, 1)
  S <- function(l) prod(1 - d / (n + l))
  low <- max(d - n)
  lower <- if (low == 0) 0 else S(uniroot(loss, c(low * (1 - 1e-15), 0), tol = 1e-15, maxiter = 1e5)$root)
  c(lower, S(uniroot(loss, c(0, 1e8), tol = 1e-13, maxiter = 1e5)$root))
}

beta_product <- function(n, d, remain) {
  moments <- function(a, b) {
    m <- prod(a / (a + b)); s <- prod(a * (a + 1) / ((a + b) * (a + b + 1)))
    total <- m * (1 - m) / (s - m^2) - 1
    c(m * total, (1 - m) * total)
  }
  up <- if (length(n)) { p <- moments(n - d + 1, d); qbeta(0.975, p[1], p[2]) } else 1
  lo <- if (remain > 0) { p <- moments(c(n - d + 1, remain), c(d, 1)); qbeta(0.025, p[1], p[2]) } else 0
  c(lo, up)
}

wilson <- function(s, se) {
  if (!is.finite(se) || se <= 0) return(c(NA, NA))
  suppressWarnings(prop.test(s * s * (1 - s) / se^2, s * (1 - s) / se^2, correct = FALSE)$conf.int[1:2])
}

few <- function(name, time, event) {
  km <- summary(survfit(Surv(time, event) ~ 1), times = sort(unique(time)))
  rows <- seq_along(km$time)
  each <- lapply(rows, function(i) {
    e <- rows <= i & km$n.event > 0
    rbind(likelihood_ratio(km$n.risk[e], km$n.event[e]),
          beta_product(km$n.risk[e], km$n.event[e], sum(time > km$time[i])),
          wilson(km$surv[i], km$std.err[i]))
  })
  limits <- function(method, side) vapply(each, function(m) m[method, side], 0)
  first <- function(limit) c(km$time[which(limit <= 0.5)], NA)[1]
  write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
    call = "likelihood_ratio(), beta_product(), prop.test()", data = list(time = time, event = event),
    time = km$time, surv = km$surv,
    likelihood_lower = limits(1, 1), likelihood_upper = limits(1, 2),
    beta_lower = limits(2, 1), beta_upper = limits(2, 2),
    wilson_lower = limits(3, 1), wilson_upper = limits(3, 2),
    median_beta = c(first(limits(2, 1)), first(limits(2, 2))),
    median_likelihood = c(first(limits(1, 1)), first(limits(1, 2)))),
    paste0("compare-few-", name, ".json"), digits = I(17), auto_unbox = TRUE, na = "null")
}
with(ovarian, few("ovarian", futime, fustat))
with(aml, few("aml", time, status))
with(aml[aml$x == "Nonmaintained", ], few("nonmaintained", time, status))
