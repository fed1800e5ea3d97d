package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.ptrace.Tracer;
import org.ckimg.linux.remote.FrozenChild;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.Leftovers;
import org.ckimg.linux.remote.NoGadgetException;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.ckimg.writer.WrittenImage;

/**
 * Dumps one process. The program stands still while its state is read and its memory is forked
 * copy-on-write; the copy is written while it runs on.
 */
public final class Dumper {
  private final int pid;
  private final DumpOptions options;
  private final Bytes tool;
  private final DumpWatcher watcher;
  private final FileTable files = new FileTable();
  private final List<String> notes = new ArrayList<>();
  private Clocks clocks;
  private long stopStart;
  private long stopNanos;
  private boolean forked;

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
    Refusals early = new Refusals();
    new Preflight(pid, early).run();
    cleanUp();
    try (AreaCollector areas = new AreaCollector(pid, files)) {
      HostCollector host = new HostCollector(pid);
      Infection infection = prepareInfection(early);
      areas.collect(early);
      new DescriptorCollector(pid, new FileTable(), early).run();
      refuse(early);
      return stopAndWrite(areas, host, infection, destination);
    } finally {
      reapChild();
    }
  }

  /** A copy that was killed is a zombie of the target, which does not know of it. */
  private void reapChild() {
    if (!forked) {
      return;
    }
    try {
      cleanUp();
    } catch (IOException e) {
      notes.add("a zombie child is left until the next dump: " + e.getMessage());
    }
  }

  private void refuse(Refusals refusals) throws DumpRefusedException {
    if (!options.partial()) {
      refusals.throwUnlessEmpty();
    }
  }

  private Infection prepareInfection(Refusals refusals) throws IOException {
    try {
      return Infection.prepare(pid);
    } catch (NoGadgetException e) {
      refusals.add("process " + pid, e.getMessage());
      refusals.throwUnlessEmpty();
      throw e;
    }
  }

  /** Removes what a tool that was killed in a dump of this process left in it. */
  private void cleanUp() throws IOException {
    Leftovers left = Leftovers.find(pid);
    if (left.isEmpty()) {
      return;
    }
    Infection infection = Infection.prepare(pid);
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      infection.clean(process, left);
    }
  }

  private DumpSummary stopAndWrite(
      AreaCollector areaCollector, HostCollector host, Infection infection, Destination to)
      throws IOException {
    try (SeizedProcess process = SeizedProcess.seize(pid)) {
      stopStart = process.startNanos();
      clocks = Clocks.read(pid);
      Refusals refusals = new Refusals();
      List<Area> areas = areaCollector.collect(refusals);
      DescriptorCollector descriptors = new DescriptorCollector(pid, files, refusals);
      descriptors.run();
      Objects objects = new Objects(areas, descriptors.descriptions(), files, refusals);
      refuse(refusals);
      ProcessCollector collector = new ProcessCollector(process, files);
      List<Vma> vmas = objects.vmas(areas);
      Optional<FrozenChild> child = ask(infection, process, collector);
      forked = child.isPresent();
      try (SnapshotMemory memory =
          new SnapshotMemory(
              pid, objects.all(), areas, vmas, contentLinks(objects, descriptors), watcher)) {
        ProcessState state = collector.collect(vmas, descriptors);
        Host machine = host.host(Ptrace.regset(pid, Ptrace.NT_X86_XSTATE));
        Checkpoint checkpoint =
            checkpoint(machine, state, descriptors, objects, memory, !refusals.isEmpty());
        return write(process, child, objects, checkpoint, memory, to);
      } finally {
        if (child.isPresent()) {
          child.get().close();
        }
      }
    }
  }

  /** Asks the threads what only they know, and forks where the memory is to be copied later. */
  private Optional<FrozenChild> ask(
      Infection infection, SeizedProcess process, ProcessCollector collector) throws IOException {
    boolean fork = !options.stop() && !options.kill();
    try {
      return infection.run(process, collector.processCalls(), collector.threadCalls(), fork);
    } catch (SyscallException e) {
      if (!e.call().equals("clone")) {
        throw e;
      }
      notes.add("the program stood still while it was copied: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Map<Integer, String> contentLinks(Objects objects, DescriptorCollector descriptors) {
    Map<Integer, String> links = new HashMap<>();
    objects
        .contentByFile()
        .forEach((file, object) ->
            links.put(
                object,
                descriptors.fds().stream()
                    .filter(fd -> isOpen(descriptors, fd.description(), file))
                    .map(fd -> "/proc/" + pid + "/fd/" + fd.number())
                    .findFirst()
                    .orElse(files.get(file).path().toString())));
    return links;
  }

  private static boolean isOpen(DescriptorCollector descriptors, int description, int file) {
    return descriptors.descriptions().get(description - 1).file().orElse(0) == file;
  }

  private Checkpoint checkpoint(
      Host host,
      ProcessState state,
      DescriptorCollector descriptors,
      Objects objects,
      SnapshotMemory memory,
      boolean partial) {
    return new Checkpoint(
        host,
        Optional.empty(),
        partial,
        List.of(state),
        descriptors.descriptions(),
        files.files(),
        descriptors.terminals(),
        objects.all(),
        Optional.empty(),
        List.of(),
        memory);
  }

  private DumpSummary write(
      SeizedProcess process,
      Optional<FrozenChild> child,
      Objects objects,
      Checkpoint checkpoint,
      SnapshotMemory memory,
      Destination to)
      throws IOException {
    if (child.isPresent() && !objects.needStop()) {
      letGo(process, child.get(), memory);
    }
    try (Destination.Output output = to.open();
        ImageWriter writer = ImageWriter.to(output.channel(), WriterSettings.defaults())) {
      writer.start(checkpoint);
      for (MemoryObject object : objects.all()) {
        boolean last = objects.ofChild().orElse(0) == object.id();
        if (last && child.isPresent() && objects.needStop()) {
          letGo(process, child.get(), memory);
        }
        writer.writeObject(object.id());
      }
      WrittenImage image = writer.finish(Optional.of(origin(child.isPresent())));
      output.commit();
      end(process);
      return new DumpSummary(image, stopNanos, System.nanoTime() - stopStart, notes);
    }
  }

  /** The program runs again; its memory is the child's from here on. */
  private void letGo(SeizedProcess process, FrozenChild child, SnapshotMemory memory)
      throws IOException {
    process.release();
    stopNanos = System.nanoTime() - stopStart;
    child.freeze();
    memory.readPrivateFrom(child.pid());
  }

  private void end(SeizedProcess process) throws IOException {
    if (options.kill()) {
      process.kill();
    } else {
      process.release();
    }
    if (stopNanos == 0) {
      stopNanos = System.nanoTime() - stopStart;
    }
  }

  private Origin origin(boolean copied) throws IOException {
    long now = System.nanoTime();
    return new Origin(
        OptionalLong.of(clocks.realtime()),
        OptionalLong.of(clocks.monotonic()),
        OptionalLong.of(clocks.boottime()),
        OptionalLong.of(copied ? stopNanos : now - stopStart),
        OptionalLong.of(now - stopStart),
        Optional.of(hostName()),
        Optional.of(tool),
        Optional.empty(),
        Optional.empty());
  }

  private static Bytes hostName() throws IOException {
    Path file = Path.of("/proc/sys/kernel/hostname");
    return Bytes.utf8(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
  }
}
