# Writes km-robust.json: robust standard errors of survival curves by R survival, by row and by cluster.
# Run in this folder: Rscript km-robust.R. Needs survival and jsonlite; reads iptw-lung.csv, the lung
# data set with made-up weights of inverse probability.

suppressMessages({ library(survival); library(jsonlite) })

estimators <- list("kaplan-meier" = c(1, 1), "breslow" = c(2, 1), "fleming-harrington" = c(2, 2))

# A robust std.err is that of S itself. With stype = 2 survival 3.5.3 gives that of log S under the
# same flag, and limits made from it: there S and its limits are made of R's std.chaz. The restricted mean's is the sum of squares of R's influences.
curve <- function(y, w, cluster, type, tau) {
  d <<- data.frame(w = w, id = cluster) # resid() looks for the data in the global environment
  d$y <<- y
  fit <- survfit(y ~ 1, data = d, weights = w, cluster = id, stype = type[1], ctype = type[2], timefix = FALSE)
  if (type[1] == 2) {
    fit$std.err <- fit$surv * fit$std.chaz
    fit$lower <- fit$surv * exp(-qnorm(.975) * fit$std.chaz)
    fit$upper <- pmin(1, fit$surv * exp(qnorm(.975) * fit$std.chaz))
  }
  q <- quantile(fit, .5)
  rmst <- if (ncol(y) == 2 && type[1] == 1) {
    moved <- resid(survfit(y ~ 1, data = d, weights = w, timefix = FALSE), times = tau, type = "auc") * w
    sqrt(sum(tapply(moved, cluster, sum)^2))
  } else NA
  list(survival = fit$surv, std_error = ifelse(fit$surv == 0, NA, fit$std.err),
       hazard_std_error = fit$std.chaz, lower = fit$lower, upper = fit$upper,
       median = if (type[1] == 1) unname(c(q$quantile, q$lower, q$upper)) else rep(NA, 3), rmst_std_error = rmst)
}

set <- function(y, group, w, cluster, tau) {
  y <- aeqSurv(y)
  columns <- unclass(y)
  group <- as.integer(factor(group)) - 1L
  by <- list(row = seq_along(group), cluster = cluster)
  data <- list(time = columns[, if (ncol(y) == 3) 2 else 1], event = columns[, ncol(y)], group = group,
               weight = w, cluster = as.integer(factor(cluster)) - 1L)
  if (ncol(y) == 3) data$start <- columns[, 1]
  curves <- lapply(by, function(id) lapply(estimators, function(type) lapply(sort(unique(group)),
    function(g) { i <- group == g; curve(y[i, ], w[i], id[i], type, tau) })))
  list(data = data, tau = tau, curves = curves)
}

iptw <- read.csv("iptw-lung.csv")
heart$w <- 0.5 + (heart$age + 60) / 50
write_json(list(
  r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "survfit(y ~ 1, weights, cluster, stype, ctype), by group; sums of squares of resid(type = \"auc\")",
  lung = with(iptw, set(Surv(time, dead), sex, w, age, 365)),
  heart = with(heart, set(Surv(start, stop, event), transplant, w, id, 100))),
  "km-robust.json", digits = I(17), na = "null")
