/* Mappings of every kind: contents, protections, flags, and that they can be used further. */
#include "pages.h"

#define TEXT (512 * 1024)

static char maps_before[TEXT], maps_after[TEXT], smaps[4 * TEXT];
static char flags_before[TEXT], flags_after[TEXT];

static int zero(const unsigned char *page) {
  for (unsigned long i = 0; i < PAGE; i++) {
    if (page[i]) return 0;
  }
  return 1;
}

/* What has no name on disk gets another inode when it is made anew: takes device and inode out. */
static void blank_inodes(char *maps) {
  for (char *line = maps; *line; line = strchr(line, '\n') + 1) {
    size_t length = strcspn(line, "\n");
    char *name = memchr(line, '/', length), *at = line;
    if (!name || memcmp(line + length - 9, "(deleted)", 9) != 0) continue;
    for (int spaces = 0; spaces < 3; at++) spaces += *at == ' ';
    memmove(at, name, strlen(name) + 1);
  }
}

/* Takes one flag out of a VmFlags line. */
static void blank(char *line, const char *flag) {
  char *at = strstr(line, flag);
  if (at) memmove(at, at + strlen(flag), strlen(at + strlen(flag)) + 1);
}

/*
 * "start flags" for each mapping. Without sd, which says that a page was written since some time,
 * and ac, which says that the mapping has once been writable and was counted then.
 */
static void collect_flags(char *out) {
  NEED(slurp("/proc/self/smaps", smaps, sizeof smaps) > 0);
  char start[32] = "";
  size_t length = 0;
  for (char *line = strtok(smaps, "\n"); line; line = strtok(NULL, "\n")) {
    unsigned long from, to;
    if (sscanf(line, "%lx-%lx ", &from, &to) == 2) snprintf(start, sizeof start, "%lx", from);
    if (strncmp(line, "VmFlags:", 8) == 0) {
      blank(line, " sd");
      blank(line, " ac");
      length += snprintf(out + length, TEXT - length, "%s%s\n", start, line + 8);
    }
  }
}

static void compare_lines(const char *what, char *a, char *b) {
  int shown = 0;
  while ((*a || *b) && shown < 6) {
    size_t la = strcspn(a, "\n"), lb = strcspn(b, "\n");
    if (la != lb || memcmp(a, b, la) != 0) {
      CHECK(0, "%s: [%.*s], was [%.*s]", what, (int)lb, b, (int)la, a);
      shown++;
    }
    a += la + (a[la] == '\n');
    b += lb + (b[lb] == '\n');
  }
}

static unsigned char *anonymous(int pages, int protection, int flags) {
  unsigned char *at = mmap(NULL, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  NEED(at != MAP_FAILED);
  return at;
}

static int file_of_pages(const char *name, int pages) {
  int fd = open(in_folder(name), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  static unsigned char page[PAGE];
  for (int i = 0; i < pages; i++) {
    fill(page, 100 + i);
    NEED(pwrite(fd, page, PAGE, i * PAGE) == PAGE);
  }
  return fd;
}

/* Far from everything: it grows only while 256 pages below it are free. */
static unsigned char *growing(void) {
  unsigned char *top = mmap((void *)0x200000000000, 16 * PAGE, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1, 0);
  NEED(top != MAP_FAILED);
  return top;
}

__attribute__((noinline)) static int deep(int levels) {
  volatile char frame[16384];
  for (int i = 0; i < 16384; i += 512) frame[i] = levels;
  int below = levels ? deep(levels - 1) : 0;
  for (int i = 0; i < 16384; i += 512) {
    if (frame[i] != (char)levels) return -1;
  }
  return below + 1;
}

static unsigned char *plain, *readonly, *none, *code, *priv, *ro_file, *shared_file, *shared_anon, *down, *noreserve,
    *huge, *nohuge, *no_fork, *wipe, *locked, *no_dump, *sequential, *at_random, *to_move;
static int shared_fd;

static void make_anonymous(void) {
  plain = anonymous(8, PROT_READ | PROT_WRITE, 0);
  fill(plain, 1);
  fill(plain + 3 * PAGE, 2);
  readonly = anonymous(4, PROT_READ | PROT_WRITE, 0);
  fill(readonly + PAGE, 3);
  NEED(mprotect(readonly, 4 * PAGE, PROT_READ) == 0);
  none = anonymous(4, PROT_READ | PROT_WRITE, 0);
  fill(none, 4);
  NEED(mprotect(none, 4 * PAGE, PROT_NONE) == 0);
  code = anonymous(1, PROT_READ | PROT_WRITE, 0);
  memcpy(code, "\xb8\x2a\x00\x00\x00\xc3", 6); /* mov $42,%eax; ret */
  NEED(mprotect(code, PAGE, PROT_READ | PROT_EXEC) == 0);
  shared_anon = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(shared_anon != MAP_FAILED);
  fill(shared_anon + 2 * PAGE, 5);
  down = growing();
  fill(down, 6);
  noreserve = anonymous(16, PROT_READ | PROT_WRITE, MAP_NORESERVE);
  fill(noreserve + 5 * PAGE, 7);
  to_move = anonymous(4, PROT_READ | PROT_WRITE, 0);
  fill(to_move, 8);
}

static unsigned char *advised(int advice, int seed) {
  unsigned char *at = anonymous(4, PROT_READ | PROT_WRITE, 0);
  NEED(madvise(at, 4 * PAGE, advice) == 0);
  fill(at, seed);
  return at;
}

static void make_advised(void) {
  huge = advised(MADV_HUGEPAGE, 10);
  nohuge = advised(MADV_NOHUGEPAGE, 11);
  no_fork = advised(MADV_DONTFORK, 12);
  wipe = advised(MADV_WIPEONFORK, 13);
  no_dump = advised(MADV_DONTDUMP, 14);
  sequential = advised(MADV_SEQUENTIAL, 15);
  at_random = advised(MADV_RANDOM, 16);
  locked = anonymous(2, PROT_READ | PROT_WRITE, 0);
  NEED(mlock(locked, 2 * PAGE) == 0);
  fill(locked, 17);
}

static void make_files(void) {
  int fd = file_of_pages("private", 6);
  priv = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 2 * PAGE);
  ro_file = mmap(NULL, 6 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  shared_fd = file_of_pages("shared-map", 4);
  shared_file = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd, 0);
  NEED(priv != MAP_FAILED && ro_file != MAP_FAILED && shared_file != MAP_FAILED);
  fill(priv + PAGE, 20);
  fill(shared_file + 3 * PAGE, 21);
}

static void check_contents(void) {
  CHECK(filled(plain, 1) && filled(plain + 3 * PAGE, 2) && zero(plain + PAGE) && zero(plain + 7 * PAGE), "plain");
  CHECK(filled(readonly + PAGE, 3) && zero(readonly), "read-only anonymous");
  CHECK(((int (*)(void))(uintptr_t)code)() == 42, "anonymous code");
  CHECK(filled(priv, 102) && filled(priv + PAGE, 20) && filled(priv + 3 * PAGE, 105), "private file mapping");
  CHECK(filled(ro_file, 100) && filled(ro_file + 5 * PAGE, 105), "read-only file mapping");
  CHECK(filled(shared_file + PAGE, 101) && filled(shared_file + 3 * PAGE, 21), "shared file mapping");
  CHECK(filled(shared_anon + 2 * PAGE, 5) && zero(shared_anon), "shared anonymous");
  CHECK(filled(down, 6), "grows-down mapping");
  CHECK(filled(noreserve + 5 * PAGE, 7) && zero(noreserve), "noreserve");
  unsigned char *all[] = {huge, nohuge, no_fork, wipe, no_dump, sequential, at_random, locked};
  for (int i = 0; i < 8; i++) CHECK(filled(all[i], 10 + i), "advised mapping %d", i);
}

static void check_use(void) {
  CHECK(mprotect(none, 4 * PAGE, PROT_READ) == 0 && filled(none, 4), "content behind PROT_NONE");
  CHECK(mprotect(readonly, 4 * PAGE, PROT_READ | PROT_WRITE) == 0, "mprotect: %s", strerror(errno));
  fill(readonly, 30);
  CHECK(filled(readonly, 30) && filled(readonly + PAGE, 3), "writing after mprotect");
  unsigned char page[PAGE];
  fill(shared_file, 31);
  CHECK(pread(shared_fd, page, PAGE, 0) == PAGE && filled(page, 31), "a shared mapping no longer writes its file");
  fill(priv, 32);
  CHECK(pread(shared_fd, page, PAGE, PAGE) == PAGE && filled(page, 101), "the file changed");
  for (int i = 1; i < 40; i++) down[-i * (long)PAGE] = i;
  CHECK(down[-39 * (long)PAGE] == 39 && filled(down, 6), "the grows-down mapping does not grow");
  unsigned char *moved = mremap(to_move, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
  CHECK(moved != MAP_FAILED && filled(moved, 8) && zero(moved + 63 * PAGE), "mremap");
  CHECK(deep(100) == 101, "the stack does not grow");
  CHECK(munmap(huge, 4 * PAGE) == 0 && munmap(locked, 2 * PAGE) == 0, "munmap");
}

static void check_fork(void) {
  fill(shared_anon, 40);
  pid_t child = fork();
  if (child == 0) {
    fill(shared_anon, 41);
    _exit(!zero(wipe) || !filled(plain, 1) || madvise(no_fork, PAGE, MADV_NORMAL) == 0);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && status == 0, "a child sees the wrong memory: status %#x", status);
  CHECK(filled(shared_anon, 41), "shared anonymous memory is not shared with a child");
}

int main(int argc, char **argv) {
  start(argc, argv);
  deep(20); /* so that the checks themselves do not make the stack grow */
  make_anonymous();
  make_advised();
  make_files();
  NEED(slurp("/proc/self/maps", maps_before, TEXT) > 0);
  collect_flags(flags_before);
  ready();
  wait_go();

  NEED(slurp("/proc/self/maps", maps_after, TEXT) > 0);
  collect_flags(flags_after);
  blank_inodes(maps_before);
  blank_inodes(maps_after);
  compare_lines("maps", maps_before, maps_after);
  compare_lines("VmFlags", flags_before, flags_after);
  check_contents();
  check_use();
  check_fork();
  return finish();
}
