/* Pipes and FIFOs. Modes: alone (all ends in one process), fifo, tree (ends of children). */
#include "victim.h"

#include <poll.h>
#include <sys/ioctl.h>

#define BIG (1 << 20)
#define ENDS 32

static struct {
  int fd, flags, capacity, inside;
} end[ENDS];
static int ends;
static volatile sig_atomic_t told;

static void on_io(int signal) {
  (void)signal;
  told++;
}

static int inside(int fd) {
  int bytes = -1;
  ioctl(fd, FIONREAD, &bytes);
  return bytes;
}

/* Remembers how an end looks now. */
static int note(int fd) {
  NEED(fd >= 0 && ends < ENDS);
  end[ends].fd = fd;
  ends++;
  return fd;
}

static void note_all(void) {
  for (int i = 0; i < ends; i++) {
    end[i].flags = fcntl(end[i].fd, F_GETFL);
    end[i].capacity = fcntl(end[i].fd, F_GETPIPE_SZ);
    end[i].inside = inside(end[i].fd);
  }
}

static void check_all(void) {
  for (int i = 0; i < ends; i++) {
    int fd = end[i].fd;
    CHECK(fcntl(fd, F_GETFL) == end[i].flags, "fd %d: flags %o, were %o", fd, fcntl(fd, F_GETFL), end[i].flags);
    CHECK(fcntl(fd, F_GETPIPE_SZ) == end[i].capacity, "fd %d: capacity %d, was %d", fd, fcntl(fd, F_GETPIPE_SZ),
          end[i].capacity);
    CHECK(inside(fd) == end[i].inside, "fd %d: %d bytes inside, were %d", fd, inside(fd), end[i].inside);
  }
}

/* Opens what a descriptor leads to once more. */
static int again(int fd, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return open(path, flags);
}

static int events(int fd) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN | POLLOUT};
  poll(&poll_fd, 1, 0);
  return poll_fd.revents;
}

static void expect(int fd, const char *text, int length) {
  char found[64] = "";
  int n = read(fd, found, length);
  CHECK(n == length && memcmp(found, text, length) == 0, "fd %d: read %d: %.20s, not %s", fd, n, found, text);
}

static void run_alone(void) {
  int plain[2], packets[2], orphans[2], stopped[2], large[2], small[2], unread[2], told_of[2], single[2];
  NEED(pipe(plain) == 0 && pipe2(packets, O_DIRECT | O_CLOEXEC) == 0 && pipe2(orphans, O_DIRECT) == 0);
  NEED(pipe2(stopped, O_DIRECT) == 0 && pipe(large) == 0 && pipe2(small, O_NONBLOCK) == 0);
  NEED(pipe(unread) == 0 && pipe2(told_of, O_NONBLOCK) == 0 && pipe2(single, O_DIRECT) == 0);
  /* The same pipe by descriptions of its own. */
  int both = again(plain[0], O_RDWR), second = again(plain[1], O_RDONLY | O_NONBLOCK), third = again(plain[0], O_WRONLY);
  NEED(write(third, "in flight", 9) == 9);
  for (int i = 1; i <= 5; i++) NEED(write(packets[1], "packets", i) == i && write(orphans[1], "orphans", 6 - i) == 6 - i);
  close(orphans[1]);
  for (int i = 0; i < 4; i++) NEED(write(stopped[1], "abc", i == 2 ? 3 : 1) > 0);
  NEED(fcntl(stopped[1], F_SETFL, 0) == 0 && write(single[1], "only", 4) == 4 && fcntl(single[1], F_SETFL, 0) == 0);
  NEED(fcntl(large[0], F_SETPIPE_SZ, BIG) == BIG && fcntl(small[0], F_SETPIPE_SZ, 4096) == 4096);
  char *bytes = malloc(BIG);
  uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < BIG; i++) bytes[i] = next_random(&state);
  NEED(write(large[1], bytes, BIG) == BIG);
  while (write(small[1], bytes, 512) > 0) {
  }
  NEED(write(unread[1], "unread", 6) == 6);
  close(unread[0]);
  signal(SIGIO, on_io);
  signal(SIGPIPE, SIG_IGN);
  NEED(fcntl(told_of[0], F_SETOWN, getpid()) == 0 && fcntl(told_of[0], F_SETFL, O_NONBLOCK | O_ASYNC) == 0);
  int all[] = {plain[0], plain[1], both, second, third, packets[0], packets[1], orphans[0], stopped[0], stopped[1],
               large[0], large[1], small[0], small[1], unread[1], told_of[0], told_of[1], single[0], single[1]};
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) note(all[i]);
  note_all();
  int told_before = told;
  ready();
  wait_go();

  check_all();
  expect(second, "in", 2);
  expect(plain[0], " fl", 3);
  expect(both, "ight", 4);
  CHECK(read(second, bytes, 1) == -1 && errno == EAGAIN, "the second reader waits");
  for (int i = 1; i <= 5; i++) CHECK(read(packets[0], bytes, 64) == i, "packet %d", i);
  for (int i = 1; i <= 5; i++) CHECK(read(orphans[0], bytes, 64) == 6 - i, "orphaned packet %d", i);
  CHECK(read(orphans[0], bytes, 64) == 0, "the orphaned packets do not end");
  for (int i = 0; i < 4; i++) CHECK(read(stopped[0], bytes, 64) == (i == 2 ? 3 : 1), "a packet before a stream: %d", i);
  CHECK(read(single[0], bytes, 1) == 1 && inside(single[0]) == 0, "of a packet %d bytes are left", inside(single[0]));
  state = 88172645463325252ULL;
  int wrong = 0;
  for (int got = 0; got < BIG;) {
    int n = read(large[0], bytes, BIG);
    CHECK(n > 0, "the large pipe ends");
    if (n <= 0) break;
    for (int i = 0; i < n; i++) wrong += bytes[i] != (char)next_random(&state);
    got += n;
  }
  CHECK(wrong == 0, "%d bytes of the large pipe are others", wrong);
  CHECK(write(small[1], "x", 1) == -1 && errno == EAGAIN, "the full pipe has room");
  CHECK(read(small[0], bytes, 4096) == 4096 && write(small[1], "x", 1) == 1, "the emptied pipe has none");
  CHECK((events(unread[1]) & POLLERR) && write(unread[1], "x", 1) == -1 && errno == EPIPE, "a pipe without a reader");
  int late = again(unread[1], O_RDONLY);
  expect(late, "unread", 6);
  CHECK(told == told_before && write(told_of[1], "x", 1) == 1, "told too early");
  nap_ms(10);
  CHECK(told == told_before + 1, "told %d times of input", told - told_before);
  close(plain[1]);
  close(third);
  CHECK(!(events(plain[0]) & POLLHUP), "the end for both counts as none");
  close(both);
  CHECK(events(plain[0]) & POLLHUP, "an end is left");
}

static int fifo(const char *name) {
  NEED(mkfifo(in_folder(name), 0600) == 0);
  return open(in_folder(name), O_RDWR);
}

static void run_fifo(void) {
  int both = note(fifo("both"));
  int reader = note(open(in_folder("both"), O_RDONLY)), writer = note(open(in_folder("both"), O_WRONLY | O_NONBLOCK));
  NEED(fcntl(both, F_SETPIPE_SZ, 8192) == 8192 && write(writer, "in flight", 9) == 9);
  /* Only one end is open. */
  int helper = fifo("read"), waiting = note(open(in_folder("read"), O_RDONLY | O_NONBLOCK));
  close(helper);
  int patient = fifo("patient"), blocking = note(open(in_folder("patient"), O_RDONLY));
  NEED(write(patient, "left behind", 11) == 11);
  close(patient);
  helper = fifo("write");
  int speaking = note(open(in_folder("write"), O_WRONLY));
  NEED(write(speaking, "unheard", 7) == 7);
  close(helper);
  /* No path leads to it. */
  int nameless = note(fifo("nameless")), twin = note(open(in_folder("nameless"), O_RDONLY));
  NEED(unlink(in_folder("nameless")) == 0 && write(nameless, "nameless", 8) == 8);
  int place = open(in_folder("both"), O_PATH);
  signal(SIGPIPE, SIG_IGN);
  note_all();
  struct stat before, now;
  NEED(fstat(both, &before) == 0);
  ready();
  wait_go();

  check_all();
  CHECK(fstat(both, &now) == 0 && now.st_ino == before.st_ino, "another FIFO");
  CHECK(fstat(place, &now) == 0 && now.st_ino == before.st_ino && S_ISFIFO(now.st_mode), "the place is another");
  expect(reader, "in", 2);
  expect(both, " flight", 7);
  CHECK(events(waiting) == POLLHUP || events(waiting) == 0, "a FIFO that nobody writes to has %x", events(waiting));
  int guest = open(in_folder("read"), O_WRONLY | O_NONBLOCK);
  CHECK(guest >= 0 && write(guest, "guest", 5) == 5, "a guest cannot write: %s", strerror(errno));
  expect(waiting, "guest", 5);
  expect(blocking, "left behind", 11);
  char byte;
  CHECK(read(blocking, &byte, 1) == 0, "somebody else writes");
  CHECK(write(speaking, "x", 1) == -1 && errno == EPIPE, "somebody reads");
  guest = open(in_folder("write"), O_RDONLY | O_NONBLOCK);
  expect(guest, "unheard", 7);
  CHECK(write(speaking, "heard", 5) == 5, "the guest does not read");
  expect(guest, "heard", 5);
  CHECK(fstat(nameless, &now) == 0 && now.st_nlink == 0 && (now.st_mode & 07777) == 0600, "%d links, mode %o",
        (int)now.st_nlink, now.st_mode);
  expect(twin, "nameless", 8);
  CHECK(access(in_folder("nameless"), F_OK) == -1, "the name is back");
}

/* first | second, and a FIFO that both opened by its name. */
static void run_tree(void) {
  int between[2], verdict[2];
  NEED(pipe(between) == 0 && pipe(verdict) == 0 && mkfifo(in_folder("fifo"), 0600) == 0);
  pid_t first = fork();
  if (first == 0) {
    int named = open(in_folder("fifo"), O_RDWR);
    close(between[0]);
    NEED(write(between[1], "one two ", 8) == 8 && write(named, "by name", 7) == 7);
    wait_go();
    CHECK(write(between[1], "three", 5) == 5, "the first cannot go on");
    close(between[1]);
    int n = victim_failures;
    CHECK(write(verdict[1], &n, sizeof n) == sizeof n, "no verdict");
    /* Who has it open last takes with him what is in it. */
    while (inside(named) > 0) nap_ms(1);
    _exit(0);
  }
  pid_t second = fork();
  if (second == 0) {
    close(between[1]);
    expect(between[0], "one ", 4);
    int mine = again(between[0], O_RDONLY | O_NONBLOCK);
    close(between[0]);
    int named = open(in_folder("fifo"), O_RDONLY);
    wait_go();
    CHECK(fcntl(mine, F_GETFL) & O_NONBLOCK, "flags of an end of its own");
    fcntl(mine, F_SETFL, 0);
    expect(mine, "two ", 4);
    expect(mine, "three", 5);
    char byte;
    CHECK(read(mine, &byte, 1) == 0, "the pipe does not end");
    expect(named, "by name", 7);
    int n = victim_failures;
    CHECK(write(verdict[1], &n, sizeof n) == sizeof n, "no verdict");
    _exit(0);
  }
  close(between[0]);
  close(between[1]);
  close(verdict[1]);
  nap_ms(100);
  ready();
  wait_go();
  for (int i = 0; i < 2; i++) {
    int failures = -1;
    CHECK(read(verdict[0], &failures, sizeof failures) == sizeof failures && failures == 0, "a child found %d", failures);
  }
  CHECK(waitpid(first, NULL, 0) == first && waitpid(second, NULL, 0) == second, "children");
  CHECK(read(verdict[0], &first, 1) == 0, "the verdicts do not end");
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("alone")) run_alone();
  else if (mode_is("fifo")) run_fifo();
  else run_tree();
  return finish();
}
