package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** The kernel stops at 32768 instructions of a thread, and counts four more for each filter. */
  private static final int MAX_CHAIN = (1 << 15) / 5;

  private static final int INSTRUCTION_BYTES = 8;

  private final boolean present;
  private final List<SeccompProgram> programs;
  private final List<SeccompFilter> filters;
  private final Map<Integer, List<SeccompFilter>> chains = new HashMap<>();

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
            .check(
                length > 0 && length % INSTRUCTION_BYTES == 0,
                "a filter of %d bytes".formatted(length));
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
    int newest = core.message().getSeccompFilter();
    List<SeccompFilter> chain = chains.get(newest);
    if (chain == null) {
      chain = chain(core, newest);
      chains.put(newest, chain);
    }
    return chain;
  }

  private List<SeccompFilter> chain(Entry<ThreadCore> core, int newest)
      throws MalformedImageException {
    List<SeccompFilter> chain = new ArrayList<>();
    int index = newest;
    while (true) {
      if (index < 0 || index >= programs.size() || chain.size() == MAX_CHAIN) {
        throw core.malformed(
            CriuRule.REFERENCE,
            "seccomp filter %s of %d, or more than %d of them"
                .formatted(Integer.toUnsignedString(index), programs.size(), MAX_CHAIN));
      }
      chain.add(filters.get(index));
      if (!programs.get(index).hasPrev()) {
        Collections.reverse(chain);
        return List.copyOf(chain);
      }
      index = programs.get(index).getPrev();
    }
  }
}
