# Writes compare-bands.json: critical values of simultaneous bands, and bands of the lung data.
# Run in this folder: Rscript compare-bands.R. Needs survival and jsonlite.
#
# km.ci is not at hand. The critical values are computed by other methods than riskset's: for Hall
# and Wellner's the density between the walls is a sum of cosines, for equal precision the generator
# is a difference scheme on a grid, at two widths, extrapolated.

suppressMessages({ library(survival); library(jsonlite) })

stays <- function(lo, hi, c) {
  total <- 0
  for (k in 0:60) {
    w <- (2 * k + 1) * pi / (2 * c)
    part <- function(v) integrate(function(x) cos(w * x) * dnorm(x, 0, sqrt(v)), -c, c,
                                  rel.tol = 1e-11, subdivisions = 2000, stop.on.error = FALSE)$value
    term <- exp(-w^2 * (hi - lo) / 2) * part(lo) * part(1 - hi) / c
    total <- total + term
    if (w^2 * (hi - lo) / 2 > 40) break
  }
  total * sqrt(2 * pi)
}

grid <- function(T, c, m) {
  # Even functions on m steps from 0 to c; the last point is the wall.
  h <- c / m; x <- (0:(m - 1)) * h
  mass <- dnorm(x) * c(0.5, rep(1, m - 1))
  edge <- dnorm(x + h / 2) / h^2
  d <- c(edge[1], edge[-1] + edge[-m]) / mass
  off <- -edge[-m] / sqrt(mass[-m] * mass[-1])
  M <- diag(d); M[cbind(1:(m - 1), 2:m)] <- off; M[cbind(2:m, 1:(m - 1))] <- off
  e <- eigen(M, symmetric = TRUE)
  2 * h * sum((crossprod(e$vectors, sqrt(mass)))^2 * exp(-T * e$values))
}
stays_standardised <- function(lo, hi, c) {
  T <- 0.5 * (qlogis(hi) - qlogis(lo))
  (4 * grid(T, c, 240) - grid(T, c, 120)) / 3
}

cases <- list(c(0.1, 0.6, 0.95), c(0.02, 0.9, 0.95), c(0.3, 0.5, 0.99))
critical <- lapply(cases, function(p) list(low = p[1], high = p[2], level = p[3],
  hall_wellner = uniroot(function(c) stays(p[1], p[2], c) - p[3], c(0.5, 3), tol = 1e-10)$root,
  equal_precision = uniroot(function(c) stays_standardised(p[1], p[2], c) - p[3], c(1.9, 5), tol = 1e-9)$root))

fit <- with(lung, survfit(Surv(time, status == 2) ~ 1))
s <- summary(fit, times = unique(lung$time[lung$status == 2]))
o <- order(s$time); n <- nrow(lung)
t <- s$time[o]; S <- s$surv[o]; V <- cumsum((s$n.event / (s$n.risk * (s$n.risk - s$n.event)))[o])
H <- cumsum((s$n.event / s$n.risk)[o]); VH <- cumsum((s$n.event / s$n.risk^2)[o])
k <- t >= 100 & t <= 600
a <- n * V / (1 + n * V); aH <- n * VH / (1 + n * VH)
value <- function(a) list(low = min(a[k]), high = max(a[k]),
  hw = uniroot(function(c) stays(min(a[k]), max(a[k]), c) - 0.95, c(0.5, 3), tol = 1e-10)$root,
  ep = uniroot(function(c) stays_standardised(min(a[k]), max(a[k]), c) - 0.95, c(1.9, 5), tol = 1e-9)$root)
# The band starts with what holds at 100: the last event time at or before it.
k <- k | t == max(t[t <= 100])
v <- value(a); vH <- value(aH)
loglog <- function(width) list(lower = (S^exp(-width / log(S)))[k], upper = (S^exp(width / log(S)))[k])
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "stays(), stays_standardised()", critical = critical,
  data = list(time = lung$time, event = as.integer(lung$status == 2)), time = t[k],
  scale = v, hazard_scale = vH,
  ep_loglog = loglog(v$ep * sqrt(V)), hw_loglog = loglog(v$hw * (1 + n * V) / sqrt(n)),
  ep_plain = list(lower = pmax(0, S - v$ep * S * sqrt(V))[k], upper = pmin(1, S + v$ep * S * sqrt(V))[k]),
  hazard_ep_log = list(lower = (H * exp(-vH$ep * sqrt(VH) / H))[k], upper = (H * exp(vH$ep * sqrt(VH) / H))[k]),
  hazard_hw_plain = list(lower = pmax(0, H - vH$hw * (1 + n * VH) / sqrt(n))[k],
                         upper = (H + vH$hw * (1 + n * VH) / sqrt(n))[k])),
  "compare-bands.json", digits = I(17), auto_unbox = TRUE, na = "null")
