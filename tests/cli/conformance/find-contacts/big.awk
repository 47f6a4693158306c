# 100 people at one place: 4,950 pairs
BEGIN {
    if (!n)
        n = 100
    print "id,time,lon,lat"
    for (i = 0; i < n; i++)
        printf "p%d,%d,27.48,-29.31\n", i, 1605945600 + i
}
