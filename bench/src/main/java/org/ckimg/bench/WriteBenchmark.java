package org.ckimg.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.ckimg.writer.WrittenImage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 64 MiB through zero test, digest, coding and container on one worker; nothing is written. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class WriteBenchmark {
  private static final int PAGES = 1 << 14;

  /** What the pages hold. */
  @Param({"ZERO", "RANDOM", "HEAP"})
  String content;

  /** How frames are coded. */
  @Param({"none", "lz4", "zstd"})
  String codec;

  /** Made by JMH. */
  public WriteBenchmark() {}

  /** One image. */
  @Benchmark
  public WrittenImage write() throws IOException {
    PageRuns pages = new PageRuns.Builder().add(0, PAGES).build();
    SyntheticImage image = new SyntheticImage(SyntheticImage.Content.valueOf(content), pages);
    return ImageWriter.write(
        image.checkpoint(), new Nowhere(), new WriterSettings(1, compression(codec)));
  }

  private static Compression compression(String codec) {
    return switch (codec) {
      case "none" -> Compression.NONE;
      case "lz4" -> Compression.LZ4;
      default -> Compression.zstd();
    };
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
}
