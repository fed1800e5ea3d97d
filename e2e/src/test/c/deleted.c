/* Files without a name. Modes: open (two descriptors and a twin), mapped (shared mapping of it too). */
#include "victim.h"

#define LENGTH (300 * 1024 + 123)
#define HOLE (1 << 20)

static unsigned char expected(long at) {
  if (at >= LENGTH) return 0;
  return (at * 2654435761u) >> 13;
}

static void write_all(int fd, long from, long to) {
  static unsigned char part[8192];
  while (from < to) {
    long length = to - from < (long)sizeof part ? to - from : (long)sizeof part;
    for (long i = 0; i < length; i++) part[i] = expected(from + i);
    NEED(pwrite(fd, part, length, from) == length);
    from += length;
  }
}

static void check_content(int fd, const char *name) {
  static unsigned char part[8192];
  for (long at = 0; at < HOLE; at += sizeof part) {
    CHECK(pread(fd, part, sizeof part, at) == sizeof part, "%s: short at %ld", name, at);
    for (unsigned i = 0; i < sizeof part; i++) {
      if (part[i] != expected(at + i)) {
        CHECK(0, "%s: byte %ld is %d, was %d", name, at + i, part[i], expected(at + i));
        return;
      }
    }
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  int first = open(in_folder("nameless"), O_CREAT | O_RDWR, 0600);
  int second = open(in_folder("nameless"), O_RDONLY | O_CLOEXEC);
  int twin = dup(first);
  NEED(first >= 0 && second >= 0 && twin >= 0);
  write_all(first, 0, 200 * 1024);
  NEED(unlink(in_folder("nameless")) == 0);
  write_all(first, 200 * 1024, LENGTH);
  NEED(ftruncate(first, HOLE) == 0);
  NEED(lseek(first, 4321, SEEK_SET) == 4321 && lseek(second, 99, SEEK_SET) == 99);
  unsigned char *map = NULL;
  if (mode_is("mapped")) {
    map = mmap(NULL, HOLE, PROT_READ | PROT_WRITE, MAP_SHARED, first, 0);
    NEED(map != MAP_FAILED);
  }
  ready();
  wait_go();

  struct stat a, b;
  CHECK(fstat(first, &a) == 0 && fstat(second, &b) == 0, "closed");
  CHECK(a.st_nlink == 0 && a.st_size == HOLE, "%ld links, %ld bytes", (long)a.st_nlink, a.st_size);
  CHECK(S_ISREG(a.st_mode) && (a.st_mode & 07777) == 0600, "mode %o", a.st_mode);
  CHECK(a.st_dev == b.st_dev && a.st_ino == b.st_ino, "the two descriptors are different files now");
  CHECK(lseek(first, 0, SEEK_CUR) == 4321 && lseek(second, 0, SEEK_CUR) == 99, "positions %ld and %ld",
        lseek(first, 0, SEEK_CUR), lseek(second, 0, SEEK_CUR));
  CHECK(lseek(twin, 10, SEEK_SET) == 10 && lseek(first, 0, SEEK_CUR) == 10, "the duplicate has its own offset");
  check_content(first, "first");
  check_content(second, "second");
  char text[8] = {0};
  CHECK(pwrite(first, "hello", 5, 777) == 5 && pread(second, text, 5, 777) == 5 && strcmp(text, "hello") == 0,
        "what one descriptor writes the other does not see");
  CHECK(write(second, "x", 1) == -1, "a descriptor for reading can write");
  CHECK(!map || memcmp(map + 777, "hello", 5) == 0, "the mapping is another file now");
  CHECK(access(in_folder("nameless"), F_OK) == -1, "the name is back");
  return finish();
}
