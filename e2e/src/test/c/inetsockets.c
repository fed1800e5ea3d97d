/* Sockets of TCP and UDP: such that listen or wait, connections inside the program, and what is in flight. */
#include "victim.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define BIG 400000

static char big[BIG], back[BIG];

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static socklen_t size(int family) { return family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6); }

/* The loopback, or every address. */
static union address make_address(int family, int every, int port) {
  union address address;
  memset(&address, 0, sizeof address);
  address.any.sa_family = family;
  if (family == AF_INET) {
    address.v4.sin_port = htons(port);
    address.v4.sin_addr.s_addr = htonl(every ? INADDR_ANY : INADDR_LOOPBACK);
  } else {
    address.v6.sin6_port = htons(port);
    if (!every) address.v6.sin6_addr = in6addr_loopback;
  }
  return address;
}

static int bound(int family, int type, int every) {
  int fd = socket(family, type, 0);
  union address address = make_address(family, every, 0);
  CAN(fd >= 0, "the family");
  CAN(bind(fd, &address.any, size(family)) == 0, "the loopback");
  return fd;
}

static union address name(int fd, int (*ask)(int, struct sockaddr *, socklen_t *)) {
  union address address;
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  CHECK(ask(fd, &address.any, &length) == 0, "the address of %d: %s", fd, strerror(errno));
  return address;
}

static int port(int fd) { return ntohs(name(fd, getsockname).v4.sin_port); }

static int same(union address a, union address b) { return memcmp(&a, &b, sizeof a) == 0; }

static void set(int fd, int level, int option, int value) {
  NEED(setsockopt(fd, level, option, &value, sizeof value) == 0);
}

static void check_option(int fd, int level, int option, int wanted, const char *what) {
  int value = -1;
  socklen_t length = sizeof value;
  CHECK(getsockopt(fd, level, option, &value, &length) == 0 && value == wanted, "%s is %d, not %d", what, value, wanted);
}

static int connected(int family, int to) {
  int fd = socket(family, SOCK_STREAM, 0);
  union address address = make_address(family, 0, port(to));
  NEED(fd >= 0 && connect(fd, &address.any, size(family)) == 0);
  return fd;
}

static void expect(int fd, const char *text, const char *what) {
  char buffer[64];
  ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  CHECK(got == (ssize_t)strlen(text) && memcmp(buffer, text, got) == 0, "%s: %zd bytes (%s), not '%s'", what, got, strerror(errno), text);
}

/* Not even the loopback is at once. */
static void expect_soon(int fd, const char *text, const char *what) {
  struct pollfd comes = {fd, POLLIN, 0};
  CHECK(poll(&comes, 1, 10000) == 1, "%s: nothing comes", what);
  expect(fd, text, what);
}

static void expect_nothing(int fd, int error, const char *what) {
  char buffer[16];
  ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  CHECK(error ? got == -1 && errno == error : got == 0, "%s: %zd bytes, %s", what, got, strerror(errno));
}

/* Waits for the end. */
static void expect_end(int fd, const char *what) {
  char buffer;
  ssize_t got = recv(fd, &buffer, 1, 0);
  CHECK(got == 0, "%s: %zd bytes, %s", what, got, strerror(errno));
}

/* Waits for the answers. */
static void check_talk(int a, int b, const char *what) {
  char text[8] = "";
  CHECK(send(a, "ping", 4, MSG_NOSIGNAL) == 4 && recv(b, text, 4, 0) == 4 && !memcmp(text, "ping", 4), "%s: there: %s", what, strerror(errno));
  CHECK(send(b, "pong", 4, MSG_NOSIGNAL) == 4 && recv(a, text, 4, 0) == 4 && !memcmp(text, "pong", 4), "%s: back: %s", what, strerror(errno));
}

/* Listeners that answer, and datagrams that wait. */
static void waiting(void) {
  int listener = bound(AF_INET, SOCK_STREAM, 1), listener6 = bound(AF_INET6, SOCK_STREAM, 0);
  set(listener6, SOL_TCP, TCP_DEFER_ACCEPT, 0);
  NEED(listen(listener, 7) == 0 && listen(listener6, 3) == 0);
  set(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(listener, SOL_TCP, TCP_KEEPIDLE, 77);
  set(listener, SOL_SOCKET, SO_RCVBUF, 50000);
  int shared = socket(AF_INET, SOCK_STREAM, 0), shared_too = socket(AF_INET, SOCK_STREAM, 0);
  set(shared, SOL_SOCKET, SO_REUSEPORT, 1);
  set(shared_too, SOL_SOCKET, SO_REUSEPORT, 1);
  union address address = make_address(AF_INET, 0, 0);
  NEED(bind(shared, &address.any, size(AF_INET)) == 0 && listen(shared, 2) == 0);
  address = name(shared, getsockname);
  NEED(bind(shared_too, &address.any, size(AF_INET)) == 0 && listen(shared_too, 2) == 0);
  int fresh = socket(AF_INET, SOCK_STREAM, 0), only_bound = bound(AF_INET, SOCK_STREAM, 0), fresh6 = socket(AF_INET6, SOCK_DGRAM, 0);
  set(fresh, SOL_TCP, TCP_NODELAY, 1);
  set(fresh, IPPROTO_IP, IP_TOS, 16);
  set(fresh6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  set(fresh6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
  int receiver = bound(AF_INET, SOCK_DGRAM, 0), sender = bound(AF_INET, SOCK_DGRAM, 1), receiver6 = bound(AF_INET6, SOCK_DGRAM, 1);
  set(receiver, IPPROTO_IP, IP_PKTINFO, 1);
  address = name(receiver, getsockname);
  int told = socket(AF_INET, SOCK_DGRAM, 0), gone_one = bound(AF_INET, SOCK_DGRAM, 0);
  NEED(sendto(sender, "first", 5, 0, &address.any, size(AF_INET)) == 5);
  NEED(connect(told, &address.any, size(AF_INET)) == 0 && send(told, "second", 6, 0) == 6 && send(told, "", 0, 0) == 0);
  NEED(sendto(gone_one, "third", 5, 0, &address.any, size(AF_INET)) == 5);
  union address gone_address = name(gone_one, getsockname);
  close(gone_one);
  union address to6 = make_address(AF_INET6, 0, port(receiver6));
  int sender6 = bound(AF_INET6, SOCK_DGRAM, 0);
  NEED(sendto(sender6, "six", 3, 0, &to6.any, size(AF_INET6)) == 3);
  union address were[] = {name(listener, getsockname), name(listener6, getsockname), name(shared_too, getsockname),
                          name(only_bound, getsockname), name(receiver6, getsockname), name(told, getsockname)};
  ready();
  wait_go();

  int are[] = {listener, listener6, shared_too, only_bound, receiver6, told};
  for (int i = 0; i < 6; i++) CHECK(same(were[i], name(are[i], getsockname)), "address %d moved", i);
  union address at = name(told, getpeername);
  CHECK(same(at, name(receiver, getsockname)), "the connected one has another peer");
  check_option(listener, SOL_SOCKET, SO_ACCEPTCONN, 1, "listening");
  check_option(only_bound, SOL_SOCKET, SO_ACCEPTCONN, 0, "listening of the bound one");
  check_option(listener, SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE");
  check_option(listener, SOL_TCP, TCP_KEEPIDLE, 77, "TCP_KEEPIDLE");
  check_option(listener, SOL_SOCKET, SO_RCVBUF, 100000, "SO_RCVBUF");
  check_option(listener, SOL_SOCKET, SO_REUSEADDR, 0, "SO_REUSEADDR");
  check_option(shared_too, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  check_option(fresh, SOL_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
  check_option(fresh, IPPROTO_IP, IP_TOS, 16, "IP_TOS");
  check_option(fresh6, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
  check_option(fresh6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9, "IPV6_UNICAST_HOPS");
  check_option(receiver, IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO");
  struct tcp_info info;
  socklen_t length = sizeof info;
  CHECK(getsockopt(listener, SOL_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_sacked == 7, "the backlog is %u", info.tcpi_sacked);
  char text[16];
  union address from;
  const char *texts[] = {"first", "second", "", "third"};
  int senders[] = {port(sender), port(told), port(told), ntohs(gone_address.v4.sin_port)};
  for (int i = 0; i < 4; i++) {
    length = sizeof from;
    ssize_t got = recvfrom(receiver, text, sizeof text, MSG_DONTWAIT, &from.any, &length);
    CHECK(got == (ssize_t)strlen(texts[i]) && !memcmp(text, texts[i], got), "datagram %d: %zd bytes", i, got);
    CHECK(ntohs(from.v4.sin_port) == senders[i], "datagram %d is from port %d, not %d", i, ntohs(from.v4.sin_port), senders[i]);
  }
  expect_nothing(receiver, EAGAIN, "more datagrams");
  expect(receiver6, "six", "the datagram of IPv6");
  CHECK(send(told, "again", 5, 0) == 5, "the connected one sends: %s", strerror(errno));
  expect_soon(receiver, "again", "the datagram of the connected one");
  int client = connected(AF_INET, listener), server = accept(listener, NULL, NULL);
  check_talk(client, server, "a new connection");
  check_option(server, SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE of a new connection");
  client = connected(AF_INET6, listener6);
  server = accept(listener6, NULL, NULL);
  check_talk(client, server, "a new connection of IPv6");
  address = name(only_bound, getsockname);
  CHECK(listen(only_bound, 1) == 0 && connected(AF_INET, only_bound) >= 0, "the bound one listens");
  address = make_address(AF_INET, 0, port(listener));
  CHECK(connect(fresh, &address.any, size(AF_INET)) == 0, "the fresh one connects: %s", strerror(errno));
}

static void fill(int fd, int length) {
  uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < length; i++) big[i] = next_random(&state);
  for (int done = 0; done < length;) {
    ssize_t part = send(fd, big + done, length - done, 0);
    NEED(part > 0);
    done += part;
  }
}

/* Connections with both ends inside. */
static void pairs(int family) {
  int listener = bound(family, SOCK_STREAM, 0);
  set(listener, SOL_SOCKET, SO_REUSEADDR, 1);
  NEED(listen(listener, 9) == 0);
  int client = connected(family, listener), server = accept(listener, NULL, NULL);
  int half = connected(family, listener), half_server = accept(listener, NULL, NULL);
  int filled = connected(family, listener), filled_server = accept(listener, NULL, NULL);
  int reset = connected(family, listener), reset_server = accept(listener, NULL, NULL);
  int ended = connected(family, listener), ended_server = accept(listener, NULL, NULL);
  int lonely = bound(family, SOCK_STREAM, 0);
  NEED(listen(lonely, 1) == 0);
  int orphan = connected(family, lonely), orphan_server = accept(lonely, NULL, NULL);
  close(lonely);
  NEED(server >= 0 && half_server >= 0 && filled_server >= 0 && reset_server >= 0 && ended_server >= 0 && orphan_server >= 0);
  NEED(send(client, "to the server", 13, 0) == 13 && send(server, "to the client", 13, 0) == 13);
  set(client, SOL_TCP, TCP_NODELAY, 1);
  set(server, SOL_SOCKET, SO_KEEPALIVE, 1);
  NEED(send(half, "the last", 8, 0) == 8 && shutdown(half, SHUT_WR) == 0);
  set(filled_server, SOL_SOCKET, SO_RCVBUF, BIG);
  fill(filled, 100000);
  NEED(send(reset_server, "before", 6, 0) == 6 && send(reset, "never read", 10, 0) == 10);
  nap_ms(5);
  close(reset_server);
  NEED(send(ended_server, "bye", 3, 0) == 3);
  close(ended_server);
  nap_ms(5);
  NEED(shutdown(ended, SHUT_WR) == 0);
  nap_ms(20);
  union address were[] = {name(client, getsockname), name(client, getpeername), name(server, getsockname), name(server, getpeername),
                          name(orphan, getsockname), name(orphan, getpeername)};
  ready();
  wait_go();

  union address are[] = {name(client, getsockname), name(client, getpeername), name(server, getsockname), name(server, getpeername),
                         name(orphan, getsockname), name(orphan, getpeername)};
  for (int i = 0; i < 6; i++) CHECK(same(were[i], are[i]), "address %d moved", i);
  expect(server, "to the server", "the server");
  expect(client, "to the client", "the client");
  check_option(client, SOL_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
  check_option(server, SOL_TCP, TCP_NODELAY, 0, "TCP_NODELAY of the server");
  check_option(server, SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE");
  check_talk(client, server, "the connection");
  check_talk(orphan, orphan_server, "the connection without a listener");
  expect(half_server, "the last", "the half-closed connection");
  expect_nothing(half_server, 0, "the half-closed connection");
  CHECK(send(half, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "sending was shut");
  CHECK(send(half_server, "still", 5, 0) == 5, "the other way was not shut");
  expect_soon(half, "still", "the other way");
  int got = 0;
  while (got < 100000) {
    ssize_t part = recv(filled_server, back + got, BIG - got, 0);
    if (part <= 0) break;
    got += part;
  }
  CHECK(got == 100000 && memcmp(big, back, got) == 0, "%d bytes of the filled connection", got);
  expect(reset, "before", "the reset connection");
  expect_nothing(reset, ECONNRESET, "the reset connection");
  expect(ended, "bye", "the ended connection");
  expect_nothing(ended, 0, "the ended connection");
  CHECK(close(client) == 0, "the client cannot be closed");
  expect_end(server, "the connection");
  int again = connected(family, listener), its_server = accept(listener, NULL, NULL);
  check_talk(again, its_server, "a new connection");
}

/* A server and its client are processes of the tree. */
static void tree(void) {
  int listener = bound(AF_INET, SOCK_STREAM, 0);
  NEED(listen(listener, 5) == 0);
  pid_t client = fork();
  if (client == 0) {
    int fd = connected(AF_INET, listener);
    close(listener);
    NEED(send(fd, "question", 8, 0) == 8);
    char text[16];
    ssize_t got = recv(fd, text, sizeof text, 0);
    CHECK(got == 6 && !memcmp(text, "answer", 6), "the client is answered with %zd bytes", got);
    _exit(victim_failures ? 1 : 63);
  }
  int server = accept(listener, NULL, NULL);
  NEED(server >= 0);
  nap_ms(30);
  ready();
  wait_go();
  expect(server, "question", "the server");
  CHECK(send(server, "answer", 6, 0) == 6, "the server answers");
  int status;
  CHECK(waitpid(client, &status, 0) == client && WIFEXITED(status) && WEXITSTATUS(status) == 63, "the client: %x", status);
  expect_end(server, "the client has ended");
}

/* Whoever is at the other end is no part of the program; argv: what is expected afterwards. */
static void outside(int survives) {
  int listener = bound(AF_INET, SOCK_STREAM, 0);
  NEED(listen(listener, 5) == 0);
  if (fork() == 0) {
    if (fork() == 0) {
      setsid();
      int fd = connected(AF_INET, listener);
      close(listener);
      NEED(send(fd, "from outside", 12, 0) == 12);
      char text[16];
      ssize_t got = recv(fd, text, sizeof text, 0);
      if (survives) CHECK(got == 6 && !memcmp(text, "answer", 6), "outside: %zd bytes, %s", got, strerror(errno));
      if (survives) CHECK(send(fd, "thanks", 6, 0) == 6, "outside cannot send");
    }
    _exit(0);
  }
  NEED(wait(NULL) > 0);
  int server = accept(listener, NULL, NULL);
  NEED(server >= 0);
  nap_ms(30);
  ready();
  wait_go();
  expect(server, "from outside", "the connection");
  if (survives) {
    char text[16];
    CHECK(send(server, "answer", 6, 0) == 6 && recv(server, text, sizeof text, 0) == 6, "outside does not answer: %s", strerror(errno));
  } else {
    expect_nothing(server, ECONNRESET, "the connection after a restore");
    CHECK(send(server, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "sending on a connection that was reset");
  }
  int client = connected(AF_INET, listener), again = accept(listener, NULL, NULL);
  check_talk(client, again, "a new connection");
}

/* Sends until no more is taken; how much that was. */
static long stuff(int fd, uint64_t seed) {
  static uint64_t words[4096];
  long sent = 0;
  for (;;) {
    for (int i = 0; i < 4096; i++) words[i] = next_random(&seed);
    for (size_t done = 0; done < sizeof words;) {
      ssize_t part = send(fd, (char *)words + done, sizeof words - done, MSG_DONTWAIT);
      if (part < 0 && errno == EAGAIN) return sent;
      NEED(part > 0);
      done += part;
      sent += part;
    }
  }
}

static void expect_stuff(int fd, uint64_t seed, long length, const char *what) {
  static uint64_t words[4096], got[4096];
  for (long done = 0; done < length;) {
    long chunk = length - done < (long)sizeof words ? length - done : (long)sizeof words;
    for (int i = 0; i < 4096; i++) words[i] = next_random(&seed);
    ssize_t part = recv(fd, got, chunk, MSG_WAITALL);
    CHECK(part == chunk && !memcmp(words, got, chunk), "%s: %zd bytes behind %ld: %s", what, part, done, strerror(errno));
    if (part != chunk) return;
    done += chunk;
  }
}

/* A connection inside that is full both ways: more was sent than received. */
static void flight(void) {
  int listener = bound(AF_INET, SOCK_STREAM, 0);
  NEED(listen(listener, 1) == 0);
  int client = connected(AF_INET, listener), server = accept(listener, NULL, NULL);
  NEED(server >= 0);
  long there = stuff(client, 88172645463325252ULL), back = stuff(server, 1234567);
  NEED(shutdown(client, SHUT_WR) == 0);
  ready();
  wait_go();
  expect_stuff(server, 88172645463325252ULL, there, "there");
  expect_end(server, "there");
  expect_stuff(client, 1234567, back, "back");
  char later;
  CHECK(send(server, "x", 1, 0) == 1 && recv(client, &later, 1, 0) == 1 && later == 'x', "what is sent later: %s", strerror(errno));
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("waiting")) waiting();
  else if (mode_is("pairs")) pairs(AF_INET);
  else if (mode_is("pairs6")) pairs(AF_INET6);
  else if (mode_is("tree")) tree();
  else if (mode_is("flight")) flight();
  else if (mode_is("severed")) outside(0);
  else if (mode_is("outside")) outside(1);
  else NEED(!"a known mode");
  return finish();
}
