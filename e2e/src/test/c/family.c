/*
 * A process tree: sessions, process groups, zombies, a stopped child, and what all of them share.
 * Modes: all; few (no more than it takes to have one of each).
 */
#include "victim.h"

#include <sys/eventfd.h>

#define MEMBERS 16
#define EXITS_WITH 60
#define BIG 1000000

/* What all of them see: who they were, and whether they may go. */
struct board {
  volatile int go;
  volatile int settled;
  volatile int checked;
  volatile int adds;
  struct {
    pid_t pid, parent, group, session;
  } member[MEMBERS];
};

static struct board *board;
static volatile sig_atomic_t children_told;
static char mine = 'r';
static int shared_file, events;

static void on_child(int signal) {
  (void)signal;
  children_told++;
}

/* What the member writes down of itself at first must be so afterwards. */
static void settle(int me) {
  board->member[me].pid = getpid();
  board->member[me].parent = getppid();
  board->member[me].group = getpgrp();
  board->member[me].session = getsid(0);
  __atomic_add_fetch(&board->settled, 1, __ATOMIC_SEQ_CST);
}

static void await_settled(int count) {
  while (board->settled < count) nap_ms(1);
}

static void check_place(int me) {
  CHECK(getpid() == board->member[me].pid, "member %d: pid %d, was %d", me, getpid(), board->member[me].pid);
  CHECK(me == 0 || getppid() == board->member[me].parent, "member %d: parent %d, was %d", me, getppid(), board->member[me].parent);
  CHECK(getpgrp() == board->member[me].group, "member %d: group %d, was %d", me, getpgrp(), board->member[me].group);
  CHECK(getsid(0) == board->member[me].session, "member %d: session %d, was %d", me, getsid(0), board->member[me].session);
}

static void await_go(void) {
  for (int naps = 0; !board->go; naps++) {
    if (naps > GO_LIMIT_SECONDS * 500) _exit(3);
    nap_ms(2);
  }
}

/* Waits like all others, checks itself, and ends with a status of its own. */
static void live(int me) {
  char own = 'A' + me;
  mine = own;
  umask(0100 + me);
  settle(me);
  await_go();
  check_place(me);
  CHECK(mine == own, "member %d: its memory is another's: %c", me, mine);
  CHECK(umask(0) == (mode_t)(0100 + me), "member %d: umask", me);
  __atomic_add_fetch(&board->adds, me, __ATOMIC_SEQ_CST);
  uint64_t one = 1;
  CHECK(write(events, &one, sizeof one) == sizeof one, "member %d: the shared eventfd", me);
  __atomic_add_fetch(&board->checked, 1, __ATOMIC_SEQ_CST);
  _exit(victim_failures ? 1 : EXITS_WITH + me);
}

static pid_t spawn(int me, int new_session, pid_t group) {
  pid_t child = fork();
  NEED(child >= 0);
  if (child > 0) return child;
  signal(SIGCHLD, SIG_DFL);
  if (new_session) NEED(setsid() == getpid());
  if (group >= 0) NEED(setpgid(0, group) == 0);
  live(me);
  return 0;
}

/* Leads a session, with a child born before that and one born after. */
static pid_t spawn_leader(int me, int early, int late) {
  pid_t child = fork();
  NEED(child >= 0);
  if (child > 0) return child;
  signal(SIGCHLD, SIG_DFL);
  pid_t first = spawn(early, 0, -1);
  NEED(setsid() == getpid());
  pid_t second = spawn(late, 0, -1);
  board->member[me].pid = 0;
  mine = 'A' + me;
  settle(me);
  await_go();
  check_place(me);
  int status;
  CHECK(waitpid(first, &status, 0) == first && WEXITSTATUS(status) == EXITS_WITH + early, "member %d: %x", early, status);
  CHECK(waitpid(second, &status, 0) == second && WEXITSTATUS(status) == EXITS_WITH + late, "member %d: %x", late, status);
  __atomic_add_fetch(&board->checked, 1, __ATOMIC_SEQ_CST);
  _exit(victim_failures ? 1 : EXITS_WITH + me);
}

static void await_end(pid_t child, int me) {
  int status = 0;
  pid_t ended = waitpid(child, &status, 0);
  CHECK(ended == child && WIFEXITED(status) && WEXITSTATUS(status) == EXITS_WITH + me, "member %d ended with %x", me, status);
}

static char state_of(pid_t pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (slurp(path, text, sizeof text) <= 0) return '?';
  char *end = strrchr(text, ')');
  return end ? end[2] : '?';
}

static void await_state(pid_t pid, char wanted) {
  while (state_of(pid) != wanted) nap_ms(1);
}

/* A program that has ended still has its name. */
static void leave_name(void) {
  NEED(prctl(PR_SET_NAME, "family-ended") == 0);
  _exit(42);
}

static void check_name(pid_t pid, const char *wanted) {
  char path[64], name[17] = "";
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  int length = slurp(path, name, sizeof name);
  CHECK(length == (int)strlen(wanted) + 1 && !memcmp(name, wanted, length - 1), "the name of %d: %s", pid, name);
}

/* The bytes of a large pipe, the same each time. */
static void fill(char *bytes, int length) {
  uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < length; i++) bytes[i] = next_random(&state);
}

/* A leader of a session, which is stopped, a zombie, and a pipe with something in it. */
static int few(void) {
  int words[2], status;
  char text[16] = "";
  NEED(pipe(words) == 0 && write(words[1], "in flight", 9) == 9);
  pid_t leader = spawn(1, 1, -1);
  await_settled(1);
  pid_t exited = fork();
  if (exited == 0) leave_name();
  kill(leader, SIGSTOP);
  await_state(exited, 'Z');
  await_state(leader, 'T');
  nap_ms(20);
  settle(0);
  ready();
  wait_go();
  check_place(0);
  CHECK(read(words[0], text, sizeof text) == 9 && !memcmp(text, "in flight", 9), "the bytes in flight: %.9s", text);
  check_name(exited, "family-ended");
  CHECK(waitpid(exited, &status, 0) == exited && WEXITSTATUS(status) == 42, "exited: %x", status);
  board->go = 1;
  kill(leader, SIGCONT);
  await_end(leader, 1);
  CHECK(board->checked == 1 && board->adds == 1, "%d members, shared memory adds up to %d", board->checked, board->adds);
  return finish();
}

int main(int argc, char **argv) {
  static char big[BIG], back[BIG];
  start(argc, argv);
  board = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED(board != MAP_FAILED);
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
  NEED(sigaction(SIGCHLD, &action, NULL) == 0);

  /* Descriptions of all: a file whose offset moves, an eventfd, and pipes with something in them. */
  shared_file = open(in_folder("shared"), O_RDWR | O_CREAT | O_APPEND, 0600);
  NEED(shared_file >= 0 && write(shared_file, "0123456789", 10) == 10 && lseek(shared_file, 4, SEEK_SET) == 4);
  events = eventfd(0, 0);
  NEED(events >= 0);
  if (mode_is("few")) return few();
  int words[2], packets[2], large[2], broken[2];
  NEED(pipe(words) == 0 && pipe2(packets, O_DIRECT) == 0 && pipe(large) == 0 && pipe(broken) == 0);
  NEED(write(words[1], "in flight", 9) == 9);
  for (int i = 1; i <= 3; i++) NEED(write(packets[1], "packets", i) == i);
  int capacity = fcntl(large[1], F_SETPIPE_SZ, 1 << 20);
  NEED(capacity == 1 << 20);
  fill(big, BIG);
  NEED(write(large[1], big, BIG) == BIG);
  close(broken[0]);

  pid_t plain = spawn(1, 0, -1);
  pid_t leader = spawn(2, 0, 0);
  await_settled(2);
  pid_t member = spawn(3, 0, leader);
  pid_t session = spawn_leader(4, 5, 6);
  /* A group whose leader has ended and was waited for. */
  pid_t lost = fork();
  NEED(lost >= 0);
  if (lost == 0) {
    setpgid(0, 0);
    pause();
    _exit(0);
  }
  while (getpgid(lost) != lost) nap_ms(1);
  pid_t orphaned = spawn(7, 0, lost);
  await_settled(7);
  kill(lost, SIGKILL);
  NEED(waitpid(lost, NULL, 0) == lost);
  pid_t exited = fork();
  if (exited == 0) leave_name();
  pid_t killed = fork();
  if (killed == 0) pause();
  kill(killed, SIGTERM);
  pid_t stopped = spawn(8, 0, -1);
  await_settled(8);
  kill(stopped, SIGSTOP);
  await_state(exited, 'Z');
  await_state(killed, 'Z');
  await_state(stopped, 'T');
  nap_ms(20);
  settle(0);
  int told = children_told;
  ready();
  wait_go();

  check_place(0);
  CHECK(children_told == told, "told of %d more ends of children", children_told - told);
  CHECK(state_of(stopped) == 'T', "the stopped child is %c", state_of(stopped));
  CHECK(state_of(exited) == 'Z' && state_of(killed) == 'Z', "the zombies are %c and %c", state_of(exited), state_of(killed));
  CHECK(getpgid(orphaned) == lost, "group %d of a leader that has ended, not %d", getpgid(orphaned), lost);
  int status;
  check_name(exited, "family-ended");
  check_name(killed, "family");
  CHECK(waitpid(exited, &status, 0) == exited && WIFEXITED(status) && WEXITSTATUS(status) == 42, "exited: %x", status);
  CHECK(waitpid(killed, &status, 0) == killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "killed: %x", status);
  CHECK(lseek(shared_file, 0, SEEK_CUR) == 4, "the offset of the shared file");

  char text[16] = "";
  CHECK(read(words[0], text, sizeof text) == 9 && !memcmp(text, "in flight", 9), "the bytes in flight: %.9s", text);
  for (int i = 1; i <= 3; i++) CHECK(read(packets[0], text, sizeof text) == i, "packet %d", i);
  CHECK((fcntl(packets[1], F_GETFL) & O_DIRECT) && !(fcntl(words[1], F_GETFL) & O_DIRECT), "packet mode");
  CHECK(fcntl(large[0], F_GETPIPE_SZ) == 1 << 20, "capacity %d", fcntl(large[0], F_GETPIPE_SZ));
  int got = 0;
  while (got < BIG) {
    ssize_t part = read(large[0], back + got, BIG - got);
    if (part <= 0) break;
    got += part;
  }
  CHECK(got == BIG && memcmp(big, back, BIG) == 0, "%d bytes of the large pipe", got);

  board->go = 1;
  kill(stopped, SIGCONT);
  await_end(plain, 1);
  await_end(leader, 2);
  await_end(member, 3);
  await_end(session, 4);
  await_end(orphaned, 7);
  await_end(stopped, 8);
  CHECK(waitpid(-1, &status, WNOHANG | __WALL) == -1 && errno == ECHILD, "there are more children");
  CHECK(board->checked == 8, "%d members checked themselves", board->checked);
  CHECK(board->adds == 1 + 2 + 3 + 5 + 6 + 7 + 8, "shared memory adds up to %d", board->adds);
  uint64_t sum = 0;
  CHECK(read(events, &sum, sizeof sum) == sizeof sum && sum == 7, "the shared eventfd is at %lu", (unsigned long)sum);
  signal(SIGPIPE, SIG_IGN);
  CHECK(write(broken[1], "x", 1) == -1 && errno == EPIPE, "a pipe without a reader");
  return finish();
}
