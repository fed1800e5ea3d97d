# Three programs at work: seq waits for gawk, which waits for perl. Ends with status 4.
seq 500000 |
  gawk '{ s = 0; for (i = 1; i < 40; i++) s += ($1 * i) % 97; print $1, s; if ($1 % 9000 == 0) fflush() }' |
  perl -ne '($n, $s) = split; for (1 .. 60) { $h = ($h * 31 + $n * $s + $_) % 1000003 } print "$n $h\n" if $n % 2000 == 0; END { print "end $h\n" }'
exit 4
