/*
 * System calls that sit and wait through the checkpoint: each must go on without a spurious return
 * or EINTR. Modes: all (a thread for each call); or one call in a single thread: nanosleep, clock,
 * poll, ppoll, select, pselect, epoll, read, futex, pause, sigsuspend, sigtimedwait, receive
 * (recv on a socket with a time-out), accept (accept, likewise). Those without a time-out, and these two,
 * end by the runner's SIGUSR1, which it sends after it has said go.
 *
 * How much of a relative time-out had passed is not visible from outside: after a restore it may begin
 * again, but it may never end early, nor later than that.
 */
#include "victim.h"

#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>

#define TIMEOUT_NS 3000000000LL
#define SLACK_NS 2500000000LL
#define EARLY_NS 2000000LL

static volatile int handled;
static volatile int64_t resumed_at; /* when the process last came back from a standstill */
static int futex_word;
static int ends[2]; /* of a pipe that nothing is written into before the go */
static int event, epoll;
static int socket_fd; /* with a time-out that never comes */
static sem_t semaphore;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never;

static void handler(int number) {
  (void)number;
  handled++;
}

static struct timespec spec(int64_t ns) {
  struct timespec time = {ns / 1000000000, ns % 1000000000};
  return time;
}

static int64_t mono(void) { return now_ns(CLOCK_MONOTONIC); }

static void check_relative(const char *what, int64_t from) {
  int64_t now = mono(), latest = from > resumed_at ? from : resumed_at;
  CHECK(now - from >= TIMEOUT_NS - EARLY_NS, "%s returned after %ld ms", what, (long)((now - from) / 1000000));
  CHECK(now <= latest + TIMEOUT_NS + SLACK_NS, "%s returned %ld ms late", what,
        (long)((now - latest - TIMEOUT_NS) / 1000000));
}

static void check_absolute(const char *what, int64_t deadline) {
  int64_t now = mono(), latest = deadline > resumed_at ? deadline : resumed_at;
  CHECK(now >= deadline, "%s returned %ld us early", what, (long)((deadline - now) / 1000));
  CHECK(now <= latest + SLACK_NS, "%s returned %ld ms late", what, (long)((now - latest) / 1000000));
}

static void do_nanosleep(void) {
  int64_t from = mono();
  struct timespec time = spec(TIMEOUT_NS);
  CHECK(nanosleep(&time, NULL) == 0, "nanosleep: %s", strerror(errno));
  check_relative("nanosleep", from);
}

static void do_clock(void) {
  int64_t deadline = mono() + TIMEOUT_NS;
  struct timespec time = spec(deadline);
  int result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  CHECK(result == 0, "clock_nanosleep: %s", strerror(result));
  check_absolute("clock_nanosleep", deadline);
}

static void do_poll(void) {
  int64_t from = mono();
  CHECK(poll(NULL, 0, TIMEOUT_NS / 1000000) == 0, "poll: %s", strerror(errno));
  check_relative("poll", from);
}

static void do_ppoll(void) {
  int64_t from = mono();
  struct timespec time = spec(TIMEOUT_NS);
  CHECK(ppoll(NULL, 0, &time, NULL) == 0, "ppoll: %s", strerror(errno));
  check_relative("ppoll", from);
}

static void do_select(void) {
  int64_t from = mono();
  struct timeval time = {TIMEOUT_NS / 1000000000, 0};
  CHECK(select(0, NULL, NULL, NULL, &time) == 0, "select: %s", strerror(errno));
  check_relative("select", from);
}

static void do_futex(void) {
  int64_t deadline = mono() + TIMEOUT_NS;
  struct timespec time = spec(deadline);
  int result = syscall(SYS_futex, &futex_word, FUTEX_WAIT_BITSET_PRIVATE, 0, &time, NULL, 2);
  CHECK(result == -1 && errno == ETIMEDOUT, "futex: %s", strerror(errno));
  check_absolute("futex", deadline);
}

static void do_condition(void) {
  int64_t deadline = mono() + TIMEOUT_NS;
  struct timespec time = spec(deadline);
  pthread_mutex_lock(&lock);
  int result = pthread_cond_timedwait(&never, &lock, &time);
  pthread_mutex_unlock(&lock);
  CHECK(result == ETIMEDOUT, "pthread_cond_timedwait: %s", strerror(result));
  check_absolute("pthread_cond_timedwait", deadline);
}

static void do_sigtimedwait(void) {
  int64_t from = mono();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 6);
  struct timespec time = spec(TIMEOUT_NS);
  CHECK(sigtimedwait(&set, NULL, &time) == -1 && errno == EAGAIN, "sigtimedwait: %s", strerror(errno));
  check_relative("sigtimedwait", from);
}

/* Calls on a socket with a time-out are not restarted by the kernel. */
static int with_timeout(int fd, int seconds) {
  struct timeval time = {seconds, 0};
  NEED(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0);
  return fd;
}

static int make_silent(int seconds) {
  int pair[2];
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  return with_timeout(pair[0], seconds);
}

static int make_listener(int seconds) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  NEED(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0);
  return with_timeout(fd, seconds);
}

static void do_receive(void) {
  int fd = make_silent(TIMEOUT_NS / 1000000000);
  char byte;
  int64_t from = mono();
  CHECK(recv(fd, &byte, 1, 0) == -1 && errno == EAGAIN, "recv: %s", strerror(errno));
  check_relative("recv", from);
}

static void do_accept(void) {
  int fd = make_listener(TIMEOUT_NS / 1000000000);
  int64_t from = mono();
  CHECK(accept(fd, NULL, NULL) == -1 && errno == EAGAIN, "accept: %s", strerror(errno));
  check_relative("accept", from);
}

static void do_semaphore(void) {
  CHECK(sem_wait(&semaphore) == 0, "sem_wait: %s", strerror(errno));
  CHECK(gone(), "sem_wait returned early");
}

static void do_epoll(void) {
  struct epoll_event none, wanted = {EPOLLIN, {0}};
  int own = epoll_create1(0);
  NEED(epoll_ctl(own, EPOLL_CTL_ADD, eventfd(0, 0), &wanted) == 0);
  int64_t from = mono();
  int result = epoll_wait(own, &none, 1, TIMEOUT_NS / 1000000);
  CHECK(result == 0, "epoll_wait: %d, %s", result, strerror(errno));
  check_relative("epoll_wait", from);
}

static void do_epoll_event(void) {
  struct epoll_event told, wanted = {EPOLLIN, {.u64 = 0x123456789abcdef}};
  int own = epoll_create1(0);
  NEED(epoll_ctl(own, EPOLL_CTL_ADD, event, &wanted) == 0);
  int result = epoll_wait(own, &told, 1, -1);
  CHECK(result == 1 && told.data.u64 == wanted.data.u64, "epoll_wait: %d, %s", result, strerror(errno));
  CHECK(gone(), "epoll_wait returned early");
}

static void do_read(void) {
  char byte = 0;
  ssize_t length = read(ends[0], &byte, 1);
  CHECK(length == 1 && byte == 'r', "read: %zd, %s", length, strerror(errno));
  CHECK(gone(), "read returned early");
}

static void do_bare_futex(void) {
  int result = syscall(SYS_futex, &futex_word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
  CHECK(result == 0 && gone(), "futex without time-out: %d, %s", result, strerror(errno));
}

static void do_pause(void) {
  int before = handled;
  CHECK(pause() == -1 && errno == EINTR, "pause: %s", strerror(errno));
  CHECK(gone() && handled > before, "pause returned without its signal");
}

static void (*const ALL[])(void) = {do_nanosleep, do_clock,     do_poll,         do_ppoll,     do_select,    do_futex,
                                    do_condition, do_sigtimedwait, do_epoll, do_epoll_event, do_read, do_semaphore,
                                    do_bare_futex, do_receive, do_accept, do_pause};
#define CALLS (sizeof ALL / sizeof *ALL)

static void *run(void *call) {
  (*(void (**)(void))call)();
  return NULL;
}

static void all(void) {
  pthread_t threads[CALLS];
  pthread_condattr_t clock;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&never, &clock);
  sem_init(&semaphore, 0, 0);
  for (unsigned i = 0; i < CALLS; i++) NEED(pthread_create(&threads[i], NULL, run, (void *)&ALL[i]) == 0);
  nap_ms(30);
  ready();
  int64_t last = mono();
  while (!gone()) {
    nap_ms(2);
    int64_t now = mono();
    if (now - last > 50000000) resumed_at = now;
    last = now;
  }
  sem_post(&semaphore);
  uint64_t one = 1;
  NEED(write(event, &one, sizeof one) == sizeof one && write(ends[1], "r", 1) == 1);
  syscall(SYS_futex, &futex_word, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, 1); /* the bare wait listens to any bit */
  pthread_kill(threads[CALLS - 1], SIGUSR1);
  for (unsigned i = 0; i < CALLS; i++) pthread_join(threads[i], NULL);
}

static void only(sigset_t *set) {
  sigfillset(set);
  sigdelset(set, SIGUSR1);
}

/* Blocks SIGUSR1, so that only the call itself lets it in. */
static void wait_with_mask(void) {
  sigset_t blocked, during, now;
  struct epoll_event none;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigaddset(&blocked, SIGRTMIN + 1);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  only(&during);
  int result = mode_is("ppoll")     ? ppoll(NULL, 0, NULL, &during)
               : mode_is("epoll")   ? epoll_pwait(epoll, &none, 1, -1, &during)
               : mode_is("pselect") ? pselect(0, NULL, NULL, NULL, NULL, &during)
                                    : sigsuspend(&during);
  CHECK(result == -1 && errno == EINTR, "%s: %d, %s", victim_mode, result, strerror(errno));
  CHECK(handled == 1, "the handler ran %d times", handled);
  sigprocmask(SIG_BLOCK, NULL, &now);
  CHECK(memcmp(&now, &blocked, 8) == 0, "the mask is not what it was before the call");
}

static void wait_for_signal(void) {
  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct timespec long_time = {100000, 0};
  int got = sigtimedwait(&set, &info, &long_time);
  CHECK(got == SIGUSR1 && info.si_code == SI_USER, "sigtimedwait: %d, %s", got, strerror(errno));
}

static void single(void) {
  int result = -1;
  if (mode_is("nanosleep")) return do_nanosleep();
  if (mode_is("clock")) return do_clock();
  if (mode_is("ppoll") || mode_is("pselect") || mode_is("epoll") || mode_is("sigsuspend")) return wait_with_mask();
  if (mode_is("sigtimedwait")) return wait_for_signal();
  if (mode_is("poll")) result = poll(NULL, 0, -1);
  if (mode_is("select")) result = select(0, NULL, NULL, NULL, NULL);
  if (mode_is("pause")) result = pause();
  if (mode_is("read")) result = read(ends[0], &result, 1);
  if (mode_is("receive")) result = recv(socket_fd, &result, 1, 0);
  if (mode_is("accept")) result = accept(socket_fd, NULL, NULL);
  if (mode_is("futex")) result = syscall(SYS_futex, &futex_word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
  CHECK(result == -1 && errno == EINTR, "%s: %d, %s", victim_mode, result, strerror(errno));
  CHECK(handled == 1, "the handler ran %d times", handled);
}

int main(int argc, char **argv) {
  start(argc, argv);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  event = eventfd(0, 0);
  epoll = epoll_create1(0);
  struct epoll_event wanted = {EPOLLIN, {0}};
  NEED(pipe(ends) == 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &wanted) == 0);
  if (mode_is("all")) {
    all();
  } else {
    int timed = mode_is("nanosleep") || mode_is("clock");
    resumed_at = INT64_MAX / 2; /* a single thread cannot see its own standstill */
    if (mode_is("receive")) socket_fd = make_silent(100000);
    if (mode_is("accept")) socket_fd = make_listener(100000);
    ready();
    single();
    CHECK(timed || gone(), "%s returned before the go", victim_mode);
    wait_go();
  }
  return finish();
}
