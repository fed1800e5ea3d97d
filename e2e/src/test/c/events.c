/*
 * Descriptors that tell of events: what they hold, and who watches whom. Modes: all, references (pidfds of
 * itself, of a child, and of one that has ended).
 */
#include "victim.h"
#include "watching.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#define SECOND 1000000000LL
#define FAR 77 /* a number that is closed when the program is saved */

static struct itimerspec setting(int64_t value, int64_t interval) {
  return (struct itimerspec){{interval / SECOND, interval % SECOND}, {value / SECOND, value % SECOND}};
}

static int64_t left(int fd) {
  struct itimerspec now;
  CHECK(timerfd_gettime(fd, &now) == 0, "timerfd_gettime: %s", strerror(errno));
  return now.it_value.tv_sec * SECOND + now.it_value.tv_nsec;
}

static int timer(int clock, int flags, int64_t value, int64_t interval) {
  int fd = timerfd_create(clock, TFD_NONBLOCK);
  struct itimerspec time = setting(value, interval);
  NEED(fd >= 0 && timerfd_settime(fd, flags, &time, NULL) == 0);
  return fd;
}

static int64_t take(int fd) {
  uint64_t value = 0;
  ssize_t length = read(fd, &value, sizeof value);
  return length == sizeof value ? (int64_t)value : -errno;
}

static int is_ready(int fd, int milliseconds) {
  struct pollfd wanted = {.fd = fd, .events = POLLIN};
  return poll(&wanted, 1, milliseconds) == 1;
}

/* The status that a process ended with, by a descriptor that refers to it. */
static int ended_with(int fd) {
  siginfo_t info = {0};
  return waitid((idtype_t)3 /* P_PIDFD */, fd, &info, WEXITED) == 0 ? info.si_status : -errno;
}

/* pidfds of itself, of a child, and of one that has ended. */
static void run_references(void) {
  pid_t child = fork();
  if (child == 0) {
    wait_go();
    _exit(7);
  }
  pid_t dead = fork();
  if (dead == 0) _exit(9);
  int own = syscall(SYS_pidfd_open, getpid(), 0), of_dead = syscall(SYS_pidfd_open, dead, 0);
  int of_child = syscall(SYS_pidfd_open, child, O_NONBLOCK);
  NEED(own >= 0 && of_child >= 0 && of_dead >= 0 && is_ready(of_dead, 10000) && !is_ready(own, 0));
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  ready();
  wait_go();
  CHECK(fcntl(of_child, F_GETFL) & O_NONBLOCK && !(fcntl(own, F_GETFL) & O_NONBLOCK), "O_NONBLOCK");
  CHECK(fcntl(own, F_GETFD) == FD_CLOEXEC, "FD_CLOEXEC");
  CHECK(!is_ready(own, 0), "it has ended");
  CHECK(is_ready(of_dead, 0) && ended_with(of_dead) == 9, "the child that had ended");
  CHECK(syscall(SYS_pidfd_send_signal, own, SIGUSR1, NULL, 0) == 0, "pidfd_send_signal: %s", strerror(errno));
  CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1), "the signal to itself");
  CHECK(is_ready(of_child, 10000) && ended_with(of_child) == 7, "the other child");
}

int main(int argc, char **argv) {
  static char before[4096], after[4096];
  start(argc, argv);
  if (mode_is("references")) {
    run_references();
    return finish();
  }

  int counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  int semaphore = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
  uint64_t large = (1ULL << 40) + 3;
  NEED(write(counter, &large, 8) == 8);
  int twin = dup(counter);

  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigaddset(&set, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int signals = signalfd(-1, &set, SFD_NONBLOCK);
  NEED(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 4711}) == 0);

  int distant = timer(CLOCK_MONOTONIC, 0, 1000 * SECOND, 0);
  int64_t deadline = now_ns(CLOCK_MONOTONIC) + 500 * SECOND;
  int absolute = timer(CLOCK_MONOTONIC, TFD_TIMER_ABSTIME, deadline, 0);
  int wall = timer(CLOCK_REALTIME, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, now_ns(CLOCK_REALTIME) + 500 * SECOND, 0);
  int periodic = timer(CLOCK_BOOTTIME, 0, 1000000, 250 * SECOND);
  int fired = timer(CLOCK_MONOTONIC, 0, 1000000, 0);
  int idle = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
  nap_ms(20);

  int ends[2];
  NEED(pipe2(ends, O_NONBLOCK) == 0);
  int inner = epoll_create1(EPOLL_CLOEXEC), outer = epoll_create1(0), empty = epoll_create1(0);
  watch(inner, counter, EPOLLIN, 1);
  watch(inner, ends[0], EPOLLIN, 2);
  watch(inner, ends[1], EPOLLOUT | EPOLLET, 4);
  watch(inner, distant, EPOLLIN, 1ULL << 63);
  watch(inner, signals, EPOLLIN | EPOLLPRI, 8);
  watch(outer, inner, EPOLLIN, 16);
  /* One description under a number that is closed now, and under one that is another's now. */
  NEED(dup2(semaphore, FAR) == FAR);
  watch(outer, FAR, EPOLLIN, 32);
  close(FAR);
  NEED(dup2(semaphore, FAR + 1) == FAR + 1);
  watch(outer, FAR + 1, EPOLLIN | EPOLLONESHOT, 64);
  NEED(dup2(distant, FAR + 1) == FAR + 1);
  watch(outer, FAR + 1, EPOLLIN, 128);
  list(inner, before);
  list(outer, before);
  int64_t distant_left = left(distant);
  ready();
  wait_go();

  list(inner, after);
  list(outer, after);
  CHECK(strcmp(before, after) == 0, "watched now: %.700s; before: %.700s", after, before);
  CHECK(told(inner) == (1 | 4 | 8), "inner tells %lx", (long)told(inner));
  CHECK(told(outer) == (16 | 32 | 64), "outer tells %lx", (long)told(outer));
  CHECK(told(outer) == (16 | 32), "a one-shot watch told twice");
  CHECK(told(empty) == 0, "an empty instance tells of something");

  CHECK(take(twin) == (int64_t)large && take(counter) == -EAGAIN, "the counter");
  for (int i = 0; i < 3; i++) CHECK(take(semaphore) == 1, "the semaphore at %d", i);
  CHECK(take(semaphore) == -EAGAIN, "the semaphore has more");
  CHECK((fcntl(counter, F_GETFD) & FD_CLOEXEC) && !(fcntl(semaphore, F_GETFD) & FD_CLOEXEC), "close-on-exec");
  CHECK((fcntl(twin, F_GETFL) & O_NONBLOCK) && !(fcntl(idle, F_GETFL) & O_NONBLOCK), "O_NONBLOCK");

  struct signalfd_siginfo info;
  CHECK(read(signals, &info, sizeof info) == sizeof info && info.ssi_int == 4711, "the queued signal");
  CHECK(kill(getpid(), SIGUSR2) == 0 && read(signals, &info, sizeof info) == sizeof info && info.ssi_signo == SIGUSR2,
        "a signal of the set");

  int64_t now = left(distant);
  CHECK(now > 0 && now <= distant_left && now > distant_left - 200 * SECOND, "%ld ns left, were %ld", (long)now,
        (long)distant_left);
  int64_t rest = left(absolute), when = now_ns(CLOCK_MONOTONIC) + rest;
  CHECK(when >= deadline && when < deadline + SECOND / 10, "the deadline moved by %ld us", (long)((when - deadline) / 1000));
  CHECK(left(wall) > 0 && left(wall) < 500 * SECOND, "the wall clock timer");
  CHECK(take(periodic) == 1 && take(periodic) == -EAGAIN, "the expiration that was not read");
  CHECK(left(periodic) > 0 && left(periodic) <= 250 * SECOND, "the periodic timer");
  CHECK(take(fired) == 1 && left(fired) == 0, "the timer that had fired");
  CHECK(left(idle) == 0, "the idle timer is armed");

  struct itimerspec soon = setting(1000000, 0);
  CHECK(timerfd_settime(distant, 0, &soon, NULL) == 0, "timerfd_settime: %s", strerror(errno));
  nap_ms(20);
  CHECK(told(inner) & 1ULL << 63, "the timer is watched no more");
  CHECK(write(ends[1], "x", 1) == 1 && (told(inner) & 2), "the pipe is watched no more");
  return finish();
}
