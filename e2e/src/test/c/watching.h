/* Epoll instances: what they watch and what they tell. */
#ifndef WATCHING_H
#define WATCHING_H
#include "victim.h"

#include <sys/epoll.h>

static inline void watch(int epoll, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  NEED(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

/* The data of all events that are there now, added up; each has another bit. */
static inline uint64_t told(int epoll) {
  struct epoll_event events[16];
  uint64_t sum = 0;
  int count = epoll_wait(epoll, events, 16, 0);
  CHECK(count >= 0, "epoll_wait: %s", strerror(errno));
  for (int i = 0; i < count; i++) sum |= events[i].data.u64;
  return sum;
}

static inline int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Adds the kernel's own list of what an epoll instance watches; the kernel orders it by address. */
static inline void list(int epoll, char *into) {
  static char text[4096];
  char path[64], *lines[32];
  int count = 0;
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", epoll);
  NEED(slurp(path, text, sizeof text) > 0);
  for (char *line = strtok(text, "\n"); line && count < 32; line = strtok(NULL, "\n")) {
    char *end = strstr(line, "pos:");
    if (strncmp(line, "tfd:", 4) || !end) continue;
    *end = 0;
    lines[count++] = line;
  }
  qsort(lines, count, sizeof *lines, by_text);
  for (int i = 0; i < count; i++) strcat(into, lines[i]);
}

#endif
