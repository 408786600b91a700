# Studies with competing events, as R answers them: incidences and limits by survival::survfit with
# several states, Gray's test by cmprsk::cuminc, cause-specific hazard ratios by coxph, those of the
# subdistribution by cmprsk::crr. The names are the keys of results.json.
#
#     Rscript competing.R > competing.json

suppressMessages({library(survival); library(cmprsk)})
out <- list()
put <- function(key, value) out[[key]] <<- value
ratio <- function(key, fit, i, robust = FALSE) {
  beta <- fit[i, 1]; se <- fit[i, 2]; z <- qnorm(0.975)
  put(paste0(key, ".estimate"), exp(beta))
  put(paste0(key, ".lower"), exp(beta - z * se))
  put(paste0(key, ".upper"), exp(beta + z * se))
  put(paste0(key, ".p_value"), 2 * pnorm(-abs(beta / se)))
}
study <- function(prefix, time, cause, group, levels, names, times, competing) {
  g <- factor(group, levels = levels)
  fit <- survfit(Surv(time, factor(cause, 0:2)) ~ g)
  s <- summary(fit, times = times)
  for (l in seq_along(levels)) for (k in 1:2) {
    path <- if (k == 1) "" else paste0("competing.", competing, ".")
    rows <- which(s$strata == paste0("g=", levels[l]))
    key <- paste0(prefix, ".", names[l], ".", path)
    put(paste0(key, "events"), sum(cause == k & g == levels[l]))
    for (r in rows) {
      at <- paste0(key, "at_", s$time[r])
      put(paste0(at, ".estimate"), 100 * s$pstate[r, k + 1])
      if (s$pstate[r, k + 1] > 0) {
        put(paste0(at, ".lower"), 100 * s$lower[r, k + 1])
        put(paste0(at, ".upper"), 100 * s$upper[r, k + 1])
      }
      if (k == 1) put(paste0(at, ".n_risk"), s$n.risk[r, 1])
    }
  }
  gray <- cuminc(time, cause, g, cencode = 0)$Tests
  for (k in 1:2) {
    path <- if (k == 1) "" else paste0("competing.", competing, ".")
    put(paste0(prefix, ".", path, "gray.statistic"), gray[k, "stat"])
    put(paste0(prefix, ".", path, "gray.df"), gray[k, "df"])
    put(paste0(prefix, ".", path, "gray.p_value"), gray[k, "pv"])
    cox <- coxph(Surv(time, cause == k) ~ g, control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
    put(paste0(prefix, ".", path, "zph.p_value"), cox.zph(cox)$table["GLOBAL", "p"])
    for (l in seq_along(levels)[-1]) {
      coefs <- cbind(coef(cox), sqrt(diag(vcov(cox))))
      ratio(paste0(prefix, ".", names[l], ".", path, "hr"), coefs, l - 1)
    }
  }
  x <- model.matrix(~ g)[, -1, drop = FALSE]
  fg <- crr(time, cause, x, gtol = 1e-12)
  for (l in seq_along(levels)[-1])
    ratio(paste0(prefix, ".", names[l], ".shr"), cbind(fg$coef, sqrt(diag(fg$var))), l - 1)
}
m <- mgus2
m$etime <- with(m, ifelse(pstat == 0, futime, ptime))
m$cause <- with(m, ifelse(pstat == 1, 1, ifelse(death == 1, 2, 0)))
study("sexes.pcm", m$etime / 12, m$cause, m$sex, c("F", "M"), c("f", "m"), c(1, 5, 10, 20), "death")
model <- m[complete.cases(m[, c("age", "mspike")]), ]
cox <- coxph(Surv(etime / 12, cause == 1) ~ sex + age + mspike, model,
             control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
fg <- crr(model$etime / 12, model$cause, model.matrix(~ sex + age + mspike, model)[, -1], gtol = 1e-12)
for (i in 1:3) {
  key <- paste0("adjusted.", c("sexm", "age", "mspike")[i])
  ratio(paste0(key, ".hr"), cbind(coef(cox), sqrt(diag(vcov(cox)))), i)
  ratio(paste0(key, ".shr"), cbind(fg$coef, sqrt(diag(fg$var))), i)
}
r <- colon[colon$etype == 1, ]
d <- colon[colon$etype == 2, ]
d <- d[match(r$id, d$id), ]
cause <- ifelse(r$status == 1, 1, ifelse(d$status == 1, 2, 0))
study("arms.recurrence", r$time / 365.25, cause, as.character(r$rx), c("Obs", "Lev", "Lev+5FU"),
      c("obs", "lev", "lev_5fu"), c(1, 2, 3, 5), "death_without")
lines <- sprintf("  \"%s\": %.15g", names(out), unlist(out))
cat("{\n", "  \"program\": \"", R.version.string, ", survival ", as.character(packageVersion("survival")),
    ", cmprsk ", as.character(packageVersion("cmprsk")), "\",\n", paste(lines, collapse = ",\n"),
    "\n}\n", sep = "")
