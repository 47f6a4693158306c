# 5,000 contacts of one case
BEGIN {
    if (!n)
        n = 5000
    print "index_id,contact_id,start,end"
    for (i = 0; i < n; i++)
        printf "case1,p%d,%d,%d\n", i, 1605945600 + i, 1605946500 + i
}
