#!/bin/sh
# A program that asks for its own checkpoint:  ckimg run -o ask.ckimg -- sh ask.sh
# Bring it back with:                          ckimg restore ask.ckimg

# When this process came into being, in ticks of the kernel: not the same after a restore.
look_when_born() {
  read -r stat < /proc/self/stat
  set -- ${stat##*) }
  born=${20}
}

# Sets outcome to "saved IMAGE", "restored", or "not saved: REASON".
checkpoint() {
  look_when_born
  before=$born
  request=$CKIMG_CONTROL/$$.save
  outcome="not saved: nobody takes requests"
  if [ -n "$CKIMG_CONTROL" ] && true 2> /dev/null > "$request"; then
    naps=0
    while [ -e "$request" ] && [ $naps -lt 6000 ]; do
      sleep 0.1
      naps=$((naps + 1))
    done
    outcome="not saved: no answer"
  fi
  look_when_born
  if [ "$born" != "$before" ]; then
    outcome=restored
  elif [ ! -e "$request" ] && [ -r "${request%.save}.answer" ]; then
    read -r outcome < "${request%.save}.answer"
  fi
}

for step in 1 2 3 4 5 6 7 8 9 10; do
  echo "step $step"
  if [ $step = 5 ]; then
    checkpoint
    echo "$outcome"
  fi
  sleep 0.2
done
