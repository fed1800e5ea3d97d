/*
 * A computation that a signal interrupts, whose handler another signal interrupts, on another
 * stack: two frames to return through, with registers, masks and rounding modes of their own.
 */
#include "victim.h"

#include <xmmintrin.h>

#define ROUNDS 20000000
#define UPWARD (_MM_MASK_MASK | _MM_ROUND_UP)

static char area[65536];
static volatile sig_atomic_t working, outer_calls, inner_calls, in_outer;

struct result {
  uint64_t hash;
  double sum;
};

/* Without a call, so that all of it is in registers; rounded as the caller has set it. */
static struct result work(void) {
  struct result result = {88172645463325252ULL, 0};
  working = 1;
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t number = next_random(&result.hash);
    result.sum += 1.0 / (double)(number >> 11 | 1);
  }
  working = 0;
  return result;
}

static int is_blocked(int number) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  return sigismember(&now, number);
}

static void inner(int number) {
  stack_t stack;
  (void)number;
  inner_calls++;
  ready();
  wait_go();
  CHECK(is_blocked(SIGVTALRM) && is_blocked(SIGUSR1) && is_blocked(SIGUSR2), "the mask of the inner handler");
  CHECK(sigaltstack(NULL, &stack) == 0 && stack.ss_flags == SS_ONSTACK && stack.ss_sp == area,
        "the inner handler: flags %#x at %p", stack.ss_flags, stack.ss_sp);
}

static void outer(int number) {
  volatile uint64_t local[64];
  (void)number;
  for (int i = 0; i < 64; i++) local[i] = 0xfeed0000 + i;
  outer_calls++;
  CHECK(working, "the computation was not interrupted");
  in_outer = 1;
  _mm_setcsr(_MM_MASK_MASK | _MM_ROUND_DOWN);
  raise(SIGUSR1);
  CHECK((_mm_getcsr() & _MM_ROUND_MASK) == _MM_ROUND_DOWN, "the outer handler: mxcsr %#x", _mm_getcsr());
  CHECK(is_blocked(SIGVTALRM) && is_blocked(SIGUSR2) && !is_blocked(SIGUSR1), "the mask of the outer handler");
  for (int i = 0; i < 64; i++) CHECK(local[i] == 0xfeed0000u + i, "local %d of the outer handler changed", i);
  in_outer = 0;
}

static void set_up(void) {
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area};
  struct sigaction second = {.sa_handler = inner, .sa_flags = SA_ONSTACK};
  struct sigaction first = {.sa_handler = outer, .sa_flags = SA_RESTART};
  sigemptyset(&first.sa_mask);
  sigaddset(&first.sa_mask, SIGUSR2);
  NEED(sigaltstack(&stack, NULL) == 0);
  NEED(sigaction(SIGUSR1, &second, NULL) == 0 && sigaction(SIGVTALRM, &first, NULL) == 0);
}

int main(int argc, char **argv) {
  start(argc, argv);
  set_up();
  _mm_setcsr(UPWARD);
  struct result expected = work();
  /* It counts only what this process computes, so that it ends in the midst of it. */
  struct itimerval soon = {{0, 0}, {0, 5000}};
  NEED(setitimer(ITIMER_VIRTUAL, &soon, NULL) == 0);
  struct result result = work();
  CHECK(outer_calls == 1 && inner_calls == 1 && !in_outer, "%d and %d handler calls", outer_calls, inner_calls);
  CHECK(memcmp(&result, &expected, sizeof result) == 0, "the result is %.17g, %lx, not %.17g, %lx", result.sum, result.hash,
        expected.sum, expected.hash);
  CHECK((_mm_getcsr() & _MM_ROUND_MASK) == _MM_ROUND_UP, "afterwards: mxcsr %#x", _mm_getcsr());
  CHECK(!is_blocked(SIGVTALRM) && !is_blocked(SIGUSR1) && !is_blocked(SIGUSR2), "the mask afterwards");
  return finish();
}
