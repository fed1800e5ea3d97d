/* Threads: locks of every kind in every state, thread-local storage, and what is per thread. */
#include "victim.h"

#define WORKERS 4
#define IOPRIO_WHO_PROCESS 1

static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t robust, inheriting, checked;
static long turns;
static volatile int ending, set_up, owned;
static __thread uint64_t local_value;

struct attributes {
  pid_t tid;
  char name[16];
  sigset_t mask;
  stack_t altstack;
  int nice, policy, ioprio;
  unsigned long slack;
  cpu_set_t cpus;
};

static void read_attributes(struct attributes *a) {
  memset(a, 0, sizeof *a);
  a->tid = my_tid();
  prctl(PR_GET_NAME, a->name);
  pthread_sigmask(SIG_BLOCK, NULL, &a->mask);
  sigaltstack(NULL, &a->altstack);
  a->nice = getpriority(PRIO_PROCESS, a->tid);
  a->policy = sched_getscheduler(a->tid);
  a->ioprio = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, a->tid);
  a->slack = prctl(PR_GET_TIMERSLACK);
  sched_getaffinity(a->tid, sizeof a->cpus, &a->cpus);
}

static void compare_attributes(int number, const struct attributes *a, const struct attributes *b) {
  CHECK(!victim_same_ids || a->tid == b->tid, "thread %d: tid %d, was %d", number, b->tid, a->tid);
  CHECK(strcmp(a->name, b->name) == 0, "thread %d: name %s, was %s", number, b->name, a->name);
  CHECK(memcmp(&a->mask, &b->mask, 8) == 0, "thread %d: blocked signals changed", number);
  CHECK(a->altstack.ss_sp == b->altstack.ss_sp && a->altstack.ss_size == b->altstack.ss_size &&
            a->altstack.ss_flags == b->altstack.ss_flags,
        "thread %d: alternate stack changed", number);
  CHECK(a->nice == b->nice, "thread %d: nice %d, was %d", number, b->nice, a->nice);
  CHECK(a->policy == b->policy, "thread %d: policy %d, was %d", number, b->policy, a->policy);
  CHECK(a->ioprio == b->ioprio, "thread %d: ioprio %#x, was %#x", number, b->ioprio, a->ioprio);
  CHECK(a->slack == b->slack, "thread %d: timer slack %lu, was %lu", number, b->slack, a->slack);
  CHECK(CPU_EQUAL(&a->cpus, &b->cpus), "thread %d: affinity changed", number);
}

static int one_cpu(int number) {
  cpu_set_t allowed, one;
  NEED(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
  int count = CPU_COUNT(&allowed), wanted = number % count;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET(cpu, &allowed) && wanted-- == 0) {
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      return sched_setaffinity(0, sizeof one, &one);
    }
  }
  return -1;
}

static void set_attributes(int number) {
  char name[16];
  snprintf(name, sizeof name, "worker \xc3\xa4 %d", number);
  NEED(prctl(PR_SET_NAME, name) == 0);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGRTMIN + number);
  sigaddset(&mask, SIGUSR1);
  NEED(pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0);
  stack_t stack = {.ss_sp = malloc(32768), .ss_size = 32768};
  NEED(sigaltstack(&stack, NULL) == 0);
  struct sched_param none = {0};
  int policies[] = {SCHED_OTHER, SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_BATCH};
  NEED(sched_setscheduler(0, policies[number], &none) == 0);
  NEED(setpriority(PRIO_PROCESS, my_tid(), number) == 0);
  NEED(prctl(PR_SET_TIMERSLACK, 70000 + number) == 0);
  NEED(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, my_tid(), 2 << 13 | number) == 0);
  if (number < 3) NEED(one_cpu(number) == 0);
}

/* Threads 1 and 2 hand a counter to each other; each must see the other's step. */
static void play(int parity) {
  pthread_mutex_lock(&turn_lock);
  while (!ending) {
    while (turns % 2 != parity && !ending) pthread_cond_wait(&turn_changed, &turn_lock);
    if (ending) break;
    turns++;
    pthread_cond_signal(&turn_changed);
  }
  pthread_cond_broadcast(&turn_changed);
  pthread_mutex_unlock(&turn_lock);
}

/* Thread 3 holds three locks through the checkpoint and ends with the robust one in its hand. */
static void own(void) {
  NEED(pthread_mutex_lock(&robust) == 0);
  NEED(pthread_mutex_lock(&inheriting) == 0);
  NEED(pthread_mutex_lock(&checked) == 0);
  owned = 1;
  __atomic_add_fetch(&set_up, 1, __ATOMIC_SEQ_CST);
  while (!ending) nap_ms(2);
  CHECK(pthread_mutex_lock(&checked) == EDEADLK, "the error-checking lock forgot its owner");
  CHECK(pthread_mutex_unlock(&checked) == 0, "the owner cannot unlock the error-checking lock");
  CHECK(pthread_mutex_unlock(&inheriting) == 0, "the owner cannot unlock the PI lock");
}

/* Thread 4 waits in the kernel for the PI lock of thread 3. */
static void want(void) {
  __atomic_add_fetch(&set_up, 1, __ATOMIC_SEQ_CST);
  int result = pthread_mutex_lock(&inheriting);
  CHECK(result == 0, "waiting for the PI lock gave %s", strerror(result));
  CHECK(ending, "the PI lock was given away early");
  pthread_mutex_unlock(&inheriting);
}

static void *worker(void *argument) {
  int number = (int)(intptr_t)argument;
  struct attributes before, after;
  local_value = 0xabcdef00 + number;
  set_attributes(number);
  read_attributes(&before);
  if (number == 4) {
    while (!owned) nap_ms(1);
  }
  if (number == 1 || number == 2) __atomic_add_fetch(&set_up, 1, __ATOMIC_SEQ_CST);
  if (number <= 2) play(number - 1);
  if (number == 3) own();
  if (number == 4) want();
  read_attributes(&after);
  compare_attributes(number, &before, &after);
  CHECK(local_value == 0xabcdef00u + number, "thread %d: thread-local value %#lx", number, local_value);
  return (void *)(intptr_t)(number * 1000);
}

static void make_locks(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  NEED(pthread_mutex_init(&robust, &attributes) == 0);
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  NEED(pthread_mutex_init(&inheriting, &attributes) == 0);
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  NEED(pthread_mutex_init(&checked, &attributes) == 0);
}

static long current_turn(void) {
  pthread_mutex_lock(&turn_lock);
  long turn = turns;
  pthread_mutex_unlock(&turn_lock);
  return turn;
}

int main(int argc, char **argv) {
  start(argc, argv);
  make_locks();
  pthread_t threads[WORKERS + 1];
  struct attributes before, after;
  read_attributes(&before);
  for (intptr_t i = 3; i <= WORKERS; i++) NEED(pthread_create(&threads[i], NULL, worker, (void *)i) == 0);
  for (intptr_t i = 1; i <= 2; i++) NEED(pthread_create(&threads[i], NULL, worker, (void *)i) == 0);
  while (set_up < WORKERS) nap_ms(1);
  nap_ms(20); /* thread 4 is now inside the futex call */
  ready();
  wait_go();

  long at_go = current_turn();
  for (int naps = 0; naps < 500 && current_turn() <= at_go + 2; naps++) nap_ms(10);
  pthread_mutex_lock(&turn_lock);
  CHECK(turns > at_go + 2, "the two players stand still at %ld", turns);
  ending = 1;
  pthread_cond_broadcast(&turn_changed);
  pthread_mutex_unlock(&turn_lock);

  for (int i = 1; i <= WORKERS; i++) {
    void *result = NULL;
    CHECK(pthread_join(threads[i], &result) == 0 && (intptr_t)result == i * 1000,
          "joining thread %d gave %ld", i, (long)(intptr_t)result);
  }
  int result = pthread_mutex_lock(&robust);
  CHECK(result == EOWNERDEAD, "the robust lock of a dead owner gave %s", strerror(result));
  read_attributes(&after);
  compare_attributes(0, &before, &after);
  pthread_t late;
  ending = 1;
  CHECK(pthread_create(&late, NULL, worker, (void *)1) == 0 && pthread_join(late, NULL) == 0,
        "no new thread can be made");
  return finish();
}
