/*
 * What processes watch that only others have open: an epoll entry lives as long as the description that it is on,
 * under whatever number and in whatever process that is. Modes: watches.
 */
#include "victim.h"
#include "watching.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

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

int main(int argc, char **argv) {
  start(argc, argv);
  NEED(mode_is("watches"));
  run_watches();
  return finish();
}
