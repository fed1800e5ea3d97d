package org.ckimg.interop.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;

/** A core of the program in {@code sample.c}, and what the program said of itself. */
enum CoreSample {
  /** That the kernel wrote when it crashed. */
  KERNEL,
  /** That gdb 13 wrote of it while it waited. */
  GCORE;

  private byte[] resource(String end) {
    String name = "/core/" + name().toLowerCase(java.util.Locale.ROOT) + end;
    try (InputStream in = CoreSample.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    byte[] packed = resource(".core.gz");
    try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The word behind {@code name} in what the program said. */
  long fact(String name) {
    String[] words = new String(resource(".txt"), StandardCharsets.US_ASCII).strip().split(" ");
    for (int i = 0; i < words.length; i += 2) {
      if (words[i].equals(name)) {
        return Long.decode(words[i + 1]);
      }
    }
    throw new IllegalArgumentException(name);
  }

  static ForeignImage open(byte[] core) throws IOException {
    return CoreImages.open(new MemorySource("core", core));
  }
}
