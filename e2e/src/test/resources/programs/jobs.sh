# Background jobs that signal the shell, and a trap that counts: two at once may become one. Ends with status 9.
told=0
trap 'told=$((told + 1))' USR1
trap '((told >= 4 && told <= 8)) && echo "end, told in every round"' EXIT
job() {
  for step in $(seq 12); do
    value=$((($1 * 7919 + step * 104729) % 65521))
    echo "$step $value" >> "job-$1"
    sleep 0.08
  done
  kill -USR1 $$
  exit "$1"
}
for round in 1 2 3 4; do
  job $round &
  job $((round + 4)) &
  # A signal ends a wait early.
  until wait; do :; done
  echo "round $round"
done
exit 9
