# Writes risk-groups-competing.json: groups by the incidence that a Fine-Gray model (`crr` of cmprsk)
# predicts by 120 months, with the Aalen-Johansen incidence of each (`survfit`), Gray's test (`cuminc`) and
# the subdistribution hazard ratios of the groups (`crr`).
# Run in this folder: Rscript risk-groups-competing.R. Needs survival, cmprsk and jsonlite.
suppressMessages({ library(survival); library(cmprsk); library(jsonlite) })
m <- mgus2[complete.cases(mgus2[, c("age", "mspike")]), ]
time <- ifelse(m$pstat == 1, m$ptime, m$futime)
cause <- ifelse(m$pstat == 1, 1, 2 * m$death)
x <- cbind(m$age, m$mspike)
fit <- crr(time, cause, x, gtol = 1e-13, maxiter = 100)
at <- 120; times <- c(60, 120); cuts <- c(0.05, 0.1)
predicted <- predict(fit, x)
risk <- function(t) predicted[max(which(predicted[, 1] <= t)), -1]
group <- findInterval(risk(at), cuts)
state <- factor(cause, 0:2, c("censored", "pcm", "death"))
curves <- lapply(0:2, function(g) summary(survfit(Surv(time, state) ~ 1, subset = group == g), times = times))
dummies <- cbind(group == 1, group == 2) + 0
ratios <- crr(time, cause, dummies, gtol = 1e-13, maxiter = 100)
gray <- cuminc(time, cause, group)$Tests[1, ]
of <- function(f) lapply(0:2, function(g) f(group == g))
write_json(list(r = R.version.string, cmprsk = as.character(packageVersion("cmprsk")),
  n = of(sum), events = of(function(g) sum(cause[g] == 1)), competing = of(function(g) sum(cause[g] == 2)),
  seen = lapply(seq_along(times), function(k) lapply(curves, function(s) s$pstate[k, 2])),
  error = lapply(seq_along(times), function(k) lapply(curves, function(s) s$std.err[k, 2])),
  predicted = lapply(times, function(t) of(function(g) mean(risk(t)[g]))),
  ratio = unname(exp(ratios$coef)), ratio_error = unname(sqrt(diag(ratios$var))),
  gray = unname(gray["stat"])), "risk-groups-competing.json", digits = I(17), auto_unbox = TRUE)
