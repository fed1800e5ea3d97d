/* A file whose name is gone while another name of it is there. */
#include "victim.h"

int main(int argc, char **argv) {
  char kept[640];
  start(argc, argv);
  snprintf(kept, sizeof kept, "%s", in_folder("kept"));
  int fd = open(in_folder("gone"), O_CREAT | O_RDWR | O_APPEND, 0600);
  NEED(fd >= 0 && write(fd, "before ", 7) == 7);
  NEED(link(in_folder("gone"), kept) == 0 && unlink(in_folder("gone")) == 0);
  struct stat before, now, other;
  NEED(fstat(fd, &before) == 0 && before.st_nlink == 1);
  ready();
  wait_go();
  CHECK(write(fd, "after", 5) == 5, "write: %s", strerror(errno));
  CHECK(fstat(fd, &now) == 0 && stat(kept, &other) == 0, "stat: %s", strerror(errno));
  int same = now.st_ino == before.st_ino && now.st_ino == other.st_ino;
  CHECK(mode_is("same") == same, "inode %lu, was %lu; %lu under its other name", now.st_ino, before.st_ino, other.st_ino);
  return finish();
}
