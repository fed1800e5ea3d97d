# Digits of pi by the spigot algorithm of Rabinowitz and Wagon, printed as they come.
use strict;
use warnings;
use integer;
$| = 1;
my $digits = 2000;
my $length = $digits * 10 / 3 + 16;
my @a = (2) x $length;
my ($held, $nines, $printed) = (-1, 0, 0);
sub put { for my $d (@_) { print $d if $printed < $digits; $printed++ } }
while ($printed < $digits) {
  my $carry = 0;
  for (my $i = $length - 1; $i > 0; $i--) {
    my $x = 10 * $a[$i] + $carry * ($i + 1);
    $a[$i] = $x % (2 * $i + 1);
    $carry = $x / (2 * $i + 1);
  }
  my $x = 10 * $a[0] + $carry;
  $a[0] = $x % 10;
  my $q = $x / 10;
  if ($q == 9) { $nines++; next }
  put($held + ($q == 10 ? 1 : 0)) if $held >= 0;
  put($q == 10 ? 0 : 9) for 1 .. $nines;
  ($held, $nines) = ($q == 10 ? 0 : $q, 0);
}
print "\n";
