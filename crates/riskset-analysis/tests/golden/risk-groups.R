# Writes risk-groups.json: groups by predicted risk, of a model of rotterdam in the patients of gbsg.
# Run in this folder: Rscript risk-groups.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
fit <- coxph(Surv(rtime, recur) ~ age + log(nodes + 1) + hormon, rotterdam, control = control)
at <- 1800; times <- c(1000, 1800)
new <- data.frame(gbsg[, c("age", "nodes", "hormon", "rfstime", "status")])
curves <- survfit(fit, new)
surv <- sapply(times, function(t) curves$surv[findInterval(t, curves$time), ])
group <- function(x, cuts) factor(findInterval(x, cuts), levels = 0:length(cuts))
told <- function(g) {
  present <- levels(g)[table(g) > 0]; h <- droplevels(g)
  km <- survfit(Surv(rfstime, status) ~ h, new, conf.type = "log")
  tab <- summary(km)$table
  test <- survdiff(Surv(rfstime, status) ~ h, new)
  cox <- summary(coxph(Surv(rfstime, status) ~ h, new, control = control))$coefficients
  list(n = as.numeric(table(g)), events = as.numeric(tapply(new$status, g, sum, default = 0)),
    median = unname(tab[, "median"]), lower = unname(tab[, "0.95LCL"]), upper = unname(tab[, "0.95UCL"]),
    seen = lapply(times, function(t) summary(km, times = t, extend = TRUE)$surv),
    predicted = lapply(seq_along(times), function(k) as.numeric(tapply(surv[, k], h, mean))),
    ratio = unname(cox[, "exp(coef)"]), error = unname(cox[, "se(coef)"]),
    chisq = test$chisq, df = length(present) - 1)
}
lp <- predict(fit, new, type = "lp", reference = "sample")
# R measures from the means of numbers and from 0 of 0/1 columns: hormon is moved to its mean.
lp <- drop(as.matrix(cbind(new$age - mean(rotterdam$age), log(new$nodes + 1) - mean(log(rotterdam$nodes + 1)),
  new$hormon - mean(rotterdam$hormon))) %*% coef(fit))
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "coxph, survfit(newdata), survfit by group, coxph, survdiff",
  risk = told(group(1 - surv[, 2], c(0.3, 0.5))), predictor = told(group(lp, c(0.2, 0.7)))),
  "risk-groups.json", digits = I(17), auto_unbox = TRUE, na = "null")
