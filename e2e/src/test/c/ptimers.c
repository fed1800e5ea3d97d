/*
 * POSIX timers. Modes: kernel (raw calls: ids with gaps, every way to notify, armed and not, a
 * signal that is pending with overruns), glibc (SIGEV_THREAD, which has a helper thread).
 */
#include "victim.h"

#define TIMERS 10
#define TICK SIGRTMIN

static int ids[TIMERS];
static int made[TIMERS];
static struct itimerspec before[TIMERS];
static volatile int thread_ticks;

static int create(int slot, clockid_t clock, int notify, int number, int value) {
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = notify;
  event.sigev_signo = number;
  event.sigev_value.sival_int = value;
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
  if (notify == SIGEV_THREAD_ID) event.sigev_notify_thread_id = my_tid();
  made[slot] = syscall(SYS_timer_create, clock, &event, &ids[slot]) == 0;
  return made[slot];
}

static void arm(int slot, int64_t value_ns, int64_t interval_ns) {
  struct itimerspec set = {{interval_ns / 1000000000, interval_ns % 1000000000},
                           {value_ns / 1000000000, value_ns % 1000000000}};
  NEED(syscall(SYS_timer_settime, ids[slot], 0, &set, NULL) == 0);
}

static void drop(int slot) {
  NEED(syscall(SYS_timer_delete, ids[slot]) == 0);
  made[slot] = 0;
}

static int64_t ns(struct timespec time) { return time.tv_sec * 1000000000LL + time.tv_nsec; }

static void set_up(void) {
  NEED(create(0, CLOCK_MONOTONIC, SIGEV_SIGNAL, TICK, 1000));
  NEED(create(1, CLOCK_MONOTONIC, SIGEV_NONE, 0, 0));
  NEED(create(2, CLOCK_REALTIME, SIGEV_SIGNAL, TICK + 1, 1002));
  NEED(create(3, CLOCK_REALTIME, SIGEV_SIGNAL, TICK + 2, 1003));
  NEED(create(4, CLOCK_BOOTTIME, SIGEV_THREAD_ID, TICK + 3, 1004));
  NEED(create(5, CLOCK_MONOTONIC, SIGEV_SIGNAL, TICK + 4, 1005));
  NEED(create(6, CLOCK_PROCESS_CPUTIME_ID, SIGEV_SIGNAL, TICK + 5, 1006));
  NEED(create(7, CLOCK_MONOTONIC, SIGEV_NONE, 0, 0));
  NEED(create(8, CLOCK_MONOTONIC, SIGEV_SIGNAL, TICK + 6, 1008));
  drop(2);
  drop(7);
  arm(0, 5000000, 7000000);              /* ticks while blocked: pending, with overruns */
  arm(1, 900000000000, 1234567890);      /* no signal, long */
  arm(3, 800000000000, 0);               /* one shot, wall clock */
  arm(4, 700000000000, 7777000000);      /* to this thread */
                                         /* 5 stays disarmed */
  arm(6, 600000000000, 0);               /* processor time */
  arm(8, 10000000, 0);                   /* one shot that has expired before the checkpoint */
}

static void check_left(int slot) {
  struct itimerspec now;
  CHECK(syscall(SYS_timer_gettime, ids[slot], &now) == 0, "timer %d is gone", ids[slot]);
  CHECK(ns(now.it_interval) == ns(before[slot].it_interval), "timer %d: interval %ld, was %ld", ids[slot],
        (long)ns(now.it_interval), (long)ns(before[slot].it_interval));
  int64_t spent = ns(before[slot].it_value) - ns(now.it_value);
  if (ns(before[slot].it_value) == 0) CHECK(ns(now.it_value) == 0, "timer %d was not armed, and is", ids[slot]);
  else if (slot != 0)
    CHECK(ns(now.it_value) > 0 && spent >= -50000000 && spent < 150 * 1000000000LL,
          "timer %d: %ld ns left, had %ld", ids[slot], (long)ns(now.it_value), (long)ns(before[slot].it_value));
}

static void check_pending(void) {
  sigset_t set;
  siginfo_t info;
  struct timespec none = {0, 0};
  sigemptyset(&set);
  sigaddset(&set, TICK + 6);
  CHECK(sigtimedwait(&set, &info, &none) == TICK + 6, "the expired timer's signal is not pending");
  CHECK(info.si_code == SI_TIMER && info.si_value.sival_int == 1008 && info.si_timerid == ids[8],
        "the expired timer's signal: code %d, value %d, timer %d", info.si_code, info.si_value.sival_int,
        info.si_timerid);
  CHECK(sigtimedwait(&set, &info, &none) == -1, "the expired timer's signal came twice");
  sigemptyset(&set);
  sigaddset(&set, TICK);
  CHECK(sigtimedwait(&set, &info, &none) == TICK, "the ticking timer's signal is not pending");
  CHECK(info.si_code == SI_TIMER && info.si_value.sival_int == 1000, "the ticking timer's signal: code %d, value %d",
        info.si_code, info.si_value.sival_int);
  /* From here the timer must tick as always: three more signals, the last with overruns. */
  struct timespec second = {1, 0};
  CHECK(sigtimedwait(&set, &info, &second) == TICK, "the ticking timer stopped");
  nap_ms(100);
  CHECK(sigtimedwait(&set, &info, &second) == TICK && info.si_overrun >= 5,
        "100 ms of a 7 ms timer: overrun %d", info.si_overrun);
  CHECK(info.si_timerid == ids[0], "the tick names timer %d, not %d", info.si_timerid, ids[0]);
}

static void check_usable(void) {
  sigset_t set;
  siginfo_t info;
  struct timespec second = {1, 0};
  sigemptyset(&set);
  sigaddset(&set, TICK + 3);
  sigaddset(&set, TICK + 4);
  for (int slot = 4; slot <= 5; slot++) {
    arm(slot, 1000000, 0);
    CHECK(sigtimedwait(&set, &info, &second) == TICK + slot - 1 && info.si_value.sival_int == 1000 + slot,
          "timer %d armed again: no signal", ids[slot]);
  }
  for (int slot = 0; slot < TIMERS; slot++) {
    if (made[slot]) CHECK(syscall(SYS_timer_delete, ids[slot]) == 0, "timer %d cannot be deleted", ids[slot]);
  }
  CHECK(create(9, CLOCK_MONOTONIC, SIGEV_NONE, 0, 0), "no new timer can be made: %s", strerror(errno));
  char left[64];
  arm(9, 1000000000, 0);
  CHECK(slurp("/proc/self/timers", left, sizeof left) > 0, "/proc/self/timers shows no timer");
}

static void kernel(void) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < 8; i++) sigaddset(&set, TICK + i);
  NEED(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
  set_up();
  nap_ms(50);
  for (int i = 0; i < TIMERS; i++) {
    if (made[i]) syscall(SYS_timer_gettime, ids[i], &before[i]);
  }
  ready();
  wait_go();
  for (int i = 0; i < TIMERS; i++) {
    if (made[i]) check_left(i);
  }
  check_pending();
  check_usable();
}

static void on_thread(union sigval value) {
  CHECK(value.sival_int == 31, "SIGEV_THREAD brings %d", value.sival_int);
  thread_ticks++;
}

static void glibc(void) {
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = on_thread;
  event.sigev_value.sival_int = 31;
  timer_t timer;
  NEED(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  struct itimerspec set = {{0, 20000000}, {0, 1000000}};
  NEED(timer_settime(timer, 0, &set, NULL) == 0);
  while (thread_ticks < 3) nap_ms(2);
  ready();
  wait_go();
  int at_go = thread_ticks;
  for (int i = 0; i < 200 && thread_ticks < at_go + 3; i++) nap_ms(10);
  CHECK(thread_ticks >= at_go + 3, "the SIGEV_THREAD timer stopped after %d ticks", thread_ticks);
  CHECK(timer_delete(timer) == 0, "the SIGEV_THREAD timer cannot be deleted");
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("glibc")) glibc();
  else kernel();
  return finish();
}
