#!/bin/sh
# R and Python read what ingest-signaling writes unchanged, in the way that the manual page says: ids that look
# like numbers, truths or missing values, and times to the microsecond.
#
#   readers.sh BIN_DIR
set -u
bin=$(cd "${1:?usage: readers.sh BIN_DIR}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cd "$temp" || exit 1
: >readers
: >failures

cat >raw.csv <<'END'
id,time,lon,lat,accuracy_m,source,place_id
18156e950868,2024-03-02T08:00:00.000001Z,27.48,-29.31,5,op-a,007
007,2024-03-02T08:00:00Z,27.4799999,-29.3100001,0.5,op-a,
1e5,2024-03-02T08:00:00.5Z,27.48,-29.31,,NA,1e5
NA,2024-03-02T08:00:00.123456Z,,,,op-a,NA
TRUE,1999-12-31T23:59:59.999999Z,-179.99999999,89.9,12,op-a,
null,2024-02-29T23:59:59Z,27.48,-29.31,,,"a ""b"", c"
0x1F,2024-03-31T01:30:00Z,27.48,-29.31,,,
13800138000,2024-10-27T00:30:00Z,27.48,-29.31,,,
00441234567890123456789,2024-03-02T08:00:00Z,27.48,-29.31,,,
"two
lines",2024-03-02T08:00:00Z,27.48,-29.31,,,
Zürich,2024-03-02T08:00:00Z,27.48,-29.31,,,
END
"$bin/ingest-signaling" -q -o pings.csv raw.csv || exit 1

# what must come out: id, microseconds since 1970, lon, lat, accuracy_m, source, place_id; - for missing
cat >expected <<'END'
18156e950868|1709366400000001|27.48000000|-29.31000000|5.000|op-a|007
007|1709366400000000|27.47999990|-29.31000010|0.500|op-a|-
1e5|1709366400500000|27.48000000|-29.31000000|-|NA|1e5
NA|1709366400123456|-|-|-|op-a|NA
TRUE|946684799999999|-179.99999999|89.90000000|12.000|op-a|-
null|1709251199000000|27.48000000|-29.31000000|-|-|a "b", c
0x1F|1711848600000000|27.48000000|-29.31000000|-|-|-
13800138000|1729989000000000|27.48000000|-29.31000000|-|-|-
00441234567890123456789|1709366400000000|27.48000000|-29.31000000|-|-|-
two lines|1709366400000000|27.48000000|-29.31000000|-|-|-
Zürich|1709366400000000|27.48000000|-29.31000000|-|-|-
END

# read_by WHAT: compares standard input with what is expected
read_by() {
    printf ' %s' "$1" >>readers
    cat >"$1.out"
    diff -u expected "$1.out" && return
    echo "FAILED $1 reads otherwise" | tee -a failures
}

cat >tell.R <<'END'
tell <- function(p, us) {
    or_none <- function(missing, text) ifelse(missing, "-", text)
    number <- function(v, format) or_none(is.na(v), sprintf(format, v))
    text <- function(v) or_none(is.na(v), v)
    cat(paste(sub("\n", " ", p$id), sprintf("%.0f", us), number(p$lon, "%.8f"), number(p$lat, "%.8f"),
              number(p$accuracy_m, "%.3f"), text(p$source), text(p$place_id), sep = "|"), sep = "\n")
}
END

if command -v Rscript >/dev/null; then
    cat >base.R <<'END'
source("tell.R")
pings <- read.csv("pings.csv", na.strings = "", encoding = "UTF-8",
                  colClasses = c(id = "character", source = "character", place_id = "character"))
time <- as.POSIXct(pings$time, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")
tell(pings, round(as.numeric(time) * 1e6))
END
    LC_ALL=C.UTF-8 Rscript base.R | read_by R
    if Rscript -e 'quit(status = !requireNamespace("readr", quietly = TRUE))' >/dev/null 2>&1; then
        cat >readr.R <<'END'
source("tell.R")
pings <- readr::read_csv("pings.csv", na = "", quoted_na = FALSE,
                         col_types = readr::cols(.default = "d", id = "c", time = "T", source = "c", place_id = "c"))
tell(pings, round(as.numeric(pings$time) * 1e6))
END
        LC_ALL=C.UTF-8 Rscript readr.R 2>readr.err | read_by readr
    fi
fi

# the first Python that has it: pandas is optional
for python in python3 /usr/bin/python3; do
    command -v $python >/dev/null || continue
    cat >plain.py <<'END'
import csv, datetime
epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
with open("pings.csv", newline="", encoding="utf-8") as file:
    for p in csv.DictReader(file):
        text = p["time"].replace("Z", "+0000")
        form = "%Y-%m-%dT%H:%M:%S.%f%z" if "." in text else "%Y-%m-%dT%H:%M:%S%z"
        us = (datetime.datetime.strptime(text, form) - epoch) // datetime.timedelta(microseconds=1)
        number = lambda name, digits: "%.*f" % (digits, float(p[name])) if p[name] else "-"
        print(p["id"].replace("\n", " "), us, number("lon", 8), number("lat", 8), number("accuracy_m", 3),
              p["source"] or "-", p["place_id"] or "-", sep="|")
END
    PYTHONIOENCODING=utf-8 $python plain.py | read_by Python
    break
done
for python in python3 /usr/bin/python3; do
    $python -c 'import pandas' 2>/dev/null || continue
    cat >frame.py <<'END'
import pandas as pd
pings = pd.read_csv("pings.csv", dtype={"id": str, "source": str, "place_id": str},
                    keep_default_na=False, na_values=[""])
pings["time"] = [pd.Timestamp(t) for t in pings["time"]]
for p in pings.itertuples():
    text = lambda v: "-" if pd.isna(v) else v
    number = lambda v, digits: "-" if pd.isna(v) else "%.*f" % (digits, v)
    print(p.id.replace("\n", " "), p.time.value // 1000, number(p.lon, 8), number(p.lat, 8),
          number(p.accuracy_m, 3), text(p.source), text(p.place_id), sep="|")
END
    PYTHONIOENCODING=utf-8 $python frame.py | read_by pandas
    break
done

if [ ! -s readers ]; then
    echo "neither Rscript nor python3 is here: not tried"
    exit 77
fi
echo "read by$(cat readers): $(wc -l <failures) failed"
[ ! -s failures ]
