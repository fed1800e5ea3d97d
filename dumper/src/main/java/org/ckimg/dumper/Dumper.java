package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.proc.ProcessTree;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.NoGadgetException;
import org.ckimg.linux.remote.SeizedTree;
import org.ckimg.linux.remote.TurnTaking;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Origin;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.ckimg.writer.WrittenImage;

/**
 * Dumps a process and its descendants. The program stands still while its state is read and its
 * memory is forked copy-on-write; the copy is written while it runs on.
 */
public final class Dumper {
  private final int pid;
  private final DumpOptions options;
  private final Bytes tool;
  private final DumpWatcher watcher;
  private final List<String> notes = new ArrayList<>();
  private final Set<Integer> forked = new TreeSet<>();
  private long stopStart;
  private long stopNanos;
  private long copyNanos;

  private Dumper(int pid, DumpOptions options, Bytes tool, DumpWatcher watcher) {
    this.pid = pid;
    this.options = options;
    this.tool = tool;
    this.watcher = watcher;
  }

  /**
   * Dumps a process.
   *
   * @param tool name and version, recorded in the image
   * @param watcher of the copying
   * @throws DumpRefusedException when it holds what cannot be captured
   * @throws SyscallException when the operating system says no
   */
  public static DumpSummary dump(
      int pid, DumpOptions options, Destination destination, Bytes tool, DumpWatcher watcher)
      throws IOException {
    try (Tracer tracer = new Tracer()) {
      return tracer.call(() -> new Dumper(pid, options, tool, watcher).run(destination));
    }
  }

  private DumpSummary run(Destination destination) throws IOException {
    WrittenImage image;
    try {
      image = prepareAndWrite(destination);
    } catch (NoGadgetException e) {
      Refusals refusals = new Refusals();
      refusals.add("process " + e.pid(), e.getMessage());
      throw new DumpRefusedException(refusals.reasons());
    } finally {
      reapChildren();
    }
    return new DumpSummary(image, stopNanos, copyNanos, notes);
  }

  private WrittenImage prepareAndWrite(Destination destination) throws IOException {
    if (options.tcp()) {
      TcpRepair.probe();
    }
    Refusals early = new Refusals();
    new Preflight(pid, !options.tree(), early).run();
    CleanUp.run(pid);
    for (int process : ProcessTree.descendants(pid)) {
      notes.addAll(LeftLocks.open(process));
    }
    try (TurnTaking turns = TurnTaking.prepare(pid);
        Rehearsal rehearsal = Rehearsal.start(hasDumped());
        Preparation preparation = new Preparation(pid, options, early)) {
      if (!options.partial()) {
        early.throwUnlessEmpty();
      }
      rehearsal.await();
      if (options.tracker().isPresent()) {
        options.tracker().get().prepare();
      }
      return FreshProgram.await(() -> stopAndWrite(turns, preparation, destination));
    }
  }

  private boolean hasDumped() {
    return options.tracker().isPresent() && options.tracker().get().hasCommitted();
  }

  /** A copy that was killed is a zombie of its process, which does not know of it. */
  private void reapChildren() {
    for (int process : forked) {
      try {
        CleanUp.run(process);
      } catch (IOException e) {
        if (!ProcessCalls.exists(process)) {
          // It came to its end meanwhile; whoever inherits its children reaps them.
          continue;
        }
        notes.add("a zombie child is left until the next dump: " + e.getMessage());
      }
    }
  }

  private WrittenImage stopAndWrite(TurnTaking turns, Preparation preparation, Destination to)
      throws IOException {
    turns.clear();
    try (SeizedTree tree = SeizedTree.seize(pid, options.tree())) {
      stopStart = tree.startNanos();
      turns.begin();
      try (Capture capture = preparation.capture(tree, watcher)) {
        forked.addAll(capture.children().keySet());
        notes.addAll(capture.notes());
        turns.end();
        if (capture.isForked() && !capture.objects().needStop()) {
          letGo(turns, tree, capture);
        }
        turns.spread();
        WrittenImage image = write(turns, tree, capture, to);
        notes.addAll(preparation.notes(tree.pids()));
        return image;
      }
    }
  }

  private WrittenImage write(TurnTaking turns, SeizedTree tree, Capture capture, Destination to)
      throws IOException {
    Objects objects = capture.objects();
    try (Destination.Output output = to.open();
        ImageWriter writer = ImageWriter.to(output.channel(), settings())) {
      writer.start(capture.checkpoint());
      for (MemoryObject object : objects.all()) {
        if (capture.isForked() && stopNanos == 0 && !objects.needsStop(object)) {
          letGo(turns, tree, capture);
        }
        writer.writeObject(object.id());
      }
      WrittenImage image = writer.finish(Optional.of(origin(capture.clocks())));
      output.commit();
      options.tracker().ifPresent(ChangeTracker::commit);
      end(tree, capture);
      copyNanos = System.nanoTime() - stopStart;
      return image;
    }
  }

  private WriterSettings settings() {
    return WriterSettings.defaults(options.compression()).signedBy(options.signer());
  }

  /** The program runs again, and comes first; its memory is its copy's from here on. */
  private void letGo(TurnTaking turns, SeizedTree tree, Capture capture) throws IOException {
    tree.release();
    turns.stepBack();
    stopNanos = tree.endNanos() - stopStart;
    capture.freeze();
  }

  private void end(SeizedTree tree, Capture capture) throws IOException {
    if (options.kill()) {
      capture.connections().prepareEnd();
      tree.kill();
      capture.connections().end();
      OutsidePeers.note(capture.checkpoint()).ifPresent(notes::add);
    } else {
      tree.release();
    }
    if (stopNanos == 0) {
      stopNanos = System.nanoTime() - stopStart;
    }
  }

  private Origin origin(Clocks clocks) throws IOException {
    long now = System.nanoTime();
    return new Origin(
        OptionalLong.of(clocks.realtime()),
        OptionalLong.of(clocks.monotonic()),
        OptionalLong.of(clocks.boottime()),
        OptionalLong.of(forked.isEmpty() ? now - stopStart : stopNanos),
        OptionalLong.of(now - stopStart),
        Optional.of(hostName()),
        Optional.of(tool),
        options.compression().library(),
        Optional.empty());
  }

  private static Bytes hostName() throws IOException {
    Path file = Path.of("/proc/sys/kernel/hostname");
    return Bytes.utf8(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
  }
}
