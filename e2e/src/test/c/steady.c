/*
 * Checks itself for ever, from several threads, and counts in a file that it maps: words 0 to 3 are
 * rounds of each thread, word 4 is the number of errors. Made for a runner that disturbs it often.
 * Mode: seconds that it waits for the go, or any word for the usual ones.
 */
#include "hold.h"

#include <poll.h>

enum { REGISTERS, SLEEPS, POLLS, TURNS, ERRORS };

static volatile uint64_t *counts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long turns;
static volatile int ending;
static char altstack[65536];

static void *hold_registers(void *unused) {
  int level = hold_best_level();
  for (uint64_t round = 1; !ending; round++) {
    hold_fill(round);
    hold_go = 0;
    hold(level, HOLD_SPIN);
    hold_check(level, HOLD_SPIN);
    counts[REGISTERS]++;
  }
  return unused;
}

static void *open_registers(void *unused) {
  while (!ending) {
    struct timespec time = {0, 1000000};
    CHECK(nanosleep(&time, NULL) == 0, "nanosleep: %s", strerror(errno));
    hold_go = 1;
    counts[SLEEPS]++;
  }
  return unused;
}

static void *poll_often(void *unused) {
  while (!ending) {
    int64_t from = now_ns(CLOCK_MONOTONIC);
    CHECK(poll(NULL, 0, 5) == 0, "poll: %s", strerror(errno));
    CHECK(now_ns(CLOCK_MONOTONIC) - from >= 5000000, "poll ended early");
    counts[POLLS]++;
  }
  hold_go = 1;
  return unused;
}

static void *play(void *argument) {
  int parity = (int)(intptr_t)argument;
  pthread_mutex_lock(&lock);
  while (!ending) {
    while (turns % 2 != parity && !ending) pthread_cond_wait(&changed, &lock);
    turns++;
    counts[TURNS]++;
    pthread_cond_signal(&changed);
    if (parity) {
      pthread_mutex_unlock(&lock);
      nap_ms(1);
      pthread_mutex_lock(&lock);
    }
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return NULL;
}

static void check_attributes(const sigset_t *mask) {
  sigset_t now;
  stack_t stack;
  pthread_sigmask(SIG_BLOCK, NULL, &now);
  sigaltstack(NULL, &stack);
  CHECK(memcmp(&now, mask, 8) == 0, "blocked signals changed");
  CHECK(stack.ss_sp == altstack && stack.ss_size == sizeof altstack, "the alternate stack changed");
}

int main(int argc, char **argv) {
  start(argc, argv);
  int fd = open(in_folder("counts"), O_RDWR | O_CREAT, 0600);
  NEED(fd >= 0 && ftruncate(fd, PAGE) == 0);
  counts = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  NEED(counts != MAP_FAILED && close(fd) == 0);
  stack_t stack = {.ss_sp = altstack, .ss_size = sizeof altstack};
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  NEED(sigaltstack(&stack, NULL) == 0 && pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0);
  pthread_t threads[5];
  NEED(pthread_create(&threads[0], NULL, hold_registers, NULL) == 0);
  NEED(pthread_create(&threads[1], NULL, open_registers, NULL) == 0);
  NEED(pthread_create(&threads[2], NULL, poll_often, NULL) == 0);
  NEED(pthread_create(&threads[3], NULL, play, (void *)0) == 0);
  NEED(pthread_create(&threads[4], NULL, play, (void *)1) == 0);
  ready();
  int limit = atoi(victim_mode);
  for (int rounds = 0; !gone(); rounds++) {
    check_attributes(&mask);
    counts[ERRORS] = victim_failures;
    nap_ms(2);
    if (rounds > (limit > 0 ? limit : GO_LIMIT_SECONDS) * 500) return 3;
  }
  ending = 1;
  pthread_mutex_lock(&lock);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 5; i++) {
    hold_go = 1;
    pthread_join(threads[i], NULL);
  }
  return finish();
}
