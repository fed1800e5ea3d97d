package org.ckimg.tools.diff;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;

/**
 * Who has an open file description: its id is a number of the image alone, its descriptors are the
 * program's.
 */
final class Holders {
  private final Map<Integer, String> first = new HashMap<>();

  Holders(Checkpoint checkpoint) {
    for (ProcessState process : checkpoint.processes()) {
      process.fds().forEach(fd -> first.putIfAbsent(fd.description(), fd.name()));
    }
  }

  /** A description by the first descriptor that has it. */
  String of(OptionalInt description) {
    return description.isPresent() && first.containsKey(description.getAsInt())
        ? first.get(description.getAsInt())
        : "nobody";
  }
}
