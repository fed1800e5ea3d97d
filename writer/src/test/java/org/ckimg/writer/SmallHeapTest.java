package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Test;

/** Memory does not grow with the image: 1.25 GiB of pages pass through a JVM with -Xmx64m. */
class SmallHeapTest {
  private static final int PAGES = 5 << 16;

  @Test
  void writesMoreThanAGibibyteWithASmallHeap() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName())
            .redirectErrorStream(true)
            .start();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    child.getInputStream().transferTo(said);
    assertTrue(child.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, child.exitValue(), said.toString());
    assertTrue(
        said.toString().contains("pages: " + PAGES + ", stored: " + PAGES / 5 * 4),
        said.toString());
  }

  /** Every fifth page is zero, all others differ. */
  private static final class Pattern implements Memory {
    @Override
    public PageRuns pages(int object) {
      return FakeMemory.runs(0, PAGES);
    }

    @Override
    public void read(int object, long firstPage, int numPages, MemorySegment into) {
      into.fill((byte) 0);
      for (int i = 0; i < numPages; i++) {
        long page = firstPage + i;
        if (page % 5 != 0) {
          into.set(ValueLayout.JAVA_LONG_UNALIGNED, 4096L * i, page);
        }
      }
    }
  }

  private static final class Nowhere implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      source.position(source.limit());
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** Runs in the small JVM; says how long it took and what the heap had. */
  public static void main(String[] args) throws Exception {
    var checkpoint =
        Samples.with(
            Samples.shared(12, new FakeMemory(4096, FakeMemory.DISTINCT), 1),
            "memory",
            new Pattern());
    long start = System.nanoTime();
    WrittenImage written =
        ImageWriter.write(checkpoint, new Nowhere(), new WriterSettings(2, Compression.NONE));
    long millis = (System.nanoTime() - start) / 1_000_000;
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "pages: %d, stored: %d, bytes: %d, ms: %d, heap MiB: %d%n",
        written.pages().total(),
        written.pages().stored(),
        written.lengthBytes(),
        millis,
        runtime.totalMemory() - runtime.freeMemory() >> 20);
  }
}
