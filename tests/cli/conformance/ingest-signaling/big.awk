# more records than a pipe holds when they are written again
BEGIN {
    if (!n)
        n = 5000
    print "id,time,lon,lat"
    for (i = 0; i < n; i++)
        printf "p%d,%d,%.4f,-29.31\n", i % 50, 1605945600 + i, 27 + i / 10000
}
