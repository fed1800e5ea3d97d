/* Guard pages of MADV_GUARD_INSTALL. Modes: all (in memory of its own, in files), shared. */
#include "victim.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif
#define PAGES 16

static char before[1 << 16], after[1 << 16];

/* Whether a page can be read: write(2) says EFAULT and no signal comes. */
static int readable(int sink, const unsigned char *at) { return write(sink, at, 1) == 1; }

static void check_guards(int sink, const char *name, unsigned char *at, unsigned guarded) {
  for (int i = 0; i < PAGES; i++) {
    int open = readable(sink, at + i * PAGE);
    CHECK(open == !(guarded >> i & 1), "%s: page %d is %s", name, i, open ? "open" : "guarded");
    CHECK(!open || at[i * PAGE] == i + 1, "%s: page %d has %d", name, i, at[i * PAGE]);
  }
}

/* Lines of maps without inodes, which are others for what has no name. */
static void slurp_maps(char *into, size_t size) {
  NEED(slurp("/proc/self/maps", into, size) > 0);
  for (char *line = into; *line; line = strchr(line, '\n') + 1) {
    char *inode = line;
    for (int blanks = 0; blanks < 4; inode++) blanks += *inode == ' ';
    size_t length = strspn(inode, "0123456789 ");
    memmove(inode, inode + length, strlen(inode + length) + 1);
  }
}

static void compare_lines(char *now, char *was) {
  for (int shown = 0; (*now || *was) && shown < 4;) {
    size_t a = strcspn(now, "\n"), b = strcspn(was, "\n");
    if (a != b || memcmp(now, was, a) != 0) {
      CHECK(0, "maps: [%.*s], was [%.*s]", (int)a, now, (int)b, was);
      shown++;
    }
    now += a + (now[a] == '\n');
    was += b + (was[b] == '\n');
  }
}

static void guard(unsigned char *at, unsigned pages) {
  for (int i = 0; i < PAGES; i++) {
    if (pages >> i & 1) CAN(madvise(at + i * PAGE, PAGE, MADV_GUARD_INSTALL) == 0, "guard pages");
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  int fd = open(in_folder("pages"), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  int nothing[2];
  NEED(fd >= 0 && pipe(nothing) == 0);
  for (int i = 0; i < PAGES; i++) {
    unsigned char byte = i + 1;
    NEED(pwrite(fd, &byte, 1, i * PAGE) == 1);
  }
  int anonymous = MAP_ANONYMOUS | MAP_PRIVATE;
  unsigned char *own = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
  unsigned char *file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  int memory = memfd_create("memory", 0), nobodys = mode_is("shared") ? MAP_ANONYMOUS : 0;
  NEED(memory >= 0 && ftruncate(memory, PAGES * PAGE) == 0);
  unsigned char *common =
      mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, nobodys | MAP_SHARED, nobodys ? -1 : memory, 0);
  unsigned char *untouched = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
  NEED(own != MAP_FAILED && file != MAP_FAILED && common != MAP_FAILED && untouched != MAP_FAILED);
  for (int i = 0; i < PAGES; i++) own[i * PAGE] = common[i * PAGE] = i + 1;
  guard(own, 0x8031);
  guard(file, 0x0180);
  guard(common, 0x0006);
  guard(untouched, 0xffff);
  NEED(mlock(own + 6 * PAGE, 2 * PAGE) == 0);
  slurp_maps(before, sizeof before);
  ready();
  wait_go();

  slurp_maps(after, sizeof after);
  compare_lines(after, before);
  check_guards(nothing[1], "own", own, 0x8031);
  check_guards(nothing[1], "file", file, 0x0180);
  check_guards(nothing[1], "common", common, 0x0006);
  CHECK(!readable(nothing[1], untouched) && !readable(nothing[1], untouched + 15 * PAGE), "untouched memory is open");
  CHECK(madvise(own, PAGE, MADV_GUARD_REMOVE) == 0 && own[0] == 0, "a guard that is taken away");
  CHECK(madvise(common + PAGE, PAGE, MADV_GUARD_REMOVE) == 0 && common[PAGE] == 2, "a guard over shared memory");
  return finish();
}
