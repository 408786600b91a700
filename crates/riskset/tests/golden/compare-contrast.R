# Writes compare-contrast.json: milestones, restricted means over strata, conditional survival, and
# groups that change. Run in this folder: Rscript compare-contrast.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
z <- qnorm(0.975)
read <- function(d, t) { s <- summary(survfit(Surv(time, status) ~ 1, d), times = t); c(s$surv, s$std.err) }
mean_to <- function(d, tau) unname(summary(survfit(Surv(time, status) ~ 1, d), rmean = tau)$table[c("rmean", "se(rmean)")])
v <- veteran; a <- v[v$trt == 2, ]; b <- v[v$trt == 1, ]
A <- read(a, 180); B <- read(b, 180)
ll <- function(x) c(log(-log(x[1])), x[2] / abs(x[1] * log(x[1])))
p_ll <- 2 * pnorm(-abs(ll(A)[1] - ll(B)[1]) / sqrt(ll(A)[2]^2 + ll(B)[2]^2))
strata <- split(v, v$celltype)
one <- function(d, f, t) { x <- f(d[d$trt == 2, ], t); y <- f(d[d$trt == 1, ], t)
  c(x[1] - y[1], sqrt(x[2]^2 + y[2]^2), log(x[1] / y[1]), sqrt((x[2] / x[1])^2 + (y[2] / y[1])^2), nrow(d)) }
pool <- function(m) { both <- function(est, se) { n <- m[, 5] / sum(m[, 5]); w <- 1 / se^2; w <- w / sum(w)
    c(sum(n * est), sqrt(sum(n^2 * se^2)), sum(w * est), sqrt(sum(w^2 * se^2))) }
  list(difference = both(m[, 1], m[, 2]), log_ratio = both(m[, 3], m[, 4])) }
table_of <- function(f, t) pool(t(sapply(strata, one, f, t)))
# Those still followed at 100, from there on: the same as S(100 + 100) / S(100).
later <- survfit(Surv(time - 100, status) ~ 1, v, subset = time > 100, conf.type = "log-log")
cond <- summary(later, times = 100)
h <- jasa[, c("futime", "fustat", "wait.time", "transplant")]; h <- h[h$futime > 0, ]
h$change <- ifelse(h$transplant == 1, h$wait.time, NA)
rows <- do.call(rbind, lapply(seq_len(nrow(h)), function(i) with(h[i, ], {
  if (is.na(change) || change >= futime) data.frame(start = 0, stop = futime, event = fustat, g = 0)
  else if (change <= 0) data.frame(start = 0, stop = futime, event = fustat, g = 1)
  else data.frame(start = c(0, change), stop = c(change, futime), event = c(0, fustat), g = 0:1) })))
curves <- summary(survfit(Surv(start, stop, event) ~ g, rows), times = c(30, 180, 365))
# survfit knows who is at risk under late entry at its own times alone: counted here.
n_risk <- unlist(lapply(0:1, function(g) sapply(c(30, 180, 365), function(t) sum(rows$g == g & rows$start < t & rows$stop >= t))))
# The score test of the exact (discrete) partial likelihood is the log-rank test with ties.
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "survfit(Surv(time, status)), written out",
  data = list(time = v$time, event = v$status, group = v$trt - 1, stratum = as.integer(v$celltype) - 1),
  milestone = list(group = A, reference = B, difference = A[1] - B[1], error = sqrt(A[2]^2 + B[2]^2),
    ratio = A[1] / B[1], ratio_limits = A[1] / B[1] * exp(c(-1, 1) * z * sqrt((A[2] / A[1])^2 + (B[2] / B[1])^2)), p = p_ll),
  survival_strata = table_of(read, 80), rmst_strata = table_of(mean_to, 80),
  conditional = c(cond$surv, cond$std.err, cond$lower, cond$upper, later$n),
  jasa = list(data = list(time = h$futime, event = h$fustat), change = h$change),
  switching = list(surv = curves$surv, n_risk = n_risk, std_error = curves$std.err),
  mantel_byar = unname(coxph(Surv(start, stop, event) ~ g, rows, ties = "exact")$score)),
  "compare-contrast.json", digits = I(17), auto_unbox = TRUE, na = "null")
