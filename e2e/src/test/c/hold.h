/*
 * hold(): fills every register of the processor with a pattern, stays in that state until it is
 * told to end, and stores what it then finds. It waits in a loop that touches no flag, either
 * spinning on hold_go or in system calls (nanosleep and access of the go file).
 */
#ifndef HOLD_H
#define HOLD_H
#include "victim.h"

enum { HOLD_SPIN, HOLD_SYSCALL };
enum { HOLD_SSE, HOLD_AVX, HOLD_AVX512 };
enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11, R12, R13, R14, R15, GPRS };

/* The assembler below knows these offsets. */
struct hold_state {
  uint64_t gpr[16];
  uint64_t flags;            /* 128 */
  uint32_t mxcsr;            /* 136 */
  uint16_t control;          /* 140 */
  uint16_t status;           /* 142 */
  unsigned char x87[8][16];  /* 144 */
  uint64_t mask[8];          /* 272 */
  unsigned char red[128];    /* 336: the 128 bytes below rsp */
  uint64_t unused[6];
  unsigned char vector[32][64]; /* 512 */
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct hold_state, vector) == 512, "layout");

#define HIDDEN __attribute__((visibility("hidden"), used))
struct hold_state hold_in HIDDEN, hold_out HIDDEN;
volatile uint8_t hold_go HIDDEN;
uint32_t hold_interrupted HIDDEN;
struct timespec hold_nap HIDDEN = {0, 3000000};
uint32_t hold_level HIDDEN;
uint32_t hold_saved_mxcsr HIDDEN;
uint64_t hold_rsp HIDDEN;

HIDDEN void hold(int level, int how);

__asm__(
    ".text\n.p2align 4\n.globl hold\n.hidden hold\n.type hold,@function\n"
    ".macro hold_load\n"
    "  pushq hold_in+128(%rip)\n  popfq\n"
    "  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  mov hold_in+336+8*\\i(%rip),%rax\n  mov %rax,-128+8*\\i(%rsp)\n  .endr\n"
    "  mov hold_in(%rip),%rax\n  mov hold_in+8(%rip),%rbx\n  mov hold_in+16(%rip),%rcx\n"
    "  mov hold_in+24(%rip),%rdx\n  mov hold_in+32(%rip),%rsi\n  mov hold_in+40(%rip),%rdi\n"
    "  mov hold_in+48(%rip),%rbp\n  mov hold_in+56(%rip),%r8\n  mov hold_in+64(%rip),%r9\n"
    "  mov hold_in+72(%rip),%r10\n  mov hold_in+80(%rip),%r11\n  mov hold_in+88(%rip),%r12\n"
    "  mov hold_in+96(%rip),%r13\n  mov hold_in+104(%rip),%r14\n  mov hold_in+112(%rip),%r15\n"
    ".endm\n"
    "hold:\n"
    "  push %rbx\n  push %rbp\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  stmxcsr hold_saved_mxcsr(%rip)\n  mov %edi,hold_level(%rip)\n  mov %rsp,hold_rsp(%rip)\n"
    "  sub $512,%rsp\n"
    "  fninit\n  fldcw hold_in+140(%rip)\n"
    "  .irp i,7,6,5,4,3,2,1,0\n  fldt hold_in+144+16*\\i(%rip)\n  .endr\n"
    "  ldmxcsr hold_in+136(%rip)\n"
    "  cmp $1,%edi\n  je 20f\n  ja 30f\n"
    "  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  movups hold_in+512+64*\\i(%rip),%xmm\\i\n  .endr\n  jmp 40f\n"
    "20:\n  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  vmovups hold_in+512+64*\\i(%rip),%ymm\\i\n  .endr\n  jmp 40f\n"
    "30:\n  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "  vmovups hold_in+512+64*\\i(%rip),%zmm\\i\n  .endr\n"
    "  .irp i,0,1,2,3,4,5,6,7\n  kmovq hold_in+272+8*\\i(%rip),%k\\i\n  .endr\n"
    "40:\n  test %esi,%esi\n  jnz 60f\n"
    "  hold_load\n"
    "50:  movzbl hold_go(%rip),%ecx\n  jrcxz 50b\n  jmp 80f\n"
    "60:\n  hold_load\n"
    "61:  mov $35,%eax\n  lea hold_nap(%rip),%rdi\n  mov $0,%esi\n  syscall\n"
    "  mov %rax,%rcx\n  jrcxz 62f\n  movl $1,hold_interrupted(%rip)\n"
    "62:  mov $21,%eax\n  lea victim_go_path(%rip),%rdi\n  mov $0,%esi\n  syscall\n"
    "  mov %rax,%rcx\n  jrcxz 80f\n  jmp 61b\n"
    "80:\n"
    "  mov %rax,hold_out(%rip)\n  mov %rbx,hold_out+8(%rip)\n  mov %rcx,hold_out+16(%rip)\n"
    "  mov %rdx,hold_out+24(%rip)\n  mov %rsi,hold_out+32(%rip)\n  mov %rdi,hold_out+40(%rip)\n"
    "  mov %rbp,hold_out+48(%rip)\n  mov %r8,hold_out+56(%rip)\n  mov %r9,hold_out+64(%rip)\n"
    "  mov %r10,hold_out+72(%rip)\n  mov %r11,hold_out+80(%rip)\n  mov %r12,hold_out+88(%rip)\n"
    "  mov %r13,hold_out+96(%rip)\n  mov %r14,hold_out+104(%rip)\n  mov %r15,hold_out+112(%rip)\n"
    "  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  mov -128+8*\\i(%rsp),%rax\n  mov %rax,hold_out+336+8*\\i(%rip)\n  .endr\n"
    "  pushfq\n  popq hold_out+128(%rip)\n  cld\n"
    "  cmpl $1,hold_level(%rip)\n  je 90f\n  ja 91f\n"
    "  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  movups %xmm\\i,hold_out+512+64*\\i(%rip)\n  .endr\n  jmp 92f\n"
    "90:\n  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "  vmovups %ymm\\i,hold_out+512+64*\\i(%rip)\n  .endr\n  vzeroupper\n  jmp 92f\n"
    "91:\n  .irp i,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "  vmovups %zmm\\i,hold_out+512+64*\\i(%rip)\n  .endr\n"
    "  .irp i,0,1,2,3,4,5,6,7\n  kmovq %k\\i,hold_out+272+8*\\i(%rip)\n  .endr\n  vzeroupper\n"
    "92:\n  stmxcsr hold_out+136(%rip)\n  fnstcw hold_out+140(%rip)\n  fnstsw hold_out+142(%rip)\n"
    "  .irp i,0,1,2,3,4,5,6,7\n  fstpt hold_out+144+16*\\i(%rip)\n  .endr\n"
    "  fninit\n  ldmxcsr hold_saved_mxcsr(%rip)\n  mov hold_rsp(%rip),%rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbp\n  pop %rbx\n  ret\n"
    ".size hold,.-hold\n");

/* CF, PF, AF, ZF, SF, DF, OF. Not ID: ptrace(2) cannot set it, nor can sigreturn. */
#define HOLD_FLAGS 0xcd5UL

static inline int hold_best_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw")) return HOLD_AVX512;
  return __builtin_cpu_supports("avx") ? HOLD_AVX : HOLD_SSE;
}

static inline void hold_fill(uint64_t seed) {
  for (int i = 0; i < GPRS; i++) hold_in.gpr[i] = next_random(&seed);
  hold_in.flags = HOLD_FLAGS | 0x202;
  hold_in.mxcsr = 0xdfa5;   /* flush to zero, round to zero, all masked, some sticky flags */
  hold_in.control = 0x0a7f; /* double precision, round up, all masked */
  for (int i = 0; i < 8; i++) {
    long double value = 3.14159265358979L * (i + 1);
    memset(hold_in.x87[i], 0, 16);
    memcpy(hold_in.x87[i], &value, 10);
    hold_in.mask[i] = next_random(&seed);
  }
  for (unsigned i = 0; i < sizeof hold_in.red; i++) hold_in.red[i] = next_random(&seed);
  for (int i = 0; i < 32; i++) {
    for (int j = 0; j < 64; j++) hold_in.vector[i][j] = next_random(&seed);
  }
}

static inline void hold_check_gprs(int how) {
  static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
                                      "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
  for (int i = 0; i < GPRS; i++) {
    /* What the loop itself uses. */
    if (i == RCX) continue;
    if (how == HOLD_SYSCALL && (i == RAX || i == RSI || i == RDI || i == R11)) continue;
    CHECK(hold_out.gpr[i] == hold_in.gpr[i], "%s is %#lx, was %#lx", names[i], hold_out.gpr[i],
          hold_in.gpr[i]);
  }
  CHECK(((hold_out.flags ^ hold_in.flags) & HOLD_FLAGS) == 0, "rflags is %#lx, was %#lx",
        hold_out.flags, hold_in.flags);
  CHECK(memcmp(hold_in.red, hold_out.red, 128) == 0, "the red zone changed");
}

static inline void hold_check_fp(int level) {
  CHECK(hold_out.mxcsr == hold_in.mxcsr, "mxcsr is %#x, was %#x", hold_out.mxcsr, hold_in.mxcsr);
  CHECK(hold_out.control == hold_in.control, "x87 control is %#x, was %#x", hold_out.control,
        hold_in.control);
  CHECK((hold_out.status & 0x3800) == 0, "x87 top of stack moved: status %#x", hold_out.status);
  for (int i = 0; i < 8; i++) {
    CHECK(memcmp(hold_in.x87[i], hold_out.x87[i], 10) == 0, "st(%d) changed", i);
    CHECK(level < HOLD_AVX512 || hold_in.mask[i] == hold_out.mask[i], "k%d is %#lx, was %#lx", i,
          hold_out.mask[i], hold_in.mask[i]);
  }
  int vectors = level == HOLD_AVX512 ? 32 : 16;
  size_t bytes = 16u << level;
  for (int i = 0; i < vectors; i++) {
    CHECK(memcmp(hold_in.vector[i], hold_out.vector[i], bytes) == 0, "vector register %d changed", i);
  }
}

static inline void hold_check(int level, int how) {
  hold_check_gprs(how);
  hold_check_fp(level);
  CHECK(!hold_interrupted, "nanosleep was interrupted");
}
#endif
