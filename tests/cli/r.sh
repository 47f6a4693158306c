#!/bin/sh
# What R makes of the lists, read as the man page says: ids unchanged, numbers and times as they are.
#
#   r.sh BIN_DIR
set -u
bin=$(cd "${1:?usage: r.sh BIN_DIR}" && pwd) || exit 1
command -v Rscript >/dev/null || {
    echo "Rscript is not installed"
    exit 77
}
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
unset TZ 2>/dev/null || :
export LC_ALL=C.UTF-8 TMPDIR="$temp"
cd "$temp" || exit 1

# ids that lose something wherever they are taken for anything but text
{
    echo index_id,contact_id,start,end,duration_s,expected_s,min_distance_m
    minute=59
    for id in 0012345 12e45 NA TRUE '"a,b"' '"say ""x"""' 'né 1' ' blank' '#1' "o'neill" 1.50 \
        2026-03-06 =1+1 +431234567 99999999999999999999; do
        echo "007,$id,2026-03-06T08:00:00.25Z,2026-03-06T08:$minute:00.5Z,$minute,$minute.125,0.125"
        minute=$((minute - 1))
    done
} >met.csv
printf 'id,onset\n007,2026-03-06\n1e3,2026-03-06\n' >cases.csv
rank() {
    "$bin/risk-rank" -q --cases cases.csv --policy cdc-2020 "$@" met.csv || exit 1
}
rank -o list.csv
rank --explain --previous list.csv -o explained.csv
rank --format excel --timezone Asia/Shanghai -o excel.csv
rank --format epicontacts --edges contacts.csv -o linelist.csv
rank --format microbetrace --edges links.csv -o nodes.csv
rank --times epoch -o epoch.csv
rank --ids-only -o ids.csv

cat >read.R <<'END'
ids <- c("0012345", "12e45", "NA", "TRUE", "a,b", "say \"x\"", "n\u00e9 1", " blank", "#1",
         "o'neill", "1.50", "2026-03-06", "=1+1", "+431234567", "99999999999999999999")
faults <- 0
same <- function(what, a, b) {
  if (!identical(a, b)) {
    faults <<- faults + 1
    cat("FAULT", what, "\n"); print(a); print(b)
  }
}
plain <- function(file, ...) read.csv(file, na.strings = "", fileEncoding = "UTF-8",
                                      colClasses = c(...))
moment <- function(text) as.POSIXct(text, "UTC", "%Y-%m-%dT%H:%M:%OSZ")
begin <- as.POSIXct("2026-03-06 08:00:00", tz = "UTC") + 0.25
end <- as.POSIXct("2026-03-06 08:59:00", tz = "UTC") - 60 * 0:14 + 0.5
parts <- c("time_part", "distance_part", "infectiousness_part", "setting_part", "certainty_part")
check <- function(what, x) {
  same(paste(what, "ids"), as.character(x$contact_id), ids)
  same(paste(what, "index"), unique(as.character(x$index_id)), "007")
  same(paste(what, "rank"), as.integer(x$rank), 1:15)
  same(paste(what, "exposure"), as.numeric(x$exposure_s), as.numeric(59:45))
  same(paste(what, "expected"), as.numeric(x$expected_s), 59:45 + 0.125)
  same(paste(what, "distance"), as.numeric(x$min_distance_m), rep(0.125, 15))
  same(paste(what, "missing"), all(is.na(x$coverage), is.na(x$generation)), TRUE)
  same(paste(what, "product"),
       all(abs(Reduce(`*`, x[parts]) / x$score - 1) < 4e-5), TRUE)
  same(paste(what, "known"), as.logical(x$onset_known), rep(TRUE, 15))
}
for (file in c("list.csv", "explained.csv")) {
  x <- plain(file, contact_id = "character", index_id = "character")
  check(file, x)
  same("times", all(abs(as.numeric(moment(x$first_exposure)) - as.numeric(begin)) < 1e-5,
                    abs(as.numeric(moment(x$last_exposure)) - as.numeric(end)) < 1e-5), TRUE)
}
same("change", unique(x$change), "same")
same("explanation", all(nchar(x$explanation) > 40), TRUE)

x <- plain("epoch.csv", contact_id = "character", index_id = "character")
same("epoch", x$last_exposure, as.numeric(end))
same("ids alone", read.csv("ids.csv", header = FALSE, colClasses = "character", na.strings = "",
                           fileEncoding = "UTF-8")$V1, ids)

# a spreadsheet's apostrophe comes off again; its times are those of the zone, in whole seconds
x <- read.csv("excel.csv", na.strings = "", fileEncoding = "UTF-8-BOM",
              colClasses = c(contact_id = "character", index_id = "character"))
x[c("contact_id", "index_id")] <- lapply(x[c("contact_id", "index_id")], sub,
                                         pattern = "^'(?=[-+=@0-9])", replacement = "", perl = TRUE)
check("excel", x)
same("local times", as.POSIXct(x$last_exposure, "Asia/Shanghai") - floor(as.numeric(end)),
     as.POSIXct(rep(0, 15), "Asia/Shanghai", origin = "1970-01-01"))

# line lists: those met, then the cases; who met whom by the same ids
for (f in list(c("linelist.csv", "contacts.csv", "from", "to"),
               c("nodes.csv", "links.csv", "source", "target"))) {
  x <- plain(f[1], id = "character", index_id = "character")
  y <- read.csv(f[2], na.strings = "", fileEncoding = "UTF-8", colClasses =
                structure(rep("character", 2), names = f[3:4]))
  same(paste(f[1], "ids"), x$id, c(ids, "007", "1e3"))
  same(paste(f[1], "first column"), names(x)[1], "id")
  same(paste(f[2], "first columns"), names(y)[1:2], f[3:4])
  same(paste(f[2], "ids"), sort(y[[2]]), sort(ids))
  same(paste(f[2], "cases"), unique(y[[1]]), "007")
  same(paste(f[2], "all are listed"), all(unlist(y[1:2]) %in% x$id), TRUE)
  same(paste(f[1], "case date"), substr(x$case_date, 1, 10),
       c(rep(NA, 15), rep("2026-03-06", 2)))
  if (f[3] == "from" && requireNamespace("epicontacts", quietly = TRUE)) {
    graph <- epicontacts::make_epicontacts(x, y, directed = TRUE)
    same("epicontacts", c(nrow(graph$linelist), nrow(graph$contacts)), c(17L, 15L))
  }
}

if (requireNamespace("readr", quietly = TRUE)) {
  for (file in c("list.csv", "explained.csv")) {
    x <- readr::read_csv(file, na = "", trim_ws = FALSE, show_col_types = FALSE,
                         col_types = readr::cols(contact_id = "c", index_id = "c"))
    check(paste("readr", file), x)
    same("readr warns", nrow(readr::problems(x)), 0L)
    same("readr times", inherits(x$last_exposure, "POSIXct") &&
                        all(abs(as.numeric(x$last_exposure) - as.numeric(end)) < 1e-5), TRUE)
  }
} else cat("readr is not installed: left out\n")
cat(faults, "faults\n")
quit(status = faults > 0)
END
Rscript --vanilla read.R
