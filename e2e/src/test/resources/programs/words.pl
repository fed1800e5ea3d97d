# Makes words, counts them, writes the counts as it goes; ends with status 3.
use strict;
use warnings;
my ($state, %count) = (12345);
for my $round (1 .. 150) {
  for (1 .. 5000) {
    $state = ($state * 1103515245 + 12345) & 0x7fffffff;
    my $word = join '', map { chr(97 + (($state >> ($_ * 3)) & 15)) } 0 .. 3;
    $count{$word}++;
  }
  my @best = (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 4];
  print "$round: ", join(' ', map { "$_=$count{$_}" } @best), "\n";
}
exit 3;
