/*
 * Limits, scheduling and the many small attributes. Modes: all; dumpable (PR_SET_DUMPABLE 0, which
 * only root can look into).
 */
#include "victim.h"

#include <sys/personality.h>

#ifndef PR_SET_THP_DISABLE
#define PR_SET_THP_DISABLE 41
#define PR_GET_THP_DISABLE 42
#endif
#define LIMITS 16

static struct rlimit limits[LIMITS];

static void lower(int resource, rlim_t soft, rlim_t hard) {
  struct rlimit now;
  NEED(getrlimit(resource, &now) == 0);
  if (hard > now.rlim_max) hard = now.rlim_max;
  if (soft > hard) soft = hard;
  now.rlim_cur = soft;
  now.rlim_max = hard;
  NEED(setrlimit(resource, &now) == 0);
}

static void set_limits(void) {
  lower(RLIMIT_NOFILE, 300, 500);
  lower(RLIMIT_CORE, 0, 1 << 20);
  lower(RLIMIT_STACK, 4 << 20, RLIM_INFINITY);
  lower(RLIMIT_FSIZE, 1UL << 30, 1UL << 31);
  lower(RLIMIT_CPU, 3600, 7200);
  lower(RLIMIT_AS, 1UL << 40, RLIM_INFINITY);
  lower(RLIMIT_MEMLOCK, 32768, 65536);
  lower(RLIMIT_SIGPENDING, 500, 1000);
  lower(RLIMIT_MSGQUEUE, 100000, 200000);
  lower(RLIMIT_NPROC, 3000, 3000);
  lower(RLIMIT_RTTIME, 1000000, RLIM_INFINITY);
  for (int i = 0; i < LIMITS; i++) NEED(getrlimit(i, &limits[i]) == 0);
}

static void check_limits(void) {
  for (int i = 0; i < LIMITS; i++) {
    struct rlimit now;
    getrlimit(i, &now);
    CHECK(now.rlim_cur == limits[i].rlim_cur && now.rlim_max == limits[i].rlim_max, "limit %d: %ld/%ld, was %ld/%ld", i,
          (long)now.rlim_cur, (long)now.rlim_max, (long)limits[i].rlim_cur, (long)limits[i].rlim_max);
  }
}

static int write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  int done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return done;
}

static long number_in(const char *path, int base) {
  char text[64];
  return slurp(path, text, sizeof text) > 0 ? strtol(text, NULL, base) : -99999;
}

static void all(void) {
  struct sched_param none = {0};
  set_limits();
  NEED(sched_setscheduler(0, SCHED_BATCH, &none) == 0);
  NEED(setpriority(PRIO_PROCESS, 0, 5) == 0);
  NEED(write_text("/proc/self/oom_score_adj", "567"));
  NEED(write_text("/proc/self/coredump_filter", "0x15"));
  NEED(personality(ADDR_NO_RANDOMIZE) != -1);
  NEED(prctl(PR_SET_PDEATHSIG, SIGURG) == 0);
  NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  NEED(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
  NEED(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
  NEED(prctl(PR_SET_TIMERSLACK, 123456, 0, 0, 0) == 0);
  NEED(prctl(PR_SET_NAME, "renamed") == 0);
  ready();
  wait_go();

  check_limits();
  CHECK(sched_getscheduler(0) == SCHED_BATCH, "policy %d", sched_getscheduler(0));
  CHECK(getpriority(PRIO_PROCESS, 0) == 5, "nice %d", getpriority(PRIO_PROCESS, 0));
  CHECK(number_in("/proc/self/oom_score_adj", 10) == 567, "oom_score_adj %ld", number_in("/proc/self/oom_score_adj", 10));
  CHECK(number_in("/proc/self/coredump_filter", 16) == 0x15, "coredump_filter %lx",
        number_in("/proc/self/coredump_filter", 16));
  CHECK(personality(0xffffffff) == ADDR_NO_RANDOMIZE, "personality %#x", personality(0xffffffff));
  int value = -1;
  prctl(PR_GET_PDEATHSIG, &value);
  CHECK(value == SIGURG, "parent-death signal %d", value);
  CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no_new_privs is off");
  prctl(PR_GET_CHILD_SUBREAPER, &value);
  CHECK(value == 1, "child subreaper is off");
  CHECK(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1, "huge pages are no longer disabled");
  CHECK(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) == 123456, "timer slack %d", prctl(PR_GET_TIMERSLACK));
  CHECK(prctl(PR_GET_DUMPABLE) == 1, "dumpable %d", prctl(PR_GET_DUMPABLE));
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  CHECK(strcmp(name, "renamed") == 0, "name %s", name);
}

static void dumpable(void) {
  NEED(prctl(PR_SET_DUMPABLE, 0) == 0);
  ready();
  wait_go();
  CHECK(prctl(PR_GET_DUMPABLE) == 0, "dumpable %d", prctl(PR_GET_DUMPABLE));
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("dumpable")) dumpable();
  else all();
  return finish();
}
