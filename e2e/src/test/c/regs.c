/* Every register class. Modes: sse, avx, avx512 (spinning), and syscall-… (in system calls). */
#include "hold.h"

#include <asm/prctl.h>
#include <cpuid.h>

static uint64_t gs_area[2] = {0x1122334455667788, 0x99aabbccddeeff00};
static __thread uint64_t through_fs = 0x0123456789abcdef;

static void *opener(void *unused) {
  wait_go();
  hold_go = 1;
  return unused;
}

static int has_pkru(void) {
  unsigned eax, ebx, ecx = 0, edx;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ecx & (1 << 4));
}

static uint32_t read_pkru(void) {
  uint32_t eax, edx;
  __asm__ volatile(".byte 0x0f,0x01,0xee" : "=a"(eax), "=d"(edx) : "c"(0));
  return eax;
}

static void write_pkru(uint32_t value) {
  __asm__ volatile(".byte 0x0f,0x01,0xef" ::"a"(value), "c"(0), "d"(0));
}

int main(int argc, char **argv) {
  start(argc, argv);
  int how = strncmp(victim_mode, "syscall-", 8) == 0 ? HOLD_SYSCALL : HOLD_SPIN;
  const char *name = how == HOLD_SYSCALL ? victim_mode + 8 : victim_mode;
  int level = strcmp(name, "avx512") == 0 ? HOLD_AVX512 : strcmp(name, "avx") == 0 ? HOLD_AVX : HOLD_SSE;
  errno = ENOTSUP;
  CAN(level <= hold_best_level(), name);
  hold_fill(0x5eed + level);
  NEED(syscall(SYS_arch_prctl, ARCH_SET_GS, gs_area) == 0);
  int pkru = has_pkru();
  if (pkru) write_pkru(0x55555450); /* two bits away from the kernel's default */

  pthread_t thread;
  if (how == HOLD_SPIN) NEED(pthread_create(&thread, NULL, opener, NULL) == 0);
  ready();
  hold(level, how);
  if (how == HOLD_SPIN) pthread_join(thread, NULL);

  hold_check(level, how);
  uint64_t base, value;
  CHECK(syscall(SYS_arch_prctl, ARCH_GET_GS, &base) == 0 && base == (uint64_t)gs_area,
        "gs_base is %#lx", base);
  __asm__ volatile("movq %%gs:8,%0" : "=r"(value));
  CHECK(value == gs_area[1], "gs:8 reads %#lx", value);
  CHECK(through_fs == 0x0123456789abcdef, "thread-local storage reads %#lx", through_fs);
  CHECK(!pkru || read_pkru() == 0x55555450, "pkru is %#x", read_pkru());
  return finish();
}
