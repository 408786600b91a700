# The peers of R for prognosis.py: glmnet, rms and riskRegression. Prints name,seconds,answer.
suppressMessages({library(survival); library(glmnet); library(rms); library(riskRegression); library(prodlim)})
args <- commandArgs(TRUE)
net <- read.csv(args[1]); boot <- read.csv(args[2]); large <- read.csv(args[3])
timed <- function(name, expr) {
  start <- proc.time(); answer <- eval.parent(substitute(expr)); used <- proc.time() - start
  cat(sprintf("%s,%.4f,%.12g\n", name, sum(used[c(1, 2, 4, 5)], na.rm = TRUE), answer))
}
x <- as.matrix(net[, -(1:2)]); y <- Surv(net$time, net$event)
timed("net", { f <- glmnet(x, y, family = "cox", nlambda = 100, thresh = 1e-7); length(f$lambda) })
f <- glmnet(x, y, family = "cox", lambda = 0.05, thresh = 1e-12); cat(sprintf("check,0,%.9g\n", f$beta[1]))
f <- cph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, boot, x = TRUE, y = TRUE)
set.seed(1)
timed("boot", { v <- validate(f, B = 1000); v["Dxy", "index.corrected"] / 2 + 0.5 })
timed("auc", { s <- Score(list(large$x1), formula = Hist(time, event) ~ 1, data = large, times = 1,
  metrics = "auc", cens.model = "km", se.fit = FALSE, conservative = TRUE, null.model = FALSE); s$AUC$score$AUC })
