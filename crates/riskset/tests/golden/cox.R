# Writes tests/golden/cox-*.json: the input of each fit and what R's survival makes of it.
# Run in this folder: Rscript cox.R
suppressMessages(library(survival))
options(digits = 17)

number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    if (is.null(names(x))) return(paste0("[", paste(vapply(x, json, ""), collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(x), "\":", vapply(x, json, ""), collapse = ",\n "), "}"))
  }
  if (is.character(x)) return(if (length(x) == 1) encodeString(x, quote = "\"") else json(as.list(x)))
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) x[i, ])))
  paste0("[", paste(number(as.numeric(x)), collapse = ","), "]")
}

golden <- function(name, call) {
  text <- deparse1(substitute(call))
  control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
  call <- substitute(call)
  call$control <- quote(control)
  call$x <- TRUE
  call$y <- TRUE
  fit <- eval(call)
  y <- fit$y
  # A fit with exact ties and late entry comes back without its class and method.
  ties <- if (is.null(call$ties)) "efron" else eval(call$ties, parent.frame())
  class(fit) <- "coxph"
  fit$method <- ties
  counting <- ncol(y) == 3
  frame <- model.frame(fit)
  terms <- fit$assign
  strata <- if (is.null(fit$strata)) NULL else as.numeric(fit$strata) - 1
  cluster <- model.extract(frame, "cluster")
  out <- list(
    call = text, r = R.version.string, survival = as.character(packageVersion("survival")),
    ties = ties, start = if (counting) y[, 1] else NULL, time = y[, ncol(y) - 1],
    event = y[, ncol(y)], strata = strata,
    cluster = if (is.null(cluster)) NULL else as.numeric(factor(cluster)) - 1,
    weights = fit$weights, offset = model.extract(frame, "offset"),
    x = t(fit$x), terms = unname(terms), robust = if (is.null(fit$naive.var)) 0 else 1,
    coefficients = fit$coefficients, variance = fit$var, naive = fit$naive.var,
    loglik = fit$loglik, score = fit$score, rscore = fit$rscore, wald = fit$wald.test,
    concordance = as.numeric(fit$concordance[c("concordance", "std")]),
    martingale = residuals(fit, "martingale"), deviance = residuals(fit, "deviance"))
  if (ties != "exact") {
    matrix_of <- function(kind) as.matrix(residuals(fit, kind))
    out$schoenfeld <- matrix_of("schoenfeld")
    out$scaled <- matrix_of("scaledsch")
    out$score_residuals <- matrix_of("score")
    out$dfbeta <- matrix_of("dfbeta")
    out$dfbetas <- matrix_of("dfbetas")
    plain <- fit
    out$zph <- lapply(c(rank = "rank", km = "km", identity = "identity", log = "log"),
                      function(g) cox.zph(fit, transform = g)$table)
    # Two new patients: at the mean of the columns, and one unit off in the first column.
    where <- rbind(colMeans(fit$x), colMeans(fit$x) + c(1, rep(0, ncol(fit$x) - 1)))
    out$new <- where
    if (is.null(strata) && is.null(out$offset)) {
      # Curves by R from the design columns themselves, so that factors need no new data.
      flat <- data.frame(fit$x)
      names(flat) <- paste0("x", seq_len(ncol(fit$x)))
      flat$w <- if (is.null(fit$weights)) 1 else fit$weights
      columns <- names(flat)[seq_len(ncol(fit$x))]
      flat$cl <- cluster
      again <- if (is.null(cluster)) {
        coxph(reformulate(columns, "y"), flat, ties = ties, weights = w, control = control, robust = FALSE)
      } else {
        coxph(reformulate(columns, "y"), flat, ties = ties, weights = w, control = control, cluster = cl)
      }
      new <- as.data.frame(where); names(new) <- columns
      curve <- survfit(again, newdata = new, conf.type = "log")
      out$curve <- list(time = curve$time, cumhaz = t(curve$cumhaz), std_error = t(curve$std.err))
    }
  }
  # concordance() does not know the exact method's fits, nor Uno's weights with late entries.
  if (ties != "exact" && !counting && is.null(strata)) {
    uno <- if (is.null(cluster)) concordance(fit, timewt = "n/G2") else
      concordance(fit, timewt = "n/G2", cluster = cluster)
    out$uno <- c(uno$concordance, sqrt(uno$var))
  }
  base <- basehaz(fit, centered = FALSE)
  out$baseline <- list(time = base$time, hazard = base$hazard,
                       strata = if (is.null(base$strata)) NULL else as.numeric(base$strata) - 1)
  writeLines(json(out), paste0("cox-", name, ".json"))
}

lung2 <- na.omit(lung[c("time", "status", "age", "sex", "ph.ecog", "wt.loss", "inst")])
lung2$w <- 1 + lung2$inst %% 3 / 4
for (ties in c("efron", "breslow", "exact"))
  golden(paste0("lung-", ties),
         coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung2, ties = ties))
golden("lung-weighted", coxph(Surv(time, status == 2) ~ age + sex + wt.loss, lung2, weights = w, robust = FALSE))
golden("lung-cluster", coxph(Surv(time, status == 2) ~ age + sex + wt.loss, lung2, weights = w, cluster = inst))
golden("lung-strata-offset",
       coxph(Surv(time, status == 2) ~ age + wt.loss + strata(sex) + offset(ph.ecog / 2), lung2))
golden("veteran", coxph(Surv(time, status) ~ karno + celltype, veteran))
golden("heart", coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, heart))
golden("heart-exact", coxph(Surv(start, stop, event) ~ age + transplant, heart, ties = "exact"))
golden("bladder2",
       coxph(Surv(start, stop, event) ~ rx + size + number + strata(enum), bladder2, cluster = id))

# Firth's penalty by brute force: R's own likelihood and information at given coefficients, and a
# general optimiser. Good to about six digits.
firth <- function(name, data, columns, ties) {
  f <- reformulate(columns, "Surv(time, event)")
  penalised <- function(b) {
    fit <- coxph(f, data, init = b, iter.max = 0, ties = ties)
    value <- fit$loglik[2] - 0.5 * as.numeric(determinant(fit$var)$modulus)
    if (is.finite(value)) value else -1e10
  }
  top <- function(fn, start) {
    for (i in 1:6) start <- optim(start, fn, method = "BFGS",
      control = list(fnscale = -1, reltol = 1e-16, maxit = 1000, ndeps = rep(1e-4, length(start))))$par
    start
  }
  p <- length(columns)
  best <- top(penalised, rep(0, p))
  error <- sqrt(diag(coxph(f, data, init = best, iter.max = 0, ties = ties)$var))
  profile <- function(j, b) {
    full <- function(rest) { v <- numeric(p); v[j] <- b; v[-j] <- rest; v }
    penalised(full(top(function(rest) penalised(full(rest)), best[-j])))
  }
  fall <- function(j, b) 2 * (penalised(best) - profile(j, b))
  limit <- function(j, sign) uniroot(function(b) fall(j, b) - qchisq(0.95, 1),
    sort(c(best[j], best[j] + sign * 6 * error[j])), tol = 1e-10)$root
  out <- list(r = R.version.string, survival = as.character(packageVersion("survival")), ties = ties,
    time = data$time, event = data$event, x = t(as.matrix(data[columns])), coefficients = best,
    loglik = c(penalised(rep(0, p)), penalised(best)),
    lower = sapply(1:p, limit, -1), upper = sapply(1:p, limit, 1), fall = sapply(1:p, fall, 0))
  writeLines(json(out), paste0("cox-firth-", name, ".json"))
}
twelve <- data.frame(time = 1:12, event = rep(1:0, c(4, 8)),
                     x = c(1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0),
                     z = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8))
firth("separated", twelve, c("x", "z"), "efron")
# Age in decades from 56, so that the optimiser's steps do not overflow.
ties <- transform(ovarian, time = ceiling(futime / 100), event = fustat, age = (age - 56) / 10)
firth("ovarian", ties, c("age", "rx"), "efron")
firth("ovarian-breslow", ties, c("age", "rx"), "breslow")

# Curves with limits, predictions and nested models, from the design columns themselves.
predicted <- function(name, y, x, nested, ties, stratum = NULL, weights = NULL, offset = NULL) {
  colnames(x) <- paste0("x", seq_len(ncol(x)))
  n <- nrow(x)
  d <- data.frame(x, time = y[, ncol(y) - 1], event = y[, ncol(y)])
  if (ncol(y) == 3) d$start <- y[, 1]
  d$s <- if (is.null(stratum)) rep(0, n) else stratum
  d$w <- if (is.null(weights)) rep(1, n) else weights
  d$o <- if (is.null(offset)) rep(0, n) else offset
  control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
  model <- function(columns) {
    f <- reformulate(c(colnames(x)[columns], if (!is.null(stratum)) "strata(s)", "offset(o)"),
      if (ncol(y) == 3) "Surv(start, time, event)" else "Surv(time, event)")
    fit <- eval(bquote(coxph(.(f), d, ties = .(ties), weights = w, robust = FALSE, control = control)))
    class(fit) <- "coxph"
    fit$method <- ties
    fit
  }
  fit <- model(seq_len(ncol(x)))
  test <- anova(model(nested), fit)
  out <- list(r = R.version.string, survival = as.character(packageVersion("survival")), ties = ties,
    start = if (ncol(y) == 3) d$start else NULL, time = d$time, event = d$event, x = t(x),
    strata = stratum, weights = weights, offset = offset, cluster = NULL, nested = nested - 1,
    against = c(test$Chisq[2], test$Df[2], test[["Pr(>|Chi|)"]][2]))
  if (ties != "exact") {
    # A few rows, and one far from all.
    new <- rbind(x[seq(1, n, length.out = 4), , drop = FALSE], apply(x, 2, max) + 2 * apply(x, 2, sd))
    new <- data.frame(new)
    new$o <- 0
    out$new <- t(new[colnames(x)])
    out$smooth <- list()
    out$curves <- list()
    for (s in sort(unique(d$s))) for (kind in c("log", "log-log", "plain", "logit", "arcsin")) {
      new$s <- s
      curves <- lapply(seq_len(nrow(new)), function(i)
        survfit(fit, newdata = new[i, ], conf.type = kind, conf.int = 0.9))
      # Some times are enough, the last among them.
      time <- curves[[1]]$time
      some <- sort(unique(c(seq(1, length(time), by = 9), length(time))))
      of <- function(what) lapply(curves, function(curve) unname(c(curve[[what]]))[some])
      out$curves[[length(out$curves) + 1]] <- list(stratum = s, kind = kind, times = length(time),
        time = time[some], surv = of("surv"), std_error = of("std.err"), lower = of("lower"), upper = of("upper"))
    }
    new$s <- d$s[1]
    new$start <- 0
    new$time <- quantile(d$time[d$s == new$s[1]], c(0.1, 0.3, 0.5, 0.7, 0.9), type = 1)
    new$event <- 1
    both <- function(p) list(fit = unname(p$fit), std_error = unname(p$se.fit))
    out$predictor <- both(predict(fit, new, type = "lp", se.fit = TRUE, reference = "zero"))
    out$survival <- c(list(stratum = new$s[1], time = unname(new$time)),
      both(predict(fit, new, type = "survival", se.fit = TRUE)))
    out$expected <- unname(predict(fit, type = "expected"))
    # The scaled residuals regressed on splines' natural cubic spline: knots at the quartiles of the
    # distinct transformed times, the variance of a residual the number of events times that of the
    # coefficient.
    scaled <- as.matrix(residuals(fit, "scaledsch"))
    when <- as.numeric(rownames(scaled))
    for (kind in c("rank", "km", "identity", "log")) {
      z <- cox.zph(fit, transform = kind)
      g <- z$x[match(when, z$time)]
      distinct <- sort(unique(g))
      knots <- distinct[1 + floor(0:4 / 4 * (length(distinct) - 1) + 0.5)]
      basis <- cbind(1, splines::ns(g, knots = knots[2:4], Boundary.knots = knots[c(1, 5)]))
      inverse <- solve(crossprod(basis))
      smooth <- basis %*% inverse %*% crossprod(basis, scaled)
      width <- sqrt(rowSums(basis %*% inverse * basis))
      first <- match(sort(unique(when)), when)
      out$smooth[[kind]] <- list(time = when[first], transformed = g[first], estimate = t(smooth[first, , drop = FALSE]),
        std_error = outer(sqrt(nrow(scaled) * diag(fit$var)), width[first]))
    }
  }
  writeLines(json(out), paste0("cox-predict-", name, ".json"))
}
dead <- with(lung2, Surv(time, status == 2))
predicted("lung", dead, as.matrix(lung2[c("age", "ph.ecog", "wt.loss")]), c(1, 3), "efron", stratum = lung2$sex - 1)
predicted("lung-weighted", dead, as.matrix(lung2[c("age", "sex", "wt.loss")]), 2, "efron", weights = lung2$w, offset = lung2$ph.ecog / 2)
cells <- model.matrix(~ karno + celltype, veteran)[, -1]
predicted("veteran", with(veteran, Surv(time, status)), cells, 1, "breslow")
predicted("veteran-exact", with(veteran, Surv(time, status)), cells, 1, "exact")
beating <- with(heart, Surv(start, stop, event))
predicted("heart", beating, as.matrix(cbind(heart[c("age", "surgery")], transplant = heart$transplant == 1)), c(1, 3), "efron")
