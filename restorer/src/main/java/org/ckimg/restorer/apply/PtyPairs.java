package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.linux.tty.PtyContent;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Terminal;

/**
 * Pseudo terminals of the program, new ones with what waited in the old ones. They are made by the
 * tool, with all descriptions that lead to them, for the processes to inherit.
 */
final class PtyPairs implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int MOST_PASSED = 64;
  private static final int ACCESS = 0666;

  private final Checkpoint checkpoint;
  private final HostFacts host;
  private final Ptys ptys;
  private final int firstNumber;
  private final Map<Integer, Integer> descriptions = new HashMap<>();
  private final Map<Integer, Integer> terminals = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  private PtyPairs(Checkpoint checkpoint, HostFacts host, int firstNumber) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.ptys = Ptys.of(checkpoint);
    this.firstNumber = firstNumber;
  }

  /**
   * Makes them all.
   *
   * @param firstNumber of the descriptors, which the program does not use
   */
  static PtyPairs make(Checkpoint checkpoint, HostFacts host, int firstNumber) throws IOException {
    PtyPairs pairs = new PtyPairs(checkpoint, host, firstNumber);
    try {
      for (Ptys.Pair pair : pairs.ptys.pairs()) {
        pairs.make(pair);
      }
      return pairs;
    } catch (IOException | RuntimeException e) {
      pairs.close();
      throw e;
    }
  }

  private void make(Ptys.Pair pair) throws IOException {
    int flags = pair.description().flags() & FileSteps.FLAGS;
    boolean taken = Files.exists(Path.of(pair.name()));
    int master = moveUp(taken ? openNext(flags) : open(pair.master().index(), flags));
    descriptions.put(pair.description().id(), master);
    String name = TerminalCalls.slaveName(master);
    if (!name.equals(pair.name())) {
      boolean above = TerminalCalls.index(master) > pair.master().index();
      String why = taken || above ? "its old name is taken" : "many others below it are free";
      notes.add("%s is %s now: %s".formatted(pair.name(), name, why));
    }
    TerminalCalls.setLocked(master, false);
    boolean hungUp =
        pair.terminal().flatMap(Terminal::slave).filter(Terminal.Slave::hungUp).isPresent();
    if (ptys.isOpen(pair) || hungUp) {
      fill(pair, master);
    } else if (pair.terminal().isPresent()) {
      TerminalCalls.setModes(master, pair.terminal().get().modes().toArray());
      setWindow(master, pair.terminal().get());
    }
    TerminalCalls.setLocked(master, pair.master().locked());
    if (pair.master().packetMode()) {
      TerminalCalls.setPacketMode(master, true);
    }
  }

  /** Whoever opens one gets the lowest number that is free. */
  private static int open(int wanted, int flags) throws IOException {
    List<Integer> passed = new ArrayList<>();
    try {
      int master = openNext(flags);
      int index = TerminalCalls.index(master);
      while (index < wanted && passed.size() < MOST_PASSED) {
        passed.add(master);
        master = openNext(flags);
        index = TerminalCalls.index(master);
      }
      return master;
    } finally {
      passed.forEach(FileCalls::close);
    }
  }

  private static int openNext(int flags) throws IOException {
    return FileCalls.open("/dev/ptmx", flags | FileCalls.O_NOCTTY | FileCalls.O_CLOEXEC);
  }

  private int moveUp(int fd) throws IOException {
    try {
      return (int) FileCalls.fcntl(fd, F_DUPFD_CLOEXEC, firstNumber);
    } finally {
      FileCalls.close(fd);
    }
  }

  /** One more description of the slave is there meanwhile, and controls the session later. */
  private void fill(Ptys.Pair pair, int master) throws IOException {
    int flags = FileCalls.O_RDWR | FileCalls.O_NONBLOCK;
    int slave = moveUp(TerminalCalls.slave(master, flags));
    terminals.put(pair.master().ttyNumber(), slave);
    Terminal terminal = pair.terminal().orElseThrow();
    content(checkpoint, terminal).give(master, slave, terminal.modes().toArray());
    setWindow(master, terminal);
    setAccess(checkpoint.file(terminal.file()), slave);
    for (int id : ptys.slaves(pair)) {
      OpenFile open = checkpoint.description(id);
      descriptions.put(id, moveUp(TerminalCalls.slave(master, open.flags() & FileSteps.FLAGS)));
    }
    if (terminal.slave().filter(Terminal.Slave::exclusive).isPresent()) {
      TerminalCalls.setExclusive(slave, true);
    }
  }

  private static void setWindow(int fd, Terminal terminal) throws IOException {
    TerminalCalls.setWindow(fd, new TerminalCalls.Window(terminal.rows(), terminal.columns()));
  }

  /** What waited in a terminal. */
  static PtyContent content(Checkpoint checkpoint, Terminal terminal) throws IOException {
    return new PtyContent(
        bytes(checkpoint, terminal.input().map(Terminal.Input::queue).orElse(OptionalInt.empty())),
        terminal.input().map(Terminal.Input::lines).orElse(List.of()),
        bytes(checkpoint, terminal.slave().map(Terminal.Slave::output).orElse(OptionalInt.empty())),
        terminal.slave().filter(Terminal.Slave::stopped).isPresent());
  }

  private static byte[] bytes(Checkpoint checkpoint, OptionalInt queue) throws IOException {
    return queue.isPresent() ? QueueBytes.read(checkpoint, queue.getAsInt()) : new byte[0];
  }

  /** It belongs to a user of the program, whatever the image says. */
  private void setAccess(FileFacts file, int slave) throws IOException {
    if (host.caller().mayChangeUser()) {
      int first =
          checkpoint.processes().getFirst().leader().credentials().orElseThrow().ids().uid();
      int recorded = file.status().owner().map(FileFacts.Owner::uid).orElse(first);
      FileCalls.changeOwner(slave, isUser(recorded) ? recorded : first);
    }
    if (file.mode().isPresent()) {
      FileCalls.changeMode(slave, file.mode().getAsInt() & ACCESS);
    }
  }

  private boolean isUser(int uid) {
    return checkpoint.processes().stream()
        .flatMap(process -> process.threads().stream())
        .flatMap(thread -> thread.credentials().stream())
        .anyMatch(credentials -> credentials.ids().uid() == uid);
  }

  /** All numbers. */
  Collection<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(descriptions.values());
    numbers.addAll(terminals.values());
    return numbers;
  }

  /** The number of a side. */
  int description(int id) {
    return descriptions.get(id);
  }

  /**
   * The number of a slave.
   *
   * @param ttyNumber as in the image
   */
  int terminal(int ttyNumber) {
    return terminals.get(ttyNumber);
  }

  /** What the program may miss. */
  List<String> notes() {
    return notes;
  }

  /**
   * A side that the tool has open as well would not hang up when the program closes its own. Does
   * nothing the second time.
   */
  @Override
  public void close() {
    numbers().forEach(FileCalls::close);
    descriptions.clear();
    terminals.clear();
  }
}
