package org.ckimg.tools;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.SystemRefusal;
import picocli.CommandLine.Command;

/** {@code ckimg demo}: the public commands on a small real computation. */
@Command(
    name = "demo",
    description = {
      "Checkpoint a running computation, kill it, and bring it back.",
      "Runs the commands that you would run, and shows what they print."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String PROGRAM = "demo.pl";

  /** Digits 992 to 1000 of pi, which every table of pi has. */
  private static final String KNOWN = "216420198";

  private static final int KNOWN_END = 1000;
  private static final int DIGITS = 2000;
  private static final long WARM_UP_MILLIS = 700;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path perl = Path.of("/usr/bin/perl");
    if (!Files.isExecutable(perl)) {
      throw new SystemRefusal("the demo computes in Perl, and /usr/bin/perl is not here", null);
    }
    Path folder = Files.createTempDirectory("ckimg-demo-");
    Path program = folder.resolve("pi.pl");
    try (InputStream source = DemoCommand.class.getResourceAsStream(PROGRAM)) {
      Files.copy(source, program);
    }
    Process computation = start(perl, program, folder.resolve("pi.txt"));
    try {
      return show(computation, folder);
    } finally {
      computation.destroyForcibly();
    }
  }

  private Process start(Path perl, Path program, Path output) throws IOException {
    say("1. A computation: %d digits of pi, written to %s as they come.", DIGITS, output);
    Process computation =
        new ProcessBuilder(perl.toString(), program.toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(output.resolveSibling("pi.err").toFile())
            .start();
    prompt("perl " + program + " > " + output + " &   # pid " + computation.pid());
    return computation;
  }

  private int show(Process computation, Path folder) throws IOException, InterruptedException {
    Path image = folder.resolve("pi.ckimg");
    Path output = folder.resolve("pi.txt");
    TimeUnit.MILLISECONDS.sleep(WARM_UP_MILLIS);
    say("2. Freeze it into an image while it runs. It goes on.");
    ckimg("dump", Long.toString(computation.pid()), "-o", image.toString());
    long atDump = Files.size(output);
    say("3. Kill it. %d digits are done; the rest is lost, but for the image.", atDump);
    prompt("kill -9 " + computation.pid());
    computation.destroyForcibly().waitFor();
    say("4. Look into the image.");
    ckimg("inspect", image.toString());
    say("5. Is it sound, and may it come back? Nothing is started by this.");
    ckimg("check", image.toString());
    ckimg("restore", "--verify", image.toString());
    say("6. Bring it back. ckimg waits for it as its parent.");
    ckimg("restore", image.toString());
    return verdict(output, image);
  }

  private int verdict(Path output, Path image) throws IOException {
    String digits = Files.readString(output).strip();
    boolean right =
        digits.length() == DIGITS
            && digits.substring(KNOWN_END - KNOWN.length(), KNOWN_END).equals(KNOWN);
    if (!right) {
      throw new IOException("the restored computation wrote " + digits.length() + " wrong digits");
    }
    say(
        "7. It finished with the right answer: %s…%s, %d digits,",
        digits.substring(0, 12), digits.substring(DIGITS - 12), DIGITS);
    say(
        "   and digits %d to %d are %s as in every table of pi.",
        KNOWN_END - KNOWN.length() + 1, KNOWN_END, KNOWN);
    say("");
    say("The image is kept: %s", image);
    say("Go on with:  ckimg inspect %s fds maps    ckimg restore %s", image, image);
    return ExitCode.OK.number();
  }

  private void ckimg(String... arguments) throws IOException, InterruptedException {
    prompt("ckimg " + String.join(" ", arguments));
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-jar", jar()));
    command.addAll(List.of(arguments));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new SystemRefusal(
          "the demo ends here: ckimg %s ended with %d".formatted(arguments[0], status), null);
    }
  }

  private static String jar() throws IOException {
    try {
      return Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private void say(String text, Object... values) {
    console.out().println(text.formatted(values));
    console.out().flush();
  }

  private void prompt(String command) {
    say("%s", "$ " + command);
  }
}
