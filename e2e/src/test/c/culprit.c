/* A program that does one thing that an analyst looks for; the mode says which. */
#include "victim.h"
#include <sys/socket.h>

/* Writes where the evidence must be: "address HEX" in the file of this name. */
static void note(const char *name, const void *address) {
  char line[64];
  int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  NEED(fd >= 0);
  int length = snprintf(line, sizeof line, "%lx\n", (unsigned long)address);
  NEED(write(fd, line, length) == length);
  close(fd);
}

static const unsigned char spin[] = {0xf3, 0x90, 0xeb, 0xfc};                 /* pause; jmp */
static const unsigned char leave[] = {0xb8, 0x2a, 0, 0, 0, 0xc3};              /* mov $42, %eax; ret */

/* Code in memory of no file. */
static void *inject(const void *code, size_t bytes) {
  void *place = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED(place != MAP_FAILED);
  memcpy(place, code, bytes);
  NEED(mprotect(place, PAGE, PROT_READ | PROT_EXEC) == 0);
  note("address", place);
  return place;
}

static void *jump(void *code) {
  ((void (*)(void))code)();
  return NULL;
}

static void patch(void) {
  unsigned char *code = (unsigned char *)getppid;
  void *page = (void *)((uintptr_t)code & -PAGE);
  NEED(mprotect(page, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
  memcpy(code, leave, sizeof leave);
  NEED(mprotect(page, 2 * PAGE, PROT_READ | PROT_EXEC) == 0);
  NEED(getppid() == 42);
  note("address", code);
}

/* Runs itself again from memory that has no name. */
static void from_memory(char **argv) {
  static char buffer[1 << 20];
  int fd = memfd_create("quiet", MFD_CLOEXEC);
  int self = open("/proc/self/exe", O_RDONLY);
  NEED(fd >= 0 && self >= 0);
  for (ssize_t part; (part = read(self, buffer, sizeof buffer)) > 0;) NEED(write(fd, buffer, part) == part);
  argv[2] = "idle";
  fexecve(fd, argv, environ);
  NEED(!"fexecve");
}

/* Keys that were made for this and open nothing. */
static void hold_keys(void) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint64_t state = 88172645463325252ULL;
  char *memory = malloc(4096), *to = memory;
  to += sprintf(to, "-----%s RSA PRIVATE KEY-----\n", "BEGIN");
  for (int line = 0; line < 12; line++) {
    for (int i = 0; i < 64; i++) *to++ = letters[next_random(&state) % 64];
    *to++ = '\n';
  }
  to += sprintf(to, "-----%s RSA PRIVATE KEY-----\n", "END") + 100;
  to += sprintf(to, "%s%s", "AKI", "A2345ABCDEFGHIJKL") + 100;
  to += sprintf(to, "%s%s", "ey", "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYW1lIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ") + 100;
  note("address", memory);
}

int main(int argc, char **argv) {
  start(argc, argv);
  pthread_t thread;
  if (mode_is("inject")) inject(leave, sizeof leave);
  if (mode_is("run")) NEED(pthread_create(&thread, NULL, jump, inject(spin, sizeof spin)) == 0);
  if (mode_is("handler")) {
    struct sigaction action = {.sa_handler = (void (*)(int))inject(leave, sizeof leave)};
    NEED(sigaction(SIGUSR2, &action, NULL) == 0);
  }
  if (mode_is("writable")) {
    void *place = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEED(place != MAP_FAILED);
    note("address", place);
  }
  if (mode_is("patch")) patch();
  if (mode_is("memory")) from_memory(argv);
  if (mode_is("deleted")) NEED(unlink(argv[0]) == 0);
  if (mode_is("keys")) hold_keys();
  if (mode_is("packet")) CAN(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0, "packet socket");
  if (mode_is("shadow")) CAN(open("/etc/shadow", O_RDONLY) >= 0, "/etc/shadow");
  if (mode_is("others")) NEED(open("/proc/self/mem", O_RDWR) >= 0);
  if (mode_is("ids")) CAN(setresuid(65534, 65534, 0) == 0, "setresuid");
  ready();
  wait_go();
  return finish();
}
