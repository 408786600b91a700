# Writes tests/golden/penalised.json: ridge terms, penalised splines and shared frailties of R survival,
# iterated far beyond its defaults. Run in this folder: Rscript penalised.R
suppressMessages(library(survival))
source("json.R")
k <- suppressWarnings(coxph.control(eps = 1e-13, toler.inf = 1e-9, iter.max = 100, outer.max = 500))
term_table <- function(fit, rows) {
  t <- summary(fit)$coefficients
  list(statistic = unname(t[rows, "Chisq"]), df = unname(t[rows, "DF"]), p = unname(t[rows, "p"]))
}
common <- function(fit, own) list(
  coefficients = unname(fit$coefficients[own]),
  std_error = unname(sqrt(diag(as.matrix(fit$var))[own])), second = unname(sqrt(diag(as.matrix(fit$var2))[own])),
  log_likelihood = fit$loglik[2], df = unname(fit$df))

# Ridge: three columns of ovarian, scaled and not.
ov <- ovarian
ridge1 <- coxph(Surv(futime, fustat) ~ ridge(age, ecog.ps, theta = 2) + rx, ov, control = k)
ridge2 <- coxph(Surv(futime, fustat) ~ ridge(age, ecog.ps, rx, theta = 0.5, scale = FALSE), ov, control = k, ties = "breslow")

# A penalised spline of age beside another column.
lung2 <- lung[!is.na(lung$ph.ecog), ]
ps <- coxph(Surv(time, status == 2) ~ pspline(age, df = 4, eps = 1e-9) + ph.ecog, lung2, control = k)
ps3 <- coxph(Surv(time, status == 2) ~ pspline(age, df = 3, eps = 1e-9) + pspline(ph.karno, df = 2.5, eps = 1e-9, nterm = 10),
             lung2[!is.na(lung2$ph.karno), ], control = k)

# Frailties of the kidney data, every group in the information matrix.
gamma <- coxph(Surv(time, status) ~ age + sex + frailty(id, eps = 1e-11, sparse = FALSE), kidney, control = k)
fixed <- coxph(Surv(time, status) ~ age + sex + frailty(id, theta = 0.7, sparse = FALSE), kidney, control = k)
gauss <- coxph(Surv(time, status) ~ age + sex + frailty(id, distribution = "gaussian", eps = 1e-11, sparse = FALSE), kidney, control = k)
plain <- coxph(Surv(time, status) ~ age + sex, kidney, control = k)
# With the disease in the model nothing is left to a frailty.
none <- coxph(Surv(time, status) ~ age + sex + disease + frailty(id, sparse = FALSE), kidney, control = k)
w <- function(fit) unname(fit$coefficients[-(1:2)])

store("penalised", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  ovarian = list(time = ov$futime, event = ov$fustat == 1, age = ov$age, ecog = ov$ecog.ps, rx = ov$rx),
  ridge_scaled = c(common(ridge1, 1:3), list(test = term_table(ridge1, "rx"))),
  ridge_plain = common(ridge2, 1:3),
  lung = list(time = lung2$time, event = lung2$status == 2, age = lung2$age, ecog = lung2$ph.ecog,
              karno = ifelse(is.na(lung2$ph.karno), -1, lung2$ph.karno)),
  spline = c(common(ps, 1:13), list(theta = ps$history[[1]]$theta, tests = term_table(ps, 1:3))),
  two_splines = c(common(ps3, seq_along(ps3$coefficients)), list(tests = term_table(ps3, 1:4))),
  kidney = list(time = kidney$time, event = kidney$status == 1, age = kidney$age, sex = kidney$sex, id = kidney$id,
                gn = as.numeric(kidney$disease == "GN"), an = as.numeric(kidney$disease == "AN"), pkd = as.numeric(kidney$disease == "PKD")),
  gamma = c(common(gamma, 1:2), list(theta = gamma$history[[1]]$theta, integrated = gamma$history[[1]]$c.loglik,
    plain = plain$loglik[2], log_frailty = w(gamma), test = term_table(gamma, 3))),
  fixed = c(common(fixed, 1:2), list(log_frailty = w(fixed), test = term_table(fixed, 3))),
  gaussian = c(common(gauss, 1:2), list(theta = gauss$history[[1]]$theta, log_frailty = w(gauss), test = term_table(gauss, 3))),
  none = list(theta = none$history[[1]]$theta)))
