# Writes tests/golden/cox-model-*.json: predicted curves with the robust variance, joint tests,
# information criteria and models without covariates, by R's survival.
# Run in this folder: Rscript cox-model.R
suppressMessages(library(survival))
options(digits = 17)

number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    if (is.null(names(x))) return(paste0("[", paste(vapply(x, json, ""), collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", vapply(x, json, ""), collapse = ",\n "), "}"))
  }
  if (is.character(x)) return(encodeString(x, quote = "\""))
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) x[i, ])))
  paste0("[", paste(number(as.numeric(x)), collapse = ","), "]")
}
version <- list(r = R.version.string, survival = as.character(packageVersion("survival")))
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)

# Recurrent tumours, several rows a patient: the curve of the first three rows.
fit <- coxph(Surv(start, stop, event) ~ rx + number + size + cluster(id), bladder2, control = control)
new <- bladder2[c(1, 20, 50), ]
curve <- summary(survfit(fit, newdata = new), times = c(10, 30))
x <- as.matrix(bladder2[c("rx", "number", "size")])
robust <- c(version, list(start = bladder2$start, time = bladder2$stop, event = bladder2$event,
  cluster = match(bladder2$id, unique(bladder2$id)) - 1, x = t(x), new = t(as.matrix(new[c("rx", "number", "size")])),
  at = c(10, 30), survival = t(curve$surv), std_error = t(curve$std.err),
  lower = t(curve$lower), upper = t(curve$upper)))
writeLines(json(robust), "cox-model-robust.json")

# The joint test of a factor, and the criteria; the model and the robust variance.
wald <- function(fit, columns) {
  b <- coef(fit)[columns]
  statistic <- drop(b %*% solve(vcov(fit)[columns, columns], b))
  c(statistic, length(columns), pchisq(statistic, length(columns), lower.tail = FALSE))
}
f <- Surv(time, status) ~ karno + celltype
plain <- coxph(f, veteran, control = control)
sandwich <- coxph(f, veteran, robust = TRUE, control = control)
none <- coxph(Surv(time, status) ~ 1, veteran)
strata <- coxph(Surv(time, status) ~ strata(celltype), veteran)
joint <- c(version, list(time = veteran$time, event = veteran$status, x = t(model.matrix(f, veteran)[, -1]),
  strata = as.numeric(veteran$celltype) - 1,
  joint = wald(plain, 2:4), robust_joint = wald(sandwich, 2:4), aic = AIC(plain), bic = BIC(plain),
  null = none$loglik, null_aic = AIC(none), null_bic = BIC(none), null_strata = strata$loglik))
writeLines(json(joint), "cox-model-joint.json")
