/*
 * Empty messages that wait between others and behind them, which the kernel shows once and then hides. Modes:
 * datagrams, packets, internet.
 */
#include "victim.h"

#include <netinet/in.h>
#include <sys/socket.h>

static int ends[2];

static void connect_them(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  for (int i = 0; i < 2; i++) NEED((ends[i] = socket(AF_INET, SOCK_DGRAM, 0)) >= 0);
  NEED(bind(ends[0], (struct sockaddr *)&address, length) == 0);
  NEED(getsockname(ends[0], (struct sockaddr *)&address, &length) == 0);
  NEED(connect(ends[1], (struct sockaddr *)&address, length) == 0);
}

static void put(const char *text) { NEED(send(ends[1], text, strlen(text), 0) == (ssize_t)strlen(text)); }

static void take(const char *text) {
  char got[16] = "";
  ssize_t length = recv(ends[0], got, sizeof got - 1, MSG_DONTWAIT);
  CHECK(length == (ssize_t)strlen(text) && strcmp(got, text) == 0, "got '%s' (%zd), not '%s'", got, length, text);
}

/* Takes all but the last two, which have no empty one behind them. */
static void take_some(void) {
  take("first");
  take("");
  take("");
  take("second");
  take("");
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("internet")) connect_them();
  else NEED(socketpair(AF_UNIX, mode_is("packets") ? SOCK_SEQPACKET : SOCK_DGRAM, 0, ends) == 0);
  const char *all[] = {"first", "", "", "second", ""};
  for (int i = 0; i < 5; i++) put(all[i]);
  ready();
  int taken = 0;
  for (int naps = 0; !gone() && naps < GO_LIMIT_SECONDS * 500; naps++) {
    if (!taken && access(in_folder("take"), F_OK) == 0) {
      put("third");
      take_some();
      taken = 1;
      int file = open(in_folder("taken"), O_CREAT | O_WRONLY, 0600);
      NEED(file >= 0 && close(file) == 0);
    }
    nap_ms(2);
  }
  if (taken) {
    take("third");
  } else {
    take_some();
  }
  char byte;
  CHECK(recv(ends[0], &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN, "more than there was");
  return finish();
}
