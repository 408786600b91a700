# Random-effects meta-analysis of proportions by metafor, and of the binomial-normal model by
# integrate(): the score equations are solved to the precision of the integrals. In this folder:
#   Rscript meta.R

suppressMessages({library(metafor); library(jsonlite)})

two_step <- function(x, n, level) {
  d <- escalc(measure = "PLO", xi = x, ni = n)
  control <- list(threshold = 1e-14, maxiter = 10000)
  hk <- rma(yi, vi, data = d, method = "REML", test = "knha", level = 100 * level, control = control)
  z <- rma(yi, vi, data = d, method = "REML", level = 100 * level, control = control)
  tau <- confint(hk, type = "QP", control = list(tol = 1e-12, tau2.max = 1e7))$random["tau^2", ]
  of <- function(fit) {
    p <- predict(fit)
    list(std_error = fit$se, lower = fit$ci.lb, upper = fit$ci.ub,
         prediction_lower = p$pi.lb, prediction_upper = p$pi.ub)
  }
  list(y = as.vector(d$yi), v = as.vector(d$vi), logit = as.vector(hk$beta), tau2 = hk$tau2,
       tau2_lower = tau[["ci.lb"]], tau2_upper = tau[["ci.ub"]], i2 = hk$I2, q = hk$QE,
       q_p = hk$QEp, weight = weights(hk), hartung_knapp = of(hk), normal = of(z))
}

exact <- function(x, n) {
  each <- function(beta, f) mapply(function(x, n) {
    kernel <- function(u) dbinom(x, n, plogis(beta[1] + beta[2] * u)) * dnorm(u)
    mode <- optimize(function(u) log(kernel(u)), c(-9, 9), maximum = TRUE, tol = 1e-9)$maximum
    piece <- function(lo, hi) integrate(function(u) f(u, x, n) * kernel(u), lo, hi,
                                        rel.tol = 1e-12, abs.tol = 0, subdivisions = 2000)$value
    sum(mapply(piece, c(mode - 20, mode - 2, mode, mode + 2), c(mode - 2, mode, mode + 2, mode + 20)))
  }, x, n)
  logl <- function(beta) sum(log(each(beta, function(u, x, n) rep(1, length(u)))))
  score <- function(beta) {
    l <- each(beta, function(u, x, n) rep(1, length(u)))
    # Shifted by a constant, because integrals near 0 have no relative precision.
    of <- function(g) sum((each(beta, function(u, x, n) g(u, x, n) + 1000) / l) - 1000)
    e <- function(u, x, n) x - n * plogis(beta[1] + beta[2] * u)
    c(of(e), of(function(u, x, n) u * e(u, x, n)))
  }
  jacobian <- function(beta) sapply(1:2, function(j) {
    h <- 1e-4; e <- replace(c(0, 0), j, h)
    (8 * (score(beta + e) - score(beta - e)) - score(beta + 2 * e) + score(beta - 2 * e)) / (12 * h)
  })
  beta <- optim(c(qlogis(sum(x) / sum(n)), 0.5), function(b) -logl(b))$par
  for (i in 1:20) { step <- solve(jacobian(beta), score(beta)); beta <- beta - step
                    if (max(abs(step)) < 1e-11) break }
  v <- solve(-jacobian(beta))
  list(logit = beta[1], tau2 = beta[2]^2, std_error = sqrt(v[1, 1]), log_likelihood = logl(beta),
       null = sum(dbinom(x, n, sum(x) / sum(n), log = TRUE)))
}
case <- function(name, x, n, level, glmm = TRUE) {
  box <- function(l) lapply(l, function(v)
    if (is.list(v)) box(v) else if (length(v) == 1) unbox(unname(v)) else unname(v))
  out <- list(source = sprintf("R %s, metafor %s", getRversion(), packageVersion("metafor")),
              level = level, two_step = two_step(x, n, level))
  if (glmm) out$exact <- exact(x, n)
  write(toJSON(c(list(events = x, sizes = n), box(out)), digits = NA), sprintf("meta-%s.json", name))
}
# Ten made-up studies of very different sizes, one without an event.
case("studies", c(3, 0, 12, 25, 7, 40, 2, 9, 31, 5), c(20, 11, 30, 110, 9, 95, 50, 27, 64, 41), 0.95)
# Four large studies.
case("large", c(210, 340, 97, 505), c(400, 520, 260, 910), 0.9)
# Studies more alike than chance: no variance between them.
case("alike", c(10, 11, 19, 5), c(40, 41, 80, 21), 0.95, glmm = FALSE)
# Two studies.
case("two", c(30, 12), c(40, 60), 0.95)

# Hazard ratios: one common effect, and random effects with Hartung and Knapp's interval.
ratio <- function(y, se, level = 0.95) {
  control <- list(threshold = 1e-14, maxiter = 10000)
  common <- rma(y, sei = se, method = "EE", level = 100 * level)
  random <- rma(y, sei = se, method = "REML", test = "knha", level = 100 * level, control = control)
  tau <- confint(random, type = "QP", control = list(tol = 1e-12, tau2.max = 1e7))$random["tau^2", ]
  p <- predict(random)
  list(y = y, se = se, level = level,
       common = c(common$beta, common$se, common$ci.lb, common$ci.ub, common$pval),
       random = c(random$beta, random$se, random$ci.lb, random$ci.ub, random$pval),
       prediction = c(p$pi.lb, p$pi.ub), tau2 = random$tau2,
       tau2_interval = c(tau[["ci.lb"]], tau[["ci.ub"]]), i2 = random$I2, q = common$QE, q_p = common$QEp,
       weight_common = weights(common), weight_random = weights(random))
}
writeLines(toJSON(list(
  r = R.version.string, metafor = as.character(packageVersion("metafor")),
  trials = ratio(log(c(0.72, 0.95, 0.61, 1.12, 0.80, 0.88)), c(0.11, 0.18, 0.21, 0.25, 0.09, 0.30)),
  alike = ratio(log(c(0.80, 0.81, 0.79)), c(0.2, 0.15, 0.3), 0.9)
), digits = NA, auto_unbox = TRUE, pretty = TRUE), "meta-ratio.json")
