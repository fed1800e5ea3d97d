/*
 * Signals that a fault leaves pending, as a thread has them that is stopped between the fault and
 * its handler: sent with the code and the address of a fault, blocked, in two threads. Each must
 * still be there, arrive once, and say what it said.
 */
#include "victim.h"

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
#define FAULTS (sizeof faults / sizeof *faults)

static __thread int seen[65];
static __thread void *address[65];
static __thread int code[65];

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  seen[number]++;
  address[number] = info->si_addr;
  code[number] = info->si_code;
}

static void leave_pending(void) {
  sigset_t all;
  sigfillset(&all);
  NEED(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
  for (unsigned i = 0; i < FAULTS; i++) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = faults[i];
    info.si_code = 1;
    info.si_addr = (void *)(0x1000UL * (i + 1));
    NEED(syscall(SYS_rt_tgsigqueueinfo, getpid(), my_tid(), faults[i], &info) == 0);
  }
}

static void check_arrival(const char *who) {
  sigset_t none;
  sigemptyset(&none);
  for (unsigned i = 0; i < FAULTS; i++) CHECK(!seen[faults[i]], "%s: signal %d came early", who, faults[i]);
  NEED(pthread_sigmask(SIG_SETMASK, &none, NULL) == 0);
  for (unsigned i = 0; i < FAULTS; i++) {
    int number = faults[i];
    CHECK(seen[number] == 1, "%s: signal %d came %d times", who, number, seen[number]);
    CHECK(code[number] == 1, "%s: code of signal %d is %d", who, number, code[number]);
    CHECK(address[number] == (void *)(0x1000UL * (i + 1)), "%s: address of signal %d is %p", who,
          number, address[number]);
  }
}

static void *other(void *at) {
  leave_pending();
  pthread_barrier_wait(at);
  wait_go();
  check_arrival("a thread");
  return NULL;
}

int main(int argc, char **argv) {
  start(argc, argv);
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handler;
  for (unsigned i = 0; i < FAULTS; i++) NEED(sigaction(faults[i], &action, NULL) == 0);
  pthread_barrier_t both;
  pthread_t thread;
  pthread_barrier_init(&both, NULL, 2);
  NEED(pthread_create(&thread, NULL, other, &both) == 0);
  leave_pending();
  pthread_barrier_wait(&both);
  ready();
  wait_go();
  check_arrival("the leader");
  pthread_join(thread, NULL);
  return finish();
}
