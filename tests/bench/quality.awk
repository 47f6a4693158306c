# How good a list is: where those it should name stand on it.
#
#   awk -f quality.awk -v people=N targets list
#
# targets   ids, a line each
# list      id and score, a line each, no id twice; all others of the N people have no score
#
# Those of equal score, and those without one, stand in all orders alike: a figure is its mean over these.
# Prints: targets, those of them listed, length of the list, share of the targets in the first 0.1 %, 1 % and
# 5 % of the people, area under the curve, calls to reach half and 80 % of the targets.
NR == FNR { target[$1] = 1; targets++; next }
{
    score[$1] = $2
    size[$2]++
    listed++
    if ($1 in target) {
        hits[$2]++
        found++
    }
}

# the next so many people who stand alike, with hits among them
function level(count, hit,    k, wanted, part) {
    for (k = 0; k < 3; k++) {
        part = count < upto[k] - before ? count : upto[k] - before
        if (part > 0)
            within[k] += hit * part / count
    }
    # pairs of a target and somebody else in the right order
    above += hit * (people - targets - (before - got) - (count - hit)) + hit * (count - hit) / 2
    for (k = 0; k < 2; k++) {
        wanted = share[k] * targets
        wanted = wanted > int(wanted) ? int(wanted) + 1 : wanted
        if (got < wanted && got + hit >= wanted)
            calls[k] = before + (wanted - got) * (count + 1) / (hit + 1)
    }
    before += count
    got += hit
}

END {
    upto[0] = people * 0.001
    upto[1] = people * 0.01
    upto[2] = people * 0.05
    share[0] = 0.5
    share[1] = 0.8
    before = got = above = 0
    for (s in size)
        print s | "sort -gr >" sorted
    close("sort -gr >" sorted)
    while ((getline s <sorted) > 0)
        level(size[s], hits[s] + 0)
    if (people > listed)
        level(people - listed, targets - found)
    if (targets > 0)
        printf "%d %d %d %.4f %.4f %.4f %.4f %.0f %.0f\n", targets, found, listed, within[0] / targets,
            within[1] / targets, within[2] / targets, above / targets / (people - targets), calls[0], calls[1]
}
