/* Descriptors on regular files, directories and plain devices. */
#include "victim.h"

#include <dirent.h>

#define ENTRIES 40
#define HIGH 900

struct dirent64_raw {
  uint64_t ino;
  int64_t off;
  unsigned short length;
  unsigned char type;
  char name[];
};

struct seen {
  int fd;
  struct stat stat;
  int status_flags, fd_flags;
  off_t position;
};

static struct seen before[32];
static int count;
static int entries[ENTRIES];

static int keep(int fd) {
  NEED(fd >= 0);
  struct seen *s = &before[count++];
  s->fd = fd;
  return fd;
}

static void note(void) {
  for (int i = 0; i < count; i++) {
    struct seen *s = &before[i];
    NEED(fstat(s->fd, &s->stat) == 0);
    s->status_flags = fcntl(s->fd, F_GETFL);
    s->fd_flags = fcntl(s->fd, F_GETFD);
    s->position = lseek(s->fd, 0, SEEK_CUR);
  }
}

static void compare(const struct seen *s) {
  struct stat now;
  CHECK(fstat(s->fd, &now) == 0, "fd %d is closed", s->fd);
  CHECK(now.st_dev == s->stat.st_dev && now.st_ino == s->stat.st_ino, "fd %d is another file", s->fd);
  CHECK(now.st_size == s->stat.st_size, "fd %d: %ld bytes, were %ld", s->fd, now.st_size, s->stat.st_size);
  int flags = fcntl(s->fd, F_GETFL);
  CHECK(flags == s->status_flags, "fd %d: flags %#o, were %#o", s->fd, flags, s->status_flags);
  flags = fcntl(s->fd, F_GETFD);
  CHECK(flags == s->fd_flags, "fd %d: fd flags %d, were %d", s->fd, flags, s->fd_flags);
  off_t position = lseek(s->fd, 0, SEEK_CUR);
  CHECK(position == s->position, "fd %d: position %ld, was %ld", s->fd, position, s->position);
}

/* Reads the directory in small steps; `only_once` stops after the first. */
static void read_entries(int fd, int only_once) {
  char buffer[256];
  long length;
  while ((length = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < length;) {
      struct dirent64_raw *entry = (struct dirent64_raw *)(buffer + at);
      int number;
      if (sscanf(entry->name, "entry%d", &number) == 1) entries[number]++;
      at += entry->length;
    }
    if (only_once) return;
  }
}

static int open_directory(void) {
  char path[1200];
  snprintf(path, sizeof path, "%s/many", victim_folder);
  NEED(mkdir(path, 0755) == 0);
  for (int i = 0; i < ENTRIES; i++) {
    snprintf(path, sizeof path, "%s/many/entry%d", victim_folder, i);
    close(open(path, O_CREAT | O_WRONLY, 0644));
  }
  snprintf(path, sizeof path, "%s/many", victim_folder);
  return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int make(const char *name, int flags) {
  int fd = open(in_folder(name), O_CREAT | O_TRUNC | O_WRONLY, 0640);
  NEED(fd >= 0 && write(fd, "0123456789abcdef", 16) == 16);
  close(fd);
  return keep(open(in_folder(name), flags));
}

static void check_use(int shared, int twin, int separate, int append, int writer) {
  char text[64] = {0};
  CHECK(lseek(shared, 7, SEEK_SET) == 7 && lseek(twin, 0, SEEK_CUR) == 7, "duplicates no longer share one offset");
  CHECK(lseek(separate, 0, SEEK_CUR) == 3, "two opens of one file share an offset");
  CHECK(read(shared, text, 2) == 2 && memcmp(text, "78", 2) == 0, "reading at 7 gave %s", text);
  CHECK(fcntl(shared, F_SETFL, O_NONBLOCK) == 0 && (fcntl(twin, F_GETFL) & O_NONBLOCK),
        "duplicates no longer share their flags");
  CHECK(!(fcntl(separate, F_GETFL) & O_NONBLOCK), "two opens of one file share their flags");
  CHECK(lseek(append, 0, SEEK_SET) == 0 && write(append, "END", 3) == 3, "O_APPEND: %s", strerror(errno));
  CHECK(pread(append, text, 19, 0) == 19 && memcmp(text, "0123456789abcdefEND", 19) == 0, "O_APPEND wrote elsewhere");
  CHECK(read(writer, text, 1) == -1 && errno == EBADF, "a descriptor for writing only can read");
  CHECK(write(writer, "xy", 2) == 2, "write: %s", strerror(errno));
}

static void check_devices(int null, int zero, int random) {
  char text[16] = "aaaaaaaaaaaaaaa";
  CHECK(read(null, text, 4) == 0 && write(null, text, 4) == 4, "/dev/null");
  CHECK(read(zero, text, 4) == 4 && text[0] == 0, "/dev/zero");
  CHECK(read(random, text, 16) == 16, "/dev/urandom");
}

int main(int argc, char **argv) {
  start(argc, argv);
  umask(022);
  for (int i = 0; i < 3; i++) keep(i);
  int shared = make("shared", O_RDWR);
  int separate = keep(open(in_folder("shared"), O_RDONLY | O_CLOEXEC));
  int twin = keep(dup(shared));
  int far = keep(fcntl(shared, F_DUPFD_CLOEXEC, HIGH));
  int append = make("append", O_RDWR | O_APPEND);
  int writer = make("writer", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  int owned = make("owned", O_RDONLY | O_NOATIME);
  make("sync", O_RDWR | O_DSYNC);
  int directory = keep(open_directory());
  int null = keep(open("/dev/null", O_RDWR));
  int zero = keep(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  int random = keep(open("/dev/urandom", O_RDONLY | O_NONBLOCK));
  NEED(far == HIGH);
  NEED(lseek(separate, 3, SEEK_SET) == 3 && lseek(shared, 5, SEEK_SET) == 5);
  NEED(lseek(writer, 1000, SEEK_SET) == 1000); /* behind the end */
  NEED(fcntl(owned, F_SETOWN, getpid()) == 0 && fcntl(owned, F_SETSIG, SIGRTMIN + 9) == 0);
  read_entries(directory, 1);
  ready(); /* moves the position of standard output: before the note */
  note();
  wait_go();

  off_t output = lseek(1, 0, SEEK_CUR); /* first of all: a complaint moves it */
  CHECK(output == before[1].position, "standard output: position %ld, was %ld", output, before[1].position);
  for (int i = 3; i < count; i++) compare(&before[i]);
  struct stat now;
  for (int i = 0; i < 3; i++) {
    CHECK(fstat(i, &now) == 0 && now.st_ino == before[i].stat.st_ino && now.st_dev == before[i].stat.st_dev,
          "fd %d is another file", i);
    CHECK(fcntl(i, F_GETFL) == before[i].status_flags, "fd %d: flags %#o, were %#o", i, fcntl(i, F_GETFL),
          before[i].status_flags);
  }
  CHECK(fcntl(owned, F_GETSIG) == SIGRTMIN + 9, "F_GETSIG is %d", fcntl(owned, F_GETSIG));
  CHECK(!victim_same_ids || fcntl(owned, F_GETOWN) == getpid(), "F_GETOWN is %d", fcntl(owned, F_GETOWN));
  read_entries(directory, 0);
  for (int i = 0; i < ENTRIES; i++) CHECK(entries[i] == 1, "entry %d was listed %d times", i, entries[i]);
  check_use(shared, twin, separate, append, writer);
  check_devices(null, zero, random);
  for (int fd = 0; fd < 1000; fd++) {
    int known = 0;
    for (int i = 0; i < count; i++) known |= before[i].fd == fd;
    CHECK(known || fcntl(fd, F_GETFD) == -1, "fd %d is open and was not", fd);
  }
  return finish();
}
