# The tables of tests/bench/quality, from the figures of all its worlds: means, and the least and the most
# of any world behind them.
BEGIN {
    name["rank"] = "risk-rank"
    name["spaced"] = "risk-rank, ranges by spacing"
    name["homes"] = "risk-rank, homes weighted"
    name["minutes"] = "minutes within 100 m"
    name["companion"] = "companion-2021"
    name["cell"] = "records on one cell"
    name["truth"] = "(true time within 2 m)"
    of["signaling"] = "signaling"
    of["gps"] = "and GPS of 30 %"
    of["all"] = "and check-ins, tickets"
    of["truth"] = "(the truth)"
    columns = split("0.1% 1% 5% AUC half 80%", column, " ")
}
$2 == "calibration" {
    bin = $3 " " $4
    if (!(bin in cases))
        bins[++bin_count] = bin
    cases[bin] += $5
    said[bin] += $5 * $6
    came[bin] += $5 * $7
    next
}
{
    row = $2 " " $3
    if (!(row in worlds))
        rows[++row_count] = row
    worlds[row]++
    targets[row] += $4
    if ($4 > 0) {
        counted[row]++
        found[row] += $5 / $4
        for (k = 1; k <= columns; k++) {
            v = $(6 + k)
            sum[row, k] += v
            if (counted[row] == 1 || v < least[row, k])
                least[row, k] = v
            if (counted[row] == 1 || v > most[row, k])
                most[row, k] = v
        }
    }
}

function figure(row, k,    form) {
    form = k <= 3 ? "%.0f %% (%.0f-%.0f)" : k == 4 ? "%.2f (%.2f-%.2f)" : "%.0f (%.0f-%.0f)"
    if (k <= 3)
        return sprintf(form, 100 * sum[row, k] / counted[row], 100 * least[row, k], 100 * most[row, k])
    return sprintf(form, sum[row, k] / counted[row], least[row, k], most[row, k])
}

END {
    row = rows[1]
    printf "%d worlds of %d people and %d days; %d infected by found cases to be found\n\n", worlds[row], people, days,
        targets[row]
    line = "| from | ranked by | on the list |"
    rule = "|---|---|---|"
    for (k = 1; k <= columns; k++) {
        line = line " " (k <= 3 ? "first " column[k] : k == 4 ? column[k] : "calls for " column[k]) " |"
        rule = rule "---|"
    }
    print line "\n" rule
    for (r = 1; r <= row_count; r++) {
        row = rows[r]
        if (!counted[row])
            continue
        split(row, part, " ")
        line = sprintf("| %s | %s | %.0f %% |", of[part[1]], name[part[2]], 100 * found[row] / counted[row])
        for (k = 1; k <= columns; k++)
            line = line " " figure(row, k) " |"
        print line
    }
    print "| any | chance | - | 0 % | 1 % | 5 % | 0.50 | " int((people + 1) / 2) " | " int(people * 0.8) " |"
    print "\n| chance of | said | how many | said in the mean | came true |\n|---|---|---|---|---|"
    for (decade = -6; decade <= 0; decade++)
        for (b = 1; b <= bin_count; b++) {
            split(bins[b], part, " ")
            if (part[2] == decade)
                line_of[part[1]] = line_of[part[1]] sprintf("| %s | %s | %d | %.2g | %.2g |\n", part[1],
                    decade <= -6 ? "below 1e-5" : "1e" decade " to 1e" (decade + 1), cases[bins[b]],
                    said[bins[b]] / cases[bins[b]], came[bins[b]] / cases[bins[b]])
        }
    printf "%s%s", line_of["infection"], line_of["nearness"]
    row = "truth truth"
    if (!counted[row] || sum[row, 4] < 0.6 * counted[row]) {
        print "quality: not even true time together finds whom the cases infected" >"/dev/stderr"
        exit 1
    }
}
