package org.ckimg.interop.core;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Container;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Checkpoint;

/**
 * An ELF core of Linux, open for reading.
 *
 * @param source closed with this
 * @param checkpoint what is in it
 * @param complete false when its end is missing
 * @param annexes what has no place in the checkpoint
 * @param warnings what a reader should know
 */
record CoreImage(
    ByteSource source,
    Checkpoint checkpoint,
    boolean complete,
    List<Annex> annexes,
    List<String> warnings)
    implements ForeignImage {
  static final String FORMAT = "elf-core";

  CoreImage {
    annexes = List.copyOf(annexes);
    warnings = List.copyOf(warnings);
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public long lengthBytes() {
    return source.length();
  }

  @Override
  public Optional<Container> container() {
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
