package org.ckimg.linux.remote;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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

  /** glibc's structures are smaller than this. */
  private static final int OPAQUE_BYTES = 1024;

  private static final int SIGSET_BYTES = 128;

  private static final MethodHandle SPAWN = handle("posix_spawn", 6);
  private static final MethodHandle ACTIONS_INIT = handle("posix_spawn_file_actions_init", 1);
  private static final MethodHandle ACTIONS_DUP2 = handleDup2();
  private static final MethodHandle ATTRIBUTES_INIT = handle("posix_spawnattr_init", 1);
  private static final MethodHandle ATTRIBUTES_FLAGS = handleFlags();
  private static final MethodHandle ATTRIBUTES_DEFAULT = handle("posix_spawnattr_setsigdefault", 2);
  private static final MethodHandle ATTRIBUTES_MASK = handle("posix_spawnattr_setsigmask", 2);

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
    return start(path, arguments, environment, Map.of(), flags);
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
    List<byte[]> bytes =
        arguments.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    return start(path, bytes, List.of(), descriptors, flags);
  }

  private static int start(
      String path,
      List<byte[]> arguments,
      List<byte[]> environment,
      Map<Integer, Integer> descriptors,
      int flags)
      throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
      MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
      MemorySegment set = arena.allocate(SIGSET_BYTES, 16);
      require(ACTIONS_INIT, (int) ACTIONS_INIT.invokeExact(actions), path);
      for (Map.Entry<Integer, Integer> fd : descriptors.entrySet()) {
        // dup2 onto itself clears close-on-exec in the child, posix_spawn_file_actions_adddup2(3).
        int ours = fd.getValue();
        int number = fd.getKey();
        require(ACTIONS_DUP2, (int) ACTIONS_DUP2.invokeExact(actions, ours, number), path);
      }
      require(ATTRIBUTES_INIT, (int) ATTRIBUTES_INIT.invokeExact(attributes), path);
      require(
          ATTRIBUTES_FLAGS, (int) ATTRIBUTES_FLAGS.invokeExact(attributes, (short) flags), path);
      require(ATTRIBUTES_MASK, (int) ATTRIBUTES_MASK.invokeExact(attributes, set), path);
      set.fill((byte) 0xff);
      require(ATTRIBUTES_DEFAULT, (int) ATTRIBUTES_DEFAULT.invokeExact(attributes, set), path);
      MemorySegment pid = arena.allocate(8, 8);
      MemorySegment file = NativeBytes.cString(arena, path.getBytes(StandardCharsets.UTF_8));
      MemorySegment argv = strings(arena, arguments);
      MemorySegment envp = strings(arena, environment);
      require(SPAWN, (int) SPAWN.invokeExact(pid, file, actions, attributes, argv, envp), path);
      return pid.get(NativeBytes.INT, 0);
    } catch (SyscallException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** A list of C strings that ends with a null pointer. */
  private static MemorySegment strings(Arena arena, List<byte[]> texts) {
    MemorySegment list = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      list.setAtIndex(ValueLayout.ADDRESS, i, NativeBytes.cString(arena, texts.get(i)));
    }
    return list;
  }

  private static void require(MethodHandle handle, int errno, String path) throws SyscallException {
    if (errno != 0) {
      throw new SyscallException("posix_spawn", errno, path);
    }
  }

  private static MethodHandle handle(String name, int pointers) {
    ValueLayout[] arguments = new ValueLayout[pointers];
    java.util.Arrays.fill(arguments, ValueLayout.ADDRESS);
    return handle(name, arguments);
  }

  private static MethodHandle handleDup2() {
    return handle(
        "posix_spawn_file_actions_adddup2",
        new ValueLayout[] {ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT});
  }

  private static MethodHandle handleFlags() {
    return handle(
        "posix_spawnattr_setflags",
        new ValueLayout[] {ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT});
  }

  private static MethodHandle handle(String name, ValueLayout[] arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }
}
