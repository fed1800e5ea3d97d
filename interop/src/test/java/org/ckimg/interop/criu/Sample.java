package org.ckimg.interop.criu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.ckimg.interop.ForeignImage;

/** A set that CRIU made of a program that told what it set up, and CRIU's own decode of it. */
public record Sample(String name, Map<String, byte[]> files) {
  /** All of them. */
  public static final List<String> NAMES =
      List.of(
          "s01_counter",
          "s02_threads",
          "s03_pipe",
          "s04_tcp",
          "s05_unix",
          "s06_shm",
          "s07_deleted",
          "s08_locks",
          "s09_evfds",
          "s10_mem",
          "s11_tree",
          "s12_podman");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Unpacks it into memory. */
  public static Sample of(String name) {
    Map<String, byte[]> files = new TreeMap<>();
    try (InputStream file = Sample.class.getResourceAsStream("/criu/" + name + ".tar.gz");
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new GzipCompressorInputStream(new BufferedInputStream(file)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile()) {
          files.put(entry.getName().substring(name.length() + 1), tar.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Sample(name, files);
  }

  /** The images below {@code folder}. */
  MemoryFolder folder(String folder) {
    return new MemoryFolder(images(folder));
  }

  /** The same, by name. */
  public Map<String, byte[]> images(String folder) {
    Map<String, byte[]> images = new TreeMap<>();
    files.forEach((path, bytes) -> {
      if (path.startsWith(folder + "/")) {
        images.put(path.substring(folder.length() + 1), bytes);
      }
    });
    return images;
  }

  ForeignImage open() throws IOException {
    return CriuImages.open(folder("img"));
  }

  JsonNode truth() throws IOException {
    return JSON.readTree(files.get("expected/truth.json"));
  }

  /** The entries of an image as CRIU decodes them; none when the set has no such image. */
  JsonNode decoded(String image) throws IOException {
    byte[] bytes = files.get("expected/" + image + ".json");
    return bytes == null ? JSON.createArrayNode() : JSON.readTree(bytes).get("entries");
  }

  /** A line of what the program said of itself, without its first word. */
  String fact(String first) {
    String path = files.containsKey("facts.txt") ? "facts.txt" : "expected/program-facts.txt";
    return new String(files.get(path), StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> line.startsWith(first))
        .findFirst()
        .orElseThrow()
        .substring(first.length());
  }
}
