/* What the process is: heap, auxiliary vector, arguments, environment, executable, names, ids. */
#include "victim.h"

#include <elf.h>
#include <sys/auxv.h>

#define TEXT 65536
#define HEAP_PAGES 64

struct image {
  char cmdline[4096], environ[TEXT], auxv[4096], comm[64], exe[4096], root[4096];
  ssize_t cmdline_length, environ_length, auxv_length;
  unsigned long fields[53];
  void *brk;
  pid_t pid, group, session, parent;
};

static struct image before, after;

/* Fields of stat(5) that describe the address space. */
static const int ADDRESSES[] = {26, 27, 28, 45, 46, 47, 48, 49, 50, 51};

static void read_stat(unsigned long *fields) {
  char text[2048];
  NEED(slurp("/proc/self/stat", text, sizeof text) > 0);
  char *at = strrchr(text, ')') + 2;
  int number = 3;
  for (char *word = strtok(at, " "); word; word = strtok(NULL, " ")) {
    if (number <= 52) fields[number] = strtoul(word, NULL, 10);
    number++;
  }
}

static void look(struct image *image) {
  image->cmdline_length = slurp("/proc/self/cmdline", image->cmdline, sizeof image->cmdline);
  image->environ_length = slurp("/proc/self/environ", image->environ, sizeof image->environ);
  image->auxv_length = slurp("/proc/self/auxv", image->auxv, sizeof image->auxv);
  slurp("/proc/self/comm", image->comm, sizeof image->comm);
  NEED(readlink("/proc/self/exe", image->exe, sizeof image->exe - 1) > 0);
  NEED(readlink("/proc/self/root", image->root, sizeof image->root - 1) > 0);
  read_stat(image->fields);
  image->brk = sbrk(0);
  image->pid = getpid();
  image->group = getpgid(0);
  image->session = getsid(0);
}

static void compare(void) {
  CHECK(before.cmdline_length == after.cmdline_length && !memcmp(before.cmdline, after.cmdline, before.cmdline_length),
        "command line: %ld bytes, were %ld", (long)after.cmdline_length, (long)before.cmdline_length);
  CHECK(before.environ_length == after.environ_length && !memcmp(before.environ, after.environ, before.environ_length),
        "environment: %ld bytes, were %ld", (long)after.environ_length, (long)before.environ_length);
  CHECK(before.auxv_length == after.auxv_length && !memcmp(before.auxv, after.auxv, before.auxv_length),
        "auxiliary vector: %ld bytes, were %ld", (long)after.auxv_length, (long)before.auxv_length);
  CHECK(strcmp(before.comm, after.comm) == 0, "comm is %s, was %s", after.comm, before.comm);
  CHECK(strcmp(before.exe, after.exe) == 0, "exe is %.500s, was %.500s", after.exe, before.exe);
  CHECK(strcmp(before.root, after.root) == 0, "root is %.500s, was %.500s", after.root, before.root);
  CHECK(before.brk == after.brk, "brk is %p, was %p", after.brk, before.brk);
  for (unsigned i = 0; i < sizeof ADDRESSES / sizeof *ADDRESSES; i++) {
    int field = ADDRESSES[i];
    CHECK(before.fields[field] == after.fields[field], "field %d of /proc/self/stat is %lx, was %lx", field,
          after.fields[field], before.fields[field]);
  }
  if (!victim_same_ids) return;
  CHECK(before.pid == after.pid, "pid %d, was %d", after.pid, before.pid);
  CHECK(before.group == after.group, "process group %d, was %d", after.group, before.group);
  CHECK(before.session == after.session, "session %d, was %d", after.session, before.session);
}

int main(int argc, char **argv) {
  start(argc, argv);
  setenv("ADDED", "later", 1);
  prctl(PR_SET_NAME, "a) name 1");
  size_t length = strlen(argv[0]);
  if (length > 4) memcpy(argv[0], "tidy", 4); /* as programs do that show their state in ps */
  unsigned char *heap = sbrk(HEAP_PAGES * PAGE);
  NEED(heap != (void *)-1);
  for (unsigned i = 0; i < HEAP_PAGES * PAGE; i++) heap[i] = i * 7;
  look(&before);
  ready();
  wait_go();

  look(&after);
  compare();
  for (unsigned i = 0; i < HEAP_PAGES * PAGE; i++) {
    if (heap[i] != (unsigned char)(i * 7)) {
      CHECK(0, "heap byte %u changed", i);
      break;
    }
  }
  unsigned char *more = sbrk(16 * PAGE);
  CHECK(more == before.brk, "sbrk gave %p, not %p", more, before.brk);
  if (more == before.brk) memset(more, 1, 16 * PAGE);
  char *block = malloc(3 << 20);
  CHECK(block != NULL, "malloc");
  CHECK(strcmp(getenv("ADDED"), "later") == 0, "getenv");
  CHECK(getauxval(AT_PAGESZ) == PAGE && getauxval(AT_SYSINFO_EHDR) != 0, "getauxval");
  pid_t child = fork();
  if (child == 0) _exit(getppid() == after.pid ? 9 : 10);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status), "a child: status %#x", status);
  CHECK(!victim_same_ids || WEXITSTATUS(status) == 9, "a child sees another parent");
  return finish();
}
