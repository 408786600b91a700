# Writes compare-meanregression.json: the difference of restricted means adjusted for covariates.
# Run in this folder: Rscript compare-meanregression.R. Needs survival, geepack and jsonlite.
# Pseudo-values by survfit with each row left out, in geeglm with its robust variance. Known times by
# weighted lm with the weights of survfit, its variance from the derivative by each patient's weight, by
# differences: nothing of the formula of the program is in it.

suppressMessages({ library(survival); library(geepack); library(jsonlite) })

case <- function(time, event, group, x, tau) {
  n <- length(time)
  mean_of <- function(rows) unname(summary(survfit(Surv(time[rows], event[rows]) ~ 1), rmean = tau)$table["rmean"])
  pseudo <- n * mean_of(1:n) - (n - 1) * vapply(1:n, function(i) mean_of(-i), 0)
  gee <- summary(geeglm(pseudo ~ group + x, id = 1:n, corstr = "independence"))$coefficients
  y <- pmin(time, tau)
  known <- event == 1 | time >= tau
  # Events before censorings: a censoring counts a little later.
  late <- time + ifelse(event == 1, 0, 1e-3)
  difference <- function(w) {
    free <- numeric(n)
    for (g in 0:1) {
      own <- group == g
      G <- survfit(Surv(late[own], 1 - event[own]) ~ 1, weights = w[own])
      free[own] <- vapply(y[own] - 5e-4, function(t) c(1, G$surv)[1 + sum(G$time <= t)], 0)
    }
    use <- known
    unname(coef(lm(y ~ group + x, weights = w * ifelse(use, 1 / free, 0)))["group"])
  }
  one <- rep(1, n)
  step <- 1e-4
  slope <- vapply(1:n, function(i) { up <- down <- one; up[i] <- 1 + step; down[i] <- 1 - step
    (difference(up) - difference(down)) / (2 * step) }, 0)
  list(data = list(time = time, event = event), group = group, x = lapply(seq_len(ncol(x)), function(j) x[, j]),
       tau = tau, pseudo = unname(c(gee[2, 1], gee[2, 2])), weights = c(difference(one), sqrt(sum(slope^2))))
}

v <- survival::veteran
l <- na.omit(survival::lung[, c("time", "status", "sex", "age", "ph.ecog")])
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  geepack = as.character(packageVersion("geepack")), call = "geeglm(pseudo ~ group + x); lm(y ~ group + x, weights)",
  veteran = case(v$time, v$status, v$trt - 1, cbind(v$karno, v$age), 180),
  lung = case(l$time, as.integer(l$status == 2), l$sex - 1, cbind(l$age, l$ph.ecog), 500)),
  "compare-meanregression.json", digits = I(17), auto_unbox = TRUE, na = "null")
