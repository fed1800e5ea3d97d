/* Both sides of pseudo terminals in one process, with something waiting on each. */
#include "victim.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

#define PAIRS 9

/* Each in another state. */
enum { LINES, RAW, PACKET, EXCLUSIVE, UNUSED, LOCKED, HUNG, STOPPED, FULL };

static struct {
  int master, slave, flags;
  struct termios modes;
  struct winsize size;
} pair[PAIRS];

static int input_waiting(int i) {
  int bytes = -1;
  ioctl(pair[i].slave, FIONREAD, &bytes);
  return bytes;
}

static int events(int fd) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN | POLLOUT};
  poll(&poll_fd, 1, 0);
  return poll_fd.revents;
}

static void expect(int fd, const char *text, int length) {
  char found[128] = "";
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
  poll(&poll_fd, 1, 5000);
  CHECK(poll_fd.revents & POLLIN, "fd %d: nothing to read, not %s", fd, text);
  if (!(poll_fd.revents & POLLIN)) return;
  int n = read(fd, found, sizeof found);
  CHECK(n == length && memcmp(found, text, length) == 0, "fd %d: read %d: %.60s, not %s", fd, n, found, text);
}

static void set(int i, int raw, int echo) {
  struct termios *modes = &pair[i].modes;
  NEED(tcgetattr(pair[i].slave, modes) == 0);
  if (raw) cfmakeraw(modes);
  if (!echo) modes->c_lflag &= ~ECHO;
  modes->c_cc[VINTR] = 0xa0 + i;
  modes->c_cc[VMIN] = raw ? 3 : 1;
  modes->c_cc[VEOL] = ';';
  cfsetospeed(modes, B19200);
  NEED(tcsetattr(pair[i].slave, TCSANOW, modes) == 0 && tcgetattr(pair[i].slave, modes) == 0);
}

static void type(int i, const char *text, int length) { NEED(write(pair[i].master, text, length) == length); }

static void make(int i) {
  pair[i].master = open("/dev/ptmx", O_RDWR | O_NOCTTY | (i % 2 ? O_NONBLOCK : 0));
  int unlocked = 0;
  NEED(pair[i].master >= 0 && ioctl(pair[i].master, TIOCSPTLCK, &unlocked) == 0);
  pair[i].slave = ioctl(pair[i].master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  pair[i].size = (struct winsize){.ws_row = 20 + i, .ws_col = 70 + i};
  NEED(pair[i].slave >= 0 && ioctl(pair[i].slave, TIOCSWINSZ, &pair[i].size) == 0);
  set(i, i == RAW || i == FULL, 0);
}

/* Never opened on the other side. */
static void make_bare(int i, int locked) {
  pair[i].master = posix_openpt(O_RDWR | O_NOCTTY);
  NEED(pair[i].master >= 0 && ioctl(pair[i].master, TIOCSPTLCK, &locked) == 0);
  pair[i].slave = -1;
}

static void set_up(void) {
  for (int i = 0; i < PAIRS; i++) {
    if (i == UNUSED || i == LOCKED) make_bare(i, i == LOCKED);
    else make(i);
  }
  /* Lines by line feed, by VEOL and by VEOF, an end of file, and a line that is still being typed. */
  type(LINES, "first\nby eol;by eof\004\004tail", 25);
  NEED(write(pair[LINES].slave, "seen\n", 5) == 5);
  /* Nothing of it is special, and nothing is ended by what would end a line. */
  type(RAW, "\003\004\021\023\r\n\177\377raw", 11);
  NEED(write(pair[RAW].slave, "\n\r\t", 3) == 3);
  int on = 1;
  NEED(ioctl(pair[PACKET].master, TIOCPKT, &on) == 0 && write(pair[PACKET].slave, "packet", 6) == 6);
  type(PACKET, "half", 4);
  NEED(ioctl(pair[EXCLUSIVE].slave, TIOCEXCL) == 0);
  type(EXCLUSIVE, "mine\n", 5);
  type(HUNG, "unread\n", 7);
  NEED(write(pair[HUNG].slave, "last words", 10) == 10 && close(pair[HUNG].slave) == 0);
  NEED(write(pair[STOPPED].slave, "before", 6) == 6);
  type(STOPPED, "typed\n\023", 7);
  char full[4000];
  memset(full, 'f', sizeof full);
  type(FULL, full, sizeof full);
  NEED(write(pair[FULL].slave, full, sizeof full) == sizeof full);
  /* The kernel takes in what is typed a moment later. */
  for (int naps = 0; events(pair[STOPPED].slave) & POLLOUT; naps++) {
    NEED(naps < 5000);
    nap_ms(1);
  }
}

static void check_pair(int i) {
  struct termios modes;
  struct winsize size;
  char name[64];
  CHECK(ptsname_r(pair[i].master, name, sizeof name) == 0, "pair %d has no name", i);
  CHECK(fcntl(pair[i].master, F_GETFL) == pair[i].flags, "pair %d: flags of the master", i);
  if (pair[i].slave < 0 || i == HUNG) return;
  CHECK(tcgetattr(pair[i].slave, &modes) == 0 && memcmp(&modes, &pair[i].modes, sizeof modes) == 0, "pair %d: modes", i);
  CHECK(tcgetattr(pair[i].master, &modes) == 0 && memcmp(&modes, &pair[i].modes, sizeof modes) == 0, "pair %d: modes", i);
  CHECK(ioctl(pair[i].slave, TIOCGWINSZ, &size) == 0 && memcmp(&size, &pair[i].size, sizeof size) == 0, "pair %d: %d rows", i,
        size.ws_row);
  char other[64] = "";
  CHECK(ttyname_r(pair[i].slave, other, sizeof other) == 0 && strcmp(name, other) == 0, "pair %d: %s and %s", i, name, other);
}

static int get(int fd, unsigned long request) {
  int value = -1;
  CHECK(ioctl(fd, request, &value) == 0, "fd %d: request %#lx: %s", fd, request, strerror(errno));
  return value;
}

static void check_lines(void) {
  CHECK(input_waiting(LINES) == 19, "%d bytes of lines", input_waiting(LINES));
  expect(pair[LINES].master, "seen\r\n", 6);
  expect(pair[LINES].slave, "first\n", 6);
  expect(pair[LINES].slave, "by eol;", 7);
  expect(pair[LINES].slave, "by eof", 6);
  expect(pair[LINES].slave, "", 0);
  CHECK(!(events(pair[LINES].slave) & POLLIN), "a line that has no end can be read");
  type(LINES, "\177or\n", 4); /* rubs a letter out */
  expect(pair[LINES].slave, "taior\n", 6);
}

static void check_stopped(void) {
  CHECK(!(events(pair[STOPPED].slave) & POLLOUT), "output goes on");
  expect(pair[STOPPED].master, "before", 6);
  expect(pair[STOPPED].slave, "typed\n", 6);
  type(STOPPED, "\021", 1);
  CHECK(write(pair[STOPPED].slave, "after", 5) == 5, "output does not go on");
  expect(pair[STOPPED].master, "after", 5);
}

static void check_bare(int i) {
  CHECK(events(pair[i].master) == POLLOUT, "master %d: events %x", i, events(pair[i].master));
  CHECK(ioctl(pair[i].master, TIOCGPTPEER, O_RDWR | O_NOCTTY) >= 0 ? i == UNUSED : i == LOCKED && errno == EIO, "slave %d: %s", i,
        strerror(errno));
}

static void check_full(void) {
  char found[8192];
  int typed = 0, written = 0, n;
  while (typed < 4000 && events(pair[FULL].slave) & POLLIN && (n = read(pair[FULL].slave, found, sizeof found)) > 0) typed += n;
  while (written < 4000 && events(pair[FULL].master) & POLLIN && (n = read(pair[FULL].master, found, sizeof found)) > 0)
    written += n;
  CHECK(typed == 4000 && written == 4000, "%d typed, %d written", typed, written);
}

static void check_up(void) {
  for (int i = 0; i < PAIRS; i++) check_pair(i);
  check_lines();
  CHECK(input_waiting(RAW) == 11, "%d bytes of raw input", input_waiting(RAW));
  expect(pair[RAW].slave, "\003\004\021\023\r\n\177\377raw", 11);
  expect(pair[RAW].master, "\n\r\t", 3);
  CHECK(get(pair[PACKET].master, TIOCGPKT) == 1 && get(pair[LINES].master, TIOCGPKT) == 0, "packet mode");
  expect(pair[PACKET].master, "\0packet", 7);
  type(PACKET, "+half\n", 6);
  expect(pair[PACKET].slave, "half+half\n", 10);
  CHECK(get(pair[EXCLUSIVE].slave, TIOCGEXCL) == 1 && get(pair[LINES].slave, TIOCGEXCL) == 0, "exclusive");
  expect(pair[EXCLUSIVE].slave, "mine\n", 5);
  CHECK(get(pair[LOCKED].master, TIOCGPTLCK) == 1 && get(pair[UNUSED].master, TIOCGPTLCK) == 0, "locks");
  check_bare(UNUSED);
  check_bare(LOCKED);
  CHECK(events(pair[HUNG].master) & POLLHUP, "nobody hung up: %x", events(pair[HUNG].master));
  expect(pair[HUNG].master, "last words", 10);
  CHECK(read(pair[HUNG].master, &(char){0}, 1) == -1 && errno == EIO, "no end");
  pair[HUNG].slave = ioctl(pair[HUNG].master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  expect(pair[HUNG].slave, "unread\n", 7);
  check_stopped();
  check_full();
}

int main(int argc, char **argv) {
  start(argc, argv);
  set_up();
  for (int i = 0; i < PAIRS; i++) pair[i].flags = fcntl(pair[i].master, F_GETFL);
  ready();
  wait_go();
  check_up();
  return finish();
}
