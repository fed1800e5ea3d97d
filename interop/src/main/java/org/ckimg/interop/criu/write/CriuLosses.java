package org.ckimg.interop.criu.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** What a checkpoint says and a set of CRIU images cannot. */
public final class CriuLosses {
  private final Checkpoint checkpoint;
  private final List<String> losses = new ArrayList<>();

  private CriuLosses(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** One line for each kind of thing, such as {@code 4 digests of mapped files}. */
  public static List<String> of(Checkpoint checkpoint) {
    CriuLosses all = new CriuLosses(checkpoint);
    all.addWhole();
    all.addFiles();
    all.addMappings();
    all.addSockets();
    all.addProcesses();
    all.addThreads();
    return List.copyOf(all.losses);
  }

  private void addWhole() {
    count(checkpoint.extras().size(), "sections that are not understood");
    add(checkpoint.host().kernelRelease().isPresent(), "kernel release");
    add(checkpoint.host().cpuFeatures().isPresent(), "features of the processor");
    add(
        checkpoint.origin().filter(o -> o.createdNanos().isPresent()).isPresent(),
        "time of the dump");
    add(checkpoint.origin().flatMap(o -> o.host()).isPresent(), "name of the host");
  }

  private void addFiles() {
    count(files(file -> file.inode().isPresent()), "inodes of files");
    count(files(file -> file.handle().isPresent()), "file handles");
    count(
        files(file -> file.status().ctimeNanos().isPresent()),
        "sets of owner and times of files; mode and size are kept");
    count(
        files(file -> file.buildId().filter(known -> !FileEncoder.isWords(known)).isPresent()),
        "build ids that are no number of words");
    count(
        files(file -> file.filesystem().isPresent() || file.filesystemId().isPresent()),
        "identities of file systems");
    count(
        files(file ->
            file.content().isPresent()
                && !file.deleted()
                && !MemfdEncoder.isMemfd(checkpoint, file)),
        "contents of files that have a path");
  }

  private long files(Predicate<FileFacts> wanted) {
    return checkpoint.files().stream().filter(wanted).count();
  }

  private void addMappings() {
    count(mappings(vma -> vma.digest().isPresent()), "digests of mapped files");
    count(
        mappings(vma -> vma.flags().contains(VmaFlag.LOCKED_ONFAULT)),
        "mappings that are locked on a fault; they are locked at once");
    count(mappings(vma -> vma.flags().contains(VmaFlag.SEALED)), "seals of mappings");
    count(
        mappings(vma -> vma.kind() == Vma.Kind.SHM),
        "names of shared memory; criu restore backs it by a memfd, which /proc/PID/maps shows");
  }

  private long mappings(Predicate<Vma> wanted) {
    return checkpoint.processes().stream()
        .flatMap(process -> process.vmas().stream())
        .filter(wanted)
        .count();
  }

  private void addSockets() {
    List<FdState.Socket> sockets =
        checkpoint.descriptions().stream()
            .flatMap(open -> open.state().stream())
            .filter(FdState.Socket.class::isInstance)
            .map(FdState.Socket.class::cast)
            .toList();
    count(
        sockets.stream()
            .flatMap(socket -> socket.options().stream())
            .filter(option -> !SocketOptionEncoder.isKept(option))
            .count(),
        "options of sockets");
    count(
        sockets.stream().filter(SocketOptionEncoder::hasUsualBuffers).count(),
        "sizes of socket buffers are the kernel's, and those of its defaults there");
    count(
        sockets.stream()
            .flatMap(socket -> socket.messages().stream())
            .filter(message -> message.sender().isPresent())
            .count(),
        "addresses that messages in sockets came from");
    count(
        sockets.stream()
            .filter(socket -> socket.family() == SocketEncoder.AF_UNIX)
            .filter(socket -> socket.remote().isPresent() && socket.peer().isEmpty())
            .count(),
        "names of ended sockets that others are connected to");
    count(
        sockets.stream()
            .filter(socket -> socket.backlog().isPresent())
            .filter(socket -> socket.state() != FdState.Socket.LISTENING)
            .count(),
        "places of connections that nobody has accepted");
  }

  private void addProcesses() {
    count(processes(process -> process.startNanos().isPresent()), "times of start");
    count(
        processes(process -> process.attributes().coredumpFilter().isPresent()),
        "filters of core dumps");
    count(
        processes(process -> process.attributes().exitSignal().isPresent()),
        "signals at the end of a process");
    count(
        processes(p -> p.state() == RunState.ZOMBIE && p.comm().isEmpty()),
        "names of ended processes are not known, and empty there");
    long outside =
        TreeOrder.roots(checkpoint).stream()
            .filter(process -> process.ids().parent().orElse(0) != 0)
            .count();
    count(outside, "parents outside the image");
  }

  private long processes(Predicate<ProcessState> wanted) {
    return checkpoint.processes().stream().filter(wanted).count();
  }

  private void addThreads() {
    count(scheduled(s -> s.affinity().length() > 0), "sets of processors that a thread may run on");
    count(scheduled(s -> s.ioPriority().isPresent()), "priorities of input and output");
    count(scheduled(s -> s.timerSlackNanos().isPresent()), "timer slacks");
  }

  private long scheduled(Predicate<Scheduling> wanted) {
    return checkpoint.processes().stream()
        .flatMap(process -> process.threads().stream())
        .map(ThreadState::scheduling)
        .filter(scheduling -> scheduling.filter(wanted).isPresent())
        .count();
  }

  private void count(long number, String what) {
    add(number > 0, number + " " + what);
  }

  private void add(boolean lost, String what) {
    if (lost) {
      losses.add(what);
    }
  }
}
