# Writes competing-robust.json: robust standard errors of cumulative incidences by R survival, by row and
# by cluster. Run in this folder: Rscript competing-robust.R. Needs survival; json.R writes.

suppressMessages(library(survival))
source("json.R")

m <- mgus2[seq(1, nrow(mgus2), 3), ]
m$etime <- with(m, ifelse(pstat == 0, futime, ptime))
m$event <- with(m, ifelse(pstat == 0, 2 * death, 1))
m$w <- 0.5 + (m$age %% 7) / 5
by <- list(row = seq_len(nrow(m)), cluster = m$age)
curves <- lapply(by, function(id) lapply(c("F", "M"), function(sex) {
  d <- data.frame(m, together = id)[m$sex == sex, ]
  d$row <- seq_len(nrow(d))
  d <<- d # resid() looks for the data in the global environment
  # survival 3.5.3 leaves cluster = out with several states: the sums are made here of its influences,
  # which by row give its own standard errors.
  fit <- survfit(Surv(etime, factor(event, 0:2)) ~ 1, data = d, weights = w, id = row)
  moved <- resid(fit, times = fit$time, type = "pstate", weighted = TRUE)
  errors <- function(by, state) {
    k <- which(dim(moved) == length(fit$states)); stopifnot(length(k) == 1)
    one <- if (k == 2) moved[, state, ] else moved[, , state]
    unname(sqrt(colSums(rowsum(one, by)^2)))
  }
  for (k in 2:3) stopifnot(all.equal(errors(d$row, k), unname(fit$std.err[, k])))
  list(estimate = list(fit$pstate[, 2], fit$pstate[, 3]),
       std_error = list(errors(d$together, 2), errors(d$together, 3)))
}))
store("competing-robust", list(
  r = R.version.string, survival = as.character(packageVersion("survival")),
  data = list(time = m$etime, cause = m$event, group = as.integer(m$sex == "M") + 1L, weight = m$w,
              cluster = as.integer(factor(m$age))),
  curves = curves))
