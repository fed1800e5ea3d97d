package org.ckimg.linux.remote;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * Files that the virtual machine has open for itself, without O_CLOEXEC: its modules, the class
 * path, its sources of random numbers. A program that inherited them would have them in its images,
 * which could not be restored after an update. What else is open was handed to us for the program.
 */
final class OwnFiles {
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int FIRST = 3;

  private OwnFiles() {}

  /** Lets no command that is started later have them. */
  static void closeOnExec() throws IOException {
    int self = (int) ProcessHandle.current().pid();
    Set<String> own = names();
    for (int fd : Fds.list(self)) {
      if (fd >= FIRST && own.contains(name(self, fd))) {
        FileCalls.fcntl(fd, F_SETFD, FD_CLOEXEC);
      }
    }
  }

  private static Set<String> names() throws IOException {
    Set<String> names = new HashSet<>(Set.of("/dev/random", "/dev/urandom"));
    names.add(real(Path.of(System.getProperty("java.home"), "lib", "modules")));
    for (String property : new String[] {"java.class.path", "jdk.module.path"}) {
      for (String path : System.getProperty(property, "").split(File.pathSeparator)) {
        names.add(real(Path.of(path)));
      }
    }
    return names;
  }

  private static String real(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath().toString() : path.toString();
  }

  /** Empty for one that is closed by now. */
  private static String name(int pid, int fd) {
    try {
      return new String(Fds.link(pid, fd), StandardCharsets.UTF_8);
    } catch (SyscallException e) {
      return "";
    }
  }
}
