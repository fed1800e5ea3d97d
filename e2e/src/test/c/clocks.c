/* Calls into the vdso all the time: it must be where it was, right, and never go back. */
#include "victim.h"

static int64_t by_syscall(clockid_t clock) {
  struct timespec time;
  syscall(SYS_clock_gettime, clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  start(argc, argv);
  static const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME,
                                     CLOCK_MONOTONIC_COARSE};
  int64_t last[5] = {0};
  ready();
  for (int round = 0; !gone(); round++) {
    for (int i = 0; i < 5; i++) {
      int64_t now = now_ns(clocks[i]);
      CHECK(now >= last[i], "clock %d went back by %ld ns", clocks[i], (long)(last[i] - now));
      last[i] = now;
    }
    if (victim_failures > 5) break;
  }
  for (int i = 0; i < 5; i++) {
    int64_t before = by_syscall(clocks[i]), between = now_ns(clocks[i]), after = by_syscall(clocks[i]);
    CHECK(between >= before - 20000000 && between <= after + 20000000, "clock %d: vdso %ld, kernel %ld", clocks[i],
          (long)between, (long)before);
  }
  unsigned cpu = 999999;
  CHECK(getcpu(&cpu, NULL) == 0 && cpu < 100000, "getcpu says %u", cpu);
  CHECK(llabs(time(NULL) - by_syscall(CLOCK_REALTIME) / 1000000000) <= 1, "time()");
  return finish();
}
