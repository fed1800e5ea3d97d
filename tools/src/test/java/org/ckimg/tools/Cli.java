package org.ckimg.tools;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.ckimg.testkit.Samples;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Failures;
import org.ckimg.tools.cli.Sink;
import org.ckimg.tools.text.Style;
import picocli.CommandLine;

/** Runs commands as a user does, with streams in memory. */
final class Cli {
  private final byte[] in;
  private final Style style;

  Cli() {
    this(new byte[0], Style.PLAIN);
  }

  Cli(byte[] in, Style style) {
    this.in = in;
    this.style = style;
  }

  /** How a command ended. */
  record Result(int code, String out, String err) {}

  Result run(String... arguments) {
    return run(console -> Ckimg.run(console, arguments));
  }

  /** Runs one command that was made for the test; {@code subcommand} may be empty. */
  Result run(Function<Console, CommandLine> command, String subcommand, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!subcommand.isEmpty()) {
      all.addFirst(subcommand);
    }
    return run(console -> {
      Failures failures = new Failures(console);
      return command
          .apply(console)
          .setExecutionExceptionHandler(failures)
          .setParameterExceptionHandler(failures)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .execute(all.toArray(String[]::new));
    });
  }

  private Result run(ToIntFunction<Console> action) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Sink sink = new Sink(out);
    Console console =
        new Console(
            new ByteArrayInputStream(in),
            sink,
            new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8)),
            new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8)),
            style,
            false);
    int code = action.applyAsInt(console);
    console.out().flush();
    console.err().flush();
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static byte[] sample(String name) {
    return Samples.all().get(name).get().build().bytes();
  }

  static Path write(Path folder, String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name + ".ckimg"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
