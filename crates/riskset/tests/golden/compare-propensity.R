# Writes compare-propensity.json: propensity weights, balance and weighted comparisons.
# Run in this folder: Rscript compare-propensity.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
d <- lung[complete.cases(lung[, c("age", "ph.ecog", "sex")]), ]
g <- d$sex - 1
fit <- glm(g ~ age + ph.ecog, binomial, d, epsilon = 1e-15, maxit = 100)
e <- fitted(fit)
w <- list(ate = ifelse(g == 1, 1 / e, 1 / (1 - e)), att = ifelse(g == 1, 1, e / (1 - e)),
          overlap = ifelse(g == 1, 1 - e, e))
w$stabilised <- w$ate * ifelse(g == 1, mean(g), 1 - mean(g))
cut <- quantile(w$ate, c(0.05, 0.95)); w$truncated <- pmin(pmax(w$ate, cut[1]), cut[2])
ess <- function(w) sapply(0:1, function(k) sum(w[g == k])^2 / sum(w[g == k]^2))
smd <- function(x, w) { m <- sapply(0:1, function(k) weighted.mean(x[g == k], w[g == k]))
  (m[2] - m[1]) / sqrt((var(x[g == 0]) + var(x[g == 1])) / 2) }
curve <- survfit(Surv(time, status == 2) ~ g, d, weights = w$ate, robust = TRUE)
s <- summary(curve, times = c(200, 500))
# Restricted means: the derivative by a weight, numerically with Richardson's extrapolation, squared.
area <- function(t, y, w, tau) { k <- survfit(Surv(t, y) ~ 1, weights = w); x <- c(0, k$time[k$time < tau], tau)
  sum(diff(x) * c(1, k$surv[k$time < tau])) }
one <- function(k, tau) { i <- g == k; t <- d$time[i]; y <- d$status[i] == 2; v <- w$ate[i]
  D <- sapply(seq_along(t), function(j) { f <- function(h) { u <- v; u[j] <- u[j] + h; area(t, y, u, tau) }
    (8 * (f(1e-3) - f(-1e-3)) - (f(2e-3) - f(-2e-3))) / 12e-3 })
  c(area(t, y, v, tau), sqrt(sum((v * D)^2))) }
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "glm(g ~ age + ph.ecog, binomial); survfit(weights, robust = TRUE)",
  data = list(time = d$time, event = as.integer(d$status == 2), group = g, age = d$age, ecog = d$ph.ecog),
  coefficients = unname(coef(fit)), propensity = unname(e), weights = lapply(w, unname), cut = unname(cut),
  truncated = sum(w$ate < cut[1] | w$ate > cut[2]), effective = lapply(w, ess),
  before = c(smd(d$age, g * 0 + 1), smd(d$ph.ecog, g * 0 + 1)), after = c(smd(d$age, w$ate), smd(d$ph.ecog, w$ate)),
  survival_at = list(surv = s$surv, std_error = s$std.err), rmst = c(one(0, 500), one(1, 500))),
  "compare-propensity.json", digits = I(17), auto_unbox = TRUE, na = "null")
