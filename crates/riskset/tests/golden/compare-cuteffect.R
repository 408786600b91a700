# Writes compare-cuteffect.json: the effect of a searched cut-point in patients who did not help to
# choose it, for given folds. Run in this folder: Rscript compare-cuteffect.R. Needs survival and
# jsonlite. The search is written out: log-rank scores standardised over the permutations.

suppressMessages({ library(survival); library(jsonlite) })

search <- function(time, event, x) {
  a <- residuals(coxph(Surv(time, event) ~ 1, ties = "breslow"), "martingale")
  n <- length(x)
  cuts <- sort(unique(x))
  m <- vapply(cuts, function(cut) sum(x <= cut), 0)
  keep <- m < n & m / n >= 0.1 & m / n <= 0.9
  cuts <- cuts[keep]; m <- m[keep]
  s <- vapply(cuts, function(cut) sum(a[x > cut]), 0) - (n - m) * mean(a)
  z <- s / sqrt(var(a) * m * (n - m) / n)
  best <- which.max(abs(z))
  c(cut = cuts[best], z = z[best])
}

effect <- function(time, event, x, fold) {
  whole <- search(time, event, x)
  planned <- summary(coxph(Surv(time, event) ~ I(x > whole["cut"])))
  risky <- lp <- numeric(length(x)); chosen <- c()
  for (part in unique(fold)) {
    others <- fold != part; own <- !others
    found <- search(time[others], event[others], x[others])
    b <- coef(coxph(Surv(time[others], event[others]) ~ I(x[others] > found["cut"])))
    above <- x[own] > found["cut"]
    risky[own] <- if (found["z"] > 0) above else !above
    lp[own] <- b * above
    chosen <- c(chosen, found["cut"])
  }
  list(data = list(time = time, event = event, x = x), fold = fold,
       cut = unname(whole["cut"]), z = unname(whole["z"]),
       planned = unname(planned$coefficients[c(1, 3)]), limits = unname(planned$conf.int[3:4]),
       log_ratio = unname(coef(coxph(Surv(time, event) ~ risky, control = coxph.control(eps = 1e-12, toler.chol = 1e-13)))),
       slope = unname(coef(coxph(Surv(time, event) ~ lp, control = coxph.control(eps = 1e-12, toler.chol = 1e-13)))),
       cuts = range(chosen))
}

lung <- survival::lung; veteran <- survival::veteran
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  lung = with(lung, effect(time, status - 1, age, (seq_along(time) - 1) %% 10)),
  veteran = with(veteran, effect(time, status, karno, (seq_along(time) - 1) %% 5))),
  "compare-cuteffect.json", digits = I(17), auto_unbox = TRUE)
