/*
 * What is dumped and restored in the measurements. argv: folder, MiB, kind (random, half, thp) and
 * manner (sleep, spin). It obeys files that appear in its folder and removes each when it has done
 * what it says:
 *   fork   forks once and writes how long the fork itself took to "fork.us"
 *   gap    writes the longest time between two looks at the clock since the last "gap" to "gap.us"
 *   change writes to one page in a hundred
 * With manner "fill" it fills so much fresh memory, prints the milliseconds and ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *folder;

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static const char *path(const char *name) {
  static char text[512];
  snprintf(text, sizeof text, "%s/%s", folder, name);
  return text;
}

/* Through another name, so that a reader never sees half a number. */
static void answer(const char *name, int64_t value) {
  char text[32], target[512];
  int length = snprintf(text, sizeof text, "%ld\n", (long)value);
  snprintf(target, sizeof target, "%s", path(name));
  int fd = open(path("answer"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || write(fd, text, length) != length) _exit(2);
  close(fd);
  rename(path("answer"), target);
}

static int asked(const char *name) { return access(path(name), F_OK) == 0; }

static uint64_t state = 88172645463325252ULL;

static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void measure_fork(void) {
  int64_t start = now_us();
  pid_t child = fork();
  if (child == 0) _exit(0);
  answer("fork.us", now_us() - start);
  waitpid(child, NULL, 0);
  unlink(path("fork"));
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  syscall(SYS_close_range, 3, ~0U, 0);
  folder = argv[1];
  size_t bytes = strtoul(argv[2], NULL, 10) << 20;
  int half = !strcmp(argv[3], "half"), huge = !strcmp(argv[3], "thp");
  int spin = !strcmp(argv[4], "spin");
  int64_t start = now_us();
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  madvise(memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  if (!strcmp(argv[4], "fill")) {
    memset(memory, 1, bytes);
    printf("%ld\n", (long)((now_us() - start) / 1000));
    return 0;
  }
  for (size_t page = 0; page < bytes; page += 4096) {
    if (half && page / 4096 % 2) {
      memset(memory + page, 0, 4096);
      continue;
    }
    uint64_t *words = (uint64_t *)(memory + page);
    for (int i = 0; i < 512; i++) words[i] = next_random();
  }
  answer("ready", getpid());
  int64_t last = now_us(), gap = 0;
  for (unsigned round = 1;; round++) {
    if (spin) {
      int64_t now = now_us();
      if (now - last > gap) gap = now - last;
      last = now;
      if (round % 65536) continue;
    } else {
      usleep(1000);
    }
    if (asked("fork")) measure_fork();
    if (asked("gap")) {
      answer("gap.us", gap);
      unlink(path("gap"));
      gap = 0;
    }
    if (asked("change")) {
      for (size_t page = 0; page < bytes; page += 100 * 4096) memory[page + 1]++;
      unlink(path("change"));
    }
    last = now_us();
  }
}
