/*
 * Holds one thing that cannot be captured (the mode says which; a descriptor is always number 50)
 * and checks that it can go on when the checkpoint was refused.
 */
#include "victim.h"

#include <arpa/inet.h>
#include <linux/aio_abi.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

#define NUMBER 50

static void hold_fd(int fd) {
  CAN(fd >= 0, victim_mode);
  NEED(dup2(fd, NUMBER) == NUMBER);
  if (fd != NUMBER) close(fd);
}

static int make_pipe(void) {
  int ends[2];
  NEED(pipe(ends) == 0);
  NEED(write(ends[1], "queued", 6) == 6);
  NEED(fcntl(ends[1], F_DUPFD, 60) == 60);
  close(ends[1]);
  return ends[0];
}

static int make_pair(void) {
  int ends[2];
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  NEED(fcntl(ends[1], F_DUPFD, 60) == 60);
  close(ends[1]);
  return ends[0];
}

/* The other end is an orphan's alone. */
static int make_half(void) {
  int ends[2];
  NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  if (fork() == 0) {
    if (fork() == 0) {
      close(ends[0]);
      wait_go();
    }
    _exit(0);
  }
  close(ends[1]);
  NEED(wait(NULL) > 0);
  return ends[0];
}

static int make_passed(void) {
  int fd = make_pair(), passed = 1;
  char control[CMSG_SPACE(sizeof passed)] = {0};
  struct iovec place = {"x", 1};
  struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof passed);
  memcpy(CMSG_DATA(header), &passed, sizeof passed);
  NEED(sendmsg(60, &message, 0) == 1);
  return fd;
}

static int make_urgent(void) {
  int fd = make_pair();
  CAN(send(60, "urgent", 6, MSG_OOB) == 6, "urgent bytes of Unix sockets");
  return fd;
}

static int make_filtered(void) {
  int fd = make_pair();
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, 0xffff)};
  struct sock_fprog program = {1, code};
  NEED(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
  return fd;
}

/* Nobody but the listener could read what it has sent. */
static int make_waiting(void) {
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path + 1, 60, "ckimg-e2e-%d", getpid());
  NEED(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 2) == 0);
  NEED(connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && send(fd, "early", 5, 0) == 5);
  return fd;
}

/* With as many connections that nobody has accepted. */
static int make_listener(int waiting) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  NEED(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 0) == 0);
  NEED(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
  for (int i = 0; i < waiting; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    NEED(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
  }
  return listener;
}

/* The backlog is full: the next one gets no answer. */
static int make_connecting(void) {
  int listener = make_listener(1), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  NEED(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
  NEED(connect(fd, (struct sockaddr *)&address, sizeof address) == -1 && errno == EINPROGRESS);
  return fd;
}

/* It watches a file that has lost its name. */
static int make_notify(void) {
  int file = open(in_folder("watched"), O_CREAT | O_RDWR, 0600), fd = inotify_init1(0);
  NEED(file >= 0 && inotify_add_watch(fd, in_folder("watched"), IN_MODIFY) == 1 && unlink(in_folder("watched")) == 0);
  return fd;
}

/* An orphan, so no child of the program, has it too. */
static int share(int fd) {
  if (fork() == 0) {
    if (fork() == 0) wait_go();
    _exit(0);
  }
  NEED(wait(NULL) > 0);
  return fd;
}

static int make_master(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  NEED(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
  return master;
}

/* An orphan has the other side. */
static int make_slave(void) {
  int master = make_master(), slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  NEED(slave >= 0);
  if (fork() == 0) {
    close(master);
    if (fork() == 0) wait_go();
    _exit(0);
  }
  NEED(wait(NULL) > 0);
  close(slave);
  return master;
}

static int make_discipline(void) {
  int master = make_master(), other = 27; /* N_NULL, which every kernel has */
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  NEED(slave >= 0);
  CAN(ioctl(slave, TIOCSETD, &other) == 0, "another line discipline");
  return master;
}

/* /dev/tty on the terminal of a session that its holder has left. */
static int make_left(void) {
  int master = make_master(), slave = open(ptsname(master), O_RDWR | O_NOCTTY), ready[2];
  NEED(slave >= 0 && pipe(ready) == 0);
  if (fork() == 0) {
    NEED(setsid() == getpid() && ioctl(slave, TIOCSCTTY, 0) == 0);
    NEED(dup2(open("/dev/tty", O_RDWR), NUMBER) == NUMBER);
    if (fork() == 0) NEED(setsid() == getpid() && write(ready[1], "", 1) == 1);
    signal(SIGHUP, SIG_IGN);
    wait_go();
    _exit(0);
  }
  char byte;
  NEED(read(ready[0], &byte, 1) == 1);
  return master;
}

/* A pair of another devpts, with a number that /dev/pts has, too. */
static int make_instance(int open_too, int twin) {
  int known = twin ? make_master() : share(make_master()), wanted, number;
  NEED(ioctl(known, TIOCGPTN, &wanted) == 0);
  if (!twin) close(known);
  int home = open("/proc/self/ns/mnt", O_RDONLY), folder = open(".", O_PATH);
  CAN(unshare(CLONE_NEWNS) == 0, "mount namespaces");
  NEED(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  CAN(mount("devpts", victim_folder, "devpts", 0, "newinstance,ptmxmode=0666") == 0, "devpts");
  NEED(chdir(victim_folder) == 0);
  int lower[256], num = 0, master;
  while (1) {
    master = open("ptmx", O_RDWR | O_NOCTTY);
    NEED(master >= 0 && ioctl(master, TIOCGPTN, &number) == 0);
    if (number == wanted) break;
    NEED(num < 256);
    lower[num++] = master;
  }
  while (num > 0) close(lower[--num]);
  int unlocked = 0;
  NEED(ioctl(master, TIOCSPTLCK, &unlocked) == 0);
  if (open_too) NEED(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY) >= 0);
  NEED(setns(home, CLONE_NEWNS) == 0 && fchdir(folder) == 0);
  close(home), close(folder);
  return master;
}

static int make_member(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ip_mreq request = {.imr_multiaddr = {htonl(0xefc1c1c1)}, .imr_interface = {htonl(INADDR_LOOPBACK)}};
  CAN(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0, "multicast");
  return fd;
}

static int make_member6(void) {
  int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  struct ipv6_mreq request = {.ipv6mr_interface = 1};
  NEED(inet_pton(AF_INET6, "ff15::c1c1", &request.ipv6mr_multiaddr) == 1);
  CAN(fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0, "multicast of IPv6");
  return fd;
}

/* It has sent to a port where nobody is, and has not heard of it. */
static int make_refused(void) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), nobody = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  NEED(bind(nobody, (struct sockaddr *)&address, length) == 0);
  NEED(getsockname(nobody, (struct sockaddr *)&address, &length) == 0 && close(nobody) == 0);
  NEED(connect(fd, (struct sockaddr *)&address, length) == 0 && send(fd, "x", 1, 0) == 1);
  return fd;
}

static int make_emptied(void) {
  int ends[2];
  NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
  NEED(send(ends[1], "", 0, 0) == 0 && send(ends[1], "text", 4, 0) == 4);
  return ends[0];
}

/* It has been told of a file and has not looked. */
static int make_notified(void) {
  int fd = inotify_init1(0);
  NEED(mkdir(in_folder("watched"), 0700) == 0 && inotify_add_watch(fd, in_folder("watched"), IN_CREATE) == 1);
  NEED(mkdir(in_folder("watched/born"), 0700) == 0);
  return fd;
}

static int make_leased(void) {
  int fd = open(in_folder("leased"), O_CREAT | O_RDONLY, 0600);
  CAN(fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0, "leases");
  return fd;
}

/* What it watches is open under no number any more. */
static int make_watcher(void) {
  int target = share(eventfd(0, 0)), fd = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  NEED(epoll_ctl(fd, EPOLL_CTL_ADD, target, &event) == 0 && close(target) == 0);
  return fd;
}

/* It tells of another process. */
static int make_parents(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/status", getppid());
  return open(path, O_RDONLY);
}

static int make_queue(void) {
  struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 16};
  char name[64];
  snprintf(name, sizeof name, "/ckimg-e2e-%d", getpid());
  int fd = mq_open(name, O_CREAT | O_RDWR, 0600, &attributes);
  if (fd >= 0) mq_unlink(name);
  return fd;
}

static int make_uring(void) {
  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof parameters);
  return syscall(SYS_io_uring_setup, 4, &parameters);
}

static int make_fifo(void) {
  NEED(mkfifo(in_folder("fifo"), 0600) == 0);
  return open(in_folder("fifo"), O_RDWR);
}

static void hold_thing(void) {
  if (mode_is("pipe")) hold_fd(share(make_pipe()));
  else if (mode_is("fifo")) hold_fd(share(make_fifo()));
  else if (mode_is("unix")) hold_fd(make_half());
  else if (mode_is("unixshared")) hold_fd(share(make_pair()));
  else if (mode_is("passed")) hold_fd(make_passed());
  else if (mode_is("urgent")) hold_fd(make_urgent());
  else if (mode_is("filtered")) hold_fd(make_filtered());
  else if (mode_is("waiting")) hold_fd(make_waiting());
  else if (mode_is("raw")) hold_fd(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  else if (mode_is("connecting")) hold_fd(make_connecting());
  else if (mode_is("unaccepted")) hold_fd(make_listener(1));
  else if (mode_is("netlink")) hold_fd(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  else if (mode_is("packet")) hold_fd(socket(AF_PACKET, SOCK_RAW, 0));
  else if (mode_is("elsewhere")) hold_fd(share(eventfd(0, 0)));
  else if (mode_is("notify")) hold_fd(make_notify());
  else if (mode_is("notifyshared")) hold_fd(share(inotify_init1(0)));
  else if (mode_is("pidfd")) hold_fd(syscall(SYS_pidfd_open, getppid(), 0));
  else if (mode_is("memfd")) hold_fd(share(memfd_create("named", 0)));
  else if (mode_is("userfaultfd")) hold_fd(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
  else if (mode_is("io_uring")) hold_fd(make_uring());
  else if (mode_is("mqueue")) hold_fd(make_queue());
  else if (mode_is("multicast")) hold_fd(make_member());
  else if (mode_is("multicast6")) hold_fd(make_member6());
  else if (mode_is("refused")) hold_fd(make_refused());
  else if (mode_is("emptied")) hold_fd(make_emptied());
  else if (mode_is("notified")) hold_fd(make_notified());
  else if (mode_is("lease")) hold_fd(make_leased());
  else if (mode_is("watcher")) hold_fd(make_watcher());
  else if (mode_is("master")) hold_fd(share(make_master()));
  else if (mode_is("slave")) hold_fd(make_slave());
  else if (mode_is("discipline")) hold_fd(make_discipline());
  else if (mode_is("devtty")) hold_fd(make_left());
  else if (mode_is("instance")) hold_fd(make_instance(1, 0));
  else if (mode_is("unopened")) hold_fd(make_instance(0, 0));
  else if (mode_is("twin")) hold_fd(make_instance(0, 1));
  else if (mode_is("proc")) hold_fd(open("/proc/self/mem", O_RDONLY));
  else if (mode_is("procparent")) hold_fd(make_parents());
  else NEED(!"a known mode");
}

/* Descriptors of its own, and a lock that belongs to them. */
static void *lock_in_own_table(void *unused) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  NEED(unshare(CLONE_FILES) == 0);
  int fd = open(in_folder("locked"), O_RDWR | O_CREAT, 0600);
  NEED(fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0);
  ready();
  wait_go();
  return unused;
}

static void *wait_as_twin(void *unused) {
  ready();
  wait_go();
  return unused;
}

/* Two threads with one table that is not that of their process. */
static void *share_own_table(void *unused) {
  pthread_t twin;
  NEED(unshare(CLONE_FILES) == 0);
  NEED(pthread_create(&twin, NULL, wait_as_twin, NULL) == 0);
  NEED(pthread_join(twin, NULL) == 0);
  return unused;
}

static void wait_for_thread(void *(*run)(void *)) {
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, run, NULL) == 0);
  NEED(pthread_join(thread, NULL) == 0);
}

static pid_t clone_with(unsigned long flags) { return syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0); }

static void wait_beside(int children) {
  nap_ms(50);
  ready();
  wait_go();
  for (int i = 0; i < children; i++) {
    int status = -1;
    CHECK(wait(&status) > 0 && status == 0, "a child: status %#x", status);
  }
}

/* The child of one has the table of descriptors of another, whom its parent has left since. */
static void share_with_nephew(void) {
  pid_t child = fork();
  NEED(child >= 0);
  if (child == 0) {
    pid_t nephew = clone_with(CLONE_FILES);
    if (nephew == 0) {
      wait_go();
      _exit(0);
    }
    pid_t sibling = nephew < 0 ? -1 : clone_with(CLONE_FILES | CLONE_PARENT);
    if (sibling == 0) {
      wait_go();
      _exit(0);
    }
    if (sibling < 0 || unshare(CLONE_FILES) != 0) _exit(1);
    wait_go();
    _exit(waitpid(nephew, NULL, 0) != nephew);
  }
  wait_beside(2);
}

/* An orphan, so no child of the program, has the table of descriptors of the program. */
static void share_outside(void) {
  pid_t child = clone_with(CLONE_FILES);
  if (child == 0) {
    if (clone_with(CLONE_FILES) == 0) wait_go();
    _exit(0);
  }
  NEED(child > 0 && waitpid(child, NULL, 0) == child);
  ready();
  wait_go();
}

static void *wait_in_thread(void *unused) {
  wait_go();
  return unused;
}

/* An orphan has left the place of the program, but for one of its threads. */
static void share_outside_with_thread(void) {
  int ends[2];
  char byte;
  NEED(pipe(ends) == 0);
  pid_t child = clone_with(CLONE_FS);
  if (child == 0) {
    if (clone_with(CLONE_FS) == 0) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, wait_in_thread, NULL) != 0 || unshare(CLONE_FS) != 0) _exit(1);
      if (write(ends[1], "", 1) != 1) _exit(1);
      wait_go();
    }
    _exit(0);
  }
  NEED(child > 0 && waitpid(child, NULL, 0) == child);
  close(ends[1]);
  NEED(read(ends[0], &byte, 1) == 1);
  close(ends[0]);
  ready();
  wait_go();
}

/* Children with all that can be shared, as fast as they can be made. */
static void share_with_many(void) {
  ready();
  for (int made = 0; !gone(); made++) {
    pid_t child = clone_with(CLONE_FILES | CLONE_FS);
    NEED(child >= 0);
    if (child == 0) {
      nap_ms(20);
      _exit(0);
    }
    if (made >= 8) NEED(wait(NULL) > 0);
    nap_ms(1);
  }
  while (wait(NULL) > 0) continue;
}

static void *clone_in_thread(void *unused) {
  NEED(unshare(CLONE_FS) == 0);
  pid_t child = clone_with(CLONE_FS);
  NEED(child >= 0);
  if (child == 0) {
    wait_go();
    _exit(0);
  }
  wait_go();
  return unused;
}

/* A child is where a thread is that has left the place of the process. */
static void share_with_thread(void) {
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, clone_in_thread, NULL) == 0);
  wait_beside(1);
  NEED(pthread_join(thread, NULL) == 0);
}

/* CLONE_SIGHAND needs CLONE_VM: the child runs on a stack of its own. */
static int wait_in_child(void *unused) {
  (void)unused;
  while (!gone()) nap_ms(2);
  return 0;
}

static void share_actions(void) {
  static char stack[64 << 10] __attribute__((aligned(16)));
  NEED(clone(wait_in_child, stack + sizeof stack, CLONE_VM | CLONE_SIGHAND | SIGCHLD, NULL) >= 0);
  wait_beside(1);
}

static pid_t only_child(pid_t parent) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
  FILE *file = fopen(path, "r");
  NEED(file != NULL);
  pid_t child = 0;
  if (fscanf(file, "%d", &child) != 1) child = 0;
  fclose(file);
  return child;
}

static void wait_beside_child(int with_zombie) {
  pid_t child = fork();
  NEED(child >= 0);
  if (child == 0) {
    if (!with_zombie) wait_go();
    _exit(7);
  }
  nap_ms(50);
  ready();
  wait_go();
  int status;
  CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7, "the child: status %#x", status);
}

/* The parent stands in an uninterruptible wait until its child has ended. */
static void wait_in_vfork(void) {
  pid_t child = vfork();
  if (child == 0) {
    ready();
    while (!gone()) nap_ms(2);
    _exit(7);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7, "the child: status %#x", status);
}

/* The first process of a namespace cannot end before its tracer lets the last one there go. */
static void wait_beside_ending(void) {
  pid_t first = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, 0);
  CAN(first >= 0, "a pid namespace");
  if (first == 0) {
    fork();
    while (1) pause();
  }
  pid_t last;
  while ((last = only_child(first)) == 0) nap_ms(1);
  NEED(ptrace(PTRACE_SEIZE, last, NULL, NULL) == 0);
  kill(first, SIGKILL);
  siginfo_t end;
  NEED(waitid(P_PID, last, &end, WEXITED | WNOWAIT | __WALL) == 0);
  ready();
  wait_go();
  CHECK(waitpid(last, NULL, __WALL) == last && waitpid(first, NULL, 0) == first, "an end");
}

static void filter(void) {
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {1, code};
  NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CAN(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "seccomp");
}

/* It allows this one thread neither what a dump asks each thread nor how such questions end. */
static void *wait_in_filter(void *unused) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sigaltstack, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getitimer, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CAN(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "seccomp");
  ready();
  wait_go();
  return unused;
}

static int go_pipe[2];

/* Strict mode kills for all but read, write, exit and sigreturn. */
static void *wait_in_strict_mode(void *unused) {
  char byte;
  CAN(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0, "strict mode");
  long length = syscall(SYS_write, 1, "ready\n", 6) == 6 ? syscall(SYS_read, go_pipe[0], &byte, 1) : -1;
  if (length != 1) say("FAIL: read in strict mode: %ld", length);
  syscall(SYS_exit, 0);
  return unused;
}

static void wait_beside_strict_mode(void) {
  pthread_t thread;
  NEED(pipe(go_pipe) == 0 && pthread_create(&thread, NULL, wait_in_strict_mode, NULL) == 0);
  wait_go();
  NEED(write(go_pipe[1], "", 1) == 1 && pthread_join(thread, NULL) == 0);
}

static void deadline(void) {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {48, 6, 0, 0, 0, 1000000, 100000000, 100000000};
  CAN(syscall(SYS_sched_setattr, 0, &attributes, 0) == 0, "SCHED_DEADLINE");
}

static void attach_shared_memory(void) {
  int id = shmget(IPC_PRIVATE, 4 * PAGE, IPC_CREAT | 0600);
  CAN(id >= 0, "System V shared memory");
  char *at = shmat(id, NULL, 0);
  shmctl(id, IPC_RMID, NULL);
  NEED(at != (void *)-1);
  at[0] = 1;
}

static char *map_common(void) {
  char *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(at != MAP_FAILED);
  at[0] = 1;
  return at;
}

static void map_ring(void) {
  aio_context_t ring = 0;
  CAN(syscall(SYS_io_setup, 8, &ring) == 0, "io_setup");
}

/* Its descriptor is closed: only the mapping is left. */
static void map_secret(void) {
  int fd = syscall(SYS_memfd_secret, 0);
  CAN(fd >= 0 && ftruncate(fd, PAGE) == 0, "memfd_secret");
  char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CAN(at != MAP_FAILED, "memfd_secret");
  at[0] = 1;
  close(fd);
}

int main(int argc, char **argv) {
  start(argc, argv);
  if (mode_is("child") || mode_is("zombie")) {
    wait_beside_child(mode_is("zombie"));
    return finish();
  }
  if (mode_is("ownlock") || mode_is("twintables")) {
    wait_for_thread(mode_is("ownlock") ? lock_in_own_table : share_own_table);
    return finish();
  }
  if (mode_is("filteredthread") || mode_is("strictthread")) {
    if (mode_is("filteredthread")) wait_for_thread(wait_in_filter);
    else wait_beside_strict_mode();
    return finish();
  }
  if (mode_is("outside")) {
    share_outside();
    return finish();
  }
  if (mode_is("outsidethread")) {
    share_outside_with_thread();
    return finish();
  }
  if (mode_is("many")) {
    share_with_many();
    return finish();
  }
  if (mode_is("nephew") || mode_is("threadfolder") || mode_is("actions")) {
    if (mode_is("nephew")) share_with_nephew();
    else if (mode_is("threadfolder")) share_with_thread();
    else share_actions();
    return finish();
  }
  if (mode_is("vfork")) {
    wait_in_vfork();
    return finish();
  }
  if (mode_is("ending")) {
    wait_beside_ending();
    return finish();
  }
  if (mode_is("seccomp")) filter();
  else if (mode_is("deadline")) deadline();
  else if (mode_is("namespace")) CAN(unshare(CLONE_NEWUSER) == 0, "user namespaces");
  else if (mode_is("sysv")) attach_shared_memory(), share(0);
  else if (mode_is("memory")) map_common(), share(0);
  else if (mode_is("aio")) map_ring();
  else if (mode_is("secret")) map_secret();
  else if (mode_is("guard")) CAN(madvise(map_common(), PAGE, 102) == 0, "MADV_GUARD_INSTALL");
  else hold_thing();
  ready();
  wait_go();
  return finish();
}
