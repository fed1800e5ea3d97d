package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** What CRIU demands of a checkpoint, and what of it is not written. */
final class Demands {
  private static final int LINUX = 1;

  private final Checkpoint checkpoint;
  private final CoreSupplement supplement;
  private final List<String> missing = new ArrayList<>();
  private String subject = "";

  Demands(Checkpoint checkpoint, CoreSupplement supplement) {
    this.checkpoint = checkpoint;
    this.supplement = supplement;
  }

  /** One line for each. */
  List<String> find() throws IOException {
    whole();
    if (missing.isEmpty()) {
      new FileDemands(checkpoint, this).find();
      for (ProcessState process : checkpoint.processes()) {
        process(process);
      }
    }
    return missing;
  }

  /** Of what the next demands are. */
  void of(String text) {
    subject = text;
  }

  void demand(boolean known, String what) {
    if (!known) {
      missing.add("%s: CRIU demands %s, which is not known".formatted(subject, what));
    }
  }

  void refuse(boolean present, String what) {
    if (present) {
      missing.add("%s: %s is not written for CRIU".formatted(subject, what));
    }
  }

  private void whole() {
    Host host = checkpoint.host();
    of("image");
    refuse(
        host.machine() != Host.X86_64 || host.bigEndian() || host.system() != LINUX,
        "a machine that is not Linux x86-64");
    refuse(checkpoint.partial(), "an image that is partial");
    refuse(checkpoint.redacted(), "an image that is redacted");
    refuse(checkpoint.processes().isEmpty(), "an image without a process");
    refuse(
        !checkpoint.processes().isEmpty() && TreeOrder.roots(checkpoint).size() != 1,
        "a program with several first processes");
    refuse(TreeOrder.of(checkpoint).size() != checkpoint.processes().size(), "a circle of parents");
  }

  private void process(ProcessState process) throws IOException {
    of("process " + process.pid());
    demand(process.ids().group().isPresent(), "the process group");
    demand(process.ids().session().isPresent(), "the session");
    if (process.state() == RunState.ZOMBIE) {
      demand(process.exitStatus().isPresent(), "the exit status");
      return;
    }
    demand(process.leader().comm().isPresent(), "the name");
    demand(process.exe().isPresent(), "the executable");
    demand(process.cwd().isPresent(), "the working directory");
    demand(process.root().isPresent(), "the root directory");
    demand(process.layout().isPresent(), "the bounds of the address space");
    demand(process.auxv().isPresent(), "the auxiliary vector");
    demand(process.attributes().personality().isPresent(), "the personality");
    demand(process.actions().isPresent(), "the actions of signals");
    demand(process.pending().isPresent(), "the pending signals");
    refuse(
        !process.sharedWith().equals(SharedWith.NOBODY),
        "descriptors or directories together with another process");
    refuse(
        process.threads().stream().anyMatch(thread -> thread.fs().isPresent()),
        "a thread with a working directory of its own");
    refuse(
        process.threads().stream().anyMatch(ThreadState::ownFiles),
        "a thread with descriptors of its own");
    new ThreadDemands(process, this).find();
    for (Vma vma : process.vmas()) {
      mapping(process, vma);
    }
  }

  private void mapping(ProcessState process, Vma vma) throws IOException {
    of(
        "process %d, mapping at 0x%x"
            .formatted(process.pid(), vma.firstPage() << checkpoint.host().pageShift()));
    refuse(vma.flags().contains(VmaFlag.GUARD), "a mapping with guard pages");
    switch (vma.kind()) {
      case VDSO ->
          demand(
              vma.object().isPresent() || supplement.firstPages(vma).isPresent(),
              "the pages of the vdso");
      case SHM -> demand(vma.object().isPresent(), "the shared object");
      case FILE, MEMFD -> demand(vma.file().isPresent(), "the mapped file");
      case SYSV, OTHER ->
          refuse(true, "memory of kind " + vma.kind().name().toLowerCase(Locale.ROOT));
      case ANONYMOUS, STACK, HEAP, VVAR, VSYSCALL ->
          refuse(vma.shared(), "shared memory that is no object");
    }
  }
}
