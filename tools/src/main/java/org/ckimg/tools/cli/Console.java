package org.ckimg.tools.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.tools.text.Paper;
import org.ckimg.tools.text.Style;

/**
 * Standard streams. Text is UTF-8 whatever the locale: names from an image are printed as they are,
 * not as far as the locale allows.
 *
 * @param in standard input
 * @param sink what {@code out} writes to
 * @param out results
 * @param err messages and progress
 * @param outStyle colours of results
 * @param errIsTerminal true when a person reads the messages
 */
public record Console(
    InputStream in,
    Sink sink,
    PrintWriter out,
    PrintWriter err,
    Style outStyle,
    boolean errIsTerminal) {
  /** The streams of this process. */
  public static Console system() {
    Sink sink = new Sink(new FileOutputStream(FileDescriptor.out));
    boolean plain =
        Optional.ofNullable(System.getenv("NO_COLOR")).filter(v -> !v.isEmpty()).isPresent()
            || "dumb".equals(System.getenv("TERM"));
    return new Console(
        new FileInputStream(FileDescriptor.in),
        sink,
        new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8)),
        new PrintWriter(
            new OutputStreamWriter(
                new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8),
            true),
        plain || !isTerminal(1) ? Style.PLAIN : Style.COLOUR,
        isTerminal(2));
  }

  /** Streams that are no terminals, without colours. */
  public static Console plain(InputStream in, OutputStream out, OutputStream err) {
    Sink sink = new Sink(out);
    return new Console(
        in,
        sink,
        new PrintWriter(new OutputStreamWriter(sink, StandardCharsets.UTF_8)),
        new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true),
        Style.PLAIN,
        false);
  }

  /**
   * True when a descriptor of this process is a terminal. {@code System.console()} would tell, and
   * only of both streams together, after it has started a line editor.
   */
  private static boolean isTerminal(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Where views print. */
  public Paper paper() {
    return new Paper(out, outStyle);
  }

  /** Writes what is buffered; fails when some of the output was lost. */
  public void finish() throws IOException {
    err.flush();
    out.flush();
    sink.check();
  }
}
