/*
 * Memory files, and mapped files that lose their names. Modes: alone, shared (between processes),
 * lost (libraries and data that were deleted or replaced), upgraded (the program itself).
 */
#include "pages.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 16
#endif
#define SPARSE (64UL << 20)

static unsigned char *map(int fd, int pages, int protection, int flags, int first) {
  unsigned char *at = mmap(NULL, pages * PAGE, protection, flags, fd, first * PAGE);
  NEED(at != MAP_FAILED);
  return at;
}

static int make(const char *name, unsigned flags, int pages) {
  int fd = memfd_create(name, flags);
  NEED(fd >= 0 && ftruncate(fd, pages * PAGE) == 0);
  unsigned char page[PAGE];
  for (int i = 0; i < pages; i++) {
    fill(page, i);
    NEED(pwrite(fd, page, PAGE, i * PAGE) == PAGE);
  }
  return fd;
}

static int holds(int fd, int pages) {
  unsigned char page[PAGE];
  for (int i = 0; i < pages; i++) {
    if (pread(fd, page, PAGE, i * PAGE) != PAGE || !filled(page, i)) return 0;
  }
  return 1;
}

static void run_alone(void) {
  int plain = make("plain", 0, 4), sealed = make("sealed", MFD_ALLOW_SEALING | MFD_CLOEXEC, 3);
  int future = make("future", MFD_ALLOW_SEALING, 2), data = memfd_create("data", MFD_NOEXEC_SEAL);
  int sparse = memfd_create("sparse", 0), odd = make("odd", MFD_ALLOW_SEALING, 1), code = make("code", 0, 1);
  CAN(data >= 0, "MFD_NOEXEC_SEAL");
  unsigned char *shared = map(plain, 3, PROT_READ | PROT_WRITE, MAP_SHARED, 1);
  unsigned char *own = map(plain, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
  fill(own + PAGE, 40);
  unsigned char *late = map(future, 2, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", sealed);
  int reader = open(name, O_RDONLY);
  NEED(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == 0);
  unsigned char *frozen = map(reader, 3, PROT_READ, MAP_SHARED, 0);
  NEED(fcntl(sealed, F_ADD_SEALS, F_SEAL_SEAL) == 0 && fcntl(future, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) == 0);
  NEED(ftruncate(sparse, SPARSE) == 0 && pwrite(sparse, "far", 3, SPARSE - 3) == 3);
  NEED(ftruncate(odd, 777) == 0 && fchmod(odd, 0400) == 0 && lseek(odd, 33, SEEK_SET) == 33);
  NEED(pwrite(code, "\xb8\x2a\x00\x00\x00\xc3", 6, 0) == 6); /* mov $42,%eax; ret */
  unsigned char *run = map(code, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, 0);
  /* Only the mapping is left of it. */
  int closed = make("closed", 0, 2);
  unsigned char *lonely = map(closed, 2, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
  close(closed);
  fill(lonely + PAGE, 50);
  struct stat before[7], now;
  int fds[] = {plain, sealed, future, data, sparse, odd, code};
  for (int i = 0; i < 7; i++) NEED(fstat(fds[i], &before[i]) == 0);
  ready();
  wait_go();

  for (int i = 0; i < 7; i++) {
    CHECK(fstat(fds[i], &now) == 0 && now.st_size == before[i].st_size && now.st_mode == before[i].st_mode &&
              now.st_uid == before[i].st_uid && now.st_nlink == before[i].st_nlink,
          "fd %d: %ld bytes, mode %o", fds[i], (long)now.st_size, now.st_mode);
    CHECK(now.st_blocks <= before[i].st_blocks + 8, "fd %d: %ld blocks, were %ld", fds[i], (long)now.st_blocks,
          (long)before[i].st_blocks);
  }
  CHECK(holds(plain, 4) && holds(sealed, 3) && holds(future, 2), "content");
  CHECK(fcntl(plain, F_GET_SEALS) == F_SEAL_SEAL, "seals of plain: %x", fcntl(plain, F_GET_SEALS));
  CHECK(fcntl(sealed, F_GET_SEALS) == (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), "seals: %x",
        fcntl(sealed, F_GET_SEALS));
  CHECK(fcntl(future, F_GET_SEALS) == F_SEAL_FUTURE_WRITE, "seals of future: %x", fcntl(future, F_GET_SEALS));
  CHECK(fcntl(data, F_GET_SEALS) == 0x20, "seals of data: %x", fcntl(data, F_GET_SEALS));
  CHECK(write(sealed, "x", 1) == -1 && errno == EPERM, "what is sealed can be written");
  CHECK((fcntl(sealed, F_GETFD) & FD_CLOEXEC) && !(fcntl(plain, F_GETFD) & FD_CLOEXEC), "close-on-exec");
  CHECK((fcntl(reader, F_GETFL) & O_ACCMODE) == O_RDONLY && filled(frozen + 2 * PAGE, 2), "the sealed mapping");
  CHECK(mprotect(frozen, PAGE, PROT_READ | PROT_WRITE) == -1, "the sealed mapping can be made writable");
  fill(shared, 60);
  unsigned char page[PAGE];
  CHECK(pread(plain, page, PAGE, PAGE) == PAGE && filled(page, 60), "the mapping is another file");
  CHECK(filled(own, 0) && filled(own + PAGE, 40), "private pages of a memory file");
  fill(late, 61);
  CHECK(pread(future, page, PAGE, 0) == PAGE && filled(page, 61), "the mapping from before the seal");
  CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, future, 0) == MAP_FAILED, "a new mapping behind the seal");
  CHECK(((int (*)(void))(uintptr_t)run)() == 42, "code in a memory file");
  CHECK(filled(lonely, 0) && filled(lonely + PAGE, 50), "what only a mapping shows");
  char text[8] = "";
  CHECK(pread(sparse, text, 4, SPARSE - 4) == 4 && memcmp(text, "\0far", 4) == 0, "the end of a sparse file");
  CHECK(lseek(odd, 0, SEEK_CUR) == 33, "the position");
  snprintf(name, sizeof name, "/proc/self/fd/%d", plain);
  CHECK(readlink(name, (char *)page, sizeof page) == 22 && memcmp(page, "/memfd:plain (deleted)", 22) == 0, "the name: %.30s",
        page);
}

/* A parent and a child have one file, each by what it has of it. */
static void run_shared(void) {
  int fd = make("common", MFD_ALLOW_SEALING, 4), verdict[2];
  NEED(pipe(verdict) == 0);
  unsigned char *ours = map(fd, 4, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
  pid_t child = fork();
  if (child == 0) {
    unsigned char *mine = map(fd, 2, PROT_READ | PROT_WRITE, MAP_SHARED, 2);
    NEED(munmap(ours, 4 * PAGE) == 0);
    fill(mine, 70);
    wait_go();
    for (int i = 0; i < 1000 && !filled(mine + PAGE, 71); i++) nap_ms(1);
    CHECK(filled(mine, 70) && filled(mine + PAGE, 71), "what the parent writes is not seen");
    CHECK(fcntl(fd, F_GET_SEALS) == F_SEAL_SHRINK, "seals: %x", fcntl(fd, F_GET_SEALS));
    CHECK(lseek(fd, 0, SEEK_CUR) == 5, "the common position");
    char ok = victim_failures == 0;
    _exit(write(verdict[1], &ok, 1) != 1);
  }
  close(verdict[1]);
  nap_ms(50);
  NEED(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0 && lseek(fd, 5, SEEK_SET) == 5);
  ready();
  wait_go();
  CHECK(filled(ours + 2 * PAGE, 70) && filled(ours, 0), "what the child wrote");
  fill(ours + 3 * PAGE, 71);
  char ok = 0;
  CHECK(read(verdict[0], &ok, 1) == 1 && ok, "the child");
  waitpid(child, NULL, 0);
}

static int file_of_pages(const char *name, int pages) {
  int fd = open(in_folder(name), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  unsigned char page[PAGE];
  for (int i = 0; i < pages; i++) {
    fill(page, 100 + i);
    NEED(pwrite(fd, page, PAGE, i * PAGE) == PAGE);
  }
  return fd;
}

static void run_lost(void) {
  int library = file_of_pages("library", 4), data = file_of_pages("data", 4), both = file_of_pages("both", 3);
  unsigned char *text = map(library, 2, PROT_READ | PROT_EXEC, MAP_PRIVATE, 0);
  unsigned char *variables = map(library, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE, 2);
  fill(variables + PAGE, 80);
  unsigned char *table = map(data, 4, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
  unsigned char *view = map(both, 3, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
  close(library);
  close(data);
  /* An upgrade puts another file in the place of the library. */
  close(file_of_pages("new", 1));
  char new[640];
  strcpy(new, in_folder("new"));
  NEED(rename(new, in_folder("library")) == 0);
  NEED(unlink(in_folder("data")) == 0 && unlink(in_folder("both")) == 0);
  fill(table + 2 * PAGE, 81);
  ready();
  wait_go();

  CHECK(filled(text, 100) && filled(text + PAGE, 101), "the code of a library that was replaced");
  CHECK(filled(variables, 102) && filled(variables + PAGE, 80), "its variables");
  CHECK(filled(table, 100) && filled(table + 2 * PAGE, 81) && filled(table + 3 * PAGE, 103), "shared data");
  pid_t child = fork();
  if (child == 0) {
    fill(table, 82);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  CHECK(filled(table, 82), "the data is not shared with a child");
  fill(view + PAGE, 83);
  unsigned char page[PAGE];
  CHECK(pread(both, page, PAGE, PAGE) == PAGE && filled(page, 83), "the mapping and the descriptor are two files");
  struct stat status;
  CHECK(stat(in_folder("library"), &status) == 0 && status.st_size == (off_t)PAGE, "the new library");
  CHECK(access(in_folder("data"), F_OK) == -1 && access(in_folder("both"), F_OK) == -1, "a name is back");
}

/* Becomes a copy of itself, which is deleted then: a program that was upgraded while it ran. */
static void run_upgraded(char **argv) {
  char exe[640], copy[640];
  ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
  NEED(length > 0);
  exe[length] = 0;
  strcpy(copy, in_folder("copy"));
  if (strcmp(exe, copy) != 0) {
    static char bytes[1 << 20];
    ssize_t size = slurp(exe, bytes, sizeof bytes);
    int fd = open(copy, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
    NEED(size > 0 && fd >= 0 && write(fd, bytes, size) == size && close(fd) == 0);
    execv(copy, argv);
    NEED(!"executed");
  }
  NEED(unlink(copy) == 0);
  ready();
  wait_go();
  struct stat status;
  CHECK(stat("/proc/self/exe", &status) == 0 && status.st_nlink == 0 && (status.st_mode & 0777) == 0755,
        "the executable has %ld links, mode %o", (long)status.st_nlink, status.st_mode);
  CHECK(access(copy, F_OK) == -1, "the executable has its name again");
  pid_t child = fork();
  if (child == 0) {
    char *arguments[] = {argv[0], "folder", "nothing", "any-ids", NULL};
    execv("/proc/self/exe", arguments);
    _exit(1);
  }
  int end = -1;
  CHECK(waitpid(child, &end, 0) == child && end == 0, "the executable cannot be executed: %x", end);
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[2], "nothing") == 0) return 0;
  start(argc, argv);
  if (mode_is("alone")) run_alone();
  else if (mode_is("upgraded")) run_upgraded(argv);
  else if (mode_is("shared")) run_shared();
  else run_lost();
  return finish();
}
