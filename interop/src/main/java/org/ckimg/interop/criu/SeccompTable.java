package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.criu.proto.SeccompEntry;
import org.ckimg.interop.criu.proto.SeccompProgram;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.SeccompFilter;

/** Seccomp filters: a thread names its newest one, and each names the one before. */
final class SeccompTable {
  private static final int FILTER_MODE = 2;

  /** The kernel stops at 32768 instructions over all filters of a thread. */
  private static final int MAX_CHAIN = 1 << 15;

  private static final int INSTRUCTION_BYTES = 8;

  private final boolean present;
  private final List<SeccompProgram> programs;
  private final List<SeccompFilter> filters;

  private SeccompTable(
      boolean present, List<SeccompProgram> programs, List<SeccompFilter> filters) {
    this.present = present;
    this.programs = programs;
    this.filters = filters;
  }

  static SeccompTable read(ImageSet set) throws IOException {
    Optional<Entry<SeccompEntry>> found =
        set.one("seccomp.img", ImageKind.SECCOMP, SeccompEntry.parser());
    List<SeccompProgram> programs = new ArrayList<>();
    List<SeccompFilter> filters = new ArrayList<>();
    if (found.isPresent()) {
      for (SeccompProgram program : found.get().message().getFiltersList()) {
        int length = program.getFilter().size();
        found
            .get()
            .check(length % INSTRUCTION_BYTES == 0, "a filter of %d bytes".formatted(length));
        programs.add(program);
        filters.add(
            new SeccompFilter(
                Integer.toUnsignedLong(program.getFlags()),
                Bytes.of(program.getFilter().toByteArray())));
      }
    }
    return new SeccompTable(found.isPresent(), programs, filters);
  }

  /** True when the set has such a table, even an empty one. */
  boolean present() {
    return present;
  }

  /** Filters of a thread, oldest first. */
  List<SeccompFilter> of(Entry<ThreadCore> core) throws MalformedImageException {
    if (core.message().getSeccompMode() != FILTER_MODE || !core.message().hasSeccompFilter()) {
      return List.of();
    }
    List<SeccompFilter> chain = new ArrayList<>();
    int index = core.message().getSeccompFilter();
    while (true) {
      if (index < 0 || index >= programs.size() || chain.size() == MAX_CHAIN) {
        throw core.malformed(
            CriuRule.REFERENCE,
            "seccomp filter %s of %d".formatted(Integer.toUnsignedString(index), programs.size()));
      }
      chain.add(filters.get(index));
      if (!programs.get(index).hasPrev()) {
        break;
      }
      index = programs.get(index).getPrev();
    }
    Collections.reverse(chain);
    return chain;
  }
}
