/*
 * Programs that change under a dump. Modes: maps (maps, moves, protects and unmaps memory all the
 * time), files (cuts and fills a file that it has mapped and open), ids (root and an ordinary user
 * in turn), leaderless (its first thread ends), leaderless-child (that of a child ends), orphan (somebody who is no child of it any more stays
 * in its session). What must not change is looked at all the time.
 */
#include "victim.h"

#define STORM_PAGES 64
#define FILE_BYTES (16 * PAGE)

static volatile int ending;
static unsigned char kept[8 * PAGE];
static int file;
static char *shared;

static unsigned char kept_byte(size_t i) { return (unsigned char)(i * 7 + i / PAGE); }

static void check_kept(void) {
  for (size_t i = 0; i < sizeof kept; i++)
    if (kept[i] != kept_byte(i)) {
      CHECK(0, "byte %zu of the memory that is kept", i);
      return;
    }
}

static void *storm_maps(void *unused) {
  uint64_t random = 42;
  while (!ending) {
    size_t pages = 1 + next_random(&random) % STORM_PAGES;
    char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
    for (size_t i = 0; i < pages; i++) memory[i * PAGE] = (char)i;
    size_t half = pages / 2 + 1;
    CHECK(mprotect(memory, half * PAGE, PROT_READ) == 0, "mprotect: %s", strerror(errno));
    char *moved = mremap(memory + half * PAGE - PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(moved != MAP_FAILED && moved[0] == (char)(half - 1), "mremap: %s", strerror(errno));
    CHECK(munmap(moved, 2 * PAGE) == 0 && munmap(memory, pages * PAGE) == 0, "munmap: %s", strerror(errno));
  }
  return unused;
}

static void fill_file(char letter) {
  char page[PAGE];
  memset(page, letter, sizeof page);
  for (off_t at = 0; at < (off_t)FILE_BYTES; at += PAGE)
    CHECK(pwrite(file, page, PAGE, at) == (ssize_t)PAGE, "pwrite: %s", strerror(errno));
}

static void *storm_files(void *unused) {
  for (int round = 0; !ending; round++) {
    CHECK(ftruncate(file, 0) == 0, "ftruncate: %s", strerror(errno));
    fill_file((char)('a' + round % 26));
  }
  return unused;
}

/*
 * glibc gives all threads the same ids, by a signal to each. Each signal that interrupts a nap makes it
 * longer by the slack of its timer, 50 us: signals without a break would make it last for ever.
 */
static void *storm_ids(void *unused) {
  while (!ending) {
    CHECK(setresuid(65534, 65534, 0) == 0 && geteuid() == 65534, "leaving root: %s", strerror(errno));
    CHECK(setresuid(0, 0, 0) == 0 && geteuid() == 0, "back to root: %s", strerror(errno));
    nap_ms(1);
  }
  return unused;
}

static void *rest(void *unused) {
  while (!ending) {
    check_kept();
    nap_ms(1);
  }
  return unused;
}

static void *outlive(void *unused) {
  nap_ms(20);
  ready();
  while (!gone()) rest(NULL), nap_ms(1);
  check_kept();
  _exit(finish());
  return unused;
}

static void *outlive_leader(void *release) {
  char none;
  while (read(*(int *)release, &none, 1) > 0) continue;
  _exit(7);
}

/* A child that looks dead, and is not. */
static int await_leaderless_child(void) {
  static int release[2];
  NEED(pipe(release) == 0);
  pid_t child = fork();
  NEED(child >= 0);
  if (child == 0) {
    pthread_t other;
    close(release[1]);
    if (pthread_create(&other, NULL, outlive_leader, &release[0]) != 0) _exit(1);
    pthread_exit(NULL);
  }
  close(release[0]);
  nap_ms(20);
  ready();
  wait_go();
  int status;
  CHECK(waitpid(child, &status, WNOHANG) == 0, "the child has ended: %x", status);
  close(release[1]);
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7, "the child: %x", status);
  return finish();
}

/* In a group of its own: only the number of the session is kept. */
static void leave_orphan(void) {
  pid_t child = fork();
  NEED(child >= 0);
  if (child == 0) {
    if (fork() == 0) {
      setpgid(0, 0);
      for (int naps = 0; access(in_folder("release"), F_OK) != 0 && naps < GO_LIMIT_SECONDS * 100; naps++) nap_ms(10);
    }
    _exit(0);
  }
  NEED(waitpid(child, NULL, 0) == child);
}

static void *(*storm(void))(void *) {
  if (mode_is("maps")) return storm_maps;
  if (mode_is("files")) return storm_files;
  return storm_ids;
}

int main(int argc, char **argv) {
  pthread_t threads[2];
  start(argc, argv);
  for (size_t i = 0; i < sizeof kept; i++) kept[i] = kept_byte(i);
  if (mode_is("leaderless")) {
    ending = 1;
    NEED(pthread_create(&threads[0], NULL, outlive, NULL) == 0);
    pthread_exit(NULL);
  }
  if (mode_is("leaderless-child")) return await_leaderless_child();
  if (mode_is("orphan")) {
    leave_orphan();
    ready();
    wait_go();
    check_kept();
    return finish();
  }
  if (mode_is("files")) {
    file = open(in_folder("data"), O_RDWR | O_CREAT, 0600);
    NEED(file >= 0);
    fill_file('-');
    shared = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, file, 0);
    NEED(shared != MAP_FAILED);
    NEED(mmap(NULL, FILE_BYTES, PROT_READ, MAP_PRIVATE, file, 0) != MAP_FAILED);
  }
  NEED(pthread_create(&threads[0], NULL, storm(), NULL) == 0);
  NEED(pthread_create(&threads[1], NULL, rest, NULL) == 0);
  ready();
  wait_go();
  ending = 1;
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  check_kept();
  if (mode_is("files")) CHECK(shared[0] == shared[FILE_BYTES - 1], "the file is not what was written");
  return finish();
}
