package org.ckimg.tools.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.OpenFile;

/** An image that is open, whole or cut short. */
public final class OpenImage implements Closeable {
  private final ImageReader reader;
  private final Subject subject;

  private OpenImage(ImageReader reader, Subject subject) {
    this.reader = reader;
    this.subject = subject;
  }

  /**
   * Opens an image; one that was cut is opened as far as it goes.
   *
   * @param name what the user calls it
   * @param channel closed with the image, and when this fails
   */
  public static OpenImage open(String name, FileChannel channel) throws IOException {
    try {
      ForeignFormat.refuseFile(channel);
      List<String> warnings = new ArrayList<>();
      ImageReader reader = reader(channel, warnings);
      Checkpoint checkpoint = reader.checkpoint();
      warnings(reader, checkpoint, warnings);
      ImageFacts facts =
          new ImageFacts(
              name,
              "ckimg",
              reader.identity(),
              reader.lengthBytes(),
              reader.complete(),
              reader.signature(),
              reader.sections(),
              warnings);
      return new OpenImage(reader, new Subject(facts, checkpoint, new ReaderPages(reader)));
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static ImageReader reader(FileChannel channel, List<String> warnings) throws IOException {
    try {
      return ImageReader.open(channel);
    } catch (ImageException e) {
      if (e.finding().rule() != Rule.FTR_10) {
        throw e;
      }
      warnings.add("the image is cut short: " + e.getMessage());
      return ImageReader.salvage(channel);
    }
  }

  private static void warnings(ImageReader reader, Checkpoint checkpoint, List<String> warnings) {
    if (checkpoint.partial()) {
      warnings.add("the image is partial: it is evidence, and is never restored");
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (!open.captured()) {
        warnings.add("open file description " + open.id() + " was seen and not captured");
      }
    }
    for (SectionInfo section : reader.sections()) {
      if (section.known().isEmpty()) {
        warnings.add("section " + section.name() + " is of a type that this version does not know");
      }
    }
    checkpoint
        .parent()
        .ifPresent(p -> warnings.add("some pages may be in the parent image " + p.identity()));
  }

  /** How the reader keeps pages; an unknown object has none. */
  private record ReaderPages(ImageReader reader) implements PageKinds {
    @Override
    public PageTotals total(int object) {
      return reader.totals(object);
    }

    @Override
    public PageTotals count(int object, long firstPage, long numPages) throws IOException {
      return reader.pages(object).totals(firstPage, numPages);
    }
  }

  /** What views look at, while this is open. */
  public Subject subject() {
    return subject;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
