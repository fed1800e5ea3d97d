package org.ckimg.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading an image of 135,000 runs of one page each, and one of 64 MiB in one run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReadBenchmark {
  private static final int RUNS = 135_000;
  private static final int PAGES = 1 << 14;
  private static final int STEP = 256;

  private Path scattered;
  private Path dense;
  private ImageReader open;

  /** Made by JMH. */
  public ReadBenchmark() {}

  /** Writes the images. */
  @Setup
  public void write() throws IOException {
    scattered = image(SyntheticImage.Content.ZERO, SyntheticImage.scattered(RUNS));
    dense = image(SyntheticImage.Content.RANDOM, new PageRuns.Builder().add(0, PAGES).build());
    open = ImageReader.open(scattered);
  }

  private static Path image(SyntheticImage.Content content, PageRuns pages) throws IOException {
    Path path = Files.createTempFile("ckimg-bench", ".ckimg");
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ImageWriter.write(
          new SyntheticImage(content, pages).checkpoint(), channel, WriterSettings.defaults());
    }
    return path;
  }

  /** Removes them. */
  @TearDown
  public void delete() throws IOException {
    open.close();
    Files.delete(scattered);
    Files.delete(dense);
  }

  /** From opening the file to all 135,000 runs. */
  @Benchmark
  public PageRuns parseRuns() throws IOException {
    try (ImageReader reader = ImageReader.open(scattered)) {
      return reader.pages(1).runs();
    }
  }

  /** What is known of each of the 135,000 pages, page by page. */
  @Benchmark
  public PageMarks lookUpPages() throws IOException {
    PageMarks marks = new PageMarks();
    for (int page = 0; page < RUNS; page++) {
      open.known().look(1, new PageRuns.Builder().add(2L * page, 1).build(), marks);
    }
    return marks;
  }

  /** 64 MiB read and proven by one thread, 1 MiB at a time. */
  @Benchmark
  public MemorySegment readProven() throws IOException {
    try (ImageReader reader = ImageReader.open(dense);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate((long) STEP * SyntheticImage.PAGE, 64);
      Memory memory = reader.checkpoint().memory();
      for (int page = 0; page < PAGES; page += STEP) {
        memory.read(1, page, STEP, buffer);
      }
      return buffer;
    }
  }

  /** 64 MiB verified by two threads. */
  @Benchmark
  public Verdict verify() throws IOException {
    return ImageVerifier.verify(dense, Depth.FULL);
  }
}
