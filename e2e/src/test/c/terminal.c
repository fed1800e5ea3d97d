/*
 * A program with a terminal in a mode of its own. Modes: leader (it leads the session that owns the
 * terminal) and job (a shell leads it). Writes its pid to the file "self".
 */
#include "victim.h"

#include <sys/ioctl.h>
#include <termios.h>

int main(int argc, char **argv) {
  start(argc, argv);
  int leader = mode_is("leader");
  struct termios modes, now;
  memset(&modes, 0, sizeof modes);
  memset(&now, 0, sizeof now);
  struct winsize window, size;
  NEED((getsid(0) == getpid()) == leader);
  NEED(tcgetattr(0, &modes) == 0 && ioctl(0, TIOCGWINSZ, &window) == 0);
  modes.c_lflag &= ~(ECHO | ICANON);
  modes.c_oflag &= ~OPOST;
  modes.c_cc[VQUIT] = 7;
  modes.c_cc[VMIN] = 3;
  NEED(tcsetattr(0, TCSANOW, &modes) == 0 && tcgetattr(0, &modes) == 0);
  int fd = open(in_folder("self"), O_WRONLY | O_CREAT | O_EXCL, 0600);
  char text[16];
  int length = snprintf(text, sizeof text, "%d\n", getpid());
  NEED(fd >= 0 && write(fd, text, length) == length && close(fd) == 0);
  ready();
  wait_go();
  for (int i = 0; i < 3; i++) CHECK(isatty(i), "fd %d is no terminal", i);
  CHECK(tcgetattr(0, &now) == 0, "no modes: %s", strerror(errno));
  for (size_t i = 0; i < sizeof now; i++) {
    int is = ((unsigned char *)&now)[i], was = ((unsigned char *)&modes)[i];
    CHECK(is == was, "byte %zu of the modes was %d and is %d", i, was, is);
  }
  CHECK(tcgetpgrp(0) == getpgrp(), "foreground %d, group %d", tcgetpgrp(0), getpgrp());
  CHECK((getsid(0) == getpid()) == leader, "session %d, pid %d", getsid(0), getpid());
  /* Nor has the window another size for a moment: nobody asked this program to draw. */
  for (int naps = 0; naps < 50 && !victim_failures; naps++) {
    CHECK(ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == window.ws_row &&
              size.ws_col == window.ws_col,
          "window %dx%d", size.ws_row, size.ws_col);
    nap_ms(3);
  }
  fd = open("/dev/tty", O_RDWR);
  CHECK(fd >= 0 && isatty(fd), "no /dev/tty: %s", strerror(errno));
  return finish();
}
