# Writes compare-split.json: rows of (start, stop] by tmerge and survSplit, with the tables they come
# from. Run in this folder: Rscript compare-split.R. Needs survival and jsonlite.

suppressMessages({ library(survival); library(jsonlite) })

# Twelve patients of the PBC study with their visits: bilirubin, and ascites which is not always known.
base <- survival::pbc[1:12, c("id", "time", "status", "sex")]
visits <- subset(survival::pbcseq, id <= 12, c("id", "day", "bili", "chol"))
m <- tmerge(base, base, id = id, death = event(time, status == 2))
m <- tmerge(m, visits, id = id, bili = tdc(day, bili), chol = tdc(day, chol), n = cumtdc(day), visit = event(day))
periods <- survSplit(Surv(time, status == 2) ~ ., base, cut = c(365, 1000), episode = "period")
names(periods)[names(periods) == "status == 2"] <- "event"
out <- function(d) as.list(d)
write_json(list(r = R.version.string, survival = as.character(packageVersion("survival")),
  base = base, visits = visits, cuts = c(365, 1000),
  merged = data.frame(id = m$id, start = m$tstart, stop = m$tstop, event = as.integer(m$death), bili = m$bili,
                      chol = m$chol, n = m$n, visit = as.integer(m$visit)),
  periods = data.frame(id = periods$id, start = periods$tstart, stop = periods$time,
                       event = as.integer(periods[[grep("event|Surv", names(periods))[1]]]), period = periods$period)),
  "compare-split.json", digits = I(17), auto_unbox = TRUE, na = "null", dataframe = "rows")
