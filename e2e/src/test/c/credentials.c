/*
 * Ids, groups and capabilities. Started as root. Modes: root (fewer capabilities), user (real,
 * effective and saved ids all different, some capabilities kept), plain (an ordinary user),
 * threads (a second thread with ids of its own).
 */
#include "victim.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>

#define TEXT 8192

static const char *const LINES[] = {"Uid:", "Gid:", "Groups:", "NoNewPrivs:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "Seccomp:"};

struct status {
  char text[TEXT];
  int securebits, keep;
};

static void look(struct status *status) {
  NEED(slurp("/proc/thread-self/status", status->text, TEXT) > 0);
  status->securebits = prctl(PR_GET_SECUREBITS);
  status->keep = prctl(PR_GET_KEEPCAPS);
}

static void line_of(const char *text, const char *key, char *out, size_t size) {
  const char *at = text;
  while (at && strncmp(at, key, strlen(key)) != 0) at = (at = strchr(at, '\n')) ? at + 1 : NULL;
  snprintf(out, size, "%.*s", at ? (int)strcspn(at, "\n") : 0, at ? at : "");
}

static void compare(const char *who, const struct status *a, const struct status *b) {
  for (unsigned i = 0; i < sizeof LINES / sizeof *LINES; i++) {
    char was[512], is[512];
    line_of(a->text, LINES[i], was, sizeof was);
    line_of(b->text, LINES[i], is, sizeof is);
    CHECK(strcmp(was, is) == 0, "%s: %s, was %s", who, is, was);
  }
  CHECK(a->securebits == b->securebits, "%s: securebits %#x, were %#x", who, b->securebits, a->securebits);
  CHECK(a->keep == b->keep, "%s: keepcaps %d, was %d", who, b->keep, a->keep);
}

static void capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  for (int i = 0; i < 2; i++) {
    data[i].permitted = permitted >> (32 * i);
    data[i].effective = effective >> (32 * i);
    data[i].inheritable = inheritable >> (32 * i);
  }
  NEED(syscall(SYS_capset, &header, data) == 0);
}

static uint64_t bit(int capability) { return 1UL << capability; }

static void drop_ids(uid_t uid1, uid_t uid2, uid_t uid3) {
  gid_t groups[] = {7, 8, 65533};
  NEED(syscall(SYS_setgroups, 3, groups) == 0);
  NEED(syscall(SYS_setresgid, 101, 102, 103) == 0);
  NEED(syscall(SYS_setresuid, uid1, uid2, uid3) == 0);
}

static void set_up(void) {
  /* The restored program must be able to open them with the ids that it then has. */
  NEED(fchmod(1, 0666) == 0 && fchmod(2, 0666) == 0);
  if (mode_is("root")) {
    NEED(prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE) == 0);
    capabilities(bit(CAP_CHOWN) | bit(CAP_KILL), bit(CAP_KILL), bit(CAP_CHOWN));
    return;
  }
  if (mode_is("user")) {
    NEED(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT) == 0);
    NEED(prctl(PR_SET_KEEPCAPS, 1) == 0);
    drop_ids(65531, 65532, 65533);
    capabilities(bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_NET_RAW), bit(CAP_KILL), bit(CAP_CHOWN) | bit(CAP_NET_RAW));
    NEED(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) == 0);
    NEED(prctl(PR_SET_KEEPCAPS, 0) == 0);
  } else {
    drop_ids(65534, 65534, 65534);
  }
  NEED(prctl(PR_SET_DUMPABLE, 1) == 0);
}

static volatile int other_ready;

static void *other(void *unused) {
  struct status before, after;
  NEED(syscall(SYS_setresgid, 201, 202, 203) == 0);
  NEED(syscall(SYS_setresuid, 65001, 65002, 65003) == 0);
  NEED(prctl(PR_SET_DUMPABLE, 1) == 0);
  look(&before);
  other_ready = 1;
  wait_go();
  look(&after);
  compare("second thread", &before, &after);
  return unused;
}

int main(int argc, char **argv) {
  start(argc, argv);
  static struct status before, after;
  pthread_t thread;
  int with_thread = mode_is("threads");
  if (with_thread) {
    NEED(pthread_create(&thread, NULL, other, NULL) == 0);
    while (!other_ready) nap_ms(1);
  } else {
    set_up();
  }
  look(&before);
  ready();
  wait_go();
  look(&after);
  compare("first thread", &before, &after);
  if (with_thread) pthread_join(thread, NULL);
  return finish();
}
