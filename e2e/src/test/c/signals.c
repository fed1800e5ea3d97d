/*
 * Actions, masks, pending signals with their values and order.
 * Modes: single; threads (another thread has its own mask and its own queue).
 */
#include "victim.h"

#define SIGNALS 64
#define VALUES 5

/* The kernel's own structure: glibc hides the restorer. */
struct kernel_action {
  void *handler;
  unsigned long flags;
  void *restorer;
  unsigned long mask;
};

static struct kernel_action before[SIGNALS + 1], after[SIGNALS + 1];
static pid_t pid_before;
static volatile int plain_calls, info_calls, reset_calls;
static volatile int info_value, info_masked, info_on_stack;
static char altstack[65536];
static volatile int other_ready;

static void read_actions(struct kernel_action *actions) {
  for (int i = 1; i <= SIGNALS; i++) {
    NEED(syscall(SYS_rt_sigaction, i, NULL, &actions[i], 8) == 0);
  }
}

static void on_plain(int number) {
  (void)number;
  plain_calls++;
}

static void on_reset(int number) {
  (void)number;
  reset_calls++;
}

static void on_info(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  char *here = (char *)&blocked;
  info_calls++;
  info_value = info->si_value.sival_int;
  info_masked = sigismember(&blocked, SIGUSR2) && sigismember(&blocked, SIGRTMIN + 3);
  info_on_stack = here >= altstack && here < altstack + sizeof altstack;
}

static void install(int number, void (*plain)(int), void (*info)(int, siginfo_t *, void *), int flags,
                    int mask1, int mask2) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  if (info) action.sa_sigaction = info;
  else action.sa_handler = plain;
  action.sa_flags = flags;
  if (mask1) sigaddset(&action.sa_mask, mask1);
  if (mask2) sigaddset(&action.sa_mask, mask2);
  NEED(sigaction(number, &action, NULL) == 0);
}

static void install_all(void) {
  stack_t stack = {.ss_sp = altstack, .ss_size = sizeof altstack};
  NEED(sigaltstack(&stack, NULL) == 0);
  install(SIGUSR1, on_plain, NULL, SA_RESTART, 0, 0);
  install(SIGUSR2, on_plain, NULL, 0, SIGTERM, SIGRTMAX);
  install(SIGRTMIN + 2, NULL, on_info, SA_SIGINFO | SA_ONSTACK, SIGUSR2, SIGRTMIN + 3);
  install(SIGHUP, on_reset, NULL, SA_RESETHAND | SA_NODEFER, 0, 0);
  install(SIGWINCH, on_plain, NULL, SA_RESTART | SA_NODEFER | SA_ONSTACK, SIGSEGV, SIGCHLD);
  install(SIGCHLD, SIG_DFL, NULL, SA_NOCLDSTOP | SA_NOCLDWAIT, 0, 0);
  install(SIGTERM, SIG_IGN, NULL, 0, 0, 0);
  install(SIGPIPE, SIG_IGN, NULL, SA_RESTART, 0, 0);
  install(SIGRTMAX, SIG_IGN, NULL, 0, 0, 0);
}

static int queue_to_thread(pid_t tid, int number, int value) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = number;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_int = value;
  return syscall(SYS_rt_tgsigqueueinfo, getpid(), tid, number, &info);
}

static void expect_next(const sigset_t *set, int number, int code, int value) {
  siginfo_t info;
  struct timespec none = {0, 0};
  int got = sigtimedwait(set, &info, &none);
  CHECK(got == number, "the next pending signal is %d, not %d (value %d)", got, number, value);
  if (got != number) return;
  CHECK(info.si_code == code, "signal %d: si_code %d, was %d", number, info.si_code, code);
  CHECK(info.si_pid == pid_before && info.si_uid == getuid(), "signal %d: sender %d of user %d", number,
        info.si_pid, info.si_uid);
  CHECK(code != SI_QUEUE || info.si_value.sival_int == value, "signal %d: value %d, not %d", number,
        info.si_value.sival_int, value);
}

static void block(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGUSR1);
  sigaddset(set, SIGUSR2);
  sigaddset(set, SIGHUP);
  sigaddset(set, SIGRTMIN);
  sigaddset(set, SIGRTMIN + 1);
  sigaddset(set, SIGRTMIN + 7);
  NEED(pthread_sigmask(SIG_SETMASK, set, NULL) == 0);
}

static void *other(void *unused) {
  sigset_t blocked, set, now;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 4);
  sigaddset(&set, SIGRTMIN + 5);
  pthread_sigmask(SIG_BLOCK, &set, NULL); /* besides what it inherited */
  pthread_sigmask(SIG_BLOCK, NULL, &blocked);
  for (int i = 0; i < VALUES; i++) {
    NEED(queue_to_thread(my_tid(), SIGRTMIN + 4, 300 + i) == 0);
    NEED(queue_to_thread(my_tid(), SIGRTMIN + 5, 400 + i) == 0);
  }
  other_ready = 1;
  while (!gone()) nap_ms(2);
  pthread_sigmask(SIG_BLOCK, NULL, &now);
  CHECK(memcmp(&blocked, &now, 8) == 0, "the other thread's blocked signals changed");
  for (int i = 0; i < VALUES; i++) expect_next(&set, SIGRTMIN + 4, SI_QUEUE, 300 + i);
  for (int i = 0; i < VALUES; i++) expect_next(&set, SIGRTMIN + 5, SI_QUEUE, 400 + i);
  return unused;
}

static void queue_all(void) {
  union sigval value;
  for (int i = 0; i < VALUES; i++) {
    value.sival_int = 100 + i;
    NEED(sigqueue(getpid(), SIGRTMIN, value) == 0);
    NEED(queue_to_thread(my_tid(), SIGRTMIN, 200 + i) == 0);
  }
  value.sival_int = 777;
  NEED(sigqueue(getpid(), SIGRTMIN + 7, value) == 0);
  value.sival_int = 55;
  NEED(sigqueue(getpid(), SIGUSR2, value) == 0);
  NEED(kill(getpid(), SIGUSR1) == 0);
  NEED(kill(getpid(), SIGHUP) == 0);
}

/* The kernel empties the thread's own queue before the shared one, in each the lowest number first. */
static void check_pending(const sigset_t *blocked) {
  sigset_t pending, rest = *blocked;
  sigpending(&pending);
  int wanted[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGRTMIN, SIGRTMIN + 7};
  for (unsigned i = 0; i < 5; i++) CHECK(sigismember(&pending, wanted[i]), "signal %d is not pending", wanted[i]);
  CHECK(!sigismember(&pending, SIGRTMIN + 1), "signal %d is pending", SIGRTMIN + 1);
  CHECK(plain_calls == 0 && reset_calls == 0, "a blocked signal was delivered");
  sigdelset(&rest, SIGHUP);
  for (int i = 0; i < VALUES; i++) expect_next(&rest, SIGRTMIN, SI_QUEUE, 200 + i);
  expect_next(&rest, SIGUSR1, SI_USER, 0);
  expect_next(&rest, SIGUSR2, SI_QUEUE, 55);
  for (int i = 0; i < VALUES; i++) expect_next(&rest, SIGRTMIN, SI_QUEUE, 100 + i);
  expect_next(&rest, SIGRTMIN + 7, SI_QUEUE, 777);
  struct timespec none = {0, 0};
  CHECK(sigtimedwait(&rest, NULL, &none) == -1, "there are more pending signals than before");
}

static void check_delivery(void) {
  sigset_t hup;
  sigemptyset(&hup);
  sigaddset(&hup, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &hup, NULL);
  CHECK(reset_calls == 1, "the pending SIGHUP ran its handler %d times", reset_calls);
  struct sigaction now;
  sigaction(SIGHUP, NULL, &now);
  CHECK(now.sa_handler == SIG_DFL, "SA_RESETHAND did not reset");
  union sigval value = {.sival_int = 4242};
  sigqueue(getpid(), SIGRTMIN + 2, value);
  CHECK(info_calls == 1 && info_value == 4242, "SA_SIGINFO handler: %d calls, value %d", info_calls, info_value);
  CHECK(info_masked, "the action's mask was not blocked in the handler");
  CHECK(info_on_stack, "SA_ONSTACK handler did not run on the alternate stack");
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGRTMAX);
  kill(getpid(), SIGWINCH);
  CHECK(plain_calls == 1, "SIGWINCH ran its handler %d times", plain_calls);
}

int main(int argc, char **argv) {
  start(argc, argv);
  pid_before = getpid();
  sigset_t blocked, now;
  install_all();
  block(&blocked);
  queue_all();
  pthread_t thread;
  int with_thread = mode_is("threads");
  if (with_thread) {
    NEED(pthread_create(&thread, NULL, other, NULL) == 0);
    while (!other_ready) nap_ms(1);
  }
  read_actions(before);
  ready();
  wait_go();

  read_actions(after);
  for (int i = 1; i <= SIGNALS; i++) {
    CHECK(memcmp(&before[i], &after[i], sizeof before[i]) == 0,
          "action of signal %d: handler %p flags %#lx restorer %p mask %#lx, was %p %#lx %p %#lx", i,
          after[i].handler, after[i].flags, after[i].restorer, after[i].mask, before[i].handler,
          before[i].flags, before[i].restorer, before[i].mask);
  }
  pthread_sigmask(SIG_BLOCK, NULL, &now);
  CHECK(memcmp(&blocked, &now, 8) == 0, "blocked signals changed");
  check_pending(&blocked);
  check_delivery();
  if (with_thread) pthread_join(thread, NULL);
  return finish();
}
