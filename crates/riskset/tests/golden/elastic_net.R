# Writes tests/golden/elastic_net.json: paths and cross-validations of glmnet. Run in this folder:
# Rscript elastic_net.R
#
# Times are in years: glmnet puts censorings after events of the same time by adding a fraction of a
# second to them, which times in days (1000 and more) are too large to keep.
suppressMessages({library(glmnet); library(survival)})
source("json.R")
d <- na.omit(pbc[, c("time", "status", "age", "sex", "edema", "bili", "albumin", "copper", "protime", "ast", "chol", "platelet")])
d$sex <- as.numeric(d$sex == "f")
x <- as.matrix(d[, -(1:2)])
time <- d$time / 365.25; event <- d$status == 2
y <- Surv(time, event)
path <- function(...) {
  f <- glmnet(x, y, family = "cox", thresh = 1e-16, maxit = 1e7, ...)
  list(lambda = f$lambda, coefficients = unname(t(as.matrix(f$beta))), explained = f$dev.ratio)
}
lasso <- path(lambda.min.ratio = 0.01, nlambda = 20)
half <- path(alpha = 0.5, lambda.min.ratio = 0.02, nlambda = 15)
ridge <- path(alpha = 0, lambda = c(1, 0.3, 0.1, 0.03))
plain <- path(standardize = FALSE, nlambda = 12, lambda.min.ratio = 0.001)
weights <- rep(c(1, 2), length.out = nrow(x))
weighted <- path(weights = weights, lambda = lasso$lambda[1:8])
set.seed(1)
fold <- sample(rep(1:5, length.out = nrow(x)))
cv <- cv.glmnet(x, y, family = "cox", foldid = fold, lambda = lasso$lambda, thresh = 1e-16, maxit = 1e7)
store("elastic_net", list(r = R.version.string, glmnet = as.character(packageVersion("glmnet")),
  time = time, event = event, x = t(unname(x)), weights = weights, fold = fold - 1,
  lasso = lasso, half = half, ridge = ridge, plain = plain, weighted = weighted,
  deviance = cv$cvm, std_error = cv$cvsd, best = cv$lambda.min, within = cv$lambda.1se))
