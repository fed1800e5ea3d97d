# Primes by trial division, printed as they come; ends with status 4.
BEGIN {
  count = 0
  for (n = 2; count < 52000; n++) {
    prime = 1
    for (d = 2; d * d <= n; d++) {
      if (n % d == 0) {
        prime = 0
        break
      }
    }
    if (prime) {
      count++
      sum = (sum * 31 + n) % 1000003
      if (count % 40 == 0) print count, n, sum
    }
  }
  exit 4
}
