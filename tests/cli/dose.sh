#!/bin/sh
# The default model once more, in Python and from its formulas alone: on contacts that find-contacts
# makes of the sample data, every score and every part of it.
#
#   dose.sh BIN_DIR TESTDATA
set -u
bin=$(cd "${1:?usage: dose.sh BIN_DIR TESTDATA}" && pwd) || exit 1
data=$(cd "${2:?usage: dose.sh BIN_DIR TESTDATA}" && pwd)/lesotho || exit 1
command -v python3 >/dev/null || {
    echo "python3 is not installed"
    exit 77
}
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
cd "$temp" || exit 1
PATH=$bin:$PATH

ingest-signaling -q --cells "$data/towers.csv" --timezone Africa/Maseru --max-rejects 1000 \
    --map id=msisdn,imsi --map time=event_time,start_time --map area=lac,tac --map cell=ci,eci \
    "$data/operator-a.csv.gz" "$data/operator-b.csv.gz" "$data/gps.csv.gz" -o pings.csv || exit 1
build-trajectories -q pings.csv -o rows.csv || exit 1
find-contacts -q --cases "$data/cases.csv" rows.csv -o contacts.csv || exit 1
risk-rank -q --cases "$data/cases.csv" contacts.csv -o list.csv || exit 1
python3 - "$data/cases.csv" <<'END'
import csv, math, sys
from collections import defaultdict
from datetime import datetime, timezone

HOUR = 3600.0
SHAPE, RATE, SHIFT = 20.516508, 1.592124, 12.272481
SETTING = {"lingering": 0.43, "outdoor": 0.0535}


def seconds(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()


def of_day(since_onset):
    x, mode = (math.floor(since_onset / HOUR) + 0.5) / 24 + SHIFT, (SHAPE - 1) / RATE
    return (x / mode) ** (SHAPE - 1) * math.exp(RATE * (mode - x)) if x > 0 else 0


def of_distance(row):
    if row["evidence"] == "venue":
        return 1 / 4
    if row["evidence"] == "precise" and row["mean_distance_m"]:
        return min(1, float(row["mean_distance_m"]) ** -2) if float(row["mean_distance_m"]) else 1
    return (1 + 2 * math.log(100)) / 100**2  # anywhere within 100 m


def read(name):
    with open(name, newline="") as file:
        return list(csv.DictReader(file))


def until(text):
    """A date without a time ends with its last microsecond."""
    return seconds(text) + (24 * HOUR - 1e-6 if len(text) == 10 else 0)


cases = {}
for case in read(sys.argv[1]):
    onset = seconds(next(case[k] for k in ("onset", "specimen", "diagnosed") if case.get(k)))
    begin, end = onset - 2 * 24 * HOUR, onset + 10 * 24 * HOUR
    if case.get("infectious_from"):
        begin = seconds(case["infectious_from"])
    if case.get("infectious_until"):
        end = until(case["infectious_until"])
    if case.get("isolated"):
        end = min(end, until(case["isolated"]))
    cases[case["id"]] = (begin, end, onset)

met = defaultdict(list)
for row in read("contacts.csv"):
    begin, end, onset = cases[row["index_id"]]
    start, stop = seconds(row["start"]), seconds(row["end"])
    first, last = max(start, begin), min(stop, end)
    if first > last:
        continue
    share = (last - first) / (stop - start) if stop > start else 1
    recorded = share * float(row["duration_s"])
    expected = share * float(row["expected_s"] or row["duration_s"])
    edges = [first] + [onset + h * HOUR for h in range(math.floor((first - onset) / HOUR) + 1,
                                                      math.ceil((last - onset) / HOUR))] + [last]
    for a, b in zip(edges, edges[1:]):
        part = (b - a) / (last - first) if last > first else 1
        t, e = recorded * part, expected * part
        f = e * of_distance(row)
        i = f * of_day(a - onset)
        met[row["contact_id"], row["index_id"]].append(
            (a, b, (t, e, f, i, i * SETTING.get(row["setting"], 1))))


def sum_up(spells):
    """At each moment the densest; what lies at one moment, by the largest."""
    sums = [0.0] * 5
    borders = sorted({x for a, b, _ in spells for x in (a, b)})
    for k in range(5):
        for at in borders:
            sums[k] += max((v[k] for a, b, v in spells if a == b == at), default=0)
        for p, q in zip(borders, borders[1:]):
            sums[k] += max((v[k] / (b - a) for a, b, v in spells if a <= p and q <= b and a < b),
                           default=0) * (q - p)
    return sums


totals = defaultdict(lambda: [0.0] * 5)
for (contact, _), spells in met.items():
    totals[contact] = [x + y for x, y in zip(totals[contact], sum_up(spells))]

rows = read("list.csv")
faults = abs(len(rows) - len(totals))
for row in rows:
    t, e, f, i, s = totals[row["contact_id"]]
    k, longest = -math.log(1 - 0.011) / HOUR, max(t, e)
    expected = {"score": k * s, "probability": 1 - math.exp(-k * s), "time_part": k * longest,
                "certainty_part": e / longest if longest else 0, "distance_part": f / e if e else 0,
                "infectiousness_part": i / f if f else 0, "setting_part": s / i if i else 0}
    for name, value in expected.items():
        # episodes are written to the millisecond and the millimetre
        if abs(float(row[name]) - value) > 1e-4 * abs(value) + 1e-12:
            faults += 1
            print(row["contact_id"], name, row[name], "and not", value)
print(len(rows), "contacts,", faults, "faults")
sys.exit(faults > 0 or len(rows) < 10)
END
