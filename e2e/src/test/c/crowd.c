/* Many at once. Modes: processes (200, with pipes between them), threads (1000). */
#include "victim.h"

#define PROCESSES 200
#define THREADS 1000
#define SMALL_STACK (64 * 1024)

static int counts[THREADS];
static pthread_barrier_t all_there;

/* All wait until the parent closes the other end; then a chain of ten hands a number on, each adding its own. */
static void work(int number, int start, int from, int to) {
  int sum = 0;
  if (read(start, &sum, 1) != 0) _exit(103);
  if (number % 10 > 0 && read(from, &sum, sizeof sum) != sizeof sum) _exit(100);
  sum += number;
  if (number % 10 < 9 && write(to, &sum, sizeof sum) != sizeof sum) _exit(101);
  int first = number - number % 10, expected = 0;
  for (int i = first; i <= number; i++) expected += i;
  _exit(sum == expected ? number % 50 : 102);
}

static void run_processes(void) {
  pid_t children[PROCESSES];
  int before = -1, ends[2], start[2];
  NEED(pipe(start) == 0);
  for (int i = 0; i < PROCESSES; i++) {
    NEED(pipe(ends) == 0);
    children[i] = fork();
    NEED(children[i] >= 0);
    if (children[i] == 0) {
      close(start[1]);
      work(i, start[0], before, ends[1]);
    }
    if (before >= 0) close(before);
    before = ends[0];
    close(ends[1]);
  }
  ready();
  wait_go();
  close(start[1]);
  for (int i = 0; i < PROCESSES; i++) {
    int status = -1;
    CHECK(waitpid(children[i], &status, 0) == children[i] && status == (i % 50) << 8, "child %d: status 0x%x", i, status);
  }
}

static void *count(void *argument) {
  int *own = argument;
  static __thread int mine;
  mine = own - counts;
  *own = mine;
  pthread_barrier_wait(&all_there);
  pthread_barrier_wait(&all_there);
  *own += *own == mine;
  return NULL;
}

static void run_threads(void) {
  static pthread_t threads[THREADS];
  pthread_attr_t attributes;
  NEED(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, SMALL_STACK) == 0);
  NEED(pthread_barrier_init(&all_there, NULL, THREADS + 1) == 0);
  for (int i = 0; i < THREADS; i++) CAN(pthread_create(&threads[i], &attributes, count, &counts[i]) == 0, "1000 threads");
  pthread_barrier_wait(&all_there);
  ready();
  wait_go();
  pthread_barrier_wait(&all_there);
  for (int i = 0; i < THREADS; i++) {
    NEED(pthread_join(threads[i], NULL) == 0);
    CHECK(counts[i] == i + 1, "thread %d counted to %d", i, counts[i]);
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("processes")) run_processes();
  else run_threads();
  return finish();
}
