# Writes compare-tipping.json: hazard ratios when those who were lost have the event or none, and
# imputed with a delta by the same method written out (another stream of random numbers, many
# imputations). Run in this folder: Rscript compare-tipping.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })

d <- with(survival::lung, data.frame(time, event = status - 1, x = sex - 1))
set.seed(11); d$lost <- as.numeric(d$event == 0 & runif(nrow(d)) < 0.6)
one <- function(d) { f <- summary(coxph(Surv(time, event) ~ x, d)); unname(c(f$coefficients[c(1, 3)])) }
case <- function(happens) {
  e <- d; l <- e$lost == 1
  e$event[l & happens(e$x)] <- 1
  e$time[l & !happens(e$x)] <- max(d$time)
  one(e)
}
impute <- function(delta, m = 400) {
  est <- replicate(m, {
    e <- d
    for (g in 0:1) {
      own <- which(d$x == g); b <- sample(own, replace = TRUE)
      s <- survfit(Surv(time, event) ~ 1, d[b, ])
      for (i in own[d$lost[own] == 1]) {
        k <- sum(s$time <= d$time[i]); from <- if (k == 0) 1 else s$surv[k]
        after <- which(s$time > d$time[i] & s$n.event > 0)
        hit <- after[(s$surv[after] / from)^delta[g + 1] <= runif(1)][1]
        if (from > 0 && !is.na(hit)) { e$time[i] <- s$time[hit]; e$event[i] <- 1 }
        else e$time[i] <- max(d$time[i], max(s$time))
      }
    }
    one(e) })
  within <- mean(est[2, ]^2); between <- var(est[1, ])
  c(mean(est[1, ]), sqrt(within + (1 + 1 / m) * between), sqrt(between / m))
}
set.seed(12)
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  data = as.list(d), observed = one(d), worst = case(function(x) x == 1), best = case(function(x) x == 0),
  all = case(function(x) TRUE), none = case(function(x) FALSE),
  same = impute(c(1, 1)), second = impute(c(1, 3)), first = impute(c(0.3, 1))),
  "compare-tipping.json", digits = I(17), auto_unbox = TRUE)
