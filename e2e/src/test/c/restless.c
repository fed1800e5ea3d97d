/*
 * Programs that do not keep still. Modes: executes (itself, again and again), forks (as fast as two
 * processes can, one of them by vfork).
 */
#include "victim.h"

#define WORKERS 2

static void run_executes(int argc, char **argv) {
  if (argc == 4) ready();
  if (gone()) return;
  char *again[] = {argv[0], argv[1], argv[2], argv[3], "again", NULL};
  execv("/proc/self/exe", again);
  say("FAIL: execv: %s", strerror(errno));
  _exit(1);
}

static pid_t start_child(int number, int code) {
  pid_t child = number == 0 ? vfork() : fork();
  if (child == 0) _exit(code);
  return child;
}

/* Ends with the number of forks that went wrong, or when its parent does. */
static void work(int number, pid_t parent) {
  int wrong = 0;
  for (int count = 0; count == 0 || (!gone() && getppid() == parent); count++) {
    int status = 0;
    pid_t child = start_child(number, count % 100);
    wrong += child < 0 || waitpid(child, &status, 0) != child || status != (count % 100) << 8;
  }
  wrong += wait(NULL) != -1 || errno != ECHILD;
  _exit(wrong > 100 ? 100 : wrong);
}

static void run_forks(void) {
  pid_t workers[WORKERS], self = getpid();
  for (int i = 0; i < WORKERS; i++) {
    workers[i] = fork();
    NEED(workers[i] >= 0);
    if (workers[i] == 0) work(i, self);
  }
  ready();
  wait_go();
  for (int i = 0; i < WORKERS; i++) {
    int status = -1;
    CHECK(waitpid(workers[i], &status, 0) == workers[i] && status == 0, "worker %d: status 0x%x", i, status);
  }
  CHECK(wait(NULL) == -1 && errno == ECHILD, "a child that nobody made");
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("executes")) run_executes(argc, argv);
  else run_forks();
  return finish();
}
