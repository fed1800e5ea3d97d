/*
 * A program that asks for its own checkpoint:  ckimg run -o ask.ckimg -- ./ask
 * Bring it back with:                          ckimg restore ask.ckimg
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_SECONDS 600
#define NAP_MS 50

static void nap(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

/* The first line of a file, without its end; 0 when there is none. */
static int first_line(const char *path, char *line, int size) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  int read = fgets(line, size, file) != NULL;
  fclose(file);
  if (read) line[strcspn(line, "\n")] = 0;
  return read;
}

/* When this process came into being, in ticks of the kernel: not the same after a restore. */
static unsigned long long born(void) {
  char stat[1024];
  if (!first_line("/proc/self/stat", stat, sizeof stat)) return 0;
  char *field = strrchr(stat, ')');
  for (int i = 2; field != NULL && i < 22; i++) field = strchr(field + 1, ' ');
  return field == NULL ? 0 : strtoull(field, NULL, 10);
}

static void ask(const char *folder, char *outcome, int size) {
  char request[4096], answer[4096];
  snprintf(request, sizeof request, "%s/%d.save", folder, (int)getpid());
  snprintf(answer, sizeof answer, "%s/%d.answer", folder, (int)getpid());
  int fd = open(request, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    snprintf(outcome, size, "not saved: nobody takes requests");
    return;
  }
  close(fd);
  for (int ms = 0; access(request, F_OK) == 0 && ms < LIMIT_SECONDS * 1000; ms += NAP_MS) {
    nap(NAP_MS);
  }
  if (access(request, F_OK) == 0 || !first_line(answer, outcome, size)) {
    snprintf(outcome, size, "not saved: no answer");
  }
}

/* Asks; "saved IMAGE", "restored", or "not saved: REASON". */
static void checkpoint(char *outcome, int size) {
  unsigned long long before = born();
  const char *folder = getenv("CKIMG_CONTROL");
  if (folder == NULL || *folder == 0) {
    snprintf(outcome, size, "not saved: nobody takes requests");
  } else {
    ask(folder, outcome, size);
  }
  if (born() != before) snprintf(outcome, size, "restored");
}

int main(void) {
  for (int step = 1; step <= 10; step++) {
    printf("step %d\n", step);
    if (step == 5) {
      char outcome[4096];
      checkpoint(outcome, sizeof outcome);
      printf("%s\n", outcome);
    }
    fflush(stdout);
    nap(200);
  }
}
