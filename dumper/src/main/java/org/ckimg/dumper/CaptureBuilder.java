package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.ptrace.Ptrace;
import org.ckimg.linux.remote.FrozenChild;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.SeizedProcess;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Reads a stopped process. Every microsecond counts here. */
final class CaptureBuilder {
  private final SeizedProcess process;
  private final int pid;
  private final FileTable files;
  private final DumpOptions options;
  private final DumpWatcher watcher;
  private final Refusals refusals = new Refusals();
  private final List<String> notes = new ArrayList<>();

  CaptureBuilder(SeizedProcess process, FileTable files, DumpOptions options, DumpWatcher watcher) {
    this.process = process;
    this.pid = process.pid();
    this.files = files;
    this.options = options;
    this.watcher = watcher;
  }

  Capture build(AreaCollector areaCollector, HostCollector host, Infection infection)
      throws IOException {
    Clocks clocks = Clocks.read(pid);
    List<Area> areas = areaCollector.collect(refusals);
    DescriptorCollector descriptors = new DescriptorCollector(pid, files, refusals);
    descriptors.run();
    Objects objects =
        new Objects(areas, descriptors.descriptions(), files, options.parent(), refusals);
    if (!options.partial()) {
      refusals.throwUnlessEmpty();
    }
    ProcessCollector collector = new ProcessCollector(process, files);
    List<Vma> vmas = objects.vmas(areas);
    PageRuns unchanged =
        options.tracker().isPresent() ? options.tracker().get().unchanged(areas) : PageRuns.EMPTY;
    Optional<FrozenChild> child = ask(infection, collector);
    try {
      ProcessState state = collector.collect(vmas, descriptors);
      SnapshotMemory memory =
          new SnapshotMemory(
              pid,
              objects.all(),
              areas,
              vmas,
              contentLinks(objects, descriptors),
              options.parent().map(ParentImage::pages).orElse(KnownPages.NONE),
              unchanged,
              watcher);
      Host machine = host.host(Ptrace.regset(pid, Ptrace.NT_X86_XSTATE));
      Checkpoint checkpoint = checkpoint(machine, state, descriptors, objects, memory);
      return new Capture(checkpoint, objects, memory, child, clocks, notes);
    } catch (IOException | RuntimeException e) {
      if (child.isPresent()) {
        child.get().close();
      }
      throw e;
    }
  }

  /** Asks the threads what only they know, and forks where the memory is to be copied later. */
  private Optional<FrozenChild> ask(Infection infection, ProcessCollector collector)
      throws IOException {
    try {
      return infection.run(
          process, collector.processCalls(), collector.threadCalls(), options.forks());
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
      SnapshotMemory memory) {
    return new Checkpoint(
        host,
        options.parent().map(ParentImage::link),
        !refusals.isEmpty(),
        List.of(state),
        descriptors.descriptions(),
        files.files(),
        descriptors.terminals(),
        List.of(),
        objects.all(),
        Optional.empty(),
        List.of(),
        memory);
  }
}
