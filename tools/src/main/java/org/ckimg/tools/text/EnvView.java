package org.ckimg.tools.text;

import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Strings;
import org.ckimg.tools.input.Subject;

/** Arguments, environment and auxiliary vector. */
final class EnvView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    strings("arguments", process.cmdline(), paper);
    strings("environment", process.environ(), paper);
    TextTable auxiliary = new TextTable("AUXILIARY", "VALUE");
    process
        .auxv()
        .ifPresent(auxv ->
            Strings.auxiliary(auxv, subject.checkpoint().host())
                .forEach((name, value) -> auxiliary.row(name, Human.hex(value))));
    paper.table(auxiliary);
  }

  private static void strings(String title, Optional<Bytes> joined, Paper paper) {
    paper.line(" " + title + (joined.isEmpty() ? " not known" : ""));
    joined.map(Strings::split).ifPresent(list -> list.forEach(s -> paper.line("  " + s)));
  }
}
