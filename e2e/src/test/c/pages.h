/* Pages that are told apart by a number. */
#ifndef PAGES_H
#define PAGES_H
#include "victim.h"

static inline void fill(unsigned char *page, int seed) {
  for (unsigned long i = 0; i < PAGE; i++) page[i] = (i * 31 + seed * 7919) >> 3;
}

static inline int filled(const unsigned char *page, int seed) {
  for (unsigned long i = 0; i < PAGE; i++) {
    if (page[i] != (unsigned char)((i * 31 + seed * 7919) >> 3)) return 0;
  }
  return 1;
}

#endif
