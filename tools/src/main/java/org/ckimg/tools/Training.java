package org.ckimg.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.ckimg.tools.cli.Console;

/**
 * What the build runs once to learn which classes the commands need and which methods are hot: the
 * virtual machine writes that down (JEP 483, JEP 515), and every later start reads it. Where a
 * command may not do its work here, less is learned and nothing else happens.
 */
final class Training {
  private static final int ROUNDS = 3;

  private final Path folder;

  private Training(Path folder) {
    this.folder = folder;
  }

  /** Runs every command that a person waits for. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("ckimg-training-");
    try {
      for (int round = 0; round < ROUNDS; round++) {
        new Training(folder).round();
      }
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private void round() throws IOException {
    String image = folder.resolve("program.ckimg").toString();
    long program = startProgram();
    ckimg("dump", Long.toString(program), "-o", image);
    ckimg("dump", Long.toString(program), "-o", image, "--kill", "--compress", "zstd");
    ProcessHandle.of(program).ifPresent(ProcessHandle::destroyForcibly);
    ckimg("inspect", image);
    ckimg("inspect", image, "--json");
    ckimg("check", image);
    ckimg("diff", image, image);
    ckimg("mem", image, "search", "urandom");
    ckimg("restore", "--verify", image);
    String restored = ckimg("restore", "--detach", image).strip();
    if (!restored.isEmpty()) {
      ProcessHandle.of(Long.parseLong(restored)).ifPresent(ProcessHandle::destroyForcibly);
    }
    ckimg("--help");
  }

  /** What the command printed. */
  private static String ckimg(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Ckimg.run(
        Console.plain(InputStream.nullInputStream(), out, OutputStream.nullOutputStream()),
        arguments);
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * A program with 64 MiB, so that what is done with every page is learned too. Not our child: the
   * thread that waits for those would be told of the stops of a tracer.
   */
  private long startProgram() throws IOException {
    String script = "dd if=/dev/urandom of=/dev/null bs=64M </dev/null >/dev/null 2>&1 & echo $!";
    Process shell = new ProcessBuilder("sh", "-c", script).start();
    return Long.parseLong(new String(shell.getInputStream().readAllBytes()).strip());
  }
}
