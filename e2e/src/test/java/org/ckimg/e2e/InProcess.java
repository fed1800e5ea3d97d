package org.ckimg.e2e;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ckimg.tools.Ckimg;
import org.ckimg.tools.cli.Console;

/** The command without a virtual machine of its own. */
final class InProcess {
  private InProcess() {}

  static Outcome run(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = Console.plain(InputStream.nullInputStream(), out, err);
    String[] line = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exit = Ckimg.run(console, line);
    return new Outcome(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
