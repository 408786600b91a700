# Writes logrank-*.json: tests of the log-rank family, with the data they were made from.
# Run in this folder: Rscript logrank.R. Needs survival and jsonlite.
#
# survdiff has the weights S^rho, for right-censored data. Every other test is written out below
# from its definition, and the two must agree where both exist.

suppressMessages({ library(survival); library(jsonlite) })

weight_of <- function(test, rho, gamma) function(n, d, S, peto) switch(test,
  "logrank" = 1, "gehan-wilcoxon" = n, "tarone-ware" = sqrt(n), "peto-peto" = peto,
  "fleming-harrington" = S^rho * (1 - S)^gamma)

by_definition <- function(start, stop, event, group, stratum, weight) {
  G <- max(group) + 1
  score <- observed <- expected <- numeric(G)
  V <- matrix(0, G, G)
  for (s in unique(stratum)) {
    S <- peto <- 1
    for (t in sort(unique(stop[event == 1 & stratum == s]))) {
      at_risk <- stratum == s & start < t & stop >= t
      dies <- at_risk & stop == t & event == 1
      n <- sum(at_risk); d <- sum(dies)
      p <- vapply(seq_len(G) - 1, function(g) sum(at_risk & group == g), 0) / n
      d_g <- vapply(seq_len(G) - 1, function(g) sum(dies & group == g), 0)
      peto <- peto * (1 - d / (n + 1))
      w <- weight(n, d, S, peto)
      observed <- observed + w * d_g
      expected <- expected + w * d * p
      score <- score + w * (d_g - d * p)
      if (n > 1) V <- V + w^2 * d * (n - d) / (n - 1) * (diag(p, G) - outer(p, p))
      S <- S * (1 - d / n)
    }
  }
  z <- score[-1]
  a <- seq_len(G)
  list(observed = observed, expected = expected, variance = V,
       statistic = drop(z %*% solve(V[-1, -1, drop = FALSE], z)), df = G - 1,
       trend = sum(a * score)^2 / drop(a %*% V %*% a))
}

tests <- list(list("logrank", 0, 0), list("gehan-wilcoxon", 0, 0), list("tarone-ware", 0, 0),
              list("peto-peto", 0, 0), list("fleming-harrington", 1, 0),
              list("fleming-harrington", 0, 1), list("fleming-harrington", 0.5, 2))

write_golden <- function(name, y, group, stratum = rep(0, length(group))) {
  y <- aeqSurv(y)
  late <- ncol(y) == 3
  stop <- y[, if (late) 2 else 1]; event <- y[, ncol(y)]
  start <- if (late) y[, 1] else rep(-Inf, length(stop))
  group <- as.integer(factor(group)) - 1L
  stratum <- as.integer(factor(stratum)) - 1L
  results <- lapply(tests, function(t) {
    r <- by_definition(start, stop, event, group, stratum, weight_of(t[[1]], t[[2]], t[[3]]))
    if (!late && t[[1]] %in% c("logrank", "fleming-harrington") && t[[3]] == 0) {
      s <- survdiff(y ~ group + strata(stratum), rho = t[[2]])
      stopifnot(all.equal(s$chisq, r$statistic, tolerance = 1e-12),
                all.equal(c(s$var), c(r$variance), tolerance = 1e-12))
    }
    r$p_value <- pchisq(r$statistic, r$df, lower.tail = FALSE)
    c(list(test = t[[1]], rho = t[[2]], gamma = t[[3]]), r)
  })
  pairs <- combn(sort(unique(group)), 2)
  pair_p <- apply(pairs, 2, function(ab) {
    i <- group %in% ab
    r <- by_definition(start[i], stop[i], event[i], as.integer(group[i] == ab[2]), stratum[i],
                       weight_of("logrank", 0, 0))
    pchisq(r$statistic, 1, lower.tail = FALSE)
  })
  data <- list(time = stop, event = event, group = group, stratum = stratum)
  if (late) data$start <- start
  write_json(list(
    r = R.version.string, survival = as.character(packageVersion("survival")),
    call = "by_definition(); survdiff(y ~ group + strata(stratum), rho) where it has the test",
    data = data, results = results,
    pairs = list(a = pairs[1, ], b = pairs[2, ], p_value = pair_p,
                 holm = p.adjust(pair_p, "holm"), bh = p.adjust(pair_p, "BH"),
                 bonferroni = p.adjust(pair_p, "bonferroni"))),
    paste0("logrank-", name, ".json"), digits = I(17), auto_unbox = FALSE, na = "null")
}

with(veteran, write_golden("veteran", Surv(time, status), celltype))
with(lung[!is.na(lung$ph.ecog), ], write_golden("lung-strata", Surv(time, status == 2), ph.ecog > 0,
                                                 interaction(sex, age > 60)))
set.seed(20261121)
start <- c(round(rexp(60, 0.3), 1), 30 + round(rexp(30, 0.5), 1))
stop <- start + 0.1 + round(rweibull(90, 0.9, 4), 1)
event <- rbinom(90, 1, 0.6)
write_golden("late", Surv(start, stop, event), rep(1:3, 30), rep(1:2, each = 45))
