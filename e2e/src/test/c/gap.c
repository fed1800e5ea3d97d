/* Measures its own largest standstill. Mode: MiB of touched memory. Says "gap N" in microseconds. */
#include "victim.h"

int main(int argc, char **argv) {
  start(argc, argv);
  size_t size = strtoul(victim_mode, NULL, 10) << 20;
  uint64_t state = 42, *memory = malloc(size);
  for (size_t i = 0; i < size / 8; i++) memory[i] = next_random(&state);
  ready();
  int64_t last = now_ns(CLOCK_MONOTONIC), gap = 0;
  for (unsigned rounds = 0; rounds % 4096 || !gone(); rounds++) {
    int64_t now = now_ns(CLOCK_MONOTONIC);
    if (now - last > gap) gap = now - last;
    last = now;
  }
  say("gap %ld", (long)(gap / 1000));
  return finish();
}
