# Proportions in clusters, each variance by a program that is not ours. Run in this folder:
#   Rscript proportion.R
# donner: mean squares of aov; ratio: survey::svymean; gee: gee::gee; exact: binom.test.

suppressMessages({library(survival); library(survey); library(gee); library(jsonlite)})

donner <- function(x, cluster, level) {
  a <- summary(aov(x ~ factor(cluster)))[[1]][["Mean Sq"]]
  size <- as.vector(table(cluster)); N <- sum(size); k <- length(size)
  m0 <- (N - sum(size^2) / N) / (k - 1)
  icc <- (a[1] - a[2]) / (a[1] + (m0 - 1) * a[2])
  effect <- 1 + (sum(size^2) / N - 1) * icc
  p <- mean(x); se <- sqrt(p * (1 - p) / N * effect); z <- qnorm((1 + level) / 2)
  list(icc = icc, design_effect = effect, estimate = p, std_error = se,
       lower = max(0, p - z * se), upper = min(1, p + z * se))
}
ratio <- function(x, cluster, level) {
  design <- svydesign(ids = ~cluster, weights = ~1, data = data.frame(x = as.numeric(x), cluster))
  m <- svymean(~x, design); z <- qnorm((1 + level) / 2); se <- as.vector(SE(m))
  list(estimate = as.vector(coef(m)), std_error = se,
       lower = coef(m)[[1]] - z * se, upper = coef(m)[[1]] + z * se)
}
estimating <- function(x, cluster, level) {
  d <- data.frame(x = as.numeric(x), cluster); d <- d[order(d$cluster), ]
  sink(nullfile())
  fit <- suppressMessages(gee(x ~ 1, id = cluster, data = d, family = binomial,
                              corstr = "exchangeable", tol = 1e-14, maxiter = 1000))
  sink()
  se <- sqrt(fit$robust.variance[1, 1]); eta <- fit$coefficients[[1]]; z <- qnorm((1 + level) / 2)
  list(icc = fit$working.correlation[1, 2], estimate = plogis(eta),
       std_error = se * dlogis(eta), lower = plogis(eta - z * se), upper = plogis(eta + z * se))
}
binomial_exact <- function(x, cluster, level) {
  b <- binom.test(sum(x), length(x), conf.level = level)
  list(estimate = mean(x), std_error = sqrt(mean(x) * (1 - mean(x)) / length(x)),
       lower = b$conf.int[1], upper = b$conf.int[2],
       p_above_threshold = binom.test(sum(x), length(x), p = 0.3, alternative = "greater")$p.value)
}
case <- function(name, x, cluster, level) {
  x <- as.integer(x); cluster <- match(cluster, unique(cluster)) - 1L
  out <- list(source = unbox(sprintf("R %s, survey %s, gee %s", getRversion(),
                               packageVersion("survey"), packageVersion("gee"))),
              data = unbox(name), level = unbox(level), outcome = x, cluster = cluster,
              donner = lapply(donner(x, cluster, level), unbox),
              ratio = lapply(ratio(x, cluster, level), unbox),
              gee = lapply(estimating(x, cluster, level), unbox),
              binomial = lapply(binomial_exact(x, cluster, level), unbox))
  write(toJSON(out, digits = I(17)), sprintf("proportion-%s.json", name))
}
# Two eyes, litters of three, and centres of very different sizes.
case("retinopathy", retinopathy$status, retinopathy$id, 0.95)
case("rats", rats$status[rats$sex == "f"], rats$litter[rats$sex == "f"], 0.9)
l <- lung[!is.na(lung$inst), ]
case("lung-institutions", l$sex == 2, l$inst, 0.99)
