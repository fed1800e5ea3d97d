/*
 * Files that change while the program is away. Modes: append (a log with O_APPEND), end (written at
 * its end), reader (read in place, opened with O_NOFOLLOW), private (only mapped), both (read in
 * place and mapped), shared (a small file that is mapped for writing, and whose descriptor is closed).
 */
#include "victim.h"

#define TEXT "what was there at first\n"

static int open_data(int flags) {
  int fd = open(in_folder("data"), flags);
  NEED(fd >= 0);
  return fd;
}

static char *map(int protection, int flags, int access) {
  int fd = open_data(access);
  char *text = mmap(NULL, PAGE, protection, flags, fd, 0);
  NEED(text != MAP_FAILED && close(fd) == 0);
  return text;
}

int main(int argc, char **argv) {
  char *text = NULL;
  char read_back[64] = "";
  int fd = -1;
  start(argc, argv);
  int made = open(in_folder("data"), O_WRONLY | O_CREAT | O_EXCL, 0644);
  NEED(made >= 0 && write(made, TEXT, strlen(TEXT)) == (ssize_t)strlen(TEXT) && close(made) == 0);
  if (mode_is("append")) fd = open_data(O_WRONLY | O_APPEND);
  if (mode_is("end")) {
    fd = open_data(O_WRONLY);
    NEED(lseek(fd, 0, SEEK_END) == (off_t)strlen(TEXT));
  }
  if (mode_is("reader") || mode_is("both")) fd = open_data(O_RDONLY | O_NOFOLLOW);
  if (mode_is("private") || mode_is("both")) text = map(PROT_READ, MAP_PRIVATE, O_RDONLY);
  if (mode_is("shared")) {
    text = map(PROT_READ | PROT_WRITE, MAP_SHARED, O_RDWR);
    text[0] = 'W';
  }
  ready();
  wait_go();
  if (mode_is("append") || mode_is("end")) CHECK(write(fd, "more\n", 5) == 5, "write: %s", strerror(errno));
  if (mode_is("reader") || mode_is("both")) CHECK(read(fd, read_back, sizeof read_back) > 0, "read: %s", strerror(errno));
  if (mode_is("private") || mode_is("both")) CHECK(!memcmp(text, TEXT, strlen(TEXT)), "mapped: %.24s", text);
  if (mode_is("shared")) CHECK(text[0] == 'W' && !memcmp(text + 1, TEXT + 1, strlen(TEXT) - 1), "mapped: %.24s", text);
  return finish();
}
