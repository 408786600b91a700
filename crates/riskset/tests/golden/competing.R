# Cumulative incidence by survfit, Gray's test by cmprsk::cuminc, Fine and Gray's regression by
# cmprsk::crr and by survival::finegray with coxph. Run in this folder: Rscript competing.R

suppressMessages({library(survival); library(cmprsk); library(etm); library(jsonlite)})
source_line <- unbox(sprintf("R %s, survival %s, cmprsk %s, etm %s", getRversion(),
                             packageVersion("survival"), packageVersion("cmprsk"),
                             packageVersion("etm")))
save <- function(name, out)
  write(toJSON(c(list(source = source_line), out), digits = NA, na = "null"),
        sprintf("competing-%s.json", name))

# Curves of each group, causes in code order; R's NaN limits become null.
curves <- function(y, group) lapply(seq_len(max(group)), function(g) {
  k <- group == g
  fit <- survfit(y ~ 1, subset = k, id = seq_along(group))
  list(time = fit$time, n_risk = fit$n.risk[, 1],
       estimate = t(fit$pstate[, -1]), std_error = t(fit$std.err[, -1]),
       lower = t(fit$lower[, -1]), upper = t(fit$upper[, -1]))
})
gray <- function(time, cause, group, strata = NULL, rho = 0) {
  fit <- if (is.null(strata)) cuminc(time, cause, group, rho = rho, cencode = 0)
         else cuminc(time, cause, group, strata, rho = rho, cencode = 0)
  lapply(seq_len(nrow(fit$Tests)), function(i)
    list(statistic = unbox(fit$Tests[i, "stat"]), df = unbox(fit$Tests[i, "df"]),
         p_value = unbox(fit$Tests[i, "pv"])))
}
code <- function(x) as.integer(factor(x))

# Monoclonal gammopathy: whole months, so many ties of different causes.
m <- mgus2[!is.na(mgus2$mspike), ]
time <- ifelse(m$pstat == 1, m$ptime, m$futime)
cause <- ifelse(m$pstat == 1, 1L, 2L * m$death)
group <- code(m$sex); strata <- 1L + (m$age > 70)
y <- Surv(time, factor(cause, 0:2))
save("mgus2", list(time = time, cause = cause, group = group, strata = strata,
                   curves = curves(y, group), gray = gray(time, cause, group),
                   gray_strata = gray(time, cause, group, strata),
                   gray_rho = gray(time, cause, group, rho = 1)))

# The same on the scale of age: late entry. survfit's standard error is then a jackknife over
# rows, which is no longer the Greenwood type of the model; etm has that one, at event times.
d <- data.frame(id = seq_along(cause), from = "0", to = c("cens", "1", "2")[cause + 1L],
                entry = 12 * m$age, exit = 12 * m$age + time + 0.5)
late <- lapply(1:2, function(g) {
  fit <- survfit(Surv(entry, exit, factor(cause, 0:2)[k]) ~ 1, id = id,
                 data = d[k <- group == g, ])
  states <- rbind(c(FALSE, TRUE, TRUE), FALSE, FALSE)
  e <- etm(d[k, ], c("0", "1", "2"), states, "cens", s = 0)
  list(time = fit$time, n_risk = fit$n.risk[, 1], estimate = t(fit$pstate[, -1]),
       event_time = e$time,
       event_std_error = sqrt(rbind(e$cov["0 1", "0 1", ], e$cov["0 2", "0 2", ])))
})
save("mgus2-age", list(start = d$entry, stop = d$exit, cause = cause, group = group,
                       curves = late))

# Waiting for a liver: three causes, four groups, some with few events, times of zero.
d <- transplant[transplant$year >= 1996, ]
cause <- as.integer(d$event) - 1L
y <- Surv(d$futime, factor(cause, 0:3))
group <- code(d$abo); strata <- code(d$sex)
save("transplant", list(time = d$futime, cause = cause, group = group, strata = strata,
                        curves = curves(y, group), gray = gray(d$futime, cause, group),
                        gray_strata = gray(d$futime, cause, group, strata),
                        gray_rho = gray(d$futime, cause, group, rho = -0.5)))

# Continuous times, heavy censoring.
set.seed(4)
n <- 300; x <- rbinom(n, 2, 0.4); u <- runif(n)
time <- rexp(n, 0.2 + 0.2 * x); cause <- ifelse(u < 0.3 + 0.15 * x, 1L, 2L)
censor <- runif(n, 0, 6); cause[censor < time] <- 0L; time <- pmin(time, censor)
strata <- rbinom(n, 1, 0.5) + 1L
save("simulated", list(time = time, cause = cause, group = x + 1L, strata = strata,
                       curves = curves(Surv(time, factor(cause, 0:2)), x + 1L),
                       gray = gray(time, cause, x), gray_strata = gray(time, cause, x, strata),
                       gray_rho = gray(time, cause, x, rho = 2)))

# Regression. crr's convergence is tightened; finegray with coxph takes the weights as known.
regression <- function(time, cause, x, cluster, censoring = rep(1L, length(time))) {
  crr_of <- function(...) {
    fit <- crr(time, cause, x, failcode = 1, cencode = 0, gtol = 1e-13, maxiter = 100, ...)
    list(coef = unname(fit$coef), variance = unname(fit$var),
         log_likelihood = unbox(fit$loglik), null = unbox(fit$loglik.null))
  }
  d <- data.frame(time, cause = factor(cause, 0:max(cause)), x, id = seq_along(time), cluster)
  names(d)[3:(2 + ncol(x))] <- paste0("x", seq_len(ncol(x)))
  long <- finegray(Surv(time, cause) ~ ., data = d, etype = "1")
  terms <- paste0("x", seq_len(ncol(x)), collapse = " + ")
  cox_of <- function(id) {
    long$unit <- long[[id]]
    fit <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", terms)), data = long,
                 weights = fgwt, ties = "breslow", cluster = unit,
                 control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
    list(coef = unname(coef(fit)), variance = unname(vcov(fit)), naive = unname(fit$naive.var))
  }
  list(time = time, cause = cause, x = t(x), cluster = cluster, censoring = censoring,
       crr = crr_of(), crr_censoring = crr_of(cengroup = censoring),
       finegray = cox_of("id"), finegray_cluster = cox_of("cluster"))
}
set.seed(5)
n <- 400; x <- cbind(rbinom(n, 1, 0.5), rnorm(n), runif(n, 50, 80))
rate <- exp(0.5 * x[, 1] - 0.4 * x[, 2]); u <- runif(n)
time <- rexp(n, 0.3 * (1 + rate)); cause <- ifelse(u < rate / (1 + rate), 1L, 2L)
censor <- rexp(n, 0.15 + 0.2 * x[, 1]); cause[censor < time] <- 0L; time <- pmin(time, censor)
save("regression-simulated", regression(time, cause, x, rep(1:80, 5), x[, 1] + 1))

m <- mgus2[complete.cases(mgus2[c("age", "sex", "hgb", "mspike")]), ]
time <- ifelse(m$pstat == 1, m$ptime, m$futime)
cause <- ifelse(m$pstat == 1, 1L, 2L * m$death)
x <- cbind(m$age, m$sex == "M", m$hgb, m$mspike)
save("regression-mgus2", regression(time, cause, x, m$dxyr, code(m$sex)))
