package org.ckimg.linux.remote;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.LibraryCall;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.SyscallException;

/**
 * posix_spawn(3). A child of ProcessBuilder can never be traced: its reaper thread waits for it too
 * and swallows the stops.
 */
final class Spawn {
  private static final int POSIX_SPAWN_SETPGROUP = 2;
  private static final int POSIX_SPAWN_SETSIGDEF = 4;
  private static final int POSIX_SPAWN_SETSIGMASK = 8;
  private static final int POSIX_SPAWN_SETSID = 0x80;

  /** glibc's structures are smaller than this. */
  private static final int OPAQUE_BYTES = 1024;

  private static final int SIGSET_BYTES = 128;

  private static final LibraryCall SPAWN = new LibraryCall("posix_spawn");
  private static final LibraryCall ACTIONS_INIT = new LibraryCall("posix_spawn_file_actions_init");
  private static final LibraryCall ACTIONS_DUP2 =
      new LibraryCall("posix_spawn_file_actions_adddup2");
  private static final LibraryCall ACTIONS_OPEN =
      new LibraryCall("posix_spawn_file_actions_addopen");
  private static final LibraryCall ATTRIBUTES_INIT = new LibraryCall("posix_spawnattr_init");
  private static final LibraryCall ATTRIBUTES_FLAGS = new LibraryCall("posix_spawnattr_setflags");
  private static final LibraryCall ATTRIBUTES_DEFAULT =
      new LibraryCall("posix_spawnattr_setsigdefault");
  private static final LibraryCall ATTRIBUTES_MASK = new LibraryCall("posix_spawnattr_setsigmask");

  private Spawn() {}

  /**
   * Starts a program as a shell would: in a process group of its own, with these descriptors 0 to
   * 2, signals that are ignored, and environment, and no signal blocked.
   *
   * @param environment {@code NAME=value} each
   * @return pid
   */
  static int startInGroup(String path, List<byte[]> arguments, List<byte[]> environment)
      throws SyscallException {
    int flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK;
    return start(path, arguments, environment, flags, (arena, actions) -> {});
  }

  /**
   * The same as the leader of a session of its own, whose terminal is {@code terminal}: the session
   * is there before the first file is opened, and the terminal of a leader without one becomes its
   * controlling terminal.
   *
   * @param fds that become the terminal; the others are as here
   */
  static int startInSession(
      String path,
      List<byte[]> arguments,
      List<byte[]> environment,
      String terminal,
      List<Integer> fds)
      throws SyscallException {
    int flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK;
    return start(
        path,
        arguments,
        environment,
        flags,
        (arena, actions) -> {
          long name = NativeBytes.cString(arena, bytes(terminal)).address();
          for (int fd : fds) {
            require(ACTIONS_OPEN.call(actions, fd, name, FileCalls.O_RDWR, 0), path);
          }
        });
  }

  /**
   * Starts a program with all signals at their defaults and none blocked, and no environment.
   *
   * @param path of the program
   * @param arguments its name and what follows
   * @param descriptors that it has besides 0, 1 and 2: its number, and ours
   * @return pid
   */
  static int start(String path, List<String> arguments, Map<Integer, Integer> descriptors)
      throws SyscallException {
    int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    List<byte[]> words = arguments.stream().map(Spawn::bytes).toList();
    return start(
        path,
        words,
        List.of(),
        flags,
        (arena, actions) -> {
          for (Map.Entry<Integer, Integer> fd : descriptors.entrySet()) {
            // dup2 onto itself clears close-on-exec in the child,
            // posix_spawn_file_actions_adddup2(3).
            require(ACTIONS_DUP2.call(actions, fd.getValue(), fd.getKey()), path);
          }
        });
  }

  /** What the child does with its descriptors. */
  private interface Actions {
    void add(Arena arena, long actions) throws SyscallException;
  }

  private static int start(
      String path, List<byte[]> arguments, List<byte[]> environment, int flags, Actions files)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long actions = arena.allocate(OPAQUE_BYTES, 16).address();
      long attributes = arena.allocate(OPAQUE_BYTES, 16).address();
      MemorySegment set = arena.allocate(SIGSET_BYTES, 16);
      require(ACTIONS_INIT.call(actions), path);
      files.add(arena, actions);
      require(ATTRIBUTES_INIT.call(attributes), path);
      require(ATTRIBUTES_FLAGS.call(attributes, flags), path);
      require(ATTRIBUTES_MASK.call(attributes, set.address()), path);
      set.fill((byte) 0xff);
      require(ATTRIBUTES_DEFAULT.call(attributes, set.address()), path);
      MemorySegment pid = arena.allocate(8, 8);
      long file = NativeBytes.cString(arena, bytes(path)).address();
      long argv = strings(arena, arguments).address();
      long envp = strings(arena, environment).address();
      require(SPAWN.call(pid.address(), file, actions, attributes, argv, envp), path);
      return pid.get(NativeBytes.INT, 0);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A list of C strings that ends with a null pointer. */
  private static MemorySegment strings(Arena arena, List<byte[]> texts) {
    MemorySegment list = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      list.setAtIndex(ValueLayout.ADDRESS, i, NativeBytes.cString(arena, texts.get(i)));
    }
    return list;
  }

  private static void require(int errno, String path) throws SyscallException {
    if (errno != 0) {
      throw new SyscallException("posix_spawn", errno, path);
    }
  }
}
