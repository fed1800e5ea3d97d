package org.ckimg.restorer.tree;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;

/** Pseudo terminals whose masters are in the image, and what leads to which of them, pty(7). */
public final class Ptys {
  private static final String SLAVE_PATH = "/dev/pts/";
  private static final long DEV_TTY = 5L << 32;
  private static final int MAX_DIGITS = 7;

  private final SortedMap<Integer, Pair> byTtyNumber = new TreeMap<>();
  private final Map<Integer, Pair> byDescription = new HashMap<>();
  private final Map<Integer, SortedSet<Integer>> slaves = new HashMap<>();

  /**
   * One of them.
   *
   * @param description of the master
   * @param terminal modes and queues of the slave, where the image knows them
   */
  public record Pair(OpenFile description, FdState.Master master, Optional<Terminal> terminal) {
    /** The slave's name when the program was dumped. */
    public String name() {
      return SLAVE_PATH + master.index();
    }
  }

  private Ptys() {}

  /** Of an image; of two masters with one number the first counts. */
  public static Ptys of(Checkpoint checkpoint) {
    Ptys ptys = new Ptys();
    Map<Integer, Terminal> terminals = new HashMap<>();
    for (Terminal terminal : checkpoint.terminals()) {
      ttyNumber(checkpoint.file(terminal.file()))
          .ifPresent(number -> terminals.putIfAbsent(number, terminal));
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.captured() && open.state().orElse(null) instanceof FdState.Master master) {
        Pair pair = new Pair(open, master, Optional.ofNullable(terminals.get(master.ttyNumber())));
        if (ptys.byTtyNumber.putIfAbsent(master.ttyNumber(), pair) == null) {
          ptys.byDescription.put(open.id(), pair);
        }
      }
    }
    if (!ptys.byTtyNumber.isEmpty()) {
      ptys.findSlaves(checkpoint);
    }
    return ptys;
  }

  /** The number of a slave, by its device, or by its name where that is not known. */
  private static OptionalInt ttyNumber(FileFacts file) {
    FdState.Master alike =
        new FdState.Master((int) file.status().rdev().orElse(index(file)), false, false);
    boolean slave =
        file.status().rdev().isEmpty()
            ? alike.index() >= 0
            : file.status().rdev().getAsLong() == alike.slaveDevice();
    return slave ? OptionalInt.of(alike.ttyNumber()) : OptionalInt.empty();
  }

  private static long index(FileFacts file) {
    String path = new String(file.path().toArray(), StandardCharsets.ISO_8859_1);
    String digits = path.startsWith(SLAVE_PATH) ? path.substring(SLAVE_PATH.length()) : "";
    return digits.length() <= MAX_DIGITS && digits.matches("[0-9]+") ? Long.parseLong(digits) : -1;
  }

  private void findSlaves(Checkpoint checkpoint) {
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        OpenFile open = checkpoint.description(fd.description());
        if (open.type() == FdType.TTY && open.state().isEmpty() && open.file().isPresent()) {
          FileFacts file = checkpoint.file(open.file().getAsInt());
          OptionalInt number = isDevTty(file) ? process.attributes().ttyNumber() : ttyNumber(file);
          Pair pair = byTtyNumber.get(number.orElse(0));
          if (pair != null && byDescription.putIfAbsent(open.id(), pair) == null) {
            slaves
                .computeIfAbsent(pair.master().ttyNumber(), key -> new TreeSet<>())
                .add(open.id());
          }
        }
      }
    }
  }

  /** What leads to the terminal of whoever opens it. */
  public static boolean isDevTty(FileFacts file) {
    return file.status().rdev().isPresent()
        ? file.status().rdev().getAsLong() == DEV_TTY
        : file.path().toString().equals("/dev/tty");
  }

  /** All of them, by number. */
  public List<Pair> pairs() {
    return List.copyOf(byTtyNumber.values());
  }

  /** The pair that a description is a side of. */
  public Optional<Pair> of(int description) {
    return Optional.ofNullable(byDescription.get(description));
  }

  /** True when somebody has the slave open. */
  public boolean isOpen(Pair pair) {
    return !slaves(pair).isEmpty();
  }

  /** Descriptions of the slave, by id. */
  public SortedSet<Integer> slaves(Pair pair) {
    return slaves.getOrDefault(pair.master().ttyNumber(), Collections.emptySortedSet());
  }

  /** The pair whose slave is the controlling terminal of a process. */
  public Optional<Pair> controlling(ProcessState process) {
    return Optional.ofNullable(byTtyNumber.get(process.attributes().ttyNumber().orElse(0)));
  }
}
