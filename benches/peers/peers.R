# R's survival and cmprsk on the workloads of run.py: Rscript peers.R WORKLOAD DIR SECONDS
#
# Reads the columns with readBin, and times inside R from plain vectors to the answers. "km-csv"
# and "cox-csv" are whole processes instead: DIR is then the file, read with data.table's fread.

suppressMessages(library(survival))

arguments <- commandArgs(trailingOnly = TRUE)
workload <- arguments[1]
folder <- arguments[2]
limit <- as.numeric(arguments[3])
repeats <- 5
times <- c(0.25, 0.5, 1, 2) # years, at which curves are compared

# ---- columns ------------------------------------------------------------------------------------

column <- function(name, cohort = "cohort", part = 1) {
  file <- file.path(folder, cohort, paste0(name, ".f64"))
  readBin(file, "double", n = file.size(file) %/% 8 %/% part, endian = "little")
}

# Response, group and the covariates as a data frame.
frame <- function(covariates = 0, cohort = "cohort", part = 1, names = c("time", "event", "group")) {
  if (covariates > 0) names <- c(names, paste0("x", seq_len(covariates)))
  as.data.frame(sapply(names, column, cohort = cohort, part = part, simplify = FALSE))
}

covariates <- function(count) paste(paste0("x", seq_len(count)), collapse = " + ")

# ---- answers ------------------------------------------------------------------------------------

curves <- function(fit) {
  at <- summary(fit, times = times, extend = TRUE)
  list(estimate = at$surv, std_error = at$std.err)
}

coefficients <- function(fit) {
  list(coefficient = unname(fit$coefficients), std_error = sqrt(diag(fit$var)),
       log_likelihood = fit$loglik)
}

# ---- workloads: each reads its data, and returns the function to time ---------------------------

prepare <- list(
  km = function() {
    data <- frame()
    list(work = function() survfit(Surv(time, event) ~ group, data), answer = curves)
  },
  logrank = function() {
    data <- frame()
    list(work = function() survdiff(Surv(time, event) ~ group, data),
         answer = function(test) list(statistic = test$chisq))
  },
  cox = function() cox(frame(10), 10),
  "cox-all" = function() cox(frame(10), 10, all = TRUE),
  # The fitting routine alone, which coxph() calls: no model frame, residuals or concordance.
  "cox-solver" = function() {
    data <- frame(10)
    x <- as.matrix(data[paste0("x", 1:10)])
    rows <- as.character(seq_len(nrow(x)))
    list(work = function() {
      coxph.fit(x, Surv(data$time, data$event), NULL, NULL, NULL, coxph.control(), NULL, "efron",
                rows, resid = FALSE)
    }, answer = coefficients)
  },
  "cox-wide" = function() cox(frame(50, "wide"), 50),
  "cox-counting" = function() {
    data <- frame(10, names = c("start", "stop", "event"))
    model <- as.formula(paste("Surv(start, stop, event) ~", covariates(10)))
    list(work = function() coxph(model, data), answer = coefficients)
  },
  concordance = function() {
    data <- frame(1)
    list(work = function() concordance(Surv(time, event) ~ x1, data, reverse = TRUE),
         answer = function(found) {
           list(estimate = unname(found$concordance), std_error = sqrt(found$var))
         })
  },
  zph = function() {
    data <- frame(10, part = 10)
    fit <- coxph(as.formula(paste("Surv(time, event) ~", covariates(10))), data)
    list(work = function() cox.zph(fit), answer = function(test) {
      statistic <- unname(test$table[, "chisq"])
      list(statistic = statistic[1:10], global = statistic[11])
    })
  },
  # survfit's standard errors take time that grows with the square of the rows when times are
  # continuous, so at full size it is cmprsk, whose variance is another one: estimates are compared.
  incidence = function() {
    suppressMessages(library(cmprsk))
    data <- frame(names = c("time", "cause", "group"))
    list(work = function() cuminc(data$time, data$cause, data$group), answer = function(found) {
      at <- timepoints(found, times)$est # rows "0 1", "1 1", ...: group, then cause
      list(estimate = unlist(lapply(0:2, function(g) lapply(1:2, function(k) {
        at[paste(g, k), ]
      })), use.names = FALSE))
    })
  },
  "incidence-few" = function() {
    data <- frame(names = c("time", "cause", "group"), part = 100)
    data$cause <- factor(data$cause, 0:2)
    list(work = function() survfit(Surv(time, cause) ~ group, data), answer = function(fit) {
      at <- summary(fit, times = times, extend = TRUE)
      of <- function(matrix) as.vector(sapply(split(seq_len(nrow(matrix)), at$strata),
                                              function(rows) as.vector(matrix[rows, 2:3])))
      list(estimate = of(at$pstate), std_error = of(at$std.err))
    })
  }
)

cox <- function(data, columns, all = FALSE) {
  model <- as.formula(paste("Surv(time, event) ~", covariates(columns)))
  list(work = function() coxph(model, data), answer = function(fit) {
    found <- coefficients(fit)
    if (all) {
      found$concordance <- unname(fit$concordance["concordance"])
      found$concordance_std_error <- unname(fit$concordance["std"])
    }
    found
  })
}

# ---- whole processes ----------------------------------------------------------------------------

read <- function(columns) {
  data.table::setDF(data.table::fread(folder, select = columns, showProgress = FALSE))
}

whole <- list(
  "km-csv" = function() {
    fit <- survfit(Surv(time, event) ~ group, read(c("time", "event", "group")))
    message(paste(capture.output(print(fit)), collapse = "\n"))
    curves(fit)
  },
  "cox-csv" = function() {
    model <- as.formula(paste("Surv(time, event) ~", covariates(10)))
    fit <- coxph(model, read(c("time", "event", paste0("x", 1:10))))
    message(paste(capture.output(print(summary(fit))), collapse = "\n"))
    coefficients(fit)
  },
  # The answers only, to compare with: its own run, not timed.
  start = function() {
    fit <- survfit(Surv(time, status == 2) ~ sex, lung)
    message(paste(capture.output(print(fit)), collapse = "\n"))
    list(median = unname(summary(fit)$table[, "median"]))
  }
)

# ---- JSON ---------------------------------------------------------------------------------------

array <- function(values) {
  text <- ifelse(is.finite(values), sprintf("%.17g", values), "null")
  paste0("[", paste(text, collapse = ", "), "]")
}

object <- function(values) {
  fields <- sprintf("\"%s\": %s", names(values), vapply(values, array, ""))
  paste0("{", paste(fields, collapse = ", "), "}")
}

# ---- run ----------------------------------------------------------------------------------------

if (workload == "versions") {
  version <- function(package) {
    tryCatch(as.character(packageVersion(package)), error = function(e) "none")
  }
  cat(sprintf("{\"version\": \"%s\", \"survival\": \"%s\", \"cmprsk\": \"%s\", \"data.table\": \"%s\"}\n",
              getRversion(), version("survival"), version("cmprsk"), version("data.table")))
} else if (workload %in% names(whole)) {
  cat(object(whole[[workload]]()), "\n")
} else {
  case <- prepare[[workload]]()
  seconds <- processor <- numeric(0)
  while (length(seconds) < repeats) {
    gc(FALSE)
    spent <- system.time(found <- case$work(), gcFirst = FALSE)
    seconds <- c(seconds, spent[["elapsed"]])
    processor <- c(processor, spent[["user.self"]] + spent[["sys.self"]])
    runs <- length(seconds)
    if (sum(seconds) * (runs + 1) / runs > limit) break
  }
  cat(sprintf("{\"seconds\": %s, \"processor\": %s, \"answer\": %s}\n", array(seconds),
              array(processor), object(case$answer(found))))
}
