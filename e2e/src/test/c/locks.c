/* File locks: POSIX, open file description, flock. A child, made after the checkpoint, tries to take them. */
#include "victim.h"

#include <sys/file.h>

static struct flock range(short type, off_t from, off_t length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = length};
  return lock;
}

/* What stands in the way of this lock, seen by another process: F_UNLCK when nothing does. */
static struct flock obstacle(const char *name, short type, off_t from, off_t length) {
  struct flock lock = range(type, from, length);
  int ends[2];
  NEED(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    int fd = open(in_folder(name), O_RDWR);
    fcntl(fd, F_GETLK, &lock);
    _exit(write(ends[1], &lock, sizeof lock) != sizeof lock);
  }
  NEED(read(ends[0], &lock, sizeof lock) == sizeof lock);
  waitpid(child, NULL, 0);
  close(ends[0]);
  close(ends[1]);
  return lock;
}

static int flock_is_held(const char *name) {
  int fd = open(in_folder(name), O_RDWR); /* another description: flock is bound to it, not to the process */
  int held = flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK;
  close(fd);
  return held;
}

static int make(const char *name) {
  int fd = open(in_folder(name), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  NEED(fd >= 0);
  return fd;
}

int main(int argc, char **argv) {
  start(argc, argv);
  int posix = make("posix"), ofd = make("ofd"), whole = make("flock");
  struct flock write_part = range(F_WRLCK, 10, 20), read_part = range(F_RDLCK, 1000, 0), owned = range(F_WRLCK, 5, 1);
  NEED(fcntl(posix, F_SETLK, &write_part) == 0 && fcntl(posix, F_SETLK, &read_part) == 0);
  NEED(fcntl(ofd, F_OFD_SETLK, &owned) == 0);
  NEED(flock(whole, LOCK_EX) == 0);
  ready();
  wait_go();

  struct flock seen = obstacle("posix", F_WRLCK, 15, 1);
  CHECK(seen.l_type == F_WRLCK && seen.l_start == 10 && seen.l_len == 20, "POSIX write lock: type %d, %ld+%ld",
        seen.l_type, seen.l_start, seen.l_len);
  CHECK(!victim_same_ids || seen.l_pid == getpid(), "POSIX lock of pid %d", seen.l_pid);
  seen = obstacle("posix", F_WRLCK, 5000, 1);
  CHECK(seen.l_type == F_RDLCK && seen.l_start == 1000 && seen.l_len == 0, "POSIX read lock: type %d, %ld+%ld",
        seen.l_type, seen.l_start, seen.l_len);
  CHECK(obstacle("posix", F_WRLCK, 100, 10).l_type == F_UNLCK, "a lock where none was");
  seen = obstacle("ofd", F_WRLCK, 0, 0);
  CHECK(seen.l_type == F_WRLCK && seen.l_start == 5 && seen.l_pid == -1, "OFD lock: type %d at %ld of %d", seen.l_type,
        seen.l_start, seen.l_pid);
  CHECK(flock_is_held("flock"), "the flock is not held");
  CHECK(flock(whole, LOCK_UN) == 0 && !flock_is_held("flock"), "the flock cannot be let go");
  return finish();
}
