/* Checks itself for ever: registers, x87, MXCSR, AVX, red zone, mask, altstack. argv[1] is a shared
   file: word 0 counts rounds, word 1 errors, word 2 rounds of the other threads, word 3 bad returns. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t *shared;
static char altstack[65536];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static int whose;

static void *ping(void *arg) {
  int me = (int)(intptr_t)arg;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (whose != me) pthread_cond_wait(&turn, &lock);
    whose = 1 - me;
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
    shared[2]++;
    struct timespec t = {0, 200000};
    if (nanosleep(&t, 0) != 0) shared[3]++;
  }
  return 0;
}

static void *polling(void *arg) {
  int ep = epoll_create1(0);
  struct epoll_event e;
  (void)arg;
  for (;;) {
    if (epoll_wait(ep, &e, 1, 3) != 0) shared[3]++;
    if (poll(0, 0, 1) != 0) shared[3]++;
  }
  return 0;
}

static int spin(uint64_t seed) {
  uint64_t bad = 0;
  unsigned mxcsr = 0x1fa0, mx2;
  unsigned short cw = 0x27f, cw2;
  uint64_t in[4] = {seed, ~seed, seed * 3, seed * 5}, out[4];
  __asm__ volatile("ldmxcsr %0\n fldcw %1" : : "m"(mxcsr), "m"(cw));
  __asm__ volatile(
      "vmovdqu (%[in]), %%ymm7\n"
      "mov %[s], %%r8\n mov %[s], %%r9\n mov %[s], %%r10\n mov %[s], %%r11\n"
      "mov %[s], %%r12\n mov %[s], %%r13\n mov %[s], %%r14\n mov %[s], %%r15\n"
      "mov %[s], -64(%%rsp)\n"
      "mov $20000, %%ecx\n stc\n"
      "1: dec %%ecx\n jnz 1b\n"
      "sbb %%rax, %%rax\n inc %%rax\n or %%rax, %[bad]\n"
      "cmp %[s], -64(%%rsp)\n je 2f\n inc %[bad]\n 2:\n"
      "xor %[s], %%r8\n or %%r8, %[bad]\n xor %[s], %%r9\n or %%r9, %[bad]\n"
      "xor %[s], %%r10\n or %%r10, %[bad]\n xor %[s], %%r11\n or %%r11, %[bad]\n"
      "xor %[s], %%r12\n or %%r12, %[bad]\n xor %[s], %%r13\n or %%r13, %[bad]\n"
      "xor %[s], %%r14\n or %%r14, %[bad]\n xor %[s], %%r15\n or %%r15, %[bad]\n"
      "vmovdqu %%ymm7, (%[out])\n"
      : [bad] "+b"(bad)
      : [s] "D"(seed), [in] "S"(in), [out] "d"(out)
      : "rax", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ymm7", "cc", "memory");
  __asm__ volatile("stmxcsr %0\n fnstcw %1" : "=m"(mx2), "=m"(cw2));
  if (bad) return 1;
  if (memcmp(in, out, sizeof in)) return 2;
  if ((mx2 & ~0x3fu) != (mxcsr & ~0x3fu) || cw2 != cw) return 4;
  return 0;
}

int main(int argc, char **argv) {
  int fd = open(argv[1], O_RDWR);
  (void)argc;
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  stack_t ss = {altstack, 0, sizeof altstack}, now;
  sigaltstack(&ss, 0);
  sigset_t mask, seen;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  sigaddset(&mask, 40);
  pthread_t t;
  pthread_create(&t, 0, ping, (void *)0);
  pthread_create(&t, 0, ping, (void *)1);
  pthread_create(&t, 0, polling, 0);
  sigprocmask(SIG_BLOCK, &mask, 0);
  for (uint64_t i = 1;; i++) {
    int bad = spin(i * 0x9e3779b97f4a7c15ull);
    sigprocmask(SIG_BLOCK, 0, &seen);
    sigaltstack(0, &now);
    for (int s = 1; s < 64; s++)
      if (sigismember(&seen, s) != sigismember(&mask, s) && s != 32 && s != 33) bad |= 8;
    if (now.ss_sp != altstack || now.ss_flags != 0) bad |= 16;
    if (bad) { shared[1]++; shared[4] |= bad; }
    shared[0] = i;
  }
}
