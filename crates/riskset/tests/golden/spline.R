# Writes tests/golden/spline.json: bases of R's rms, splines and stats, and the hazard ratio over
# age of two Cox models. Run in this folder: Rscript spline.R
suppressMessages({library(survival); library(rms); library(splines)})
source("json.R")
pbc0 <- pbc[!is.na(pbc$trig), ]
new <- c(10, 30, 45.5, 60, 78, 90)
control <- coxph.control(eps = 1e-13, iter.max = 50)
bases <- list()
for (k in 3:7) {
  kn <- rcspline.eval(pbc0$age, nk = k, knots.only = TRUE)
  bases[[paste0("rcs", k)]] <- list(knots = kn,
    new = t(rcspline.eval(new, knots = kn, inclx = TRUE)))
}
few <- rcspline.eval(ovarian$age, nk = 4, knots.only = TRUE) # 26 rows
clump <- rcspline.eval(rotterdam$nodes, nk = 4, knots.only = TRUE) # half have no node
ends <- c(rep(0, 30), sqrt(1:150), rep(20, 20)) # both ends are clumps
ends_knots <- rcspline.eval(ends, nk = 5, knots.only = TRUE)
nsb <- ns(pbc0$age, df = 4)
pol <- poly(pbc0$age, 3)
ps <- pspline(pbc0$age, df = 4, penalty = FALSE)
fit <- coxph(Surv(time, status == 2) ~ rcspline.eval(age, nk = 4, inclx = TRUE) + trig, pbc0, control = control)
kn <- rcspline.eval(pbc0$age, nk = 4, knots.only = TRUE)
d <- sweep(rcspline.eval(new, knots = kn, inclx = TRUE), 2, rcspline.eval(50, knots = kn, inclx = TRUE))
b <- coef(fit)[1:3]; v <- vcov(fit)[1:3, 1:3]
store("spline", list(r = R.version.string, rms = as.character(packageVersion("rms")),
  age = pbc0$age, time = pbc0$time, event = pbc0$status == 2, trig = pbc0$trig, new = new,
  few_age = ovarian$age, few_knots = few, nodes = rotterdam$nodes, clump_knots = clump, ends = ends, ends_knots = ends_knots,
  rcs = unname(bases), ns_knots = unname(attr(nsb, "knots")), ns = t(unclass(predict(nsb, new))[, 1:4]),
  ns_rows = t(nsb[c(1, 50, 200), ]), poly = t(unclass(predict(pol, new))[, 1:3]),
  pspline = t(unclass(predict(ps, new))[, 1:12]),
  reference = 50, coefficients = b, variance = v, log_ratio = as.numeric(d %*% b),
  std_error = sqrt(diag(d %*% v %*% t(d)))))
