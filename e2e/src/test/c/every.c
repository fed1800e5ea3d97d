/*
 * Has one of everything that the audit looks at, so that its image can be made to lie about each.
 */
#include "victim.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

/* With the mode, six digits, as long as the path of a switch of the kernel that a lie names. */
#define DATA_PATH "/var/tmp/ckimg-hostile-%s"
#define DATA 10   /* read and written at the end */
#define READER 11 /* the same file, only read */
#define NOTHING 12
#define EVENT 13
#define TIMER 14
#define EPOLL 15
#define NAMELESS 16
/* As long as a path of the kernel's that a lie names. */
#define NAMELESS_PATH "/var/tmp/ckimg-nameless-01"

#define LISTENER 17
#define LISTENER_PATH "/var/tmp/ckimg-listens-%s"
#define TOLD 18 /* has a message with credentials from TELLER */
#define TELLER 19
#define SERVER 20
#define IDLE 21

static char alternate[65536];
static char locked[4096] __attribute__((aligned(4096)));
static volatile int handled;

static void handler(int number) {
  (void)number;
  handled++;
}

static void *sleeper(void *unused) {
  (void)unused;
  wait_go();
  return NULL;
}

static void move(int fd, int to) { NEED(fd >= 0 && dup2(fd, to) == to && close(fd) == 0); }

static void open_all(void) {
  char path[64];
  snprintf(path, sizeof path, DATA_PATH, victim_mode);
  move(open(path, O_RDWR | O_APPEND), DATA);
  move(open(path, O_RDONLY), READER);
  move(open("/dev/null", O_RDWR), NOTHING);
  move(eventfd(3, 0), EVENT);
  move(timerfd_create(CLOCK_MONOTONIC, 0), TIMER);
  move(epoll_create1(0), EPOLL);
  struct itimerspec time = {{5, 0}, {1000, 0}};
  struct epoll_event event = {EPOLLIN, {.fd = EVENT}};
  NEED(timerfd_settime(TIMER, 0, &time, NULL) == 0 && epoll_ctl(EPOLL, EPOLL_CTL_ADD, EVENT, &event) == 0);
  move(open(NAMELESS_PATH, O_RDWR | O_CREAT | O_EXCL, 0600), NAMELESS);
  NEED(unlink(NAMELESS_PATH) == 0 && write(NAMELESS, "lost", 4) == 4);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 20};
  NEED(fcntl(DATA, F_SETLK, &lock) == 0);
  NEED(fcntl(DATA, F_SETOWN, getpid()) == 0 && fcntl(DATA, F_SETSIG, SIGRTMIN + 9) == 0);
}

static void open_sockets(void) {
  struct sockaddr_un path = {.sun_family = AF_UNIX};
  snprintf(path.sun_path, sizeof path.sun_path, LISTENER_PATH, victim_mode);
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int pair[2], on = 1;
  unlink(path.sun_path);
  move(socket(AF_UNIX, SOCK_STREAM, 0), LISTENER);
  NEED(bind(LISTENER, (struct sockaddr *)&path, sizeof path) == 0 && listen(LISTENER, 3) == 0);
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  NEED(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 && send(pair[1], "from me", 7, 0) == 7);
  move(pair[0], TOLD);
  move(pair[1], TELLER);
  move(socket(AF_INET, SOCK_STREAM, 0), SERVER);
  NEED(bind(SERVER, (struct sockaddr *)&loopback, sizeof loopback) == 0 && listen(SERVER, 3) == 0);
  move(socket(AF_UNIX, SOCK_STREAM, 0), IDLE);
}

static void set_signals(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  NEED(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGALRM, &action, NULL) == 0);
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  NEED(sigaltstack(&stack, NULL) == 0 && mlock(locked, sizeof locked) == 0);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  sigaddset(&blocked, SIGRTMIN + 3);
  NEED(sigprocmask(SIG_BLOCK, &blocked, NULL) == 0);
  NEED(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 4711}) == 0);
  NEED(pthread_kill(pthread_self(), SIGUSR2) == 0);
}

static void set_timers(void) {
  struct itimerval interval = {{300, 0}, {300, 0}};
  NEED(setitimer(ITIMER_REAL, &interval, NULL) == 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  timer_t timer;
  struct itimerspec time = {{300, 0}, {300, 0}};
  NEED(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &time, NULL) == 0);
}

int main(int argc, char **argv) {
  pthread_t thread;
  start(argc, argv);
  open_all();
  open_sockets();
  set_signals();
  set_timers();
  NEED(pthread_create(&thread, NULL, sleeper, NULL) == 0);
  nap_ms(20);
  ready();
  wait_go();
  pthread_join(thread, NULL);
  CHECK(write(DATA, "more", 4) == 4, "write: %s", strerror(errno));
  char text[8] = "";
  CHECK(pread(NAMELESS, text, sizeof text, 0) == 4 && !strcmp(text, "lost"), "the file without a name: %s", text);
  char heard[16];
  CHECK(recv(TOLD, heard, sizeof heard, 0) == 7, "recv: %s", strerror(errno));
  CHECK(handled == 0, "a handler ran");
  return finish();
}
