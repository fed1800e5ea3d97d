package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentFolder;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reader, writer and the plain reader of the testkit agree over vectors and real programs. */
class AgreementTest {
  private static final Scratch FILE = new Scratch(".ckimg");
  private static final Scratch AGAIN = new Scratch(".ckimg");

  @TempDir Path folder;

  /** Every vector: as many are read as are sound, or break only rules of chains. */
  @Test
  void overEveryVector() throws IOException {
    TreeSet<String> read = new TreeSet<>();
    int all = 0;
    try (Stream<Path> files = Files.walk(Golden.VECTORS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ckimg")).toList()) {
        all++;
        if (Agreement.withWitness(Files.readAllBytes(file), file)) {
          read.add(Golden.VECTORS.relativize(file).toString());
        }
      }
    }
    assertTrue(all > 300, "vectors: " + all);
    assertTrue(read.containsAll(valid()), read::toString);
    read.removeIf(name -> name.startsWith("valid/") || name.contains("CK-CHN-"));
    assertEquals(new TreeSet<>(), read);
  }

  private static TreeSet<String> valid() {
    TreeSet<String> names = new TreeSet<>();
    for (String sample : Samples.all().keySet()) {
      names.add("valid/" + sample + ".ckimg");
    }
    return names;
  }

  @Test
  void overRealPrograms() throws IOException {
    int programs = 0;
    for (Map.Entry<String, byte[]> image : Golden.images().entrySet()) {
      if (image.getKey().startsWith("program-")) {
        assertTrue(Agreement.withWitness(image.getValue(), FILE.with(image.getValue())));
        programs++;
      }
    }
    assertEquals(2, programs);
  }

  @Test
  void theGeneratedParserSeesTheSame() throws IOException {
    for (byte[] image : Golden.images().values()) {
      try (ImageReader reader = ImageReader.open(FILE.with(image))) {
        Generated.agrees(image, reader);
      }
    }
  }

  /** Every sample that says what the writer says of codecs, version and signature. */
  @Test
  void whatIsReadIsWrittenByteForByte() throws IOException {
    int canonical = 0;
    int others = 0;
    for (Map.Entry<String, byte[]> golden : Golden.images().entrySet()) {
      String name = golden.getKey();
      if (name.matches("child|grandchild")) {
        continue; // they need their parents: see below
      }
      byte[] image =
          name.equals("coded")
              ? golden.getValue()
              : Corruptions.overwriteAndSeal(golden.getValue(), 22, (byte) 1);
      try (ImageReader reader = ImageReader.open(FILE.with(image))) {
        boolean same = Rewriting.check(image, reader, AGAIN);
        assertEquals(!name.matches("coded|signed|newer-minor"), same, name);
        canonical += same ? 1 : 0;
        others += same ? 0 : 1;
      }
    }
    assertEquals(3, others);
    assertEquals(Golden.images().size() - 5, canonical);
  }

  /** A chain of three, as the writer would have made it. */
  @Test
  void whatContinuesOthersIsWrittenByteForByte() throws IOException {
    ImageBuilder first = plain(Samples.oneObject());
    ImageBuilder second = plain(Samples.child()).parent(first.build().identity(), 1);
    ImageBuilder third = plain(Samples.grandchild()).parent(second.build().identity(), 2);
    List<byte[]> chain = new ArrayList<>();
    for (ImageBuilder image : List.of(first, second, third)) {
      chain.add(image.build().bytes());
      Files.write(folder.resolve("image-" + chain.size()), chain.getLast());
    }
    ParentFolder parents = new ParentFolder(folder);
    for (int i = 1; i < chain.size(); i++) {
      Path file = folder.resolve("image-" + (i + 1));
      try (ImageReader reader = ImageReader.open(FileChannel.open(file), parents)) {
        assertTrue(Rewriting.check(chain.get(i), reader, AGAIN, parents));
      }
    }
  }

  private static ImageBuilder plain(ImageBuilder builder) {
    return builder.header("codecs", 1);
  }
}
