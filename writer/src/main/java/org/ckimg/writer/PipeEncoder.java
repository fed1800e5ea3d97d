package org.ckimg.writer;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.PipeState;

/** PIPES, by file. */
final class PipeEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Checkpoint checkpoint = context.checkpoint();
    Set<Integer> open = open(checkpoint);
    for (PipeState pipe : checkpoint.pipes()) {
      table
          .begin("pipe " + pipe.file())
          .reference("file", OptionalInt.of(pipe.file()), checkpoint.files().size(), Rule.PIP_02)
          .require(open.contains(pipe.file()), Rule.PIP_02, "nothing has it open as a pipe")
          .ascending(pipe.file());
      checkPackets(
          table, pipe, Queues.length(table, checkpoint, "queue", pipe.queue(), Rule.PIP_03));
      encode(table, pipe);
    }
  }

  private static Set<Integer> open(Checkpoint checkpoint) {
    return checkpoint.descriptions().stream()
        .filter(open -> open.type() == FdType.PIPE || open.type() == FdType.FIFO)
        .flatMapToInt(open -> open.file().stream())
        .boxed()
        .collect(Collectors.toSet());
  }

  private static void checkPackets(TableWriter table, PipeState pipe, long length) {
    if (!pipe.packets().isEmpty()) {
      long sum = pipe.packets().stream().mapToLong(Integer::longValue).sum();
      boolean positive = pipe.packets().stream().allMatch(packet -> packet > 0);
      table
          .require(positive, Rule.PIP_04, "a packet without a byte")
          .require(
              sum == length,
              Rule.PIP_04,
              "packets of %d bytes in a queue of %d".formatted(sum, length));
    }
  }

  private static void encode(TableWriter table, PipeState pipe) throws IOException {
    table
        .u4("file", pipe.file(), 1, ProcessEncoder.MAX_ID)
        .u4(new Bits().set(pipe.capacity(), Presence.Pipe.CAPACITY).value())
        .u4("capacity", pipe.capacity().orElse(0), 0, Integer.MAX_VALUE)
        .u4("queue", pipe.queue().orElse(0), 0, Format.MAX_OBJECTS)
        .blob(Queues.lengths(pipe.packets()))
        .end();
  }
}
