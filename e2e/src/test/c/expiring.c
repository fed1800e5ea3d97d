/*
 * A thousand timers, each of which expires once, one after the other, also while the program is dumped. Each signal
 * comes once. Modes: all.
 */
#include "victim.h"

#define TIMERS 1000
#define STEP_NS 2000000
#define FIRST_NS 200000000
#define TICK SIGRTMIN

static int seen[TIMERS];

int main(int argc, char **argv) {
  start(argc, argv);
  sigset_t ticks;
  siginfo_t info;
  struct timespec patience = {3, 0};
  sigemptyset(&ticks);
  sigaddset(&ticks, TICK);
  NEED(sigprocmask(SIG_BLOCK, &ticks, NULL) == 0);
  for (int i = 0; i < TIMERS; i++) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = TICK, .sigev_value.sival_int = i};
    int64_t ns = FIRST_NS + (int64_t)i * STEP_NS;
    struct itimerspec once = {.it_value = {ns / 1000000000, ns % 1000000000}};
    timer_t timer;
    NEED(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &once, NULL) == 0);
  }
  ready();
  wait_go();
  while (sigtimedwait(&ticks, &info, &patience) == TICK) seen[info.si_value.sival_int]++;
  CHECK(errno == EAGAIN, "sigtimedwait: %s", strerror(errno));
  for (int i = 0; i < TIMERS; i++) CHECK(seen[i] == 1, "timer %d: %d signals", i, seen[i]);
  return finish();
}
