/*
 * Sleeps until an absolute monotonic time, three seconds ahead, then checks that it did. Says
 * "woke" when it woke: the runner measures how long that took.
 */
#include "victim.h"

int main(int argc, char **argv) {
  start(argc, argv);
  int64_t deadline = now_ns(CLOCK_MONOTONIC) + 3000000000LL, boot = now_ns(CLOCK_BOOTTIME);
  struct timespec time = {deadline / 1000000000, deadline % 1000000000};
  ready();
  int result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  int64_t now = now_ns(CLOCK_MONOTONIC);
  say("woke");
  CHECK(result == 0, "clock_nanosleep: %s", strerror(result));
  CHECK(now >= deadline, "woke %ld ms early", (long)((deadline - now) / 1000000));
  CHECK(now - deadline < 60000000000LL, "the clock jumped by %ld s", (long)((now - deadline) / 1000000000));
  CHECK(now_ns(CLOCK_BOOTTIME) > boot, "the boot clock went back");
  wait_go();
  return finish();
}
