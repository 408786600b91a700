# Writes tests/golden/competing-comparison.json: two predictions of an incidence on the same patients.
# Net reclassification and the difference of net benefits by weighted formulas, with and without competing
# risks, their errors by the numerical derivative in the weight of each row; calibration by `jackknife` of
# prodlim and `geese` of geepack with the complementary log-log link, as in the supplement of van Geloven
# and others (2022).
# Run in this folder: Rscript competing-comparison.R
suppressMessages({library(survival); library(prodlim); library(geepack)})
source("json.R")
m <- mgus2[complete.cases(mgus2[, c("age", "sex", "mspike", "hgb")]), ][1:400, ]
m$time <- with(m, ifelse(pstat == 0, futime, ptime))
m$cause <- with(m, ifelse(pstat == 0, 2 * death, 1))
n <- nrow(m); m$id <- seq_len(n); m$state <- factor(m$cause, 0:2, c("censored", "pcm", "death"))
t0 <- 120
risk <- function(formula) {
  fit <- coxph(formula, m, id = id, ties = "breslow")
  s <- survfit(fit, newdata = m)
  round(s$pstate[max(which(s$time <= t0)), , 2], 6)
}
before <- risk(Surv(time, state) ~ age + hgb); after <- risk(Surv(time, state) ~ age + hgb + mspike)
# G just before each time, or at t where that is earlier; an event comes before a censoring.
censored <- function(w, time, end) {
  out <- rep(1, length(time))
  for (u in sort(unique(time[end == 0]))) {
    left <- sum(w[time > u | (time == u & end == 0)])
    later <- pmin(time, t0 + 1e-9) > u
    out[later] <- out[later] * (1 - sum(w[time == u & end == 0]) / left)
  }
  out
}
cuts <- c(0.05, 0.1)
moved <- function(end, w = rep(1, n)) {
  g <- censored(w, m$time, end)
  case <- m$time <= t0 & end == 1; free <- m$time > t0 | (m$time <= t0 & end == 2)
  a <- ifelse(case, w / g, 0); b <- ifelse(free, w / g, 0)
  one <- function(x) { e <- sum(a * x) / sum(a); f <- -sum(b * x) / sum(b); c(e, f, e + f) }
  category <- function(p) findInterval(p, cuts)
  c(one(sign(category(after) - category(before))), one(sign(after - before)), one(after - before))
}
incidence <- function(end, rows, w) { # Aalen-Johansen
  free <- 1; f <- 0
  for (u in sort(unique(m$time[rows & end != 0 & m$time <= t0]))) {
    left <- sum(w[rows & m$time >= u]); own <- sum(w[rows & m$time == u & end == 1])
    f <- f + free * own / left
    free <- free * (1 - sum(w[rows & m$time == u & end != 0]) / left)
  }
  f
}
benefit <- function(end, r, p, w) {
  treated <- r >= p
  f <- incidence(end, treated, w); q <- sum(w[treated]) / sum(w)
  q * (f - (1 - f) * p / (1 - p))
}
thresholds <- c(0.04, 0.07, 0.1)
gain <- function(end, w = rep(1, n)) vapply(thresholds, function(p) benefit(end, after, p, w) - benefit(end, before, p, w), 0)
jackknife <- function(of) sqrt(rowSums(vapply(seq_len(n), function(i) {
  h <- 1e-5; up <- down <- rep(1, n); up[i] <- 1 + h; down[i] <- 1 - h
  (of(up) - of(down)) / (2 * h) }, of(rep(1, n)))^2))
any_event <- as.numeric(m$cause != 0)
# Calibration of predictions that are too sure.
sure <- round(1 - exp(-0.8 * (-log(1 - after))^1.3), 6); link <- log(-log(1 - sure))
pseudo <- as.numeric(jackknife_values <- prodlim::jackknife(prodlim(Hist(time, cause) ~ 1, data = m), times = t0, cause = 1))
geese_of <- function(formula) geese(formula, data = data.frame(pseudo, link), id = seq_len(n), scale.fix = TRUE,
  family = gaussian, mean.link = "cloglog", corstr = "independence", control = geese.control(epsilon = 1e-12, maxit = 100))
large <- summary(geese_of(pseudo ~ offset(link)))$mean
slope <- summary(geese_of(pseudo ~ offset(link) + link))$mean
store("competing-comparison", list(r = R.version.string, survival = as.character(packageVersion("survival")),
  prodlim = as.character(packageVersion("prodlim")), geepack = as.character(packageVersion("geepack")),
  time = m$time, cause = m$cause, at = t0, before = before, after = after, cuts = cuts,
  moved = moved(m$cause), moved_error = jackknife(function(w) moved(m$cause, w)),
  thresholds = thresholds, gain = gain(m$cause), gain_error = jackknife(function(w) gain(m$cause, w)),
  gain_survival = gain(any_event), gain_survival_error = jackknife(function(w) gain(any_event, w)),
  sure = sure, pseudo = pseudo, intercept = c(large[1, "estimate"], large[1, "san.se"]),
  slope = c(1 + slope[2, "estimate"], slope[2, "san.se"])))
