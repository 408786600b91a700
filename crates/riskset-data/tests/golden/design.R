# Writes design.tsv: the columns of model.matrix() for formulas over the bundled data sets.
# Run in this folder: Rscript design.R
#
# Each line: data set, right-hand side, column, sum of the column, sum of row number times value.
# Rows are those without a missing value, numbered from 1 in the order of the data. The matrix is
# made with an intercept, which is then dropped, as coxph() does.

options(contrasts = c("contr.treatment", "contr.poly"), digits = 15)
read <- function(name) {
  d <- read.csv(file.path("../../../../datasets", paste0(name, ".csv")), na.strings = "",
                check.names = FALSE)
  for (v in names(d)) if (is.character(d[[v]]))
    d[[v]] <- factor(d[[v]], levels = sort(unique(d[[v]]), method = "radix"))
  d
}
formulas <- list(
  c("veteran", "age"), c("veteran", "celltype"), c("veteran", "celltype + karno"),
  c("veteran", "celltype*karno"), c("veteran", "karno*celltype"),
  c("veteran", "celltype:karno"), c("veteran", "karno:celltype"),
  c("veteran", "karno + celltype:karno"), c("veteran", "celltype + celltype:karno"),
  c("veteran", "celltype:factor(trt)"), c("veteran", "factor(trt) + celltype:factor(trt)"),
  c("veteran", "celltype + celltype:factor(trt)"), c("veteran", "factor(trt)*celltype*karno"),
  c("veteran", "celltype:factor(trt) + celltype:factor(prior)"),
  c("veteran", "celltype:factor(trt):factor(prior)"),
  c("veteran", "factor(trt):factor(prior) + celltype"),
  c("veteran", "age + celltype:age + factor(trt):celltype"),
  c("veteran", "(age + celltype)*factor(trt)"), c("veteran", "(age + karno):factor(trt)"),
  c("veteran", "age:karno + karno + I(age > 60):karno"),
  c("veteran", "I(age > 60)*celltype"), c("veteran", "I(age>60&trt==1) + I(karno/10)"),
  c("veteran", "I(celltype %in% c(\"adeno\", \"large\")) + log(karno)"),
  c("veteran", "log(karno):celltype + I((age-60)^2) + exp(-0.1*diagtime)"),
  c("veteran", "factor(karno > 50) + factor(prior)"), c("veteran", "I(-age) + sqrt(diagtime + 1)"),
  c("lung", "factor(ph.ecog)*sex + wt.loss"), c("lung", "I(age^2) + age:sex + sex"),
  c("lung", "factor(inst)"), c("lung", "ph.karno:factor(sex) + abs(wt.loss)"),
  c("colon", "rx*factor(differ) + log1p(nodes)"), c("colon", "factor(extent):rx + age"),
  c("pbc", "sex*log(bili) + factor(stage):sex + log10(albumin)"),
  c("pbc", "factor(edema)*sex + I(bili > 3):sex"), c("cgd", "treat*inherit + hos.cat:treat"),
  c("rotterdam", "size*factor(grade) + log2(er + 1)"), c("transplant", "abo:sex + age*abo"))
lines <- character(0)
for (f in formulas) {
  x <- model.matrix(as.formula(paste("~", f[2])), read(f[1]))[, -1, drop = FALSE]
  for (j in seq_len(ncol(x))) lines <- c(lines, paste(f[1], f[2], colnames(x)[j],
    format(sum(x[, j]), digits = 15), format(sum(x[, j] * seq_len(nrow(x))), digits = 15), sep = "\t"))
}
writeLines(c(paste("#", R.version.string), lines), "design.tsv")
