/*
 * What every victim shares. A victim sets state up, says "ready", waits for the file "go" in its
 * folder, checks itself from inside and says PASS, or FAIL with what is wrong.
 *
 * argv: folder, mode, "same-ids" or "any-ids" (whether the program must find its old pid).
 * Exit status: 0 passed, 1 failed, 3 nobody said go, 77 this machine cannot set the state up.
 */
#ifndef VICTIM_H
#define VICTIM_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define GO_LIMIT_SECONDS 600

char victim_go_path[512] __attribute__((visibility("hidden"), used));
static const char *victim_folder;
static const char *victim_mode;
static int victim_same_ids;
static int victim_failures;

/* No stdio and no heap: a check must not change what it checks. */
static inline void say(const char *format, ...) {
  char line[2048];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  if (write(1, line, length) != length) _exit(2);
}

#define CHECK(condition, ...)                                  \
  do {                                                         \
    if (!(condition)) {                                        \
      char what_[1536];                                        \
      snprintf(what_, sizeof what_, __VA_ARGS__);              \
      say("FAIL: %s", what_);                                  \
      __atomic_add_fetch(&victim_failures, 1, __ATOMIC_SEQ_CST); \
    }                                                          \
  } while (0)

/* A step of the set-up that must work. */
#define NEED(condition)                                                  \
  do {                                                                   \
    if (!(condition)) {                                                  \
      say("FAIL: set-up, line %d: %s: %s", __LINE__, #condition, strerror(errno)); \
      _exit(1);                                                          \
    }                                                                    \
  } while (0)

/* The machine cannot do this at all. */
#define CAN(condition, what)                             \
  do {                                                   \
    if (!(condition)) {                                  \
      say("SKIP: %s: %s", what, strerror(errno));        \
      _exit(77);                                         \
    }                                                    \
  } while (0)

static inline void start(int argc, char **argv) {
  if (argc < 4) {
    say("FAIL: usage: %s FOLDER MODE same-ids|any-ids", argv[0]);
    _exit(1);
  }
  /* Whatever the starter left open is no business of the test. */
  syscall(SYS_close_range, 3, ~0U, 0);
  victim_folder = argv[1];
  victim_mode = argv[2];
  victim_same_ids = strcmp(argv[3], "same-ids") == 0;
  snprintf(victim_go_path, sizeof victim_go_path, "%s/go", victim_folder);
}

static inline int mode_is(const char *mode) { return strcmp(victim_mode, mode) == 0; }

/* A file of the victim's folder; the text lives until the next call of the same thread. */
static inline const char *in_folder(const char *name) {
  static __thread char path[640];
  snprintf(path, sizeof path, "%s/%s", victim_folder, name);
  return path;
}

static inline int64_t now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static inline int gone(void) { return syscall(SYS_access, victim_go_path, F_OK) == 0; }

static inline void nap_ms(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&time, &time) == -1 && errno == EINTR) {
  }
}

static inline void ready(void) { say("ready"); }

/* Time counts in naps, not on a clock: a victim may lie frozen for long, or find other clocks. */
static inline void wait_go(void) {
  for (int naps = 0; !gone(); naps++) {
    if (naps > GO_LIMIT_SECONDS * 500) {
      say("FAIL: nobody said go");
      _exit(3);
    }
    nap_ms(2);
  }
}

static inline int finish(void) {
  if (victim_failures) return 1;
  say("PASS");
  return 0;
}

/* Reads a whole file into a fixed buffer; the length, or -1. */
static inline ssize_t slurp(const char *path, char *buffer, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t length = 0;
  for (;;) {
    ssize_t part = read(fd, buffer + length, size - 1 - length);
    if (part <= 0) break;
    length += part;
  }
  close(fd);
  buffer[length] = 0;
  return length;
}

static inline pid_t my_tid(void) { return syscall(SYS_gettid); }

/* A small generator, so that contents are the same in every run. */
static inline uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}
#endif
