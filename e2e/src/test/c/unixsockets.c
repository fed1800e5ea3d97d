/* Unix sockets: pairs, connections, datagrams, names, what is in flight, and what was shut or closed. */
#include "victim.h"

#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#define BIG 150000

static char big[BIG], back[BIG];

static socklen_t name(struct sockaddr_un *address, const char *text) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t length = strlen(text);
  memcpy(address->sun_path, text, length);
  if (text[0] != '@') return offsetof(struct sockaddr_un, sun_path) + length + 1;
  address->sun_path[0] = 0;
  return offsetof(struct sockaddr_un, sun_path) + length;
}

/* Abstract names of this victim alone, whatever its pid is by now. */
static const char *own_name(const char *text) {
  static pid_t first;
  static char buffer[4][64];
  static int next;
  char *into = buffer[next++ & 3];
  if (!first) first = getpid();
  snprintf(into, 64, "@ckimg-e2e-%s-%d", text, first);
  return into;
}

static int make(int type, const char *text) {
  int fd = socket(AF_UNIX, type, 0);
  struct sockaddr_un address;
  NEED(fd >= 0);
  if (text) {
    socklen_t length = name(&address, text);
    NEED(bind(fd, (struct sockaddr *)&address, length) == 0);
  }
  return fd;
}

static int try_connect(int fd, const char *text) {
  struct sockaddr_un address;
  socklen_t length = name(&address, text);
  return connect(fd, (struct sockaddr *)&address, length);
}

static int connected(int type, const char *own, const char *to) {
  int fd = make(type, own);
  NEED(try_connect(fd, to) == 0);
  return fd;
}

static ssize_t send_to(int fd, const char *text, const char *to) {
  struct sockaddr_un address;
  socklen_t length = name(&address, to);
  return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&address, length);
}

/* Takes one message, which must be this one, from a sender with this name ("" for none). */
static void expect(int fd, const char *text, const char *from, const char *what) {
  char buffer[256];
  struct sockaddr_un sender, wanted;
  socklen_t length = sizeof sender;
  memset(&sender, 0, sizeof sender);
  ssize_t got = recvfrom(fd, buffer, sizeof buffer, MSG_DONTWAIT, (struct sockaddr *)&sender, &length);
  CHECK(got == (ssize_t)strlen(text) && memcmp(buffer, text, got) == 0, "%s: %zd bytes '%.*s' (%s), not '%s'", what, got,
        got > 0 ? (int)got : 0, buffer, strerror(errno), text);
  if (!from) return;
  socklen_t expected = *from ? name(&wanted, from) : 0;
  CHECK(*from ? length == expected && memcmp(&sender, &wanted, length) == 0 : length <= sizeof(sa_family_t),
        "%s: sent by '%s' of %u bytes, not '%s'", what, sender.sun_path + (sender.sun_path[0] == 0), length, from);
}

static void expect_nothing(int fd, int error, const char *what) {
  char buffer[16];
  ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  CHECK(error ? got == -1 && errno == error : got == 0, "%s: %zd bytes, %s, not %s", what, got, strerror(errno),
        error ? strerror(error) : "the end");
}

static void check_name(int fd, int (*ask)(int, struct sockaddr *, socklen_t *), const char *wanted, const char *what) {
  struct sockaddr_un is, was;
  socklen_t length = sizeof is, expected = wanted ? name(&was, wanted) : sizeof(sa_family_t);
  memset(&is, 0, sizeof is);
  CHECK(ask(fd, (struct sockaddr *)&is, &length) == 0, "%s: %s", what, strerror(errno));
  CHECK(length == expected && (!wanted || memcmp(&is, &was, length) == 0), "%s: named '%s' (%u bytes)", what,
        is.sun_path + (is.sun_path[0] == 0), length);
}

static void set(int fd, int option, int value) {
  NEED(setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) == 0);
}

static void check_option(int fd, int option, int wanted, const char *what) {
  int value = -1;
  socklen_t length = sizeof value;
  CHECK(getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 && value == wanted, "%s is %d", what, value);
}

static short polled(int fd) {
  struct pollfd one = {fd, POLLIN | POLLOUT, 0};
  poll(&one, 1, 0);
  return one.revents;
}

/* Both ends talk. */
static void check_talk(int a, int b, const char *what) {
  char text[8] = "";
  CHECK(send(a, "ping", 4, MSG_NOSIGNAL) == 4 && recv(b, text, 8, MSG_DONTWAIT) == 4 && !memcmp(text, "ping", 4), "%s: there", what);
  CHECK(send(b, "pong", 4, MSG_NOSIGNAL) == 4 && recv(a, text, 8, MSG_DONTWAIT) == 4 && !memcmp(text, "pong", 4), "%s: back", what);
}

static void fill(int fd) {
  uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < BIG; i++) big[i] = next_random(&state);
  for (int done = 0; done < BIG;) {
    int part = BIG - done < 6000 ? BIG - done : 6000;
    NEED(send(fd, big + done, part, MSG_DONTWAIT) == part);
    done += part;
  }
}

static void pairs(void) {
  int plain[2], half[2], closed[2], reset[2], large[2], packets[2], grams[2], told[2];
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, plain) == 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, half) == 0);
  NEED(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, closed) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, reset) == 0);
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, large) == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packets) == 0);
  NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, grams) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, told) == 0);
  int twin = dup(plain[1]);
  NEED(send(plain[0], "in flight", 9, 0) == 9 && send(plain[0], " there", 6, 0) == 6 && send(plain[1], "and back", 8, 0) == 8);
  NEED(send(half[0], "the last", 8, 0) == 8 && shutdown(half[0], SHUT_WR) == 0);
  NEED(send(closed[1], "from the dead", 13, 0) == 13 && close(closed[1]) == 0);
  NEED(send(reset[1], "before the reset", 16, 0) == 16 && send(reset[0], "never read", 10, 0) == 10 && close(reset[1]) == 0);
  fill(large[0]);
  for (int i = 0; i <= 3; i++) NEED(send(packets[0], "packets", i, 0) == i);
  for (int i = 0; i <= 3; i++) NEED(send(grams[1], "datagrams", i * 2, 0) == i * 2);
  set(told[0], SO_PASSCRED, 1);
  NEED(send(told[1], "who", 3, 0) == 3);
  set(plain[0], SO_RCVLOWAT, 3);
  set(plain[0], SO_SNDBUF, 30000);
  set(plain[1], SO_KEEPALIVE, 1);
  set(grams[0], SO_RCVBUF, 20000);
  set(packets[0], SO_PRIORITY, 5);
  struct timeval wait = {7, 250000};
  NEED(setsockopt(half[1], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0);
  struct linger linger = {1, 9};
  NEED(setsockopt(half[1], SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
  int epoll = epoll_create1(0);
  struct epoll_event event = {EPOLLIN, {.fd = plain[1]}};
  NEED(epoll_ctl(epoll, EPOLL_CTL_ADD, plain[1], &event) == 0);
  short was_closed = polled(closed[0]), was_reset = polled(reset[0]), was_half = polled(half[1]);
  ready();
  wait_go();

  CHECK(polled(closed[0]) == was_closed && polled(reset[0]) == was_reset && polled(half[1]) == was_half,
        "polled %x %x %x, was %x %x %x", polled(closed[0]), polled(reset[0]), polled(half[1]), was_closed, was_reset, was_half);
  CHECK(epoll_wait(epoll, &event, 1, 0) == 1 && event.data.fd == plain[1], "epoll does not tell");
  expect(twin, "in flight there", NULL, "the plain pair");
  CHECK(epoll_wait(epoll, &event, 1, 0) == 0, "epoll still tells");
  expect(plain[0], "and back", NULL, "the plain pair back");
  check_option(plain[0], SO_RCVLOWAT, 3, "SO_RCVLOWAT");
  check_option(plain[0], SO_SNDBUF, 60000, "SO_SNDBUF");
  check_option(plain[1], SO_KEEPALIVE, 1, "SO_KEEPALIVE");
  check_option(grams[0], SO_RCVBUF, 40000, "SO_RCVBUF");
  check_option(packets[0], SO_PRIORITY, 5, "SO_PRIORITY");
  check_option(large[0], SO_SNDBUF, 212992, "SO_SNDBUF of the sender");
  check_talk(plain[0], plain[1], "the plain pair");
  CHECK(fcntl(half[0], F_GETFL) & O_NONBLOCK && !(fcntl(plain[0], F_GETFL) & O_NONBLOCK), "O_NONBLOCK");
  CHECK(fcntl(closed[0], F_GETFD) & FD_CLOEXEC && !(fcntl(plain[0], F_GETFD) & FD_CLOEXEC), "close-on-exec");
  socklen_t length = sizeof wait;
  CHECK(getsockopt(half[1], SOL_SOCKET, SO_RCVTIMEO, &wait, &length) == 0 && wait.tv_sec == 7 && wait.tv_usec >= 248000, "SO_RCVTIMEO");
  length = sizeof linger;
  CHECK(getsockopt(half[1], SOL_SOCKET, SO_LINGER, &linger, &length) == 0 && linger.l_onoff && linger.l_linger == 9, "SO_LINGER");

  expect(half[1], "the last", NULL, "the half-closed pair");
  expect_nothing(half[1], 0, "the half-closed pair");
  CHECK(send(half[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "sending was shut");
  CHECK(send(half[1], "still", 5, 0) == 5, "the other way was not shut");
  expect(half[0], "still", NULL, "the other way");
  expect(closed[0], "from the dead", NULL, "the closed pair");
  expect_nothing(closed[0], 0, "the closed pair");
  CHECK(send(closed[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "its end was closed");
  expect(reset[0], "before the reset", NULL, "the reset pair");
  expect_nothing(reset[0], ECONNRESET, "the reset pair");
  int got = 0;
  while (got < BIG) {
    ssize_t part = recv(large[1], back + got, BIG - got, MSG_DONTWAIT);
    if (part <= 0) break;
    got += part;
  }
  CHECK(got == BIG && memcmp(big, back, BIG) == 0, "%d bytes of the large queue", got);
  for (int i = 0; i <= 3; i++) CHECK(recv(packets[1], back, 64, MSG_DONTWAIT) == i, "packet %d", i);
  expect_nothing(packets[1], EAGAIN, "more packets");
  for (int i = 0; i <= 3; i++) CHECK(recv(grams[0], back, 64, MSG_DONTWAIT) == i * 2, "datagram %d", i);
  expect_nothing(grams[0], EAGAIN, "more datagrams");
  check_talk(packets[0], packets[1], "packets");
  check_talk(grams[0], grams[1], "datagrams");
  check_option(told[0], SO_PASSCRED, 1, "SO_PASSCRED");

  char control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec place = {back, 64};
  struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CHECK(recvmsg(told[0], &message, MSG_DONTWAIT) == 3, "the message with credentials");
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  struct ucred *who = header ? (struct ucred *)CMSG_DATA(header) : NULL;
  CHECK(who && header->cmsg_type == SCM_CREDENTIALS && who->pid == getpid() && who->uid == getuid(), "sent by process %d, user %d",
        who ? who->pid : 0, who ? (int)who->uid : -1);
  struct ucred peer;
  length = sizeof peer;
  CHECK(getsockopt(plain[0], SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid == getpid() && peer.uid == geteuid(), "SO_PEERCRED %d", peer.pid);
}

static ino_t inode(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? status.st_ino : 0;
}

static void connections(void) {
  char path[256], relative[256];
  snprintf(path, sizeof path, "%s", in_folder("listener"));
  snprintf(relative, sizeof relative, "%s", "relative");
  NEED(chdir(victim_folder) == 0);
  umask(027);
  int listener = make(SOCK_STREAM, path), abstract = make(SOCK_SEQPACKET, own_name("seq")), beside = make(SOCK_STREAM, relative);
  umask(022);
  NEED(chmod(path, 0640) == 0);
  NEED(listen(listener, 3) == 0 && listen(abstract, 7) == 0 && listen(beside, 1) == 0);
  int client = connected(SOCK_STREAM, NULL, path), server = accept(listener, NULL, NULL);
  int bound = connected(SOCK_STREAM, own_name("client"), path), its_server = accept(listener, NULL, NULL);
  int packet = connected(SOCK_SEQPACKET, NULL, own_name("seq")), packets = accept(abstract, NULL, NULL);
  int by_relative = connected(SOCK_STREAM, NULL, relative), relatives = accept(beside, NULL, NULL);
  int alone = connected(SOCK_STREAM, NULL, path), left = accept(listener, NULL, NULL);
  NEED(server >= 0 && its_server >= 0 && packets >= 0 && relatives >= 0 && left >= 0);
  NEED(send(client, "to the server", 13, 0) == 13 && send(server, "to the client", 13, 0) == 13);
  NEED(send(packet, "one", 3, 0) == 3 && send(packet, "two", 3, 0) == 3);
  NEED(send(alone, "and gone", 8, 0) == 8 && close(alone) == 0);
  /* Those that wait to be accepted, in their order. */
  int first = connected(SOCK_STREAM, own_name("first"), path), second = connected(SOCK_STREAM, own_name("second"), path);
  int idle = make(SOCK_STREAM, NULL), named = make(SOCK_STREAM, own_name("idle")), removed = make(SOCK_STREAM, in_folder("removed"));
  NEED(unlink(in_folder("removed")) == 0);
  ready();
  wait_go();

  struct stat status;
  CHECK(stat(path, &status) == 0 && S_ISSOCK(status.st_mode) && (status.st_mode & 0777) == 0640 && status.st_uid == geteuid(),
        "the file of the listener: mode %o, user %d", status.st_mode, status.st_uid);
  CHECK(inode(in_folder("removed")) == 0, "a file that was removed is back");
  check_name(listener, getsockname, path, "the listener");
  check_name(server, getsockname, path, "the accepted end");
  check_name(client, getpeername, path, "the client's peer");
  check_name(client, getsockname, NULL, "the client");
  check_name(its_server, getpeername, own_name("client"), "the bound client");
  check_name(bound, getsockname, own_name("client"), "the bound client itself");
  check_name(beside, getsockname, relative, "the relative listener");
  check_name(relatives, getsockname, relative, "its accepted end");
  check_name(removed, getsockname, in_folder("removed"), "the one without a file");
  check_name(named, getsockname, own_name("idle"), "the idle one");
  check_name(idle, getsockname, NULL, "the one without a name");
  check_option(listener, SO_ACCEPTCONN, 1, "listening");
  check_option(named, SO_ACCEPTCONN, 0, "listening of the idle one");
  expect(server, "to the server", NULL, "the server");
  expect(client, "to the client", NULL, "the client");
  expect(packets, "one", NULL, "the first packet");
  expect(packets, "two", NULL, "the second packet");
  expect(left, "and gone", NULL, "the one whose client has gone");
  expect_nothing(left, 0, "the one whose client has gone");
  check_name(left, getsockname, path, "the one whose client has gone");
  check_talk(client, server, "the connection");
  check_talk(bound, its_server, "the connection of the bound client");
  check_talk(packet, packets, "the connection of packets");
  check_talk(by_relative, relatives, "the relative connection");
  CHECK(polled(listener) & POLLIN, "nobody waits");
  int one = accept(listener, NULL, NULL), two = accept(listener, NULL, NULL);
  check_name(one, getpeername, own_name("first"), "the first that waited");
  check_name(two, getpeername, own_name("second"), "the second that waited");
  check_talk(first, one, "the first that waited");
  check_talk(second, two, "the second that waited");
  CHECK(!(polled(listener) & POLLIN), "more wait");
  /* New ones, as many as the backlog lets wait. */
  int fd = -1, waiting = 0;
  for (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0); try_connect(fd, path) == 0; waiting++) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK(waiting == 4 && errno == EAGAIN, "%d wait, %s", waiting, strerror(errno));
  CHECK(listen(named, 1) == 0 && connected(SOCK_STREAM, NULL, own_name("idle")) >= 0, "the idle one listens");
}

static void datagrams(void) {
  char path[256];
  snprintf(path, sizeof path, "%s", in_folder("datagrams"));
  int receiver = make(SOCK_DGRAM, path), log = make(SOCK_DGRAM, own_name("log"));
  int named = make(SOCK_DGRAM, own_name("sender")), plain = make(SOCK_DGRAM, NULL);
  NEED(send_to(named, "by name", path) == 7 && send_to(plain, "by nobody", path) == 9 && send_to(named, "", path) == 0);
  NEED(send_to(named, "last", path) == 4);
  NEED(try_connect(plain, own_name("log")) == 0 && send(plain, "logged", 6, 0) == 6);
  /* Each is connected with the other, and both have names. */
  int left = make(SOCK_DGRAM, own_name("left")), right = make(SOCK_DGRAM, own_name("right"));
  NEED(try_connect(left, own_name("right")) == 0 && try_connect(right, own_name("left")) == 0);
  NEED(send(left, "from the left", 13, 0) == 13);
  /* Connected with one that is gone. */
  int widow = make(SOCK_DGRAM, own_name("widow")), gone_one = make(SOCK_DGRAM, own_name("gone"));
  NEED(try_connect(widow, own_name("gone")) == 0 && close(gone_one) == 0);
  ready();
  wait_go();

  expect(receiver, "by name", own_name("sender"), "the first datagram");
  expect(receiver, "by nobody", "", "the second datagram");
  expect(receiver, "", own_name("sender"), "the empty datagram");
  expect(receiver, "last", own_name("sender"), "the last datagram");
  expect_nothing(receiver, EAGAIN, "more datagrams");
  expect(log, "logged", "", "the log");
  CHECK(send(plain, "again", 5, 0) == 5, "the connected sender: %s", strerror(errno));
  expect(log, "again", "", "the log again");
  expect(right, "from the left", own_name("left"), "right");
  check_talk(left, right, "left and right");
  check_name(left, getpeername, own_name("right"), "the right one");
  CHECK(send_to(named, "foreign", own_name("right")) == -1 && errno == EPERM, "right hears others");
  CHECK(send(widow, "x", 1, MSG_NOSIGNAL) == -1 && errno == ECONNREFUSED, "the one whose partner has gone: %s", strerror(errno));
  CHECK(send_to(named, "new", path) == 3, "to the path: %s", strerror(errno));
  expect(receiver, "new", own_name("sender"), "a new datagram");
}

/* A server that has accepted, workers that share its listener, and a pair to each. */
static void tree(void) {
  char path[256];
  snprintf(path, sizeof path, "%s", in_folder("server"));
  int listener = make(SOCK_STREAM, path), pair[2];
  NEED(listen(listener, 5) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  pid_t worker = fork();
  if (worker == 0) {
    close(pair[0]);
    int server = accept(listener, NULL, NULL);
    NEED(server >= 0 && send(server, "greeting", 8, 0) == 8 && send(pair[1], "accepted", 8, 0) == 8);
    char text[16];
    /* Waits for its client, across the dump. */
    ssize_t got = recv(server, text, sizeof text, 0);
    CHECK(got == 4 && memcmp(text, "work", 4) == 0, "the worker got %zd bytes", got);
    CHECK(send(server, "done", 4, 0) == 4 && send(pair[1], "worked", 6, 0) == 6, "the worker answers");
    _exit(victim_failures ? 1 : 61);
  }
  close(pair[1]);
  pid_t client = fork();
  if (client == 0) {
    close(pair[0]);
    close(listener);
    int fd = connected(SOCK_STREAM, NULL, path);
    wait_go();
    expect(fd, "greeting", NULL, "the client");
    check_name(fd, getpeername, path, "the server");
    CHECK(send(fd, "work", 4, 0) == 4, "the client asks");
    char text[16];
    CHECK(recv(fd, text, sizeof text, 0) == 4 && memcmp(text, "done", 4) == 0, "the client is answered");
    CHECK(recv(fd, text, sizeof text, 0) == 0, "the server has ended");
    _exit(victim_failures ? 1 : 62);
  }
  struct pollfd accepted = {pair[0], POLLIN, 0};
  NEED(poll(&accepted, 1, 10000) == 1);
  nap_ms(20);
  ready();
  wait_go();

  char text[8];
  CHECK(recv(pair[0], text, sizeof text, 0) == 8 && memcmp(text, "accepted", 8) == 0, "the pair");
  int status;
  CHECK(waitpid(worker, &status, 0) == worker && WIFEXITED(status) && WEXITSTATUS(status) == 61, "the worker: %x", status);
  CHECK(waitpid(client, &status, 0) == client && WIFEXITED(status) && WEXITSTATUS(status) == 62, "the client: %x", status);
  expect(pair[0], "worked", NULL, "the pair at the end");
  expect_nothing(pair[0], 0, "the pair after the end");
  int again = connected(SOCK_STREAM, NULL, path);
  CHECK(accept(listener, NULL, NULL) >= 0, "the listener");
  close(again);
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("pairs")) pairs();
  else if (mode_is("connections")) connections();
  else if (mode_is("datagrams")) datagrams();
  else if (mode_is("tree")) tree();
  else NEED(!"a known mode");
  return finish();
}
