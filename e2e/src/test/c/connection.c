/*
 * One end of a connection of TCP whose other end is the test. The mode is what was ended before "ready", the family and the port:
 * "open-4-PORT", "ended-4-PORT" (by this end), "left-6-PORT" (by the other end), "reset-4-PORT" (the connection does not outlive a restore).
 * Byte n of either direction is (n * 7 + n / 251) & 255.
 */
#include "victim.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define TOTAL 6000000
#define CHUNK 65536

static unsigned char pattern(long n) { return n * 7 + n / 251; }

static int opened(const char *family, int port) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
  memset(&address, 0, sizeof address);
  int ipv6 = !strcmp(family, "6");
  if (ipv6) {
    address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
  } else {
    address.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  }
  int fd = socket(address.any.sa_family, SOCK_STREAM, 0);
  CAN(fd >= 0, "the family");
  NEED(connect(fd, &address.any, ipv6 ? sizeof address.v6 : sizeof address.v4) == 0);
  return fd;
}

/* Sends until the other end takes no more, or to the end; how much of it was sent. */
static long send_some(int fd, long from, int flags) {
  static unsigned char bytes[CHUNK];
  long done = from;
  while (done < TOTAL) {
    long length = TOTAL - done < CHUNK ? TOTAL - done : CHUNK;
    for (long i = 0; i < length; i++) bytes[i] = pattern(done + i);
    ssize_t sent = send(fd, bytes, length, flags | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return done;
    CHECK(sent > 0, "sending %ld bytes behind %ld: %s", length, done, strerror(errno));
    if (sent <= 0) return done;
    done += sent;
  }
  return done;
}

/* Receives to the end; how much that was, or -1 - errno. */
static long receive_all(int fd, long *received) {
  static unsigned char bytes[CHUNK];
  for (;;) {
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) return got ? -1 - errno : *received;
    for (ssize_t i = 0; i < got; i++, ++*received) {
      if (bytes[i] != pattern(*received)) {
        CHECK(0, "byte %ld is %d", *received, bytes[i]);
        return -1;
      }
    }
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  char ended[16], family[2];
  int port, on = 1;
  NEED(sscanf(victim_mode, "%15[a-z]-%1[46]-%d", ended, family, &port) == 3);
  int fd = opened(family, port);
  NEED(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  long sent = send_some(fd, 0, MSG_DONTWAIT), received = 0;
  NEED(sent > 0 && sent < TOTAL);
  if (!strcmp(ended, "ended")) NEED(shutdown(fd, SHUT_WR) == 0);
  nap_ms(100);
  ready();
  wait_go();
  socklen_t size = sizeof on;
  on = 0;
  CHECK(getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, &size) == 0 && on == 1, "SO_REUSEADDR is %d", on);
  if (!strcmp(ended, "reset")) {
    long end = receive_all(fd, &received);
    CHECK(received > 0 && end == -1 - ECONNRESET, "the end is %ld after %ld bytes", end, received);
    return finish();
  }
  if (strcmp(ended, "ended")) {
    CHECK(send_some(fd, sent, 0) == TOTAL, "the rest was not sent");
    CHECK(shutdown(fd, SHUT_WR) == 0, "the end was not sent: %s", strerror(errno));
  }
  long end = receive_all(fd, &received);
  CHECK(end == received && received > 0, "the end is %ld after %ld bytes", end, received);
  return finish();
}
