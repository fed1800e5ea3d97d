package org.ckimg.writer;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Terminal;

/** TERMINALS, by file. */
final class TerminalEncoder implements TableEncoder {
  private static final int MAX_SIZE = 0xffff;
  private static final int RESERVED_BYTES = 12;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int files = context.checkpoint().files().size();
    for (Terminal terminal : context.checkpoint().terminals()) {
      table
          .begin("terminal " + terminal.file())
          .reference("file", OptionalInt.of(terminal.file()), files, Rule.TTY_02)
          .require(
              terminal.modes().length() == Terminal.MODES_BYTES,
              Rule.TTY_01,
              "modes are no struct termios2")
          .ascending(terminal.file())
          .u4("file", terminal.file(), 1, ProcessEncoder.MAX_ID)
          .bytes(terminal.modes())
          .u2("rows", terminal.rows(), 0, MAX_SIZE)
          .u2("columns", terminal.columns(), 0, MAX_SIZE)
          .zero(RESERVED_BYTES)
          .end();
    }
  }
}
