# Writes reclassification.json: net reclassification and integrated discrimination with weights for
# censoring, the formulas written out; standard errors by the numerical derivative of each number with
# respect to the weight of each row, the censoring distribution made anew each time.
# Run in this folder: Rscript reclassification.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
d <- rotterdam[seq(1, nrow(rotterdam), by = 15), ]
time <- round(d$rtime / 100) * 100 + 50; event <- d$recur  # ties between events and censorings
fit0 <- coxph(Surv(time, event) ~ age + log(nodes + 1), d)
fit1 <- coxph(Surv(time, event) ~ age + log(nodes + 1) + hormon + log(pgr + 1), d)
t0 <- 1550
risk <- function(fit) { s <- survfit(fit, d); round(1 - s$surv[findInterval(t0, s$time), ], 6) }
p0 <- risk(fit0); p1 <- risk(fit1)
G <- function(w) {  # just before each time: an event at a time comes before a censoring there
  at <- sort(unique(time[event == 0])); g <- 1; out <- numeric(0)
  for (u in at) { n <- sum(w[time > u | (time == u & event == 0)]); g <- g * (1 - sum(w[time == u & event == 0]) / n)
    out <- c(out, g) }
  function(x) { k <- sum(at < x); if (k == 0) 1 else out[k] }
}
measures <- function(w, cuts) {
  g <- G(w); case <- time <= t0 & event == 1; free <- time > t0
  a <- ifelse(case, w / sapply(time, g), 0); b <- ifelse(free, w, 0)
  one <- function(x) { e <- sum(a * x) / sum(a); f <- -sum(b * x) / sum(b); c(e, f, e + f) }
  category <- function(p) findInterval(p, cuts)
  c(one(sign(category(p1) - category(p0))), one(sign(p1 - p0)), one(p1 - p0))
}
jackknife <- function(w, cuts, h = 1e-5) {
  each <- sapply(seq_along(w), function(k) { up <- down <- w; up[k] <- w[k] * (1 + h); down[k] <- w[k] * (1 - h)
    (measures(up, cuts) - measures(down, cuts)) / (2 * h) })
  sqrt(rowSums(each^2))
}
cuts <- c(0.3, 0.5)
plain <- rep(1, nrow(d)); weighted <- 1 + (seq_len(nrow(d)) %% 3)
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "weighted means written out; numerical infinitesimal jackknife",
  time = time, event = event, before = unname(p0), after = unname(p1), at = t0, cuts = cuts,
  weights = weighted,
  plain = measures(plain, cuts), plain_error = jackknife(plain, cuts),
  weighted = measures(weighted, cuts), weighted_error = jackknife(weighted, cuts)),
  "reclassification.json", digits = I(17), auto_unbox = TRUE)
