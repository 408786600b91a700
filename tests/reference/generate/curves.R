# Curves of a covariate in proportional hazards: restricted cubic splines as rms has them, natural splines
# and polynomials. Run from the folder above. Needs rms, for rcs() and for its own test of non-linearity.
suppressMessages(library(rms))
library(splines)
source("generate/common.R")

# Wald's test that the combinations L b are zero.
wald <- function(l, b, v) {
  l <- rbind(l)
  s <- drop(crossprod(l %*% b, solve(l %*% v %*% t(l), l %*% b)))
  list(name = "straight_line", statistic = s, df = nrow(l), p_value = pchisq(s, nrow(l), lower.tail = FALSE))
}

# The hazard ratio over the values that riskset tells, against the median. `basis` gives the columns at
# values, `own` their places among the coefficients, `added` further places with the same columns.
course <- function(fit, x, basis, own, added = NULL, level = 0.95) {
  at <- unique(unname(quantile(x, c(0.05, 0.25, 0.5, 0.75, 0.95))))
  d <- sweep(basis(at), 2, basis(median(x)))
  places <- c(own, added)
  if (!is.null(added)) d <- cbind(d, d)
  b <- fit$coefficients[places]; v <- fit$var[places, places]
  log <- drop(d %*% b); se <- sqrt(pmax(0, rowSums((d %*% v) * d))); q <- qnorm((1 + level) / 2)
  lapply(seq_along(at), function(i) list(value = at[i], std_error = se[i], estimate = exp(log[i]),
    lower = exp(log[i] - q * se[i]), upper = exp(log[i] + q * se[i])))
}

# One case: a curve is the first term of the formula, of the covariate x.
case_curve <- function(name, data, formula, why, x, term, basis, straight, knots, boundary = NULL, shown = NULL,
                       factor = NULL, names = NULL, ...) {
  d <- read_data(data_file(data))
  fit <- cox_fit(d, formula)$fit
  k <- ncol(basis(1:2)); own <- seq_len(k)
  curve <- list(term = term, reference = median(x), knots = arr(knots),
    nonlinearity = if (is.list(straight)) straight
      else if (is.null(factor)) wald(straight(length(fit$coefficients)), fit$coefficients, fit$var) else ANY)
  if (!is.null(boundary)) curve$boundary <- arr(boundary)
  curve$courses <- if (is.null(factor)) list(list(at = course(fit, x, basis, own)))
    else lapply(seq_along(factor$levels), function(i) list(factor = factor$name, level = factor$levels[i],
      at = course(fit, x, basis, own, factor$added[[i]])))
  if (!is.null(factor)) curve$nonlinearity <- wald(factor$straight, fit$coefficients, fit$var)
  case_cox(name, data, formula, why, shown = shown, edit = function(e) {
    e$curves <- list(curve)
    for (i in seq_along(e$coefficients)) e$coefficients[[i]]$term <- if (is.null(names)) e$coefficients[[i]]$term else names[i]
    e
  }, ...)
  invisible(fit)
}

pbc <- read_data(data_file("@pbc"))
age <- pbc$age
none_but <- function(places) function(p) { l <- matrix(0, length(places), p); l[cbind(seq_along(places), places)] <- 1; l }

k4 <- rcspline.eval(age, nk = 4, knots.only = TRUE)
fit <- case_curve("cox-curve-rcs", "@pbc", "Surv(time, status == 2) ~ rcs(age, 4) + edema",
  "a restricted cubic spline with Harrell's knots: coefficients, non-linearity, hazard ratios over the covariate", age, "rcs(age, 4)",
  function(v) rcspline.eval(v, knots = k4, inclx = TRUE), none_but(2:3), k4)
check <- anova(cph(Surv(time, status == 2) ~ rcs(age, 4) + edema, pbc, eps = 1e-12))
check_close(wald(none_but(2:3)(4), fit$coefficients, fit$var)$statistic, check[" Nonlinear", "Chi-Square"], "rms's own test", 1e-6)

given <- c(40, 50, 60)
case_curve("cox-curve-rcs-knots", "@pbc", "Surv(time, status == 2) ~ rcs(age, c(40, 50, 60)) + edema",
  "knots that were given", age, "rcs(age, c(40, 50, 60))",
  function(v) rcspline.eval(v, knots = given, inclx = TRUE), none_but(2), given)

# The same knots in the basis of rcs() span the same curves, so that Wald's test of what bends them is the same.
same_curves <- function(inner, boundary) {
  all <- c(boundary[1], inner, boundary[2])
  other <- coxph(Surv(time, status == 2) ~ rcspline.eval(age, knots = all, inclx = TRUE) + edema, pbc,
                 control = coxph.control(eps = 1e-13, iter.max = 50))
  n <- length(inner)
  wald(none_but(1 + seq_len(n))(n + 2), other$coefficients, other$var)
}
natural <- ns(age, df = 3)
inner <- unname(attr(natural, "knots")); outer <- unname(attr(natural, "Boundary.knots"))
case_curve("cox-curve-ns", "@pbc", "Surv(time, status == 2) ~ ns(age, df = 3) + edema",
  "a natural spline with the knots of splines::ns; its test of non-linearity from the basis of rcs() with the same knots", age, "ns(age, df = 3)",
  function(v) { m <- predict(natural, v); unclass(m)[, 1:3, drop = FALSE] }, same_curves(inner, outer), inner, outer)

poly2 <- poly(age, 2)
case_curve("cox-curve-poly", "@pbc", "Surv(time, status == 2) ~ poly(age, 2) + edema", "an orthogonal polynomial", age, "poly(age, 2)",
  function(v) { m <- predict(poly2, v); unclass(m)[, 1:2, drop = FALSE] }, none_but(2), numeric(0))
case_curve("cox-curve-poly-raw", "@pbc", "Surv(time, status == 2) ~ poly(age, 3, raw = TRUE) + edema", "powers", age, "poly(age, 3, raw = TRUE)",
  function(v) cbind(v, v^2, v^3), none_but(2:3), numeric(0), settle = 1e-7,
  rel = 1e-6, looser = "powers of age up to 78^3 are nearly collinear, and R does not centre them")

# A curve in each group: rcs(age, 3) * sex.
k3 <- rcspline.eval(age, nk = 3, knots.only = TRUE)
case_curve("cox-curve-by-sex", "@pbc", "Surv(time, status == 2) ~ rcs(age, 3)*sex", "a curve that differs between men and women", age, "rcs(age, 3)",
  function(v) rcspline.eval(v, knots = k3, inclx = TRUE), NULL, k3,
  factor = list(name = "sex", levels = c("f", "m"), added = list(NULL, 4:5),
    straight = none_but(c(2, 5))(5)),
  names = c("rcs(age, 3)age", "rcs(age, 3)age'", "sexm", "rcs(age, 3)age:sexm", "rcs(age, 3)age':sexm"))

# Predictions take the knots of the fitted rows.
case_predict("cox-predict-ns", "@pbc", "Surv(time, status == 2) ~ ns(age, df = 3) + edema", "predictions of a natural spline within and beyond the ages of the data", "data/new_ages.csv", c(400, 1500, 3000))
case_predict("cox-predict-poly", "@pbc", "Surv(time, status == 2) ~ poly(age, 2) + edema", "predictions of an orthogonal polynomial", "data/new_ages.csv", c(400, 1500, 3000))
