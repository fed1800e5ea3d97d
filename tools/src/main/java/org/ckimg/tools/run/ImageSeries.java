package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.input.OpenParent;
import org.ckimg.tools.text.Human;

/**
 * The images that are made of one running program. They come in chains: the first image of a chain
 * is complete, each other one continues the one before it.
 */
final class ImageSeries implements AutoCloseable {
  private final Messages messages;
  private final int pid;
  private final ImageNames names;
  private final SaveOptions options;

  /** Oldest chain first; the last one is being continued. */
  private final Deque<List<Path>> chains = new ArrayDeque<>();

  private Optional<ChangeTracker> tracker = Optional.empty();
  private boolean started;
  private boolean continues;

  /** No image yet. */
  ImageSeries(Messages messages, int pid, ImageNames names, SaveOptions options) {
    this.messages = messages;
    this.pid = pid;
    this.names = names;
    this.options = options;
  }

  /** These are older images of the same program, and go with the rest; none is continued. */
  void adopt(List<List<Path>> older) {
    older.forEach(chain -> chains.add(new ArrayList<>(chain)));
  }

  /**
   * Makes the next image.
   *
   * @return where it is
   * @throws TargetEndedException when the program ended meanwhile
   */
  Path save() throws IOException {
    startTracking();
    Path image = names.next(pid);
    Optional<Path> parent = parent(image);
    DumpSummary summary = parent.isPresent() ? dump(parent.get(), image) : dump(image);
    add(image, parent.isPresent());
    report(image, summary);
    deleteOld();
    return image;
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
      messages.say("ckimg run: every page is read each time: " + Bytes.utf8(e.getMessage()));
    }
  }

  /**
   * The image to continue. There is none when its chain is long enough, and when a file is
   * replaced, which may be the very one.
   */
  private Optional<Path> parent(Path image) {
    return !continues || chains.getLast().size() >= options.chainLength() || Files.exists(image)
        ? Optional.empty()
        : Optional.of(chains.getLast().getLast());
  }

  private DumpSummary dump(Path parent, Path image) throws IOException {
    try (OpenParent open = OpenParent.open(parent)) {
      return dump(image, options.dump(Optional.of(open.image()), tracker));
    }
  }

  private DumpSummary dump(Path image) throws IOException {
    return dump(image, options.dump(Optional.empty(), tracker));
  }

  private DumpSummary dump(Path image, DumpOptions how) throws IOException {
    return Dumper.dump(pid, how, new Destination.ToFile(image), options.tool(), DumpWatcher.NOBODY);
  }

  private void add(Path image, boolean hasParent) {
    chains.forEach(chain -> chain.remove(image));
    chains.removeIf(List::isEmpty);
    if (!hasParent) {
      chains.add(new ArrayList<>());
    }
    chains.getLast().add(image);
    continues = true;
  }

  private void report(Path image, DumpSummary summary) {
    summary.notes().forEach(note -> messages.say("ckimg run: " + Bytes.utf8(note)));
    messages.say(
        "ckimg run: saved %s: %s; stood still %s, took %s"
            .formatted(
                Bytes.utf8(image.toString()),
                Human.bytes(summary.image().lengthBytes()),
                Human.duration(summary.stopNanos()),
                Human.duration(summary.copyNanos())));
  }

  /** A chain goes as a whole, when there are enough images without it. */
  private void deleteOld() throws IOException {
    int newer = chains.stream().skip(1).mapToInt(List::size).sum();
    while (chains.size() > 1 && newer >= options.keep().orElse(Integer.MAX_VALUE)) {
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
