# Writes compare-maxcombo-*.json: combination tests, with the data they were made from.
# Run in this folder: Rscript compare-maxcombo.R. Needs survival, mvtnorm and jsonlite.
#
# No package for the combination is at hand: the weighted sums are written out from their
# definition, one time and one stratum after the other, and P comes from pmvnorm.

suppressMessages({ library(survival); library(mvtnorm); library(jsonlite) })

weights <- list(c(0, 0), c(0, 1), c(1, 0), c(1, 1))

components <- function(time, event, group, stratum, fh, until) {
  k <- length(fh) + 1
  U <- numeric(k); V <- matrix(0, k, k)
  for (s in unique(stratum)) {
    inside <- stratum == s
    km <- survfit(Surv(time[inside], event[inside]) ~ 1)
    S <- function(t) c(1, km$surv)[1 + sum(km$time <= t + 1e-9)]
    for (t in sort(unique(time[inside & event == 1]))) {
      before <- S(t - 2e-9)
      w <- c(vapply(fh, function(p) before^p[1] * (1 - before)^p[2], 0),
             1 / max(before, S(until)))
      n <- sum(inside & time >= t); n1 <- sum(inside & time >= t & group == 1)
      d <- sum(inside & time == t & event == 1); d1 <- sum(inside & time == t & event == 1 & group == 1)
      U <- U + w * (d1 - d * n1 / n)
      if (n > 1) V <- V + outer(w, w) * d * n1 * (n - n1) * (n - d) / (n^2 * (n - 1))
    }
  }
  list(U = U, V = V)
}

beyond <- function(R, limit, one_sided) {
  set.seed(1)
  k <- nrow(R)
  # (0,0) is the sum of (0,1) and (1,0): the correlation is singular, which pmvnorm takes.
  1 - pmvnorm(if (one_sided) rep(-Inf, k) else rep(-limit, k), rep(limit, k), corr = R,
              algorithm = GenzBretz(maxpts = 4e7, abseps = 1e-7, releps = 0))
}

write_golden <- function(name, time, event, group, stratum, until) {
  group <- as.integer(factor(group)) - 1L; stratum <- as.integer(factor(stratum)) - 1L
  r <- components(time, event, group, stratum, weights, until)
  z <- r$U / sqrt(diag(r$V))
  four <- 1:4
  R <- cov2cor(r$V[four, four])
  # Two of the components alone: an integral over the first, given which the second is normal.
  two <- c(1, 2)
  R2 <- cov2cor(r$V[two, two]); m2 <- max(abs(z[two]))
  write_json(list(
    r = R.version.string, mvtnorm = as.character(packageVersion("mvtnorm")),
    call = "components(); beyond()",
    data = list(time = time, event = event, group = group, stratum = stratum),
    until = until, score = r$U, std_error = sqrt(diag(r$V)), z = z,
    correlation = c(t(R)), statistic = max(abs(z[four])),
    p_value = beyond(R, max(abs(z[four])), FALSE),
    p_fewer = beyond(R, max(-z[four]), TRUE), p_more = beyond(R, max(z[four]), TRUE),
    p_two_components = 1 - integrate(function(x) dnorm(x) * (
      pnorm((m2 - R2[1, 2] * x) / sqrt(1 - R2[1, 2]^2)) -
      pnorm((-m2 - R2[1, 2] * x) / sqrt(1 - R2[1, 2]^2))), -m2, m2, rel.tol = 1e-12)$value),
    paste0("compare-maxcombo-", name, ".json"), digits = I(17), auto_unbox = TRUE, na = "null")
}

with(veteran, write_golden("veteran", time, status, trt, celltype, 100))
with(lung, write_golden("lung", time, as.integer(status == 2), sex, rep(1, nrow(lung)), 300))
