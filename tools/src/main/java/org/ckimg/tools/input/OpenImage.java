package org.ckimg.tools.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.ForeignImages;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.PageRun;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.ParentSource;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.OpenFile;

/** An image of any format that is open, whole or cut short. */
public final class OpenImage implements Closeable {
  private final Closeable source;
  private final Subject subject;
  private final Optional<Digest> missing;

  private OpenImage(Closeable source, Subject subject, Optional<Digest> missing) {
    this.source = source;
    this.subject = subject;
    this.missing = missing;
  }

  /**
   * Opens an image; one that was cut is opened as far as it goes.
   *
   * @param name what the user calls it
   * @param channel closed with the image, and when this fails
   */
  public static OpenImage open(String name, FileChannel channel) throws IOException {
    return open(name, channel, ParentSource.NONE);
  }

  /**
   * The same.
   *
   * @param parents where the images are that an incremental one continues
   */
  public static OpenImage open(String name, FileChannel channel, ParentSource parents)
      throws IOException {
    try {
      Optional<ForeignImage> foreign = ForeignImages.open(name, channel);
      if (foreign.isPresent()) {
        return of(name, foreign.get());
      }
      ForeignFormat.refuseFile(channel);
      return own(name, channel, parents);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** An image of another format; it does not close the channel when there is none. */
  public static Optional<OpenImage> foreign(String name, FileChannel channel) throws IOException {
    Optional<ForeignImage> foreign = ForeignImages.open(name, channel);
    if (foreign.isEmpty()) {
      ForeignFormat.refuseFile(channel);
      return Optional.empty();
    }
    return Optional.of(of(name, foreign.get()));
  }

  /**
   * Refuses what is not of ckimg's own format.
   *
   * @throws org.ckimg.spec.UnsupportedImageException naming the format
   */
  public static void requireOwn(String name, FileChannel channel) throws IOException {
    Optional<ForeignImage> foreign = ForeignImages.open(name, channel);
    if (foreign.isPresent()) {
      try (ForeignImage image = foreign.get()) {
        throw ForeignFormat.convertible(image.format());
      }
    }
    ForeignFormat.refuseFile(channel);
  }

  /** Opens a directory with an image in it. */
  public static OpenImage open(String name, Path directory) throws IOException {
    Optional<ForeignImage> foreign = ForeignImages.open(name, directory);
    if (foreign.isPresent()) {
      return of(name, foreign.get());
    }
    throw ForeignFormat.directory();
  }

  private static OpenImage own(String name, FileChannel channel, ParentSource parents)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = reader(channel, parents, warnings);
    Checkpoint checkpoint = reader.checkpoint();
    warnings(checkpoint, warnings);
    warnings(reader, warnings);
    ImageFacts facts =
        new ImageFacts(
            name,
            ImageFacts.CKIMG,
            reader.identity(),
            reader.lengthBytes(),
            reader.complete(),
            reader.signature(),
            reader.sections(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            warnings);
    Subject subject = new Subject(facts, checkpoint, new ReaderPages(reader));
    return new OpenImage(reader, subject, reader.missing());
  }

  private static OpenImage of(String name, ForeignImage image) throws IOException {
    try {
      List<String> warnings = new ArrayList<>();
      image.findings().forEach(finding -> warnings.add(finding.toString()));
      warnings.addAll(image.warnings());
      image.leftOut().forEach(what -> warnings.add("not in the model, so never restored: " + what));
      warnings(image.checkpoint(), warnings);
      ImageFacts facts =
          new ImageFacts(
              name,
              image.format(),
              Optional.empty(),
              image.lengthBytes(),
              image.complete(),
              Optional.empty(),
              List.of(),
              image.container(),
              image.annexes(),
              image.findings(),
              image.leftOut(),
              warnings);
      Subject subject = new Subject(facts, image.checkpoint(), new ForeignPages(image));
      return new OpenImage(image, subject, Optional.empty());
    } catch (RuntimeException | Error e) {
      image.close();
      throw e;
    }
  }

  private static ImageReader reader(
      FileChannel channel, ParentSource parents, List<String> warnings) throws IOException {
    try {
      return ImageReader.open(channel, parents);
    } catch (ImageException e) {
      if (e.finding().rule() != Rule.FTR_10) {
        throw e;
      }
      warnings.add("the image is cut short: " + e.getMessage());
      return ImageReader.salvage(channel);
    }
  }

  private static void warnings(Checkpoint checkpoint, List<String> warnings) {
    if (checkpoint.partial()) {
      warnings.add("the image is partial: it is evidence, and is never restored");
    }
    if (checkpoint.redacted()) {
      warnings.add("the image is redacted: what was taken out reads as zero; it is never restored");
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (!open.captured()) {
        warnings.add("open file description " + open.id() + " was seen and not captured");
      }
    }
  }

  private static void warnings(ImageReader reader, List<String> warnings) {
    for (SectionInfo section : reader.sections()) {
      if (section.known().isEmpty()) {
        warnings.add("section " + section.name() + " is of a type that this version does not know");
      }
    }
    reader
        .missing()
        .ifPresent(parent -> warnings.add("some pages may be in the parent image " + parent));
  }

  /** How the reader keeps pages; an unknown object has none. */
  private record ReaderPages(ImageReader reader) implements PageKinds {
    @Override
    public KnownPages known() {
      return reader.known();
    }

    @Override
    public PageTotals total(int object) {
      return reader.totals(object);
    }

    @Override
    public PageTotals count(int object, long firstPage, long numPages) throws IOException {
      return reader.pages(object).totals(firstPage, numPages);
    }

    @Override
    public void forEach(int object, long firstPage, long numPages, Consumer<PageRun> action)
        throws IOException {
      reader.pages(object).forEach(firstPage, numPages, action);
    }
  }

  /** What views look at, while this is open. */
  public Subject subject() {
    return subject;
  }

  /** The image that this one continues and that was not found. */
  public Optional<Digest> missing() {
    return missing;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
