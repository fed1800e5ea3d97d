package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Terminal;

/** TERMINALS, by file. */
final class TerminalEncoder implements TableEncoder {
  private static final int MAX_SIZE = 0xffff;
  private static final int EXCLUSIVE = 1;
  private static final int HUNG_UP = 1 << 1;
  private static final int STOPPED = 1 << 2;
  private static final int RESERVED_BYTES = 4;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Checkpoint checkpoint = context.checkpoint();
    int files = checkpoint.files().size();
    for (Terminal terminal : checkpoint.terminals()) {
      table
          .begin("terminal " + terminal.file())
          .reference("file", OptionalInt.of(terminal.file()), files, Rule.TTY_02)
          .require(
              terminal.modes().length() == Terminal.MODES_BYTES,
              Rule.TTY_01,
              "modes are no struct termios2")
          .ascending(terminal.file());
      OptionalInt input = queue(terminal.input().map(Terminal.Input::queue));
      OptionalInt output = queue(terminal.slave().map(Terminal.Slave::output));
      List<Integer> lines = terminal.input().map(Terminal.Input::lines).orElse(List.of());
      checkLines(table, lines, Queues.length(table, checkpoint, "input", input, Rule.TTY_03));
      Queues.length(table, checkpoint, "output", output, Rule.TTY_03);
      table
          .u4("file", terminal.file(), 1, ProcessEncoder.MAX_ID)
          .bytes(terminal.modes())
          .u2("rows", terminal.rows(), 0, MAX_SIZE)
          .u2("columns", terminal.columns(), 0, MAX_SIZE)
          .u4(present(terminal))
          .u4(flags(terminal))
          .u4("input", input.orElse(0), 0, Format.MAX_OBJECTS)
          .u4("output", output.orElse(0), 0, Format.MAX_OBJECTS)
          .zero(RESERVED_BYTES)
          .blob(Queues.lengths(lines))
          .end();
    }
  }

  private static OptionalInt queue(Optional<OptionalInt> id) {
    return id.orElse(OptionalInt.empty());
  }

  private static void checkLines(TableWriter table, List<Integer> lines, long length) {
    long sum = lines.stream().mapToLong(Integer::longValue).sum();
    boolean positive = lines.stream().allMatch(line -> line >= 0);
    table.require(
        positive && sum <= length,
        Rule.TTY_04,
        "lines of %d bytes in an input of %d".formatted(sum, length));
  }

  private static int present(Terminal terminal) {
    return new Bits()
        .set(terminal.input(), Presence.Terminal.INPUT)
        .set(terminal.slave(), Presence.Terminal.SLAVE)
        .value();
  }

  private static int flags(Terminal terminal) {
    return new Bits()
        .set(terminal.slave().filter(Terminal.Slave::exclusive), EXCLUSIVE)
        .set(terminal.slave().filter(Terminal.Slave::hungUp), HUNG_UP)
        .set(terminal.slave().filter(Terminal.Slave::stopped), STOPPED)
        .value();
  }
}
