# Writes compare-pseudo.json: censoring weights and pseudo-values of the lung data.
# Run in this folder: Rscript compare-pseudo.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
d <- lung; t <- d$time; y <- as.integer(d$status == 2); n <- nrow(d)
# Events before censorings: a censoring counts a little later.
G <- survfit(Surv(t + ifelse(y == 1, 0, 1e-3), 1 - y) ~ 1)
free <- function(x) c(1, G$surv)[1 + sum(G$time <= x)]
w <- ifelse(t > 300, 1 / free(300 + 2e-3), ifelse(y == 1, 1 / vapply(t - 1e-4, free, 0), 0))
S <- function(i) summary(survfit(Surv(t[i], y[i]) ~ 1), times = 300)$surv
M <- function(i) unname(summary(survfit(Surv(t[i], y[i]) ~ 1), rmean = 500)$table["rmean"])
pseudo <- function(f) n * f(1:n) - (n - 1) * vapply(1:n, function(i) f(-i), 0)
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "survfit, each row left out in turn", data = list(time = t, event = y),
  weights = w, surv = S(1:n), pseudo_survival = pseudo(S), pseudo_mean = pseudo(M)),
  "compare-pseudo.json", digits = I(17), auto_unbox = TRUE, na = "null")
