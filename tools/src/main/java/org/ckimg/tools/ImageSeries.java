package org.ckimg.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.ckimg.dumper.ChangeTracker;
import org.ckimg.dumper.Destination;
import org.ckimg.dumper.DumpOptions;
import org.ckimg.dumper.DumpSummary;
import org.ckimg.dumper.DumpWatcher;
import org.ckimg.dumper.Dumper;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Template;
import org.ckimg.tools.text.Human;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageSigner;

/**
 * The images that are made of one running program. They come in chains: the first image of a chain
 * is complete, each other one continues the one before it.
 */
final class ImageSeries implements AutoCloseable {
  static final String DEFAULT_TEMPLATE = "%N.%P.%C.ckimg";

  private static final DumpWatcher NOBODY =
      new DumpWatcher() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void copied(long bytes) {}
      };

  private final Console console;
  private final int pid;
  private final String template;
  private final int keep;
  private final int chainLength;
  private final Compression compression;
  private final Optional<ImageSigner> signer;

  /** Oldest chain first; the last one is being continued. */
  private final Deque<List<Path>> chains = new ArrayDeque<>();

  private Optional<ChangeTracker> tracker = Optional.empty();
  private boolean started;
  private int count;

  /**
   * No image yet.
   *
   * @param keep how many images are to be had at least; without it none is deleted
   */
  ImageSeries(
      Console console,
      int pid,
      String template,
      Optional<Integer> keep,
      Compression compression,
      Optional<ImageSigner> signer) {
    this.console = console;
    this.pid = pid;
    this.template = template;
    this.keep = keep.orElse(Integer.MAX_VALUE);
    this.chainLength = Math.min(this.keep, Format.MAX_CHAIN_DEPTH + 1);
    this.compression = compression;
    this.signer = signer;
  }

  /**
   * Makes the next image. When that fails it is said, and the program runs on.
   *
   * @throws TargetEndedException when the program ended meanwhile
   */
  void save() throws TargetEndedException {
    try {
      startTracking();
      Path image = name();
      Optional<Path> parent = parent();
      DumpSummary summary = parent.isPresent() ? dump(parent.get(), image) : dump(image);
      add(image, parent.isPresent());
      report(image, summary);
      deleteOld();
    } catch (TargetEndedException e) {
      throw e;
    } catch (IOException e) {
      for (String line : String.valueOf(e.getMessage()).split("\n")) {
        console.err().println("ckimg run: not saved: " + Bytes.utf8(line));
      }
      console.err().flush();
    }
    count++;
  }

  /** Not before the first image: a short program is not disturbed at all. */
  private void startTracking() throws TargetEndedException {
    if (started) {
      return;
    }
    started = true;
    try {
      tracker = Optional.of(ChangeTracker.of(pid));
    } catch (TargetEndedException e) {
      throw e;
    } catch (IOException e) {
      console
          .err()
          .println("ckimg run: every page is read each time: " + Bytes.utf8(e.getMessage()));
    }
  }

  private Path name() throws IOException {
    String name = Bytes.of(Stat.read(pid).comm()).toString();
    Template values = new Template(name, pid, Status.read(pid).uids()[0], count);
    return values.expand(template, Instant.now());
  }

  /** The image to continue; none when its chain is long enough. */
  private Optional<Path> parent() {
    return chains.isEmpty() || chains.getLast().size() >= chainLength
        ? Optional.empty()
        : Optional.of(chains.getLast().getLast());
  }

  private DumpSummary dump(Path parent, Path image) throws IOException {
    try (OpenParent open = OpenParent.open(parent)) {
      return dump(
          image,
          new DumpOptions(
              false, false, false, true, compression, Optional.of(open.image()), tracker, signer));
    }
  }

  private DumpSummary dump(Path image) throws IOException {
    return dump(
        image,
        new DumpOptions(false, false, false, true, compression, Optional.empty(), tracker, signer));
  }

  private DumpSummary dump(Path image, DumpOptions options) throws IOException {
    Bytes tool = Bytes.utf8("ckimg " + Version.number());
    return Dumper.dump(pid, options, new Destination.ToFile(image), tool, NOBODY);
  }

  private void add(Path image, boolean continues) {
    if (!continues) {
      chains.add(new ArrayList<>());
    }
    chains.getLast().add(image);
  }

  private void report(Path image, DumpSummary summary) {
    summary.notes().forEach(note -> console.err().println("ckimg run: " + Bytes.utf8(note)));
    console
        .err()
        .printf(
            "ckimg run: saved %s: %s; stood still %s, took %s%n",
            Bytes.utf8(image.toString()),
            Human.bytes(summary.image().lengthBytes()),
            Human.duration(summary.stopNanos()),
            Human.duration(summary.copyNanos()));
    console.err().flush();
  }

  /** A chain goes as a whole, when there are enough images without it. */
  private void deleteOld() throws IOException {
    int newer = chains.stream().skip(1).mapToInt(List::size).sum();
    while (chains.size() > 1 && newer >= keep) {
      for (Path image : chains.removeFirst()) {
        Files.deleteIfExists(image);
      }
      newer -= chains.getFirst().size();
    }
  }

  @Override
  public void close() {
    tracker.ifPresent(ChangeTracker::close);
  }
}
