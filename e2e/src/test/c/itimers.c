/* Interval timers. Modes: ticking (all three with short intervals), remaining (long values must go on, not start again). */
#include "victim.h"

static const int WHICH[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
static const int SIGNAL[] = {SIGALRM, SIGVTALRM, SIGPROF};
static const char *const NAME[] = {"real", "virtual", "prof"};
static volatile int ticks[3];

static void on_tick(int number) {
  for (int i = 0; i < 3; i++) {
    if (SIGNAL[i] == number) ticks[i]++;
  }
}

static int64_t us(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static void busy_ms(int ms) {
  int64_t end = now_ns(CLOCK_MONOTONIC) + ms * 1000000LL;
  while (now_ns(CLOCK_MONOTONIC) < end) {
  }
}

static void ticking(void) {
  for (int i = 0; i < 3; i++) {
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    sigaction(SIGNAL[i], &action, NULL);
    struct itimerval value = {{0, 10000 + 1000 * i}, {0, 5000}};
    NEED(setitimer(WHICH[i], &value, NULL) == 0);
  }
  ready();
  while (!gone()) busy_ms(1);
  int start[3], moved = 0;
  for (int i = 0; i < 3; i++) start[i] = ticks[i];
  for (int tries = 0; tries < 100 && moved < 3; tries++) {
    busy_ms(20);
    moved = 0;
    for (int i = 0; i < 3; i++) moved += ticks[i] >= start[i] + 3;
  }
  for (int i = 0; i < 3; i++) {
    struct itimerval now;
    getitimer(WHICH[i], &now);
    CHECK(ticks[i] >= start[i] + 3, "the %s timer stopped after %d ticks", NAME[i], ticks[i]);
    /* The processor-time clocks tick in jiffies, and the kernel rounds the interval to them. */
    CHECK(us(now.it_interval) >= 10000 && us(now.it_interval) <= 20000, "the %s interval is %ld us", NAME[i],
          (long)us(now.it_interval));
  }
}

static void remaining(void) {
  struct itimerval set[3] = {{{77, 1000}, {1000, 0}}, {{5, 0}, {500, 0}}, {{0, 0}, {400, 0}}};
  struct itimerval before[3], now;
  for (int i = 0; i < 3; i++) NEED(setitimer(WHICH[i], &set[i], NULL) == 0);
  busy_ms(30);
  for (int i = 0; i < 3; i++) getitimer(WHICH[i], &before[i]);
  ready();
  wait_go();
  for (int i = 0; i < 3; i++) {
    getitimer(WHICH[i], &now);
    CHECK(us(now.it_interval) == us(before[i].it_interval), "the %s interval is %ld us, was %ld", NAME[i],
          (long)us(now.it_interval), (long)us(before[i].it_interval));
    int64_t spent = us(before[i].it_value) - us(now.it_value);
    CHECK(us(now.it_value) > 0 && spent >= -10000 && spent < 150 * 1000000LL,
          "the %s timer has %ld us left, had %ld", NAME[i], (long)us(now.it_value), (long)us(before[i].it_value));
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("ticking")) ticking();
  else remaining();
  return finish();
}
