/*
 * System V shared memory. Modes: removed (IPC_PRIVATE, marked at once, of a parent and a child), kept
 * (by a key and an id that others could find).
 */
#include "pages.h"

#include <sys/shm.h>

#define PAGES 4

static struct shmid_ds facts(int id) {
  struct shmid_ds found;
  memset(&found, 0, sizeof found);
  CHECK(shmctl(id, IPC_STAT, &found) == 0, "shmctl: %s", strerror(errno));
  return found;
}

static void run_removed(void) {
  int id = shmget(IPC_PRIVATE, PAGES * PAGE, IPC_CREAT | 0600), verdict[2];
  CAN(id >= 0, "System V shared memory");
  unsigned char *at = shmat(id, NULL, 0);
  NEED(at != (void *)-1 && shmctl(id, IPC_RMID, NULL) == 0 && pipe(verdict) == 0);
  for (int i = 0; i < PAGES; i++) fill(at + i * PAGE, i);
  pid_t child = fork();
  if (child == 0) {
    wait_go();
    for (int i = 0; i < 1000 && !filled(at, 40); i++) nap_ms(1);
    char ok = filled(at, 40) && filled(at + PAGE, 1);
    fill(at + 2 * PAGE, 41);
    _exit(write(verdict[1], &ok, 1) != 1);
  }
  ready();
  wait_go();
  CHECK(filled(at, 0) && filled(at + 3 * PAGE, 3), "content");
  fill(at, 40);
  char ok = 0;
  CHECK(read(verdict[0], &ok, 1) == 1 && ok, "what the child saw");
  waitpid(child, NULL, 0);
  CHECK(filled(at + 2 * PAGE, 41), "what the child wrote");
  CHECK(shmdt(at) == 0, "shmdt: %s", strerror(errno));
}

static void run_kept(void) {
  key_t key = 0x40000000 | getpid();
  int id = shmget(key, PAGES * PAGE - 100, IPC_CREAT | IPC_EXCL | 0640);
  CAN(id >= 0, "System V shared memory");
  unsigned char *at = shmat(id, NULL, 0), *view = shmat(id, NULL, SHM_RDONLY);
  NEED(at != (void *)-1 && view != (void *)-1);
  for (int i = 0; i < PAGES - 1; i++) fill(at + i * PAGE, i);
  ready();
  wait_go();
  CHECK(filled(at, 0) && filled(at + 2 * PAGE, 2) && filled(view + PAGE, 1), "content");
  for (unsigned long i = 3 * PAGE; i < 4 * PAGE; i++) CHECK(at[i] == 0, "byte %lu, where nobody wrote, is %d", i, at[i]);
  fill(at + PAGE, 50);
  CHECK(filled(view + PAGE, 50), "the two mappings are two segments");
  CHECK(mprotect(view, PAGE, PROT_READ | PROT_WRITE) == -1, "the read-only mapping can be made writable");
  struct shmid_ds now = facts(id);
  CHECK(now.shm_segsz == PAGES * PAGE - 100 && now.shm_nattch == 2 && (now.shm_perm.mode & 01777) == 0640,
        "%lu bytes, %lu attached, mode %o", (unsigned long)now.shm_segsz, (unsigned long)now.shm_nattch, now.shm_perm.mode);
  CHECK(now.shm_perm.__key == key && shmget(key, 1, 0) == id, "the key leads to %d, not %d", shmget(key, 1, 0), id);
  unsigned char *third = shmat(id, NULL, 0);
  CHECK(third != (void *)-1 && filled(third + PAGE, 50), "another mapping of it");
  CHECK(shmdt(at) == 0 && shmdt(view) == 0 && shmdt(third) == 0, "shmdt: %s", strerror(errno));
  CHECK(facts(id).shm_nattch == 0 && shmctl(id, IPC_RMID, NULL) == 0, "shmctl: %s", strerror(errno));
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("removed")) run_removed();
  else run_kept();
  return finish();
}
