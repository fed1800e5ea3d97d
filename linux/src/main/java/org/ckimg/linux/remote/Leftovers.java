package org.ckimg.linux.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.SyscallException;

/**
 * What a tool that was killed in the middle of a dump left in the target.
 *
 * @param scratch mappings that begin with our code
 * @param zombies dead copy-on-write children
 */
public record Leftovers(List<Mapping> scratch, List<Integer> zombies) {
  private static final int ALL_ACCESS = 7;

  /** Looks for what was left in a running process. */
  public static Leftovers find(int pid) throws IOException {
    List<Mapping> scratch = new ArrayList<>();
    for (Mapping mapping : Maps.read(pid)) {
      if (isScratch(pid, mapping)) {
        scratch.add(mapping);
      }
    }
    List<Integer> zombies = new ArrayList<>();
    for (int child : Tasks.children(pid)) {
      if (isDeadCopy(child)) {
        zombies.add(child);
      }
    }
    return new Leftovers(List.copyOf(scratch), List.copyOf(zombies));
  }

  private static boolean isScratch(int pid, Mapping mapping) throws IOException {
    boolean like = mapping.protection() == ALL_ACCESS && !mapping.shared() && mapping.inode() == 0;
    if (!like) {
      return false;
    }
    byte[] start = TargetMemory.read(pid, mapping.start(), Runner.CODE.length);
    // The tool may have died before it wrote the code.
    boolean fresh =
        Scratch.isPlace(mapping.start()) && Arrays.equals(start, new byte[start.length]);
    return fresh || Arrays.equals(start, Runner.CODE);
  }

  /** Only our children have no exit signal: fork(2) and vfork(2) always set one. */
  static boolean isDeadCopy(int child) throws IOException {
    try {
      Stat stat = Stat.read(child);
      return stat.state() == 'Z' && stat.exitSignal() == 0;
    } catch (SyscallException e) {
      return false;
    }
  }

  /** True when nothing was left. */
  public boolean isEmpty() {
    return scratch.isEmpty() && zombies.isEmpty();
  }
}
