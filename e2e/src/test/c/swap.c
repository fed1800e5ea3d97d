/*
 * Puts other things in the place of a file, as fast as it can: argv is the file "data" of a folder.
 * Beside it are made: other (another file), link (a symbolic link to that), hard (another name of
 * it), and folder.decoy, a folder with such a file. Each swap exchanges the place of two, and half of
 * the time everything is where it was. Says "ready"; ends when its standard input does, everything in
 * its place, and says how many swaps it made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX], decoy[PATH_MAX + 16];

static void need(int done, const char *what) {
  if (!done) {
    perror(what);
    exit(1);
  }
}

static void make(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  need(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0, path);
}

static const char *in(const char *where, const char *name) {
  static char paths[2][PATH_MAX + 64];
  static int turn;
  turn = !turn;
  snprintf(paths[turn], sizeof paths[turn], "%s/%s", where, name);
  return paths[turn];
}

static void exchange(const char *a, const char *b) {
  need(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0, "renameat2");
}

static int ended(void) {
  struct pollfd input = {0, POLLIN, 0};
  return poll(&input, 1, 0) != 0;
}

int main(int argc, char **argv) {
  static const char *const others[] = {"other", "link", "hard"};
  unsigned random = 1;
  long swaps = 0;
  need(argc == 2 && strlen(argv[1]) < sizeof folder, "usage: swap FOLDER");
  strcpy(folder, argv[1]);
  snprintf(decoy, sizeof decoy, "%s.decoy", folder);
  make(in(folder, "other"), "what was there at first\n");
  need(symlink("other", in(folder, "link")) == 0, "symlink");
  need(link(in(folder, "other"), in(folder, "hard")) == 0, "link");
  need(mkdir(decoy, 0755) == 0, decoy);
  make(in(decoy, "data"), "what was there at first\n");
  make(in(decoy, "out"), "ready\n");
  make(in(decoy, "err"), "");
  printf("ready\n");
  fflush(stdout);
  while (!ended()) {
    random = random * 1103515245 + 12345;
    unsigned which = random >> 16 & 3;
    const char *a = which < 3 ? in(folder, others[which]) : folder;
    const char *b = which < 3 ? in(folder, "data") : decoy;
    exchange(a, b);
    usleep(random >> 20 & 255);
    exchange(a, b);
    usleep(random >> 18 & 511);
    swaps += 2;
  }
  printf("%ld\n", swaps);
  return 0;
}
