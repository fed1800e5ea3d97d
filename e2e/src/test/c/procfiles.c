/* Files of /proc that a program reads again and again: of the machine, and of itself under whatever pid. */
#include "victim.h"

#include <dirent.h>

static const char *names[] = {"/proc/stat", "/proc/meminfo", "/proc/self/status", "/proc/self/stat", "/proc/self/maps",
                              "/proc/net/dev"};
#define COUNT ((int)(sizeof names / sizeof *names))

static void again(int fd, char *text, size_t size) {
  ssize_t length = pread(fd, text, size - 1, 0);
  CHECK(length > 0, "pread: %s", strerror(errno));
  text[length > 0 ? length : 0] = 0;
}

/* What the kernel says that a descriptor leads to is what its name leads to now. */
static void check_link(int fd, const char *name) {
  char link[64], there[256] = "", wanted[256] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  CHECK(readlink(link, there, sizeof there - 1) > 0 && realpath(name, wanted), "%s: %s", name, strerror(errno));
  CHECK(strcmp(there, wanted) == 0, "%s leads to %s, not to %s", name, there, wanted);
}

int main(int argc, char **argv) {
  static char text[65536], rest[4096], line[128];
  start(argc, argv);
  int fds[COUNT];
  for (int i = 0; i < COUNT; i++) NEED((fds[i] = open(names[i], O_RDONLY | O_CLOEXEC)) >= 0);
  for (int i = 0; i < COUNT; i++) NEED(read(fds[i], text, sizeof text) > 0);
  int half = open("/proc/self/limits", O_RDONLY);
  NEED(read(half, text, 100) == 100);
  DIR *folder = opendir("/proc");
  NEED(folder != NULL);
  ready();
  wait_go();
  for (int i = 0; i < COUNT; i++) {
    check_link(fds[i], names[i]);
    CHECK(fcntl(fds[i], F_GETFD) == FD_CLOEXEC, "close-on-exec of %s", names[i]);
  }
  again(fds[0], text, sizeof text);
  CHECK(strncmp(text, "cpu ", 4) == 0, "/proc/stat: %.40s", text);
  again(fds[1], text, sizeof text);
  CHECK(strncmp(text, "MemTotal:", 9) == 0, "/proc/meminfo: %.40s", text);
  again(fds[2], text, sizeof text);
  snprintf(line, sizeof line, "\nPid:\t%d\n", getpid());
  CHECK(strstr(text, line) != NULL, "/proc/self/status does not say %s", line + 1);
  again(fds[3], text, sizeof text);
  CHECK(atoi(text) == getpid(), "/proc/self/stat: %.40s", text);
  again(fds[4], text, sizeof text);
  CHECK(strstr(text, "[stack]") != NULL, "/proc/self/maps has no stack");
  ssize_t length = read(half, rest, sizeof rest - 1);
  NEED(slurp("/proc/self/limits", text, sizeof text) > 100);
  CHECK(length > 0 && strcmp(rest, text + 100) == 0, "the other half of the limits: %.100s", rest);
  int found = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) found |= atoi(entry->d_name) == getpid();
  CHECK(found, "/proc does not list the process");
  return finish();
}
