package org.ckimg.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.CriuImages;
import org.ckimg.interop.criu.MemoryFolder;
import org.ckimg.interop.criu.Sample;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Images that stay: the sound vectors, and those of real programs. */
final class Golden {
  static final Path VECTORS = Path.of("../spec/vectors");
  private static final int SMALL = 1 << 14;
  private static final List<String> PROGRAMS = List.of("s05_unix", "s09_evfds");

  private Golden() {}

  /** All of them by name. */
  static Map<String, byte[]> images() {
    Map<String, byte[]> images = new TreeMap<>();
    try (Stream<Path> files = Files.list(VECTORS.resolve("valid"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ckimg")).toList()) {
        String name = file.getFileName().toString();
        images.put(name.substring(0, name.lastIndexOf('.')), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    images.putAll(programs());
    return images;
  }

  /** Those of real programs. */
  static Map<String, byte[]> programs() {
    Map<String, byte[]> images = new TreeMap<>();
    try {
      for (String program : PROGRAMS) {
        images.put("program-" + program, program(program));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return images;
  }

  /** Small vectors, sound and unsound: where targets start that are given any bytes. */
  static Stream<Arguments> vectors() throws IOException {
    List<Arguments> vectors = new ArrayList<>();
    try (Stream<Path> files = Files.walk(VECTORS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ckimg")).sorted().toList()) {
        if (Files.size(file) <= SMALL) {
          vectors.add(
              Arguments.of(
                  Named.of(VECTORS.relativize(file).toString(), Files.readAllBytes(file))));
        }
      }
    }
    return vectors.stream();
  }

  /** A program that was frozen by another tool, in an image of ours. */
  private static byte[] program(String name) throws IOException {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    try (ForeignImage from = CriuImages.open(new MemoryFolder(Sample.of(name).images("img")))) {
      ImageWriter.write(from.checkpoint(), Channels.newChannel(image), WriterSettings.defaults());
    }
    return image.toByteArray();
  }
}
