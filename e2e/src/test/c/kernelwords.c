/* Addresses that the kernel keeps for a thread: rseq, robust list, the word it clears at the end. */
#include "victim.h"

#include <linux/futex.h>
#include <sys/rseq.h>

struct words {
  void *robust;
  size_t robust_length;
  int *clear_tid;
};

static struct words look(void) {
  struct words words = {0};
  NEED(syscall(SYS_get_robust_list, 0, &words.robust, &words.robust_length) == 0);
  NEED(prctl(PR_GET_TID_ADDRESS, &words.clear_tid, 0, 0, 0) == 0);
  return words;
}

/* Only the kernel writes this number, and only for a registered area. */
static unsigned rseq_cpu(void) {
  struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
  return *(volatile unsigned *)&area->cpu_id;
}

static void check_rseq(void) {
  cpu_set_t allowed, one;
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0, "affinity to %d: %s", cpu, strerror(errno));
    CHECK(rseq_cpu() == (unsigned)cpu, "rseq says cpu %u, it is %d", rseq_cpu(), cpu);
    CHECK(sched_getcpu() == cpu, "sched_getcpu says %d, it is %d", sched_getcpu(), cpu);
  }
  CHECK(syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, 0, 0x53053053) == -1 && errno == EBUSY,
        "the rseq area is not registered: %s", strerror(errno));
}

static void *sleeper(void *unused) {
  wait_go();
  return unused;
}

int main(int argc, char **argv) {
  start(argc, argv);
  errno = ENOSYS;
  CAN(__rseq_size != 0, "rseq");
  pthread_t thread;
  int with_thread = mode_is("threads");
  if (with_thread) NEED(pthread_create(&thread, NULL, sleeper, NULL) == 0);
  struct words before = look();
  ready();
  wait_go();
  struct words after = look();
  CHECK(before.robust == after.robust && before.robust_length == after.robust_length, "robust list head at %p, was %p",
        after.robust, before.robust);
  CHECK(before.clear_tid == after.clear_tid, "clear-tid address %p, was %p", after.clear_tid, before.clear_tid);
  check_rseq();
  /* Only the kernel's clearing of the word wakes the join. */
  CHECK(!with_thread || pthread_join(thread, NULL) == 0, "pthread_join");
  return finish();
}
