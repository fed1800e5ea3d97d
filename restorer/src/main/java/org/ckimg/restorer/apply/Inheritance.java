package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.ckimg.linux.net.SocketCalls;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.TerminalCalls;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Plan;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;

/**
 * Descriptors that the process inherits from the tool: the very ones that were audited, under
 * numbers above all those of the program.
 */
final class Inheritance implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;

  private final int firstNumber;
  private final Map<Integer, Integer> files = new HashMap<>();
  private final Map<Integer, Integer> folders = new HashMap<>();
  private final Map<Integer, Integer> callerFds = new HashMap<>();
  private final Set<Integer> callers = new HashSet<>();
  private final Map<Integer, Integer> socketFolders = new HashMap<>();
  private Optional<Mailbox> mailbox = Optional.empty();
  private OptionalInt image = OptionalInt.empty();
  private OptionalInt master = OptionalInt.empty();
  private OptionalInt slave = OptionalInt.empty();
  private final PtyPairs ptys;

  private Inheritance(int firstNumber, PtyPairs ptys) {
    this.firstNumber = firstNumber;
    this.ptys = ptys;
  }

  static Inheritance of(Checkpoint checkpoint, HostFacts host, Plan plan) throws IOException {
    IntStream used =
        checkpoint.processes().stream()
            .flatMap(process -> process.fds().stream())
            .mapToInt(FdEntry::number);
    int highest = IntStream.concat(used, watched(checkpoint)).max().orElse(2);
    int firstNumber = Math.max(highest, 2) + 1;
    PtyPairs ptys = PtyPairs.make(checkpoint, host, firstNumber);
    Inheritance inheritance = new Inheritance(firstNumber, ptys);
    try {
      for (var entry : host.files().entrySet()) {
        if (entry.getValue() instanceof FileLookup.Found found) {
          inheritance.files.put(entry.getKey(), inheritance.duplicate(found.file().fd()));
        } else if (entry.getValue() instanceof FileLookup.Nameless nameless) {
          inheritance.folders.put(entry.getKey(), inheritance.duplicate(nameless.folder().fd()));
        }
      }
      for (var entry : host.sockets().places().entrySet()) {
        if (entry.getValue().folder().isPresent()) {
          int fd = entry.getValue().folder().get().fd();
          inheritance.socketFolders.put(entry.getKey(), inheritance.duplicate(fd));
        }
      }
      for (Step step : plan.steps()) {
        if (step instanceof Step.InheritDescriptor inherit) {
          inheritance.inherit(inherit);
        }
        if (step instanceof Step.MapObject map && inheritance.image.isEmpty()) {
          inheritance.image = OptionalInt.of(inheritance.duplicate(map.image().fd()));
        }
        if (step instanceof Step.ReceiveDescription && inheritance.mailbox.isEmpty()) {
          inheritance.makeMailbox();
        }
        if (step instanceof Step.TakeTerminal) {
          inheritance.openTerminal();
        }
      }
      return inheritance;
    } catch (IOException | RuntimeException e) {
      inheritance.close();
      throw e;
    }
  }

  /** Numbers that something may have for a moment, to be watched under them. */
  private static IntStream watched(Checkpoint checkpoint) {
    return checkpoint.descriptions().stream()
        .flatMap(open -> open.state().stream())
        .filter(FdState.WatchList.class::isInstance)
        .flatMap(state -> ((FdState.WatchList) state).watches().stream())
        .mapToInt(FdState.Watch::number);
  }

  private void inherit(Step.InheritDescriptor step) throws IOException {
    step.fds().forEach(fd -> callers.add(fd.description()));
    if (!callerFds.containsKey(step.callerFd())) {
      callerFds.put(step.callerFd(), duplicate(step.callerFd()));
    }
  }

  private int duplicate(int fd) throws IOException {
    return (int) FileCalls.fcntl(fd, F_DUPFD_CLOEXEC, firstNumber);
  }

  private void makeMailbox() throws IOException {
    int[] ends = SocketCalls.pair();
    try {
      int in = duplicate(ends[0]);
      try {
        mailbox = Optional.of(new Mailbox(in, duplicate(ends[1])));
      } finally {
        if (mailbox.isEmpty()) {
          FileCalls.close(in);
        }
      }
    } finally {
      FileCalls.close(ends[0]);
      FileCalls.close(ends[1]);
    }
  }

  private void openTerminal() throws IOException {
    TerminalCalls.Pair pair = TerminalCalls.open();
    master = OptionalInt.of(pair.master());
    try {
      slave = OptionalInt.of(duplicate(pair.slave()));
    } finally {
      FileCalls.close(pair.slave());
    }
  }

  /** All numbers, for the stub to keep. */
  List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(files.values());
    numbers.addAll(folders.values());
    numbers.addAll(callerFds.values());
    numbers.addAll(socketFolders.values());
    mailbox.ifPresent(box -> numbers.addAll(List.of(box.in(), box.out())));
    numbers.addAll(ptys.numbers());
    slave.ifPresent(numbers::add);
    image.ifPresent(numbers::add);
    return numbers;
  }

  /** The image file, when it is mapped. */
  int image() {
    return image.orElseThrow();
  }

  /** What processes hand descriptions on through. */
  Mailbox mailbox() {
    return mailbox.orElseThrow();
  }

  /** Pseudo terminals that the program has both sides of. */
  PtyPairs ptys() {
    return ptys;
  }

  /** The program's side of its pseudo terminal. */
  int terminal() {
    return slave.orElseThrow();
  }

  /** The other side of it. */
  int master() {
    return master.orElseThrow();
  }

  /** The other side, if there is one; the caller closes it. */
  OptionalInt releaseMaster() {
    OptionalInt released = master;
    master = OptionalInt.empty();
    return released;
  }

  /** The lowest number that the program does not use. */
  int firstNumber() {
    return firstNumber;
  }

  /** The O_PATH descriptor of a file of the image, as the process has it. */
  int file(int id) throws IOException {
    Integer fd = files.get(id);
    if (fd == null) {
      throw new IOException("file " + id + " of the image was not opened");
    }
    return fd;
  }

  boolean hasFile(int id) {
    return files.containsKey(id);
  }

  /** The O_PATH descriptor of the folder that a file was in which has lost its path. */
  int folder(int id) throws IOException {
    Integer fd = folders.get(id);
    if (fd == null) {
      throw new IOException("the folder of file " + id + " of the image was not opened");
    }
    return fd;
  }

  /** The folder that a socket is to be bound in, by the id of its description. */
  int socketFolder(int description) {
    return socketFolders.get(description);
  }

  /** True for a description that is the caller's, who has it still when the program has ended. */
  boolean isCallers(int description) {
    return callers.contains(description);
  }

  /** The caller's descriptor, as the process has it. */
  int callerFd(int number) {
    return callerFds.get(number);
  }

  @Override
  public void close() {
    numbers().forEach(FileCalls::close);
    master.ifPresent(FileCalls::close);
  }
}
