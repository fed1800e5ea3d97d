/*
 * The subject of a diff: when the file "step" appears it changes what it said it would, and removes
 * the file. The file "places" has the addresses. Mode: any.
 */
#include "victim.h"

#define PRIVATE_PAGES 64
#define SHARED_PAGES 16
#define CODE_PAGES 4
#define NEW_PAGES 8

static void handler(int signal) { (void)signal; }

int main(int argc, char **argv) {
  start(argc, argv);
  int alpha = open(in_folder("alpha.txt"), O_RDWR | O_CREAT | O_TRUNC, 0600);
  int beta = open(in_folder("beta.txt"), O_RDWR | O_CREAT | O_TRUNC, 0600);
  NEED(alpha >= 0 && beta >= 0);
  NEED(write(alpha, "alpha-before\n", 13) == 13 && write(beta, "beta\n", 5) == 5);
  int place = MAP_PRIVATE | MAP_ANONYMOUS;
  unsigned char *own = mmap(NULL, PRIVATE_PAGES * PAGE, PROT_READ | PROT_WRITE, place, -1, 0);
  unsigned char *shared =
      mmap(NULL, SHARED_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  unsigned char *code = mmap(NULL, CODE_PAGES * PAGE, PROT_READ | PROT_WRITE, place, -1, 0);
  NEED(own != MAP_FAILED && shared != MAP_FAILED && code != MAP_FAILED);
  for (unsigned i = 0; i < PRIVATE_PAGES * PAGE; i++) own[i] = (i * 2654435761U) >> 24;
  memset(shared, 'q', SHARED_PAGES * PAGE);
  memset(code, 0x90, CODE_PAGES * PAGE);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  NEED(sigaction(SIGUSR1, &action, NULL) == 0);
  char places[256];
  /* The place of what comes is kept free, so that it can be told now. */
  unsigned char *later = mmap(NULL, (NEW_PAGES + 2) * PAGE, PROT_NONE, place, -1, 0);
  NEED(later != MAP_FAILED && munmap(later, (NEW_PAGES + 2) * PAGE) == 0);
  later += PAGE;
  int length = snprintf(places, sizeof places, "%lx %lx %lx %lx\n", (unsigned long)own,
                        (unsigned long)shared, (unsigned long)code, (unsigned long)later);
  int file = open(in_folder("places"), O_WRONLY | O_CREAT, 0644);
  NEED(file >= 0 && write(file, places, length) == length && close(file) == 0);
  ready();
  char step[640];
  snprintf(step, sizeof step, "%s", in_folder("step"));
  while (syscall(SYS_access, step, F_OK) != 0 && !gone()) nap_ms(2);

  for (int i = 0; i < 10; i++) own[i * 5 * PAGE + 123] ^= 0xff;
  memset(own + 60 * PAGE, 0, 2 * PAGE);
  memset(shared + 3 * PAGE, 'Q', PAGE);
  NEED(mprotect(code, CODE_PAGES * PAGE, PROT_READ | PROT_EXEC) == 0);
  NEED(mmap(later, NEW_PAGES * PAGE, PROT_READ | PROT_WRITE, place | MAP_FIXED_NOREPLACE, -1, 0) ==
       later);
  later[0] = 1;
  later[PAGE] = 2;
  close(beta);
  int gamma = open(in_folder("gamma.txt"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  NEED(gamma == beta && write(alpha, "more\n", 5) == 5);
  action.sa_handler = SIG_IGN;
  action.sa_flags = 0;
  NEED(sigaction(SIGUSR1, &action, NULL) == 0);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGHUP);
  NEED(sigprocmask(SIG_BLOCK, &mask, NULL) == 0);
  umask(027);
  struct rlimit limit = {77, 88};
  NEED(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  syscall(SYS_unlink, step);
  wait_go();
  return finish();
}
