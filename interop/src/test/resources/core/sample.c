/* What the cores in this folder are of: two threads, memory with known contents, a mapped file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE 4096

static uint8_t blob[2 * PAGE];

static void *wait_for_ever(void *unused) {
  prctl(PR_SET_NAME, "waiter");
  for (;;) pause();
  return unused;
}

int main(int argc, char **argv) {
  uint64_t x = 42;
  for (size_t i = 0; i < sizeof blob; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    blob[i] = x >> 32;
  }
  uint8_t *hole = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  hole[5 * PAGE + 7] = 99;
  int file = open(argv[0], O_RDONLY);
  mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, file, PAGE);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 16384);
  pthread_t thread;
  pthread_create(&thread, &small, wait_for_ever, NULL);
  usleep(100000);
  printf("pid %d blob %p hole %p\n", getpid(), (void *)blob, (void *)hole);
  fflush(stdout);
  if (argc > 1 && strcmp(argv[1], "crash") == 0) *(volatile int *)0x123450000 = 1;
  for (;;) pause();
}
