# Writes tests/golden/differences.json: tests of groups as a table of patients has them, and standardised
# differences. Run in this folder: Rscript differences.R
suppressMessages(library(survival))
source("json.R")
test <- function(t) list(statistic = unname(t$statistic), df = unname(t$parameter), p = t$p.value)
numbers <- function(x, g) {
  g <- factor(g)
  list(x = x, g = as.integer(g) - 1, ranks = test(kruskal.test(x, g)), means = test(oneway.test(x ~ g)))
}
levels_of <- function(x, g) {
  counts <- unclass(table(x, g)); dimnames(counts) <- NULL
  pearson <- suppressWarnings(chisq.test(counts, correct = FALSE))
  list(counts = counts, pearson = test(pearson), smallest = min(pearson$expected),
       fisher = fisher.test(counts, workspace = 2e7)$p.value)
}
# Austin (2009) for numbers, Yang and Dalton (2012) for levels.
smd_numbers <- function(a, b) abs(mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)
smd_levels <- function(counts) {
  p <- counts[-1, 1] / sum(counts[, 1]); q <- counts[-1, 2] / sum(counts[, 2])
  s <- function(p) diag(p, length(p)) - p %*% t(p)
  sqrt(c(t(p - q) %*% solve((s(p) + s(q)) / 2) %*% (p - q)))
}
lung2 <- lung[!is.na(lung$ph.ecog) & !is.na(lung$wt.loss), ]
eco <- unclass(table(lung2$ph.ecog, lung2$sex)); dimnames(eco) <- NULL
store("differences", list(r = R.version.string,
  two = numbers(lung2$age, lung2$sex), tied = numbers(lung2$wt.loss, lung2$sex),
  four = numbers(veteran$karno, veteran$celltype),
  ecog = levels_of(lung2$ph.ecog, lung2$sex), cell = levels_of(veteran$celltype, veteran$trt),
  prior = levels_of(veteran$prior, veteran$trt),
  small = levels_of(c(rep(0:3, c(3, 1, 4, 2)), rep(0:3, c(0, 5, 1, 2))), rep(1:2, c(10, 8))),
  smd_age = smd_numbers(lung2$age[lung2$sex == 1], lung2$age[lung2$sex == 2]),
  smd_ecog = smd_levels(eco)))
