# Writes compare-standardised.json: standardised curves from a stratified Cox model.
# Run in this folder: Rscript compare-standardised.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
d <- lung[complete.cases(lung[, c("age", "ph.ecog", "sex")]), ]
d$y <- as.integer(d$status == 2)
fit <- coxph(Surv(time, y) ~ age + ph.ecog + strata(sex), d, ties = "efron",
             control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
b <- coef(fit); V <- vcov(fit); X <- as.matrix(d[, c("age", "ph.ecog")]); r <- exp(drop(X %*% b))
path <- function(s) {
  i <- d$sex == s; ts <- sort(unique(d$time[i & d$y == 1]))
  t(sapply(ts, function(t) { k <- which(i & d$time >= t); f <- which(i & d$time == t & d$y == 1); n <- length(f)
    out <- c(t, 0, 0, 0, 0)
    for (j in seq_len(n) - 1) { S0 <- sum(r[k]) - j / n * sum(r[f])
      S1 <- colSums(X[k, , drop = FALSE] * r[k]) - j / n * colSums(X[f, , drop = FALSE] * r[f])
      out <- out + c(0, 1 / S0, 1 / S0^2, S1 / S0^2) }
    out })) }
paths <- lapply(1:2, path)
piece <- function(s, t, X0 = X) { p <- paths[[s]]; p <- p[p[, 1] <= t, , drop = FALSE]
  H <- sum(p[, 2]); q <- colSums(p[, 4:5, drop = FALSE]); r0 <- exp(drop(X0 %*% b)); S <- exp(-H * r0)
  A <- mean(r0 * S); list(S = mean(S), A = A, own = p[, 3], g = H * colMeans(X0 * r0 * S) - A * q) }
at <- function(s, t, X0 = X) { z <- piece(s, t, X0); list(v = z$S, own = z$A^2 * sum(z$own), g = z$g) }
area <- function(s, tau) { p <- paths[[s]]; cuts <- c(0, p[p[, 1] < tau, 1], tau)
  zs <- lapply(cuts[-length(cuts)], function(t) piece(s, t)); w <- diff(cuts); A <- sapply(zs, `[[`, "A") * w
  after <- rev(cumsum(rev(A)))[-1]
  list(v = sum(w * sapply(zs, `[[`, "S")), own = sum(p[p[, 1] < tau, 3] * after^2), g = drop(sapply(zs, `[[`, "g") %*% w)) }
se <- function(z) sqrt(z$own + drop(z$g %*% V %*% z$g))
# For one patient the formula is that of survfit; the mean of its curves is the standardised one.
one <- summary(survfit(fit, data.frame(age = 70, ph.ecog = 2, sex = 1)), times = 300)
stopifnot(all.equal(se(at(1, 300, cbind(70, 2))), one$std.err, tolerance = 1e-8))
all_curves <- sapply(1:2, function(s) { n <- transform(d[, c("age", "ph.ecog")], sex = s)
  mean(summary(survfit(fit, n), times = 300)$surv) })
stopifnot(all.equal(all_curves, c(at(1, 300)$v, at(2, 300)$v), tolerance = 1e-9))
both <- function(f, t) { a <- f(2, t); z <- f(1, t); g <- a$g - z$g; h <- a$g / a$v - z$g / z$v
  c(z$v, se(z), a$v, se(a), a$v - z$v, sqrt(a$own + z$own + drop(g %*% V %*% g)), log(a$v / z$v),
    sqrt(a$own / a$v^2 + z$own / z$v^2 + drop(h %*% V %*% h))) }
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "coxph(Surv(time, status == 2) ~ age + ph.ecog + strata(sex)), survfit averaged",
  data = list(time = d$time, event = d$y, group = d$sex - 1, age = d$age, ecog = d$ph.ecog),
  survival_300 = both(at, 300), mean_500 = both(area, 500)),
  "compare-standardised.json", digits = I(17), auto_unbox = TRUE, na = "null")
