# Writes factors.json: factors of @lung alone and together, by R's coxph and survfit.
# Run in this folder: Rscript factors.R
suppressMessages(library(survival))
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
d <- lung[is.na(lung$ph.ecog) | lung$ph.ecog < 3, ]
d <- d[!is.na(d$ph.ecog), ]
d$sex <- factor(d$sex); d$ecog <- factor(d$ph.ecog, levels = c(1, 0, 2))
fit <- function(right, data) coxph(as.formula(paste("Surv(time, status == 2) ~", right)), data, control = control)
numbers <- function(f, keep = TRUE) {
  s <- summary(f)
  list(hr = unname(s$conf.int[keep, 1]), lower = unname(s$conf.int[keep, 3]),
       upper = unname(s$conf.int[keep, 4]), p = unname(s$coefficients[keep, 5]))
}
wald <- function(f, at) {
  b <- coef(f)[at]; q <- sum(b * solve(vcov(f)[at, at], b))
  list(statistic = q, p = pchisq(q, length(at), lower.tail = FALSE))
}
complete <- d[complete.cases(d[, c("age", "sex", "ecog", "wt.loss")]), ]
all <- fit("age + sex + ecog + wt.loss", d)
one <- function(data) list(age = numbers(fit("age", data)), sex = numbers(fit("sex", data)),
  ecog = numbers(fit("ecog", data)), loss = numbers(fit("wt.loss", data)),
  joint = wald(fit("ecog", data), 1:2))
km <- summary(survfit(Surv(time, status == 2) ~ ecog, d), times = 365)
q <- summary(survfit(Surv(time, status == 2) ~ ecog, d))$table
store("factors", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  n = all$n, events = all$nevent, crude = one(d), same = one(complete), adjusted = numbers(all),
  joint = wald(all, 3:4), missing = sum(is.na(d$wt.loss)),
  median = list(estimate = unname(q[, "median"]), lower = unname(q[, "0.95LCL"]), upper = unname(q[, "0.95UCL"]),
    n = unname(q[, "records"]), events = unname(q[, "events"])),
  at = list(survival = km$surv, lower = km$lower, upper = km$upper)))
