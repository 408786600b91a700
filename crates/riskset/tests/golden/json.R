# How the scripts beside this one write JSON: 17 digits, null for what does not exist.
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
one <- function(x) structure(list(x), class = "one")
store <- function(name, out) writeLines(json(out), paste0(name, ".json"))
