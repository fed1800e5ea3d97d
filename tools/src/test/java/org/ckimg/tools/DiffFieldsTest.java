package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Samples;
import org.ckimg.tools.diff.Differ;
import org.ckimg.tools.diff.Part;
import org.ckimg.tools.input.OpenImage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every field of every record counts: an image with another value there differs. Those that do not
 * count are listed, with the reason.
 */
class DiffFieldsTest {
  private static final Pattern RECORD_FIELD = Pattern.compile("[A-Z_]+/[0-9]+/.*");

  private static final Pattern DO_NOT_COUNT =
      Pattern.compile(
          String.join(
              "|",
              // The image and the machine.
              "(ORIGIN|SYSTEM)/.*",
              // Clocks.
              "TIMERS/[0-9]+/(value_nanos|overrun)",
              "EVENTS/2/(number|value_nanos)",
              "TCP/[0-9]+/timestamp",
              // Then the value is not known, or was not known before.
              ".*/present",
              "(PROCESSES/[0-9]+/(exe|cwd|root)|THREADS/0/credentials|(VMAS|DESCRIPTIONS)/[0-9]+/file)",
              "(REGISTERS/[0-9]+/note_type|SIGNALS/[0-9]+/number)",
              // Of a file that is mapped or open, what others may change.
              "FILES/[0-9]+/(num_links|rdev|[mcb]time_nanos|filesystem|filesystem_id|handle_type)",
              // Of files that are no descriptor's.
              "FILES/[0-9]+/(length|mode|uid|gid|flags)",
              // What an object is for is told by who has it.
              "OBJECTS/[0-9]+/(kind|length)"));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"process,200", "sockets,150", "tree,15", "sharing,11"})
  void everyFieldCounts(String sample, int least) throws IOException {
    Path original = Cli.write(folder, "original", Cli.sample(sample));
    List<String> unseen = new ArrayList<>();
    int seen = 0;
    for (String name : image(sample).names()) {
      if (RECORD_FIELD.matcher(name).matches() && isSoundWithAnother(sample, name)) {
        boolean same = isSame(original, folder.resolve("other.ckimg"));
        seen += same ? 0 : 1;
        if (same && !DO_NOT_COUNT.matcher(name).matches()) {
          unseen.add(name);
        }
      }
    }
    assertEquals(List.of(), unseen);
    assertEquals(least, Math.min(seen, least), "fields that could be changed alone");
  }

  private static Image image(String sample) {
    return Samples.all().get(sample).get().build();
  }

  /** Writes the sample with another value there; false when it is not sound then. */
  private boolean isSoundWithAnother(String sample, String name) throws IOException {
    Image image = image(sample);
    if (image.size(name) > Long.BYTES) {
      return false;
    }
    image.set(name, image.get(name) ^ 1);
    Path other = Cli.write(folder, "other", image.bytes());
    return ImageVerifier.verify(other, Depth.FULL).sound();
  }

  private static boolean isSame(Path a, Path b) throws IOException {
    try (OpenImage before = OpenImage.open("a", FileChannel.open(a));
        OpenImage after = OpenImage.open("b", FileChannel.open(b))) {
      EnumSet<Part> all = EnumSet.allOf(Part.class);
      return Differ.compare(before.subject(), after.subject(), all, image -> {}, bytes -> {})
          .same();
    }
  }
}
