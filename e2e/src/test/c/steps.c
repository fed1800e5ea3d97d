/*
 * Memory that changes a little at each step: 32 MiB of private and 1 MiB of shared pages, of which
 * every hundredth gets new content when the file "step" appears; it is removed when that is done.
 * Some pages become zero, some are given back. What each page must hold follows from how often it
 * was changed.
 */
#include "victim.h"

#define PRIVATE_PAGES 8192
#define SHARED_PAGES 256
#define PAGES (PRIVATE_PAGES + SHARED_PAGES)
#define WORDS (PAGE / sizeof(uint64_t))

static uint64_t *memory[PAGES];
static unsigned version[PAGES];

static uint64_t mix(uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

/* Every seventh version is zero, and of those every second was given back to the kernel. */
static int is_zero(unsigned version) { return version % 7 == 6; }

static uint64_t word(int page, int i) {
  if (is_zero(version[page])) return 0;
  return mix(((uint64_t)page << 32 | version[page]) * WORDS + i);
}

static void fill(int page) {
  if (is_zero(version[page]) && version[page] % 2 && page < PRIVATE_PAGES) {
    NEED(madvise(memory[page], PAGE, MADV_DONTNEED) == 0);
    return;
  }
  for (unsigned i = 0; i < WORDS; i++) memory[page][i] = word(page, i);
}

static void check(int page) {
  for (unsigned i = 0; i < WORDS; i++) {
    if (memory[page][i] != word(page, i)) {
      CHECK(0, "page %d, word %u, version %u", page, i, version[page]);
      return;
    }
  }
}

static void step(unsigned number) {
  for (int page = 0; page < PAGES; page++) {
    if (mix(page * 1000UL + number) % 100 == 0) {
      version[page]++;
      fill(page);
    }
  }
}

int main(int argc, char **argv) {
  start(argc, argv);
  char *private_memory = mmap(NULL, PRIVATE_PAGES * PAGE, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *shared_memory =
      mmap(NULL, SHARED_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(private_memory != MAP_FAILED && shared_memory != MAP_FAILED);
  for (int page = 0; page < PAGES; page++) {
    memory[page] = (uint64_t *)(page < PRIVATE_PAGES
                                    ? private_memory + page * PAGE
                                    : shared_memory + (page - PRIVATE_PAGES) * PAGE);
    version[page] = page % 5;
    fill(page);
  }
  char path[640];
  snprintf(path, sizeof path, "%s", in_folder("step"));
  ready();
  for (unsigned number = 0; !gone(); nap_ms(2)) {
    if (access(path, F_OK) == 0) {
      step(number++);
      unlink(path);
    }
  }
  for (int page = 0; page < PAGES; page++) check(page);
  return finish();
}
