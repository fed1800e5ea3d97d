/* 64 MiB of memory of every texture, all of it compared at the end. Mode: size in MiB. */
#include "victim.h"

enum { RANDOM, ZERO, REPEATED, UNTOUCHED, TEXTURES };

static void texture(uint64_t *page, unsigned long number, uint64_t *state) {
  switch (number / 16 % TEXTURES) {
    case RANDOM:
      for (unsigned i = 0; i < PAGE / 8; i++) page[i] = next_random(state);
      break;
    case ZERO:
      memset(page, 0, PAGE);
      break;
    case REPEATED:
      for (unsigned i = 0; i < PAGE / 8; i++) page[i] = number / 64 % 3;
      break;
    default:
      break;
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  unsigned long pages = strtoul(victim_mode, NULL, 10) * 256;
  unsigned char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED(memory != MAP_FAILED);
  uint64_t state = 88172645463325252UL;
  for (unsigned long i = 0; i < pages; i++) texture((uint64_t *)(memory + i * PAGE), i, &state);
  ready();
  wait_go();

  static uint64_t expected[PAGE / 8];
  state = 88172645463325252UL;
  for (unsigned long i = 0; i < pages && !victim_failures; i++) {
    if (i / 16 % TEXTURES == UNTOUCHED) memset(expected, 0, PAGE);
    texture(expected, i, &state);
    CHECK(memcmp(memory + i * PAGE, expected, PAGE) == 0, "page %lu changed", i);
  }
  return finish();
}
