/*
 * What processes watch that only others have open: an epoll entry lives as long as the description that it is on,
 * under whatever number and in whatever process that is. Modes: watches, references (pidfds of processes and threads,
 * and of such that have ended, which two processes have).
 */
#include "victim.h"
#include "watching.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

enum { CLOSED = 77, REUSED, PIPE, SOCKET, INNER, TIMER, OF_CHILD, MOVED };

static int shared_epoll, control[2], inner_counter;

/* Tells the other process, or waits for it to tell. */
static void tell(int end) { NEED(write(control[end], "x", 1) == 1); }
static void hear(int end) {
  char byte;
  CHECK(read(control[end], &byte, 1) == 1, "the other process has gone");
}

/* It alone has what its parent watches; one thing it watches itself, by an instance that both have. */
static void live_as_child(int own_epoll, int counter, int writer, int other_end) {
  uint64_t one = 1;
  int own = eventfd(0, 0);
  NEED(own >= 0 && dup2(own, OF_CHILD) == OF_CHILD);
  close(own_epoll);
  watch(shared_epoll, OF_CHILD, EPOLLIN, 1);
  tell(1);
  hear(1);
  NEED(write(counter, &one, 8) == 8 && write(writer, "x", 1) == 1 && write(other_end, "x", 1) == 1);
  NEED(write(inner_counter, &one, 8) == 8 && write(OF_CHILD, &one, 8) == 8);
  tell(1);
  hear(1);
  _exit(victim_failures);
}

static void run_watches(void) {
  static char before[4096], after[4096];
  int own = epoll_create1(EPOLL_CLOEXEC), inner = epoll_create1(0), ends[2], sockets[2];
  shared_epoll = epoll_create1(0);
  int counter = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
  inner_counter = eventfd(0, 0);
  NEED(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, control) == 0);
  struct itimerspec soon = {.it_value = {.tv_nsec = 1}};
  NEED(timerfd_settime(timer, 0, &soon, NULL) == 0);
  struct { int fd, number; } targets[] = {{counter, CLOSED}, {counter, REUSED}, {ends[0], PIPE},
                                          {sockets[0], SOCKET}, {inner, INNER}, {timer, TIMER}, {counter, MOVED}};
  watch(inner, inner_counter, EPOLLIN, 1);
  for (int i = 0; i < 7; i++) {
    NEED(dup2(targets[i].fd, targets[i].number) == targets[i].number);
    watch(own, targets[i].number, EPOLLIN, 1 << i);
  }
  int other_end = sockets[1], writer = ends[1];
  pid_t child = fork();
  if (child == 0) live_as_child(own, counter, writer, other_end);
  for (int i = 0; i < 7; i++) {
    close(targets[i].number);
    close(targets[i].fd);
  }
  /* What is left here is a number that is something else now. */
  int null = open("/dev/null", O_RDONLY);
  NEED(null >= 0 && dup2(null, REUSED) == REUSED);
  hear(0);
  list(own, before);
  list(shared_epoll, before);
  NEED(told(own) == 1 << 5 && told(shared_epoll) == 0);
  ready();
  wait_go();

  list(own, after);
  list(shared_epoll, after);
  CHECK(strcmp(before, after) == 0, "watched now: %.600s; before: %.600s", after, before);
  CHECK(told(own) == 1 << 5, "told before anything happened: %lx", (long)told(own));
  tell(0);
  hear(0);
  CHECK(told(own) == 0x7f, "told: %lx", (long)told(own));
  CHECK(told(shared_epoll) == 1, "told of the child: %lx", (long)told(shared_epoll));
  char byte;
  CHECK(fcntl(REUSED, F_GETFD) == 0 && read(REUSED, &byte, 1) == 0, "the number that was used again");
  CHECK(fcntl(CLOSED, F_GETFD) == -1 && fcntl(OF_CHILD, F_GETFD) == -1, "a closed number is open");
  tell(0);
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && status == 0, "the child: status %#x", status);
  CHECK(told(own) == 0 && told(shared_epoll) == 0, "what nobody has is watched");
}

static int refer(pid_t pid, unsigned flags) { return syscall(SYS_pidfd_open, pid, flags); }

static int has_ended(int fd) {
  struct pollfd wanted = {.fd = fd, .events = POLLIN};
  return poll(&wanted, 1, 0) == 1;
}

/* One for each of the two processes, and one for a process or thread of either. */
enum { OF_PARENT = 60, OF_SIBLING, OF_ZOMBIE, OF_REAPED, OF_THREAD, OF_REAPED_THREAD, REFERENCES };

static const int expected_flags[] = {0, O_NONBLOCK, 0, O_NONBLOCK, PIDFD_THREAD, PIDFD_THREAD};

static void check_references(pid_t parent, const char *who) {
  for (int fd = OF_PARENT; fd < REFERENCES; fd++) {
    int flags = fcntl(fd, F_GETFL) & (O_NONBLOCK | PIDFD_THREAD);
    CHECK(flags == expected_flags[fd - OF_PARENT], "%s: fd %d: flags %#o", who, fd, flags);
    int one = getpid() == parent || syscall(SYS_kcmp, getpid(), parent, 0 /* KCMP_FILE */, fd, fd) == 0;
    CHECK(one, "%s: fd %d is no longer that of its parent", who, fd);
    int ended = fd == OF_ZOMBIE || fd == OF_REAPED || fd == OF_REAPED_THREAD;
    CHECK(has_ended(fd) == ended, "%s: fd %d: %s", who, fd, ended ? "has not ended" : "has ended");
  }
  CHECK(syscall(SYS_pidfd_send_signal, OF_REAPED, 0, NULL, 0) == -1 && errno == ESRCH, "%s: the one that is gone", who);
  CHECK(syscall(SYS_pidfd_send_signal, OF_SIBLING, 0, NULL, 0) == 0, "%s: its sibling: %s", who, strerror(errno));
}

static void *wait_in_thread(void *tid) {
  __atomic_store_n((int *)tid, (int)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
  wait_go();
  nap_ms(100);
  return NULL;
}

static void *end_in_thread(void *fd) {
  *(int *)fd = refer(syscall(SYS_gettid), PIDFD_THREAD);
  return NULL;
}

static void as_number(int fd, int number) {
  NEED(fd >= 0 && dup2(fd, number) == number);
  close(fd);
}

/* pidfds that a parent and a child have together, of both, of a sibling, of threads, and of what has ended. */
static void run_references(void) {
  pid_t parent = getpid(), sibling = fork();
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, control) == 0);
  if (sibling == 0) {
    wait_go();
    nap_ms(500);
    _exit(7);
  }
  pid_t zombie = fork();
  if (zombie == 0) _exit(9);
  pid_t reaped = fork();
  if (reaped == 0) _exit(5);
  as_number(refer(parent, 0), OF_PARENT);
  as_number(refer(sibling, O_NONBLOCK), OF_SIBLING);
  as_number(refer(zombie, 0), OF_ZOMBIE);
  as_number(refer(reaped, O_NONBLOCK), OF_REAPED);
  NEED(waitpid(reaped, NULL, 0) == reaped);
  pthread_t thread, short_lived;
  int tid = 0, of_ended = -1;
  NEED(pthread_create(&short_lived, NULL, end_in_thread, &of_ended) == 0 && pthread_join(short_lived, NULL) == 0);
  CAN(of_ended >= 0, "PIDFD_THREAD");
  as_number(of_ended, OF_REAPED_THREAD);
  NEED(pthread_create(&thread, NULL, wait_in_thread, &tid) == 0);
  while (!__atomic_load_n(&tid, __ATOMIC_SEQ_CST)) nap_ms(1);
  as_number(refer(tid, PIDFD_THREAD), OF_THREAD);
  NEED(has_ended(OF_REAPED) && has_ended(OF_REAPED_THREAD));
  while (!has_ended(OF_ZOMBIE)) nap_ms(1);
  int watching = epoll_create1(0);
  watch(watching, OF_ZOMBIE, EPOLLIN, 1);
  watch(watching, OF_SIBLING, EPOLLIN, 2);
  pid_t child = fork();
  if (child == 0) {
    hear(1);
    check_references(parent, "the child");
    tell(1);
    hear(1);
    CHECK(has_ended(OF_SIBLING), "the child: the sibling that has ended");
    _exit(victim_failures);
  }
  ready();
  wait_go();
  CHECK(told(watching) == 1, "told: %lx", (long)told(watching));
  check_references(parent, "the parent");
  tell(0);
  hear(0);
  int status = -1;
  CHECK(waitpid(sibling, &status, 0) == sibling && status == 7 << 8, "the sibling: status %#x", status);
  CHECK(told(watching) == 3, "told: %lx", (long)told(watching));
  tell(0);
  CHECK(pthread_join(thread, NULL) == 0 && has_ended(OF_THREAD), "the thread");
  CHECK(waitpid(zombie, &status, 0) == zombie && status == 9 << 8, "the zombie: status %#x", status);
  CHECK(waitpid(child, &status, 0) == child && status == 0, "the child: status %#x", status);
}

int main(int argc, char **argv) {
  start(argc, argv);
  NEED(mode_is("watches") || mode_is("references"));
  if (mode_is("watches")) run_watches();
  else run_references();
  return finish();
}
