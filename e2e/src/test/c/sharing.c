/*
 * What clone(2) and unshare(2) let tasks have together, or not. Modes: files (a child with the table
 * of descriptors of its parent), folders (one with its working directory and umask), siblings (two
 * children with both, which are not those of their parent), threads (two with a place of their own),
 * tables (threads with descriptors of their own, one with none).
 */
#include "victim.h"

#include <sys/epoll.h>
#include <sys/file.h>

/* Who does what, after the go: each step is done by one of them, in turn. */
struct turns {
  volatile int step;
  volatile int fd;
};
static struct turns *turns;

static void await_step(int step) {
  for (int naps = 0; turns->step < step; naps++) {
    if (naps > 10000) {
      say("FAIL: pid %d waits for step %d", getpid(), step);
      _exit(1);
    }
    nap_ms(1);
  }
}

static void next_step(void) { __atomic_add_fetch(&turns->step, 1, __ATOMIC_SEQ_CST); }

static int is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

static int is_in(const char *folder) {
  struct stat here, there;
  return stat(".", &here) == 0 && stat(in_folder(folder), &there) == 0 && here.st_ino == there.st_ino &&
         here.st_dev == there.st_dev;
}

/* Without setting it: others may look at the same one. */
static unsigned mask(void) {
  char status[4096];
  unsigned found = ~0U;
  const char *line = slurp("/proc/thread-self/status", status, sizeof status) > 0 ? strstr(status, "\nUmask:") : NULL;
  if (line) sscanf(line, "\nUmask: %o", &found);
  return found;
}

static int lock_file(int fd) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 10};
  return fcntl(fd, F_SETLK, &lock);
}

/* Some process has the lock, seen from this one; 0 for its own. */
static int is_locked(int fd) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 10};
  return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

#define FIRST_FD 40

static void check_table(void) {
  char byte = 0;
  CHECK(lseek(FIRST_FD, 0, SEEK_CUR) == 5, "the position is %ld", (long)lseek(FIRST_FD, 0, SEEK_CUR));
  CHECK(pread(FIRST_FD, &byte, 1, 12) == 1 && byte == 'x', "another file");
  CHECK((fcntl(FIRST_FD + 1, F_GETFD) & FD_CLOEXEC) != 0, "close-on-exec is lost");
  CHECK(!is_locked(FIRST_FD), "the lock is another's");
}

/* The one that opens and closes. */
static void act_on_files(void) {
  check_table();
  int fd = open("/dev/zero", O_RDONLY);
  CHECK(fd >= 0, "open: %s", strerror(errno));
  turns->fd = fd;
  next_step(); /* 1: opened */
  await_step(2);
  CHECK(!is_open(fd), "fd %d is open, which the other has closed", fd);
  CHECK(fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) == 0, "fcntl: %s", strerror(errno));
  next_step(); /* 3 */
}

/* The one that sees it. */
static void see_files(void) {
  check_table();
  await_step(1);
  char byte = 1;
  CHECK(read(turns->fd, &byte, 1) == 1 && byte == 0, "fd %d was opened by the other: %s", turns->fd, strerror(errno));
  CHECK(close(turns->fd) == 0, "close: %s", strerror(errno));
  next_step(); /* 2: closed */
  await_step(3);
  CHECK(fcntl(FIRST_FD, F_GETFD) == FD_CLOEXEC, "a flag of fd %d is not seen", FIRST_FD);
  next_step(); /* 4 */
}

/* One that has another table, which is like it. */
static void see_no_files(void) {
  CHECK(is_open(FIRST_FD) && is_locked(FIRST_FD), "the lock is not another's");
  await_step(1);
  CHECK(!is_open(turns->fd), "fd %d is open, in another table", turns->fd);
  await_step(4);
  CHECK(fcntl(FIRST_FD, F_GETFD) == 0, "a flag of another table is seen");
}

static void act_on_folder(void) {
  CHECK(is_in("a") && mask() == 027, "umask is %#o", mask());
  next_step();
  await_step(4 + 2);
  CHECK(chdir(in_folder("b")) == 0, "chdir: %s", strerror(errno));
  umask(0137);
  next_step();
}

static void see_folder(void) {
  CHECK(is_in("a") && mask() == 027, "umask is %#o", mask());
  next_step();
  await_step(4 + 3);
  CHECK(is_in("b") && mask() == 0137, "the other has moved, umask is %#o", mask());
  CHECK(chdir("..") == 0 && is_in("."), "chdir: %s", strerror(errno));
  next_step();
}

static void see_no_folder(const char *folder, unsigned own) {
  await_step(4 + 4);
  CHECK(is_in(folder) && mask() == own, "another has moved it, umask is %#o", mask());
}

static void prepare(void) {
  turns = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(turns != MAP_FAILED);
  NEED(mkdir(in_folder("a"), 0755) == 0 && mkdir(in_folder("b"), 0755) == 0 && chdir(in_folder("a")) == 0);
  umask(027);
}

static void open_files(void) {
  int fd = open(in_folder("file"), O_RDWR | O_CREAT, 0600);
  NEED(fd >= 0 && ftruncate(fd, 64) == 0 && pwrite(fd, "x", 1, 12) == 1 && lseek(fd, 5, SEEK_SET) == 5);
  NEED(dup2(fd, FIRST_FD) == FIRST_FD && fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD + 1) == FIRST_FD + 1 && close(fd) == 0);
}

static pid_t with(unsigned long flags) { return syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0); }

static void reap(int children) {
  for (int i = 0; i < children; i++) {
    int status = -1;
    CHECK(wait(&status) > 0 && status == 0, "a child: status %#x", status);
  }
}

static void leave(void) { _exit(victim_failures != 0); }

static pid_t control(void (*see)(void)) {
  pid_t pid = fork();
  NEED(pid >= 0);
  if (pid == 0) {
    wait_go();
    see();
    leave();
  }
  return pid;
}

static void run_files(void) {
  open_files();
  control(see_no_files);
  NEED(lock_file(FIRST_FD) == 0);
  pid_t child = with(CLONE_FILES);
  NEED(child >= 0);
  if (child == 0) {
    wait_go();
    act_on_files();
    leave();
  }
  ready();
  wait_go();
  see_files();
  reap(2);
}

static void stay(void) { see_no_folder("a", 027); }

static void run_folders(void) {
  turns->step = 4;
  control(stay);
  pid_t child = with(CLONE_FS);
  NEED(child >= 0);
  if (child == 0) {
    wait_go();
    act_on_folder();
    leave();
  }
  ready();
  wait_go();
  see_folder();
  reap(2);
}

static void run_siblings(void) {
  open_files();
  turns->step = -2;
  pid_t first = fork();
  NEED(first >= 0);
  if (first == 0) {
    NEED(lock_file(FIRST_FD) == 0);
    pid_t second = with(CLONE_FILES | CLONE_FS | CLONE_PARENT);
    NEED(second >= 0);
    next_step();
    wait_go();
    await_step(0);
    if (second == 0) {
      act_on_files();
      act_on_folder();
    } else {
      see_files();
      see_folder();
    }
    leave();
  }
  await_step(0);
  ready();
  wait_go();
  see_no_files();
  see_no_folder("a", 027);
  reap(2);
}

static void *second_thread(void *unused) {
  (void)unused;
  wait_go();
  act_on_folder();
  return NULL;
}

static void *first_thread(void *unused) {
  pthread_t second;
  NEED(unshare(CLONE_FS) == 0);
  NEED(pthread_create(&second, NULL, second_thread, NULL) == 0);
  next_step();
  wait_go();
  see_folder();
  CHECK(pthread_join(second, NULL) == 0, "no second thread");
  return unused;
}

static void *third_thread(void *unused) {
  wait_go();
  see_no_folder("b", 077);
  return unused;
}

/* The first two are in a, the leader and the third are in b, where the process has gone since. */
static void run_threads(void) {
  pthread_t first, third;
  turns->step = 3;
  NEED(pthread_create(&first, NULL, first_thread, NULL) == 0);
  await_step(4);
  NEED(chdir(in_folder("b")) == 0);
  umask(077);
  NEED(pthread_create(&third, NULL, third_thread, NULL) == 0);
  ready();
  wait_go();
  see_no_folder("b", 077);
  CHECK(pthread_join(first, NULL) == 0 && pthread_join(third, NULL) == 0, "no threads");
}

/* In the table of a thread: a pipe with bytes in it, and an epoll instance that watches it, whose
   numbers are other things in the table of the process; a lock that goes with a description. */
static void open_in_thread(void) {
  int ends[2];
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4711};
  NEED(unshare(CLONE_FILES) == 0 && close_range(FIRST_FD + 1, FIRST_FD + 2, 0) == 0 && pipe(ends) == 0);
  NEED(dup2(ends[0], FIRST_FD) == FIRST_FD && dup2(ends[1], FIRST_FD + 9) == FIRST_FD + 9);
  NEED(close(ends[0]) == 0 && close(ends[1]) == 0 && write(FIRST_FD + 9, "flying", 6) == 6);
  int epoll = epoll_create1(0);
  NEED(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, FIRST_FD, &event) == 0);
  NEED(dup3(epoll, FIRST_FD + 3, O_CLOEXEC) == FIRST_FD + 3 && close(epoll) == 0);
  int fd = open(in_folder("locked"), O_RDWR | O_CREAT, 0600);
  NEED(fd >= 0 && flock(fd, LOCK_EX) == 0 && dup2(fd, FIRST_FD + 4) == FIRST_FD + 4 && close(fd) == 0);
}

static int is_flocked(void) {
  int fd = open(in_folder("locked"), O_RDWR);
  int locked = flock(fd, LOCK_EX | LOCK_NB) != 0;
  close(fd);
  return locked;
}

static void *thread_with_table(void *unused) {
  struct epoll_event event;
  char bytes[16];
  open_in_thread();
  next_step();
  wait_go();
  CHECK(!is_open(FIRST_FD + 1) && !is_open(FIRST_FD + 2), "a descriptor of the process is here");
  CHECK(fcntl(FIRST_FD + 3, F_GETFD) == FD_CLOEXEC && fcntl(FIRST_FD, F_GETFD) == 0, "close-on-exec differs");
  CHECK(epoll_wait(FIRST_FD + 3, &event, 1, 0) == 1 && event.data.u64 == 4711, "nothing is watched");
  CHECK(read(FIRST_FD, bytes, sizeof bytes) == 6 && memcmp(bytes, "flying", 6) == 0, "the pipe has other bytes");
  CHECK(epoll_wait(FIRST_FD + 3, &event, 1, 0) == 0, "an empty pipe can be read");
  CHECK(is_flocked(), "the lock is lost");
  int fd = open("/dev/zero", O_RDONLY);
  CHECK(fd >= 0 && dup2(fd, FIRST_FD + 8) == FIRST_FD + 8, "open: %s", strerror(errno));
  next_step();
  return unused;
}

static void *thread_with_nothing(void *unused) {
  NEED(unshare(CLONE_FILES) == 0 && close_range(0, ~0U, 0) == 0);
  next_step();
  while (!gone()) nap_ms(2);
  for (int fd = 0; fd < FIRST_FD + 10; fd++) CHECK(!is_open(fd), "fd %d is open in an empty table", fd);
  CHECK(open("/dev/null", O_RDONLY) == 0, "the lowest number is taken");
  return unused;
}

static void run_tables(void) {
  pthread_t some, nothing;
  open_files();
  NEED(dup2(FIRST_FD, FIRST_FD + 2) == FIRST_FD + 2 && lock_file(FIRST_FD) == 0);
  NEED(pthread_create(&some, NULL, thread_with_table, NULL) == 0);
  NEED(pthread_create(&nothing, NULL, thread_with_nothing, NULL) == 0);
  await_step(2);
  pid_t control = fork();
  NEED(control >= 0);
  if (control == 0) {
    while (!gone()) nap_ms(2);
    CHECK(is_locked(FIRST_FD), "the lock of the process is lost");
    leave();
  }
  ready();
  wait_go();
  check_table();
  CHECK(is_open(FIRST_FD + 2) && !is_open(FIRST_FD + 3) && !is_open(FIRST_FD + 4), "the table is not its own");
  CHECK(!is_open(FIRST_FD + 9), "a descriptor of a thread is here");
  await_step(3);
  CHECK(!is_open(FIRST_FD + 8), "what a thread opens is here");
  reap(1);
  CHECK(pthread_join(some, NULL) == 0 && pthread_join(nothing, NULL) == 0, "no threads");
}

int main(int argc, char **argv) {
  start(argc, argv);
  prepare();
  if (mode_is("files")) run_files();
  else if (mode_is("folders")) run_folders();
  else if (mode_is("siblings")) run_siblings();
  else if (mode_is("threads")) run_threads();
  else run_tables();
  return finish();
}
