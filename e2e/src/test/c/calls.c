/* Calls of every shape, each thread in its own: recursion, a call that is a function's last
 * instruction, a stack that grows while it is used, a handler of a signal on another stack, and code
 * that says nothing of its frames but keeps a frame pointer. */
#include <alloca.h>
#include "victim.h"

#define KEPT __attribute__((noinline, noclone))

static KEPT void rest(void) {
  wait_go();
  __asm__ volatile("" ::: "memory");
}

static KEPT int recurse(int depth) {
  volatile int here = depth;
  if (depth == 0) rest();
  else recurse(depth - 1);
  return here;
}

static KEPT __attribute__((noreturn)) void never_returns(void) {
  rest();
  pthread_exit(NULL);
}

static KEPT void last_instruction_is_a_call(void) {
  __asm__ volatile("" ::: "memory");
  never_returns();
}

static KEPT int growing(size_t bytes) {
  volatile char *more = alloca(bytes);
  more[0] = more[bytes - 1] = 1;
  rest();
  return more[0];
}

static void handler(int number) {
  (void)number;
  rest();
}

static KEPT void interrupted(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  NEED(sigaltstack(&stack, NULL) == 0);
  pthread_kill(pthread_self(), SIGUSR1);
  __asm__ volatile("" ::: "memory");
}

/* One frame without call frame information, as a program has that was compiled without it. */
__asm__(
    ".text\n.type bare, @function\nbare:\n"
    "  push %rbp\n  mov %rsp, %rbp\n  sub $64, %rsp\n  call *%rdi\n  leave\n  ret\n"
    ".size bare, . - bare\n");
extern void bare(void (*function)(void));

static void *thread(void *number) {
  switch ((long)number) {
    case 0: recurse(40); break;
    case 1: last_instruction_is_a_call(); break;
    case 2: growing(5000); break;
    case 3: interrupted(); break;
    default: bare(rest);
  }
  return NULL;
}

int main(int argc, char **argv) {
  start(argc, argv);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  pthread_t threads[5];
  for (long i = 0; i < 5; i++) NEED(pthread_create(&threads[i], NULL, thread, (void *)i) == 0);
  nap_ms(200);
  ready();
  for (int i = 0; i < 5; i++) pthread_join(threads[i], NULL);
  return finish();
}
