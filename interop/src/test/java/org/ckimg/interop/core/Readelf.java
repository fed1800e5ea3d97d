package org.ckimg.interop.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What readelf of the GNU binutils says of a core.
 *
 * @param programs type, file offset, address, bytes in the file and in memory, flags; a line each
 * @param notes owner and size, a line each
 * @param complains true when it has said that something is wrong
 */
record Readelf(List<String> programs, List<String> notes, boolean complains) {
  private static final Pattern PROGRAM =
      Pattern.compile(
          "  (\\S+|<unknown>: \\w+|LOOS\\S+) +0x(\\w+) 0x(\\w{16}) 0x\\w{16} 0x(\\w+) 0x(\\w+) (...) .*");
  private static final Pattern NOTE = Pattern.compile("  (.*?) +0x(\\w{8})\t.*");

  /** It goes on with a header that no ELF file has, and says so there. */
  private static final Pattern UNKNOWN = Pattern.compile("  (Class|Data|Version): .*<unknown.*");

  private static final long SECONDS = 60;

  /** Asks it, whose path is {@code program}. */
  static Readelf of(Path program, Path core, Path output) throws IOException, InterruptedException {
    Process process =
        new java.lang.ProcessBuilder(program.toString(), "-W", "-h", "-l", "-n", core.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("readelf did not end within %d seconds".formatted(SECONDS));
    }
    List<String> programs = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    boolean complains = process.exitValue() != 0;
    for (String line : Files.readAllLines(output, StandardCharsets.ISO_8859_1)) {
      complains |= line.startsWith("readelf:") || UNKNOWN.matcher(line).matches();
      Matcher header = PROGRAM.matcher(line);
      Matcher note = NOTE.matcher(line);
      if (header.matches()) {
        programs.add(program(header));
      } else if (note.matches()) {
        notes.add(note(note.group(1), Long.parseLong(note.group(2), 16)));
      }
    }
    return new Readelf(programs, notes, complains);
  }

  private static String program(Matcher program) {
    String type = program.group(1);
    return line(
        type.equals("LOAD") || type.equals("NOTE") ? type : "other",
        Long.parseUnsignedLong(program.group(2), 16),
        Long.parseUnsignedLong(program.group(3), 16),
        Long.parseUnsignedLong(program.group(4), 16),
        Long.parseUnsignedLong(program.group(5), 16),
        program.group(6));
  }

  /** One note in the words of both; an owner that is no word is shown in ways of its own. */
  static String note(String owner, long bytes) {
    return (owner.matches("[A-Z]+") ? owner : "?") + " " + bytes;
  }

  /** One program header in the words of both. */
  static String line(
      String type, long offset, long address, long fileBytes, long memoryBytes, String flags) {
    return "%s 0x%x 0x%x 0x%x 0x%x %s"
        .formatted(type, offset, address, fileBytes, memoryBytes, flags);
  }
}
