# Writes nomogram.json: points of a Cox model's nomogram by rms, at the ticks that riskset chooses.
# Run in this folder: Rscript nomogram.R. Needs survival, rms and jsonlite.

suppressMessages({ library(survival); library(rms); library(jsonlite) })
d <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog")]), ]
d <- d[d$ph.ecog < 3, ]
d$ph.ecog <- factor(d$ph.ecog); d$sex <- factor(d$sex); d$y <- as.integer(d$status == 2)
dd <- datadist(d); options(datadist = "dd")
fit <- cph(Surv(time, y) ~ age + sex + ph.ecog, d, x = TRUE, y = TRUE, surv = TRUE,
           eps = 1e-13, iter.max = 50, method = "efron")
# The survival of rms has the linear predictor from the centre of the design.
base <- basehaz(coxph(Surv(time, y) ~ age + sex + ph.ecog, d,
  control = coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)), centered = FALSE)
beta <- coef(fit)
hazard <- function(t) base$hazard[max(which(base$time <= t))]
nom <- nomogram(fit, age = seq(40, 80, by = 5), lp = TRUE, maxscale = 100)
points <- function(name) as.numeric(nom[[name]]$points)
# A total belongs to a linear predictor: by rms's own total points at two of them.
lp <- as.numeric(nom$lp$x.real); at <- as.numeric(nom$lp$x)
line <- lm(at ~ lp)
stopifnot(summary(line)$sigma < 1e-9)
total <- function(s, t) {
  # rms centres the linear predictor.
  linear <- log(-log(s) / hazard(t)) - fit$center
  unname(coef(line)[1] + coef(line)[2] * linear)
}
survival <- c(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
write_json(list(r = R.version.string, rms = as.character(packageVersion("rms")),
  call = "cph, nomogram(age = seq(40, 80, by = 5), maxscale = 100)",
  age = points("age"), sex = points("sex"), ecog = points("ph.ecog"),
  survival = survival, total_180 = sapply(survival, total, t = 180)),
  "nomogram.json", digits = I(17), auto_unbox = TRUE, na = "null")
