# Writes cox-restricted.json: medians and restricted means of the curves that a Cox model predicts.
# Run in this folder: Rscript cox-restricted.R. Needs survival and jsonlite.
#
# The mean is the area under survfit's curve (stopifnot holds it against survfit's own). Its variance is
# the delta method on the increments of the hazard, written out here from the risk sets:
# Zucker (1998), JASA 93:702-709.

suppressMessages({ library(survival); library(jsonlite) })
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
one <- function(name, d, columns, strata, new, taus, ties) {
  form <- as.formula(paste("Surv(time, y) ~", paste(columns, collapse = " + "), "+ strata(s)"))
  d$s <- strata
  fit <- coxph(form, d, ties = ties, control = control)
  b <- coef(fit); V <- vcov(fit); X <- as.matrix(d[, columns]); r <- exp(drop(X %*% b))
  path <- function(s) {
    i <- d$s == s; ts <- sort(unique(d$time[i & d$y == 1]))
    t(sapply(ts, function(t) { k <- which(i & d$time >= t); f <- which(i & d$time == t & d$y == 1)
      n <- length(f); out <- c(t, 0, 0, 0 * b)
      for (j in seq_len(n) - 1) { part <- if (ties == "efron") j / n else 0
        S0 <- sum(r[k]) - part * sum(r[f])
        S1 <- colSums(X[k, , drop = FALSE] * r[k]) - part * colSums(X[f, , drop = FALSE] * r[f])
        out <- out + c(0, 1 / S0, 1 / S0^2, S1 / S0^2) }
      out })) }
  mean_to <- function(s, x, tau) {
    p <- path(s); p <- p[p[, 1] < tau, , drop = FALSE]; risk <- exp(sum(x * b))
    H <- c(0, cumsum(p[, 2])); S <- exp(-H * risk); w <- diff(c(0, p[, 1], tau)); area <- w * S
    q <- rbind(0, apply(p[, -(1:3), drop = FALSE], 2, cumsum))
    gap <- outer(H, x) - q                       # after 0, 1, ... events
    after <- rev(cumsum(rev(area)))[-1]
    G <- drop(area %*% gap)
    c(sum(area), risk * sqrt(sum(p[, 3] * after^2) + drop(t(G) %*% V %*% G)))
  }
  rows <- list()
  for (s in sort(unique(strata))) for (i in seq_len(nrow(new))) {
    curve <- survfit(fit, cbind(new[i, , drop = FALSE], s = s), conf.type = "log", conf.int = 0.9)
    x <- unlist(new[i, columns]); median <- quantile(curve, 0.5)
    for (tau in taus) {
      known <- max(d$time[d$s == s]) >= tau
      value <- if (known) mean_to(s, x, tau) else c(NA, NA)
      if (known) stopifnot(all.equal(value[1],
        unname(summary(curve, rmean = tau)$table["rmean"]), tolerance = 1e-9))
      rows <- c(rows, list(list(stratum = s - 1, row = i - 1, tau = tau, mean = value[1], se = value[2],
        median = as.numeric(median$quantile), lower = as.numeric(median$lower), upper = as.numeric(median$upper))))
    }
  }
  list(name = name, ties = ties, time = d$time, event = d$y, strata = strata - 1,
       x = unname(lapply(columns, function(c) d[[c]])), new = unname(lapply(columns, function(c) new[[c]])),
       rows = rows)
}
lung2 <- lung[complete.cases(lung[, c("age", "ph.ecog", "sex")]), ]
lung2$y <- as.integer(lung2$status == 2)
veteran$y <- veteran$status
cases <- list(
  one("lung by sex, Efron", lung2, c("age", "ph.ecog"), lung2$sex,
      data.frame(age = c(50, 75), ph.ecog = c(0, 2)), c(200, 500, 980), "efron"),
  one("veteran by treatment, Breslow", veteran, c("karno", "age"), veteran$trt,
      data.frame(karno = c(30, 90), age = c(40, 70)), c(100, 400), "breslow"))
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "coxph, survfit(conf.type = \"log\", conf.int = 0.9), quantile, summary(rmean)",
  cases = cases), "cox-restricted.json", digits = I(17), auto_unbox = TRUE, na = "null")
