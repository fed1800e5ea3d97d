/* Working folder (deep down), umask. */
#include "victim.h"

#define DEPTH 30

static char before[8192], after[8192];

int main(int argc, char **argv) {
  start(argc, argv);
  char name[64];
  NEED(chdir(victim_folder) == 0);
  for (int i = 0; i < DEPTH; i++) {
    snprintf(name, sizeof name, "folder %02d \xc3\xb6 with a long name", i);
    NEED(mkdir(name, 0755) == 0 && chdir(name) == 0);
  }
  umask(0137);
  struct stat here, now, made;
  NEED(getcwd(before, sizeof before) && stat(".", &here) == 0);
  ready();
  wait_go();

  CHECK(getcwd(after, sizeof after) && strcmp(before, after) == 0, "cwd is %.200s, was %.200s", after, before);
  CHECK(stat(".", &now) == 0 && now.st_ino == here.st_ino && now.st_dev == here.st_dev, "cwd is another folder");
  int fd = open("made", O_CREAT | O_WRONLY, 0777);
  CHECK(fd >= 0 && fstat(fd, &made) == 0 && (made.st_mode & 07777) == 0640, "a new file has mode %o",
        made.st_mode & 07777);
  mode_t mask = umask(0);
  CHECK(mask == 0137, "umask is %#o", mask);
  CHECK(chdir("..") == 0 && access(name, F_OK) == 0, "the way up is gone");
  return finish();
}
