/*
 * A parent with the master of a pseudo terminal, and below it a session that has the slave as its
 * terminal: a leader with a job in the foreground and one in the background, as a shell has them.
 * The leader shares its descriptions of the slave with its jobs, and has one of /dev/tty.
 */
#include "victim.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

static volatile sig_atomic_t interrupts, hangups, windows;

static void on_signal(int signal) {
  if (signal == SIGINT) interrupts++;
  else if (signal == SIGHUP) hangups++;
  else windows++;
}

static void handle_signals(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  NEED(sigaction(SIGINT, &action, NULL) == 0 && sigaction(SIGHUP, &action, NULL) == 0);
  NEED(sigaction(SIGWINCH, &action, NULL) == 0);
  signal(SIGTTOU, SIG_IGN);
}

/* Reports go through a pipe: the terminal is what is tested. */
static int verdict[2];

static void report(void) {
  int n = victim_failures;
  CHECK(write(verdict[1], &n, sizeof n) == sizeof n, "no verdict");
  _exit(n != 0);
}

static void await(volatile sig_atomic_t *count, int wanted, const char *what) {
  for (int naps = 0; *count < wanted && naps < 5000; naps++) nap_ms(1);
  CHECK(*count == wanted, "pid %d: %s: %d, not %d", getpid(), what, (int)*count, wanted);
}

static char line[128];

static int read_line(int fd) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
  line[0] = 0;
  if (poll(&poll_fd, 1, 10000) != 1) return -1;
  int n = read(fd, line, sizeof line - 1);
  line[n < 0 ? 0 : n] = 0;
  return n;
}

/* Reads from the terminal, as only who is in the foreground can. */
static void run_foreground(int tty) {
  CHECK(tcgetpgrp(tty) == getpgrp(), "group %d is in the foreground, not %d", tcgetpgrp(tty), getpgrp());
  CHECK(read_line(0) == 12 && strcmp(line, "half a line\n") == 0, "read %s", line);
  CHECK(write(1, "got it\n", 7) == 7, "no terminal to write to");
  await(&interrupts, 1, "SIGINT of ^C");
  await(&windows, 1, "SIGWINCH");
  CHECK(hangups == 0, "a hang-up");
  report();
}

static void run_background(void) {
  wait_go();
  CHECK(tcgetpgrp(0) != getpgrp() && tcgetsid(0) == getsid(0), "the background is in front");
  CHECK(interrupts == 0 && hangups == 0, "signals of the foreground");
  report();
}

static void run_leader(const char *name, int slave) {
  NEED(setsid() == getpid() && ioctl(slave, TIOCSCTTY, 0) == 0);
  NEED(dup2(slave, 0) == 0 && dup2(slave, 1) == 1 && dup2(slave, 2) == 2 && close(slave) == 0);
  int tty = open("/dev/tty", O_RDWR);
  NEED(tty >= 0);
  pid_t background = fork();
  if (background == 0) {
    setpgid(0, 0);
    run_background();
  }
  pid_t foreground = fork();
  if (foreground == 0) {
    setpgid(0, 0);
    while (tcgetpgrp(tty) != getpgrp()) nap_ms(1);
    wait_go();
    run_foreground(tty);
  }
  setpgid(background, background);
  setpgid(foreground, foreground);
  NEED(tcsetpgrp(tty, foreground) == 0);
  wait_go();
  int status;
  CHECK(waitpid(foreground, &status, 0) == foreground && status == 0, "the foreground: %#x", status);
  CHECK(waitpid(background, &status, 0) == background && status == 0, "the background: %#x", status);
  CHECK(getsid(0) == getpid() && tcgetsid(tty) == getpid() && tcgetsid(0) == getpid(), "the session has no terminal");
  CHECK(ttyname(0) != NULL && strcmp(ttyname(0), name) == 0, "the terminal is %s, was %s", ttyname(0), name);
  CHECK(tcsetpgrp(tty, getpgrp()) == 0 && tcgetpgrp(0) == getpgrp(), "the foreground is not taken back");
  CHECK(read_line(0) == 5 && strcmp(line, "mine\n") == 0, "read %s", line);
  CHECK(interrupts == 0, "signals of the foreground");
  await(&hangups, 1, "SIGHUP at the end");
  report();
}

/* Everything that comes out until a text is there. */
static void await_output(int master, const char *text) {
  static char seen[4096];
  static size_t length;
  struct pollfd poll_fd = {.fd = master, .events = POLLIN};
  while (!strstr(seen, text) && length < sizeof seen - 1 && poll(&poll_fd, 1, 10000) == 1) {
    ssize_t n = read(master, seen + length, sizeof seen - 1 - length);
    if (n <= 0) break;
    length += n;
  }
  CHECK(strstr(seen, text), "no %s in %.300s", text, seen);
}

static int expected_verdict(void) {
  int failures = -1;
  struct pollfd poll_fd = {.fd = verdict[0], .events = POLLIN};
  if (poll(&poll_fd, 1, 20000) != 1) return -1;
  return read(verdict[0], &failures, sizeof failures) == sizeof failures ? failures : -1;
}

int main(int argc, char **argv) {
  start(argc, argv);
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  NEED(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 && pipe(verdict) == 0);
  char name[64];
  NEED(ptsname_r(master, name, sizeof name) == 0);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  int slave = open(name, O_RDWR | O_NOCTTY);
  handle_signals();
  pid_t leader = fork();
  if (leader == 0) {
    close(master);
    run_leader(name, slave);
  }
  close(slave);
  while (tcgetpgrp(master) == leader || tcgetpgrp(master) <= 0) nap_ms(1);
  NEED(write(master, "half a ", 7) == 7);
  nap_ms(50);
  ready();
  wait_go();
  NEED(write(master, "line\n", 5) == 5);
  await_output(master, "got it\r\n");
  struct winsize size = {.ws_row = 11, .ws_col = 22};
  CHECK(write(master, "\003", 1) == 1 && ioctl(master, TIOCSWINSZ, &size) == 0, "the terminal does not take it");
  for (int i = 0; i < 2; i++) {
    int found = expected_verdict();
    CHECK(found == 0, "a job found %d", found);
  }
  CHECK(write(master, "mine\n", 5) == 5, "the terminal does not take it");
  for (int naps = 0; tcgetpgrp(master) != leader && naps < 10000; naps++) nap_ms(1);
  nap_ms(50);
  close(master);
  CHECK(expected_verdict() == 0, "the leader found something");
  int status;
  CHECK(waitpid(leader, &status, 0) == leader && status == 0, "the leader: %#x", status);
  return finish();
}
