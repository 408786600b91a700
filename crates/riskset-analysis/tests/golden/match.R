# Writes match.json: what R gives when it is told to take another program's convention, and what
# lifelines gives by its defaults (match.py, whose answers are read here).
# Run in this folder: python3 match.py && Rscript match.R. Needs survival, cmprsk and jsonlite.
suppressMessages({ library(survival); library(cmprsk) })
source("../../../riskset/tests/golden/json.R")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)

# @lung: limits of S(t) and of the median on the log-log scale.
km <- survfit(Surv(time, status == 2) ~ 1, lung, conf.type = "log-log")
at <- summary(km, times = c(180, 365, 700))
q <- quantile(km, 0.5)
# @veteran: Breslow's ties, against the last level.
d <- veteran
d$celltype <- relevel(factor(as.character(d$celltype)), ref = "squamous")
cox <- summary(coxph(Surv(time, status) ~ celltype + karno, d, ties = "breslow", control = control))
# @mgus2: the variance of cuminc, and limits on the log-log scale of the incidence.
m <- mgus2
m$etime <- with(m, ifelse(pstat == 0, futime, ptime))
m$event <- with(m, ifelse(pstat == 0, 2 * death, 1))
found <- timepoints(cuminc(m$etime, m$event, cencode = 0), c(60, 120, 240))
quartiles <- function(type) unname(quantile(lung$age[lung$sex == 2], c(0.25, 0.5, 0.75), type = type))
store("match", list(
  r = R.version.string, survival = as.character(packageVersion("survival")),
  cmprsk = as.character(packageVersion("cmprsk")),
  loglog = list(survival = at$surv, lower = at$lower, upper = at$upper,
    median = c(q$quantile, q$lower, q$upper)),
  breslow = list(terms = as.list(rownames(cox$coefficients)), hr = cox$conf.int[, 1],
    lower = cox$conf.int[, 3], upper = cox$conf.int[, 4], p = cox$coefficients[, 5]),
  aalen = list(estimate = found$est[1, ], variance = found$var[1, ],
    other_estimate = found$est[2, ], other_variance = found$var[2, ]),
  quartiles = list(two = quartiles(2), six = quartiles(6), seven = quartiles(7)),
  lifelines = jsonlite::fromJSON("match-lifelines.json")))
