package org.ckimg.e2e;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Sink;
import org.ckimg.tools.text.Style;

/** The command without a virtual machine of its own. */
final class InProcess {
  private InProcess() {}

  static Outcome run(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Sink sink = new Sink(out);
    Console console =
        new Console(
            InputStream.nullInputStream(),
            sink,
            new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8)),
            new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true),
            Style.PLAIN,
            false);
    String[] line = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Ckimg.run(console, line);
    return new Outcome(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
