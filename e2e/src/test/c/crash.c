/* Ends with a core: says what it has set up, then crashes in one of its threads. */
#include "victim.h"

#define HELPERS 3
#define BLOB_BYTES (5 * PAGE + 123)
#define AREA_PAGES 40

/* Nothing is ever mapped there. */
#define NOWHERE 0x123450000UL

static uint8_t blob[BLOB_BYTES];
static volatile int waiting;

static void generate(uint8_t *bytes, size_t length, uint64_t seed) {
  for (size_t i = 0; i < length; i++) bytes[i] = next_random(&seed) >> 32;
}

static void *helper(void *argument) {
  char name[16];
  snprintf(name, sizeof name, "helper-%d", (int)(long)argument);
  prctl(PR_SET_NAME, name);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigaddset(&mask, SIGRTMIN + (int)(long)argument);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  say("thread %d helper %d", my_tid(), (int)(long)argument);
  __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
  for (;;) pause();
  return NULL;
}

static void copy(const char *from, const char *name) {
  char buffer[4096];
  int in = open(from, O_RDONLY), out = open(in_folder(name), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  NEED(in >= 0 && out >= 0);
  for (ssize_t count; (count = read(in, buffer, sizeof buffer)) > 0;) {
    NEED(write(out, buffer, count) == count);
  }
  close(in);
  close(out);
}

static void *crash(void *unused) {
  (void)unused;
  say("crashing %d", my_tid());
  copy("/proc/self/maps", "maps");
  copy("/proc/self/auxv", "auxv");
  ready();
  if (mode_is("abort")) abort();
  if (mode_is("trap")) __builtin_trap();
  *(volatile int *)NOWHERE = 1;
  return NULL;
}

int main(int argc, char **argv) {
  start(argc, argv);
  struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  CAN(setrlimit(RLIMIT_CORE, &unlimited) == 0, "cores are limited");
  NEED(chdir(victim_folder) == 0);
  generate(blob, BLOB_BYTES, 42);
  say("memory %#lx %lu 42", (unsigned long)blob, BLOB_BYTES);
  uint8_t *area = mmap(NULL, AREA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED(area != MAP_FAILED);
  generate(area, AREA_PAGES * PAGE, 43);
  NEED(mprotect(area + PAGE, PAGE, PROT_NONE) == 0);
  say("memory %#lx %lu 43", (unsigned long)area, PAGE);
  uint8_t *shared = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(shared != MAP_FAILED);
  generate(shared, 3 * PAGE, 44);
  say("memory %#lx %lu 44", (unsigned long)shared, 3 * PAGE);
  pthread_t threads[HELPERS + 1];
  for (long i = 0; i < HELPERS; i++) NEED(pthread_create(&threads[i], NULL, helper, (void *)i) == 0);
  while (waiting < HELPERS) nap_ms(1);
  nap_ms(50);
  say("thread %d", my_tid());
  NEED(pthread_create(&threads[HELPERS], NULL, crash, NULL) == 0);
  for (;;) pause();
}
