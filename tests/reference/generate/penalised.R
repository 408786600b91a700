# Penalised terms: ridge(), pspline() and frailty(), iterated far beyond R's defaults. Run from the folder above.
source("generate/common.R")
k <- suppressWarnings(coxph.control(eps = 1e-13, toler.inf = 1e-9, iter.max = 100, outer.max = 500))

# R ends its search for a weight when what it looks for hardly changes, and its coefficients are those of the
# weight before the last: five digits are compared where a weight is looked for.
case_penalised <- function(name, data, formula, shown, why, own, searched = TRUE, ties = NULL, extra = NULL) {
  d <- read_data(data_file(data))
  f <- as.formula(formula)
  environment(f) <- environment()
  fit <- suppressWarnings(coxph(f, d, ties = if (is.null(ties)) "efron" else ties, control = k))
  null <- coxph(update(f, . ~ 1), d, ties = if (is.null(ties)) "efron" else ties)
  b <- unname(fit$coefficients[own]); se <- sqrt(diag(as.matrix(fit$var))[own]); se2 <- sqrt(diag(as.matrix(fit$var2))[own])
  ratio <- 2 * (fit$loglik[2] - null$loglik[1]); df <- sum(fit$df)
  e <- list(schema = "riskset.cox/1", n = fit$n, events = fit$nevent,
    log_likelihood = list(null = null$loglik[1], model = fit$loglik[2]),
    coefficients = lapply(seq_along(b), function(i) list(estimate = b[i], std_error = se[i], z = b[i] / se[i],
      hazard_ratio = list(estimate = exp(b[i]), lower = exp(b[i] - qnorm(0.975) * se[i]), upper = exp(b[i] + qnorm(0.975) * se[i])))),
    tests = list(list(name = "likelihood_ratio", statistic = ratio, df = df, p_value = pchisq(ratio, df, lower.tail = FALSE))),
    aic = 2 * df - 2 * fit$loglik[2],
    penalised = c(list(df = df, second_std_error = arr(se2)), if (!is.null(extra)) extra(fit)))
  write_case(name, c("cox", data, shown, opt("ties", ties)), why, e,
             rel = if (searched) 2e-5 else 1e-7, abs = if (searched) 2e-6 else 1e-9,
             looser = if (searched) "R's coefficients are those of the weight before the last" else "R's penalised iterations end at 1e-9")
}
test_of <- function(fit, row) { t <- summary(fit)$coefficients
  list(statistic = unname(t[row, "Chisq"]), df = unname(t[row, "DF"]), p_value = unname(t[row, "p"])) }

case_penalised("cox-ridge", "@ovarian", "Surv(futime, fustat) ~ ridge(age, ecog.ps, theta = 2) + rx", "Surv(futime, fustat) ~ ridge(age, ecog.ps, theta = 2) + rx",
  "two columns held back by the variance of each, one free", 1:3, searched = FALSE)
case_penalised("cox-ridge-unscaled", "@ovarian", "Surv(futime, fustat) ~ ridge(age, ecog.ps, rx, theta = 0.5, scale = FALSE)",
  "Surv(futime, fustat) ~ ridge(age, ecog.ps, rx, theta = 0.5, scale = FALSE)", "coefficients in the unit of their columns, Breslow's ties", 1:3, searched = FALSE, ties = "breslow")
case_penalised("cox-pspline", "@lung", "Surv(time, status == 2) ~ pspline(age, df = 4, eps = 1e-9) + sex", "Surv(time, status == 2) ~ pspline(age, df = 4) + sex",
  "a penalised spline with its straight part and the rest", 1:13, extra = function(fit) list(terms = list(list(term = "pspline(age, df = 4)", df = 4,
    linear = test_of(fit, 1), nonlinear = test_of(fit, 2)))))
case_penalised("cox-frailty-gamma", "data/kidney.csv", "Surv(time, status) ~ age + sex + frailty(id, eps = 1e-11, sparse = FALSE)", "Surv(time, status) ~ age + sex + frailty(id)",
  "gamma frailties by their marginal likelihood, every group in the information", 1:2, extra = function(fit) list(frailty = list(
    distribution = "gamma", estimated = TRUE, variance = fit$history[[1]]$theta, integrated_log_likelihood = fit$history[[1]]$c.loglik, test = test_of(fit, 3))))
case_penalised("cox-frailty-given", "data/kidney.csv", "Surv(time, status) ~ age + sex + frailty(id, theta = 0.7, sparse = FALSE)", "Surv(time, status) ~ age + sex + frailty(id, theta = 0.7)",
  "gamma frailties of a given variance", 1:2, searched = FALSE, extra = function(fit) list(frailty = list(
    distribution = "gamma", estimated = FALSE, variance = 0.7, variance_test = NULL, test = test_of(fit, 3))))
case_penalised("cox-frailty-gaussian", "data/kidney.csv", "Surv(time, status) ~ age + sex + frailty(id, distribution = \"gaussian\", eps = 1e-11, sparse = FALSE)",
  "Surv(time, status) ~ age + sex + frailty(id, distribution = \"gaussian\")", "Gaussian random effects by REML", 1:2, extra = function(fit) list(frailty = list(
    distribution = "gaussian", variance = fit$history[[1]]$theta, integrated_log_likelihood = NA_real_, test = test_of(fit, 3))))
