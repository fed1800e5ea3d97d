/* Alternate signal stacks. Modes: set (idle), on (inside a handler on it), autodisarm (on it, with SS_AUTODISARM). */
#include "victim.h"

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

static char area[131072] __attribute__((aligned(64)));
static volatile int calls, wrong_place;
static volatile int wait_inside;

static void check_inside(void) {
  stack_t now;
  CHECK(sigaltstack(NULL, &now) == 0, "sigaltstack: %s", strerror(errno));
  if (mode_is("autodisarm")) {
    CHECK(now.ss_flags == SS_DISABLE, "inside the handler: flags %#x", now.ss_flags);
    return;
  }
  CHECK(now.ss_sp == area && now.ss_size == sizeof area && now.ss_flags == SS_ONSTACK,
        "inside the handler: %p, %zu bytes, flags %#x", now.ss_sp, now.ss_size, now.ss_flags);
}

static void handler(int number) {
  volatile uint64_t local[64];
  (void)number;
  for (int i = 0; i < 64; i++) local[i] = 0xfeed0000 + i;
  calls++;
  if ((char *)local < area || (char *)local >= area + sizeof area) wrong_place++;
  if (wait_inside) {
    ready();
    wait_go();
    check_inside();
  }
  for (int i = 0; i < 64; i++) CHECK(local[i] == 0xfeed0000u + i, "local %d of the handler changed", i);
}

int main(int argc, char **argv) {
  start(argc, argv);
  unsigned flags = mode_is("autodisarm") ? SS_AUTODISARM : 0;
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area, .ss_flags = (int)flags}, now;
  CAN(sigaltstack(&stack, NULL) == 0, "SS_AUTODISARM");
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  if (mode_is("set")) {
    ready();
    wait_go();
    raise(SIGUSR1);
  } else {
    wait_inside = 1;
    raise(SIGUSR1);
    wait_inside = 0;
  }
  CHECK(sigaltstack(NULL, &now) == 0 && now.ss_sp == area && now.ss_size == sizeof area &&
            (unsigned)now.ss_flags == flags,
        "afterwards: %p, %zu bytes, flags %#x", now.ss_sp, now.ss_size, now.ss_flags);
  raise(SIGUSR1);
  CHECK(calls == 2, "%d handler calls", calls);
  CHECK(wrong_place == 0, "a handler ran on the normal stack");
  return finish();
}
