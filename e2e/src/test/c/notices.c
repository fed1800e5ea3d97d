/*
 * inotify: what is watched, under which numbers, and that it tells of what happens, and of nothing that the
 * saving or the restoring did. Modes: all, tree (an instance of several processes, and one whose file another
 * process has open).
 */
#include "victim.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define ROOM 4096
/* Nothing is done with folders until the go; with the files of others nothing at all. */
#define USES (IN_OPEN | IN_ACCESS | IN_CLOSE | IN_MODIFY | IN_ATTRIB)

static char before[ROOM], after[ROOM];

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Adds the kernel's own list of what an instance watches. */
static void list(int fd, char *into) {
  static char text[ROOM];
  char path[64], *lines[32];
  int count = 0;
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  NEED(slurp(path, text, sizeof text) > 0);
  for (char *line = strtok(text, "\n"); line && count < 32; line = strtok(NULL, "\n"))
    if (strncmp(line, "inotify", 7) == 0) lines[count++] = line;
  qsort(lines, count, sizeof *lines, by_text);
  for (int i = 0; i < count; i++) strcat(strcat(into, lines[i]), "\n");
}

static void make(const char *name) {
  int fd = open(in_folder(name), O_CREAT | O_EXCL | O_WRONLY, 0600);
  NEED(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
}

static int add(int fd, const char *name, uint32_t mask) {
  int number = inotify_add_watch(fd, in_folder(name), mask);
  NEED(number > 0);
  return number;
}

static int unread(int fd) {
  int bytes = -1;
  CHECK(ioctl(fd, FIONREAD, &bytes) == 0, "FIONREAD: %s", strerror(errno));
  return bytes;
}

/* The next event: its bits, and 0 for none or one of another watch or another file. */
static uint32_t told(int fd, int number, const char *name) {
  static char buffer[ROOM];
  static ssize_t length, at;
  static int of;
  if (of != fd || at >= length) {
    of = fd;
    at = 0;
    length = read(fd, buffer, sizeof buffer);
    if (length <= 0) return 0;
  }
  struct inotify_event event;
  memcpy(&event, buffer + at, sizeof event);
  const char *there = event.len ? buffer + at + sizeof event : "";
  at += sizeof event + event.len;
  CHECK(event.wd == number && strcmp(there, name) == 0, "event %x of %d (%s), not of %d (%s)", event.mask, event.wd, there,
        number, name);
  return event.mask;
}

static int is_ready(int epoll) {
  struct epoll_event event;
  return epoll_wait(epoll, &event, 1, 0) == 1 && event.data.u64 == 4711;
}

static void run_all(void) {
  NEED(mkdir(in_folder("a folder"), 0700) == 0 && mkdir(in_folder("deep"), 0700) == 0);
  make("a folder/file");
  make("once");
  make("deep/old");
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), idle = inotify_init1(0);
  int folder = add(fd, "a folder", IN_CREATE | IN_DELETE | IN_EXCL_UNLINK | IN_ONLYDIR);
  int gone = add(fd, "deep", IN_CREATE);
  int file = add(fd, "a folder/file", USES);
  int once = add(fd, "once", IN_MODIFY | IN_ONESHOT);
  int moved = add(fd, "deep/old", USES);
  /* Nobody's name for it is what it was added by; and of the program's open files too nothing is told. */
  char path[640];
  strcpy(path, in_folder("deep/old"));
  NEED(rename(path, in_folder("deep/new")) == 0);
  int open_file = open(in_folder("deep/new"), O_RDWR);
  NEED(open_file >= 0 && inotify_rm_watch(fd, gone) == 0);
  static char events[ROOM];
  NEED(read(fd, events, sizeof events) > 0 && unread(fd) == 0);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4711};
  int epoll = epoll_create1(0);
  NEED(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
  list(fd, before);
  ready();
  wait_go();
  list(fd, after);
  CHECK(strcmp(before, after) == 0, "watched now: %.700s; before: %.700s", after, before);
  CHECK(unread(fd) == 0 && !is_ready(epoll), "%d bytes of events that nobody caused: %x", unread(fd), told(fd, 0, ""));
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK && !(fcntl(idle, F_GETFL) & O_NONBLOCK), "O_NONBLOCK");
  CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(idle, F_GETFD) == 0, "FD_CLOEXEC");
  make("a folder/born");
  CHECK(is_ready(epoll), "not watched by epoll");
  CHECK(told(fd, folder, "born") == IN_CREATE, "a file that was made");
  CHECK(unlink(in_folder("a folder/born")) == 0 && told(fd, folder, "born") == IN_DELETE, "a file that was deleted");
  CHECK(truncate(in_folder("a folder/file"), 0) == 0 && told(fd, file, "") == IN_MODIFY, "a file that was cut");
  CHECK(truncate(in_folder("once"), 0) == 0 && told(fd, once, "") == IN_MODIFY && told(fd, once, "") == IN_IGNORED, "once");
  CHECK(truncate(in_folder("once"), 1) == 0 && told(fd, once, "") == 0, "a second time");
  CHECK(write(open_file, "y", 1) == 1 && told(fd, moved, "") == IN_MODIFY, "a file that was moved");
  CHECK(close(open_file) == 0 && told(fd, moved, "") == IN_CLOSE_WRITE, "a file that was closed");
  CHECK(inotify_rm_watch(fd, folder) == 0 && told(fd, folder, "") == IN_IGNORED, "a watch that was removed");
  CHECK(add(fd, "deep", IN_CREATE) == moved + 1, "the next number");
  CHECK(add(idle, "deep", IN_CREATE) == 1, "the first number of an instance without watches");
}

static void run_tree(void) {
  make("of parent");
  make("of child");
  NEED(mkdir(in_folder("shared"), 0700) == 0);
  int shared = inotify_init1(IN_NONBLOCK), number = add(shared, "shared", IN_CREATE);
  int own = inotify_init1(IN_NONBLOCK), file, other;
  pid_t child = fork();
  NEED(child >= 0 && close(child == 0 ? own : -1) == (child == 0 ? 0 : -1));
  if (child == 0) own = inotify_init1(IN_NONBLOCK);
  file = open(in_folder(child ? "of parent" : "of child"), O_RDWR);
  NEED(file >= 0);
  nap_ms(1);
  /* Each tells the other when its file is open. */
  make(child ? "parent opened" : "child opened");
  for (int naps = 0; access(in_folder(child ? "child opened" : "parent opened"), F_OK); naps++) {
    NEED(naps < 5000);
    nap_ms(2);
  }
  other = add(own, child ? "of child" : "of parent", USES);
  make(child ? "parent watches" : "child watches");
  for (int naps = 0; access(in_folder(child ? "child watches" : "parent watches"), F_OK); naps++) {
    NEED(naps < 5000);
    nap_ms(2);
  }
  if (child) ready();
  wait_go();
  CHECK(unread(own) == 0, "%d bytes of events that nobody caused: %x", unread(own), told(own, 0, ""));
  if (child) {
    int status = -1;
    CHECK(unread(shared) == 0, "events of the shared instance");
    make("checked");
    NEED(waitpid(child, &status, 0) == child);
    CHECK(status == 0, "the child: %d", status);
    CHECK(told(shared, number, "born") == IN_CREATE, "what the child made");
    CHECK(told(own, other, "") == IN_MODIFY && told(own, other, "") == IN_CLOSE_WRITE, "what the child wrote");
    return;
  }
  for (int naps = 0; access(in_folder("checked"), F_OK); naps++) {
    NEED(naps < 5000);
    nap_ms(2);
  }
  CHECK(write(file, "y", 1) == 1, "write: %s", strerror(errno));
  make("shared/born");
  _exit(victim_failures ? 1 : 0);
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("tree")) run_tree();
  else run_all();
  return finish();
}
