/*
 * Has a descriptor of each kind that holds something, so that its image can be made to lie about it.
 */
#include "victim.h"

#include <sys/inotify.h>
#include <sys/shm.h>

#define MEMORY 10   /* mapped for writing; its name makes it as long as that of a file of the host */
#define NAMELESS 11 /* a file that was deleted */
#define REFERENCE 12 /* a pidfd of itself */
#define NOTICES 13   /* an inotify instance with two watches */
#define MACHINE 14   /* a file of /proc */
/* and a segment of System V shared memory */

static void move(int fd, int to) { NEED(fd >= 0 && dup3(fd, to, O_CLOEXEC) == to && close(fd) == 0); }

int main(int argc, char **argv) {
  start(argc, argv);
  move(memfd_create("abcd", MFD_ALLOW_SEALING), MEMORY);
  NEED(ftruncate(MEMORY, PAGE) == 0);
  char *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, MEMORY, 0);
  NEED(memory != MAP_FAILED);
  strcpy(memory, "memory");
  move(open(in_folder("nameless"), O_CREAT | O_RDWR, 0600), NAMELESS);
  NEED(write(NAMELESS, "nameless", 8) == 8 && unlink(in_folder("nameless")) == 0);
  move(syscall(SYS_pidfd_open, getpid(), 0), REFERENCE);
  move(inotify_init1(0), NOTICES);
  NEED(inotify_add_watch(NOTICES, victim_folder, IN_DELETE) == 1 && inotify_add_watch(NOTICES, "/", IN_CREATE) == 2);
  move(open("/proc/stat", O_RDONLY), MACHINE);
  int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
  char *segment = shmat(id, NULL, 0);
  NEED(segment != (void *)-1 && shmctl(id, IPC_RMID, NULL) == 0);
  strcpy(segment, "segment");
  ready();
  wait_go();
  char text[16] = "";
  CHECK(pread(MEMORY, text, 6, 0) == 6 && strcmp(text, "memory") == 0, "the memory file: %s", text);
  CHECK(pread(NAMELESS, text, 8, 0) == 8 && strcmp(text, "nameless") == 0, "the deleted file: %s", text);
  CHECK(syscall(SYS_pidfd_send_signal, REFERENCE, 0, NULL, 0) == 0, "the pidfd: %s", strerror(errno));
  CHECK(inotify_rm_watch(NOTICES, 2) == 0, "the watch: %s", strerror(errno));
  CHECK(pread(MACHINE, text, 4, 0) == 4 && strncmp(text, "cpu ", 4) == 0, "the file of /proc: %.4s", text);
  CHECK(strcmp(segment, "segment") == 0, "the segment: %.8s", segment);
  return finish();
}
