# Writes compare-rmst-pairs.json: restricted means of every pair of four groups, written out: the difference of
# survfit's means over the root of the summed variances, the ratio on its logarithm, and p.adjust.
# Run in this folder: Rscript compare-rmst-pairs.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })
tau <- 200
z <- qnorm(0.975)
means <- unname(summary(survfit(Surv(time, status) ~ celltype, veteran), rmean = tau)$table[, c("rmean", "se(rmean)")])
places <- combn(4, 2)
one <- function(k) {
  a <- means[places[1, k], ]; b <- means[places[2, k], ]
  d <- b[1] - a[1]; se <- sqrt(a[2]^2 + b[2]^2)
  r <- log(b[1] / a[1]); rse <- sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2)
  list(a = places[1, k] - 1, b = places[2, k] - 1,
       difference = c(d, se, d - z * se, d + z * se, 2 * pnorm(-abs(d / se))),
       ratio = c(exp(r), exp(r) * rse, exp(r - z * rse), exp(r + z * rse), 2 * pnorm(-abs(r / rse))))
}
pairs <- lapply(seq_len(ncol(places)), one)
adjusted <- function(of) {
  p <- sapply(pairs, function(pair) pair[[of]][5])
  list(none = p, holm = p.adjust(p, "holm"), bonferroni = p.adjust(p, "bonferroni"), bh = p.adjust(p, "BH"))
}
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  call = "summary(survfit(Surv(time, status) ~ celltype, veteran), rmean = 200), written out; p.adjust",
  tau = tau, data = list(time = veteran$time, event = veteran$status, group = as.integer(veteran$celltype) - 1),
  pairs = pairs, difference = adjusted("difference"), ratio = adjusted("ratio")),
  "compare-rmst-pairs.json", digits = I(17), auto_unbox = TRUE, na = "null")
