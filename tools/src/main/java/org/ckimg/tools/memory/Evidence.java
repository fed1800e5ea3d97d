package org.ckimg.tools.memory;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.input.Subject;

/**
 * By what a file can be known again.
 *
 * @param ranges digests of ranges that were mapped; all must fit
 * @param buildIds of the ELF file; counts where there is no digest
 */
record Evidence(Set<Range> ranges, Set<Bytes> buildIds) {
  /**
   * A range of a file.
   *
   * @param page first page
   * @param numPages up to the end of the file, or this many
   */
  record Range(long page, long numPages, Digest digest) {}

  Evidence {
    ranges = Set.copyOf(ranges);
    buildIds = Set.copyOf(buildIds);
  }

  static Evidence of(Subject subject, FileFacts file) throws IOException {
    Set<Range> ranges =
        mappings(subject.checkpoint().processes(), file)
            .filter(vma -> vma.digest().isPresent())
            .map(vma -> new Range(vma.filePage(), vma.numPages(), vma.digest().get()))
            .collect(Collectors.toSet());
    return new Evidence(ranges, ranges.isEmpty() ? buildIds(subject, file) : Set.of());
  }

  private static Set<Bytes> buildIds(Subject subject, FileFacts file) throws IOException {
    Set<Bytes> ids = new HashSet<>(file.buildId().stream().toList());
    for (ProcessState process : subject.checkpoint().processes()) {
      inMemory(subject, process, file).ifPresent(ids::add);
    }
    return ids;
  }

  private static Stream<Vma> mappings(Collection<ProcessState> processes, FileFacts file) {
    return processes.stream()
        .flatMap(process -> process.vmas().stream())
        .filter(vma -> vma.file().isPresent() && vma.file().getAsInt() == file.id());
  }

  /** Where the image has the start of the file, as cores do. */
  private static Optional<Bytes> inMemory(Subject subject, ProcessState process, FileFacts file)
      throws IOException {
    Optional<Vma> start =
        mappings(List.of(process), file).filter(vma -> vma.filePage() == 0).findFirst();
    if (start.isEmpty()) {
      return Optional.empty();
    }
    AddressSpace memory = new AddressSpace(subject, process, HostFiles.NONE);
    Optional<Elf> elf = Elf.read(MemorySource.of(memory, start.get()));
    return elf.isPresent() ? elf.get().buildId() : Optional.empty();
  }

  /** False when nothing is known by which the file could be proven. */
  boolean isAny() {
    return !ranges.isEmpty() || !buildIds.isEmpty();
  }
}
