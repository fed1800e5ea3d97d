package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.testkit.archive.TarBuilder;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Failures;
import org.ckimg.tools.cli.Sink;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.text.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FailuresTest {
  @TempDir Path folder;

  private static void expect(int code, String message, String... arguments) {
    Cli.Result result = new Cli().run(arguments);
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.out());
    assertTrue(result.err().startsWith(message), result.err());
  }

  /** Handles a failure of a command that no test can make fail so. */
  private static String handle(int code, Throwable failure, boolean debug) {
    StringWriter err = new StringWriter();
    Console console = console(OutputStream.nullOutputStream(), err);
    CommandLine root = Ckimg.commandLine(console);
    assertEquals(code, new Failures(console).handle(failure, root, debug));
    return err.toString();
  }

  private static Console console(OutputStream out, StringWriter err) {
    Sink sink = new Sink(out);
    return new Console(
        java.io.InputStream.nullInputStream(),
        sink,
        new PrintWriter(sink, false, StandardCharsets.UTF_8),
        new PrintWriter(err),
        Style.PLAIN,
        false);
  }

  @Test
  void whoMayNotTraceIsToldWhy() {
    assertEquals(
        "permission denied: ptrace of pid 1 needs CAP_SYS_PTRACE or the same user",
        DumpCommand.denied(1, 0));
    String narrowed = DumpCommand.denied(1, 1);
    assertTrue(narrowed.contains("ptrace_scope is 1"), narrowed);
    assertTrue(narrowed.contains("`ckimg run`"), narrowed);
  }

  @Test
  void wrongUsage() {
    expect(2, "ckimg: there is no command 'chek'; did you mean check", "chek");
    expect(2, "ckimg: a command is missing; try 'ckimg --help'\n");
    expect(2, "ckimg inspect: Unknown option: '--nope'\nTry", "inspect", "a", "--nope");
    expect(2, "ckimg inspect: Missing required parameter: 'IMAGE'", "inspect");
    expect(2, "ckimg inspect: 'nope' is not expected here\n", "inspect", "a", "nope");
  }

  @Test
  void whatCouldNotBeUndoneIsTold() {
    IOException failure = new SystemRefusal("no memory", null);
    failure.addSuppressed(new SystemRefusal("a socket is left", null));
    assertEquals("ckimg: no memory\nckimg: a socket is left\n", handle(4, failure, false));
  }

  @Test
  void aFileThatIsNotThere() {
    Path missing = folder.resolve("missing");
    expect(
        4,
        "ckimg check: " + missing + ": open: ENOENT (no such file or directory); check the name\n",
        "check",
        missing.toString());
  }

  @Test
  void aFolderThatIsNotThere() throws IOException {
    Path image = Files.write(folder.resolve("a.ckimg"), Cli.sample("process"));
    Path output = folder.resolve("missing").resolve("b.ckimg");
    String prefix = "ckimg squash: " + image + ": " + output.getParent();
    expect(4, prefix, "squash", "-o", output.toString(), image.toString());
  }

  @Test
  void otherFormatsAreNamed() throws IOException {
    Path criu = Files.createDirectory(folder.resolve("criu"));
    String prefix = "ckimg inspect: " + criu + ": CK-HDR-02: header+0x0: ";
    expect(3, prefix + "this is a directory without a CRIU image set", "inspect", criu.toString());
    Path core = Files.write(folder.resolve("core"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
    prefix = "ckimg inspect: " + core + ": CK-HDR-02: header+0x0: ";
    expect(3, prefix + "this is an ELF file and no core", "inspect", core.toString());
    byte[] tar = new TarBuilder().file("readme", new byte[7]).build();
    Path archive = Files.write(folder.resolve("a.tar"), tar);
    prefix = "ckimg inspect: " + archive + ": CK-ARC-10: archive+0x0: ";
    expect(3, prefix + "a tar archive, and no container checkpoint", "inspect", "" + archive);
  }

  @Test
  void anImageThatIsDamaged() {
    byte[] image = Cli.sample("process");
    image[300] ^= 1;
    Path file = Cli.write(folder, "a", image);
    expect(3, "ckimg inspect: " + file + ": CK-", "inspect", file.toString());
  }

  @Test
  void aNameOnTheCommandLineIsEscapedToo() {
    expect(4, "ckimg check: /nowhere/\\x1b[2J: open: ENOENT", "check", "/nowhere/\u001b[2J");
  }

  @Test
  void theKernelSaysNo() {
    String message = handle(4, new SyscallException("kill", Errno.ESRCH, "pid 5"), false);
    assertEquals(
        "ckimg: kill of pid 5: ESRCH (no such process);"
            + " check the pid: the process may have ended\n",
        message);
    assertTrue(handle(4, new IOException("Input/output error"), false).contains("EIO"));
  }

  @Test
  void aBugIsCalledOne() {
    IllegalStateException bug = new IllegalStateException("odd");
    String message = handle(70, bug, false);
    assertTrue(message.contains("this is a bug in ckimg: java.lang.IllegalStateException: odd"));
    assertFalse(message.contains("\tat "), message);
    assertTrue(handle(70, bug, true).contains("\tat org.ckimg.tools"));
    assertTrue(handle(70, new OutOfMemoryError("heap"), false).contains("bug"));
  }

  @Test
  void outputThatIsLostIsAnError() {
    StringWriter err = new StringWriter();
    Console full = console(failing("No space left on device"), err);
    assertEquals(4, Ckimg.run(full, "completion"));
    assertTrue(err.toString().startsWith("ckimg: write of standard output: ENOSPC"), "" + err);
  }

  @Test
  void aReaderThatHasSeenEnoughIsNone() {
    StringWriter err = new StringWriter();
    assertEquals(0, Ckimg.run(console(failing("Broken pipe"), err), "completion"));
    assertEquals("", err.toString());
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}
