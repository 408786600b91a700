# Writes incidence.json: incidences of mgus2 predicted by a Fine-Gray model (crr) and by cause-specific
# Cox models (a multi-state coxph), and what riskRegression and survival say of them.
# Run in this folder: Rscript incidence.R
suppressMessages({library(survival); library(cmprsk); library(riskRegression); library(prodlim)})
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
m <- mgus2[complete.cases(mgus2[, c("age", "mspike")]), ]
m$time <- with(m, ifelse(pstat == 0, futime, ptime))
m$cause <- with(m, ifelse(pstat == 0, 2 * death, 1))
m$state <- factor(m$cause, 0:2, c("censored", "pcm", "death")); m$id <- seq_len(nrow(m))
times <- c(120, 240)
x <- cbind(m$age, m$mspike)
fg <- crr(m$time, m$cause, x, gtol = 1e-13, maxiter = 100)
seen <- predict(fg, x)
at <- function(t) max(which(seen[, 1] <= t))
fine <- sapply(times, function(t) seen[at(t), -1])
multi <- coxph(Surv(time, state) ~ age + mspike, m, id = id, ties = "breslow", control = control)
smaller <- coxph(Surv(time, state) ~ age, m, id = id, ties = "breslow", control = control)
curves <- survfit(multi, newdata = m)
specific <- sapply(times, function(t) curves$pstate[max(which(curves$time <= t)), , 2])
aj <- summary(survfit(Surv(time, state) ~ 1, m), times = times)$pstate[, 2]
late <- ifelse(m$cause == 2, max(m$time) + 1, m$time)
judged <- function(risk, score) {
  found <- Score(list(a = risk), formula = Hist(time, cause) ~ 1, data = m, cause = 1, times = times,
    cens.model = "km", se.fit = FALSE, null.model = FALSE, metrics = c("auc", "brier"))
  list(risk = as.vector(risk), auc = found$AUC$score$AUC, brier = found$Brier$score$Brier,
    predicted = colMeans(risk), observed = aj,
    harrell = unname(concordance(Surv(late, m$cause == 1) ~ score, reverse = TRUE)$concordance))
}
store("incidence", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  cmprsk = as.character(packageVersion("cmprsk")), riskRegression = as.character(packageVersion("riskRegression")),
  fine_gray = judged(fine, as.vector(x %*% fg$coef)), cause_specific = judged(specific, specific[, 2]),
  ratio = 2 * (multi$loglik[2] - smaller$loglik[2])))
