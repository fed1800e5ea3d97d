/*
 * Runs a program as the leader of a session on a new pseudo terminal, copies what it prints to
 * standard output, and ends with its status. argv: program, arguments.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int master;
  struct winsize window = {.ws_row = 33, .ws_col = 77};
  if (argc < 2) return 2;
  pid_t child = forkpty(&master, NULL, NULL, &window);
  if (child < 0) {
    perror("forkpty");
    return 2;
  }
  if (child == 0) {
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  char buffer[4096];
  ssize_t n;
  while ((n = read(master, buffer, sizeof buffer)) > 0) {
    if (write(1, buffer, n) != n) return 2;
  }
  int status;
  if (waitpid(child, &status, 0) != child) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
