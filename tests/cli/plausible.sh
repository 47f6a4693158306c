#!/bin/sh
# A world's outbreak and travels against what is published of real ones; contrace-methods(7) says which. Nobody
# is found and nobody stays at home, so that an early case's secondary cases are those that r0 speaks of.
#
#   plausible.sh BIN_DIR TESTDATA
set -u
bin=$(cd "${1:?usage: plausible.sh BIN_DIR TESTDATA}" && pwd) || exit 1
data=$(cd "${2:?usage: plausible.sh BIN_DIR TESTDATA}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cd "$temp" || exit 1

"$bin/simulate-outbreak" -q --cells "$data/lesotho/towers.csv" --people 4000 --days 18 --seed 3 --positions 1h \
    --set disease.imported=1500 --set finding.found=0 --set finding.found_asymptomatic=0 \
    --set finding.stay_home=0 --output-dir world -o course.csv || exit 1

failed=0
within() { # within WHAT VALUE LEAST MOST
    echo "$1: $2 ($3 to $4)"
    awk "BEGIN { exit !($2 >= $3 && $2 <= $4) }" || {
        failed=$((failed + 1))
        echo "FAILED: $1"
    }
}

# times in days of March 2026; those before it are of February
days='function days(t) {
    return (substr(t, 6, 2) == "02" ? -28 : 0) + substr(t, 9, 2) + substr(t, 12, 2) / 24 + substr(t, 15, 2) / 1440
}'

# secondary cases of those infected in time to pass it on, and onsets of pairs both of whom fell ill
awk -F, "$days"'
    FNR > 1 { n++; id[n] = $1; by[n] = $2; at[$1] = days($3); onset[$1] = days($10); ill[$1] = $11 == "yes"; caused[$2]++ }
    END {
        for (i = 1; i <= n; i++) {
            p = id[i]
            if (at[p] < 6) {
                early++; c = caused[p] + 0; sum += c; squares += c * c; of[c]++
                most = c > most ? c : most
            }
            if (ill[p] && ill[by[i]] && onset[by[i]] < 8) { pairs++; apart += onset[p] - onset[by[i]] }
        }
        mean = sum / early
        for (fifth = early / 5; fifth > 0; fifth -= taken) {
            taken = of[most] < fifth ? of[most] : fifth
            top += taken * most--
        }
        printf "%.2f %.2f %.2f %.2f\n", mean, (squares / early - mean * mean) / mean, top / sum, apart / pairs
    }' world/truth/transmissions.csv >figures
read -r secondary dispersion top serial <figures
within "secondary cases of an early case, 2.5 asked" "$secondary" 2.0 3.0
within "their variance over their mean" "$dispersion" 2 20
within "share of infections by the most infectious fifth" "$top" 0.55 0.95
within "mean serial interval, days" "$serial" 3.1 7.5

# radius of gyration of the first week, where each was every hour
gzip -dc world/truth/positions.csv.gz | awk -F, '
    NR > 1 && substr($2, 9, 2) + 0 < 9 { n[$1]++; x = ($3 - 27.5) * 97000; y = ($4 + 29.3) * 111195
        sx[$1] += x; sy[$1] += y; squares[$1] += x * x + y * y }
    END { for (p in n) { mx = sx[p] / n[p]; my = sy[p] / n[p]; r2 = squares[p] / n[p] - mx * mx - my * my
            print (r2 > 0 ? sqrt(r2) : 0) } }' | sort -n |
    awk '{ r[NR] = $1 } END { printf "%.0f %.2f\n", r[int(NR / 2)], r[int(NR * 0.9)] / r[int(NR * 0.1)] }' >figures
read -r median spread <figures
within "median radius of gyration of a week, m" "$median" 300 6000
within "its 90th percentile over its 10th" "$spread" 4 40
[ $failed -eq 0 ]
