# Writes the names that the R packages export, which the tables beside this file must hold.
#
#     Rscript exports.R > exports.txt
for (package in c("survival", "survminer", "cmprsk")) {
  for (name in sort(getNamespaceExports(package), method = "radix")) {
    if (!startsWith(name, ".")) cat(package, as.character(packageVersion(package)), name, "\n")
  }
}
