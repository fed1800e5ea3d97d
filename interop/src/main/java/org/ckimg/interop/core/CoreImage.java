package org.ckimg.interop.core;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Container;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Checkpoint;

/**
 * An ELF core, open for reading.
 *
 * @param format {@link #FORMAT}, or that of another system with more in it
 * @param source closed with this
 * @param checkpoint what is in it
 * @param complete false when its end is missing
 * @param annexes what has no place in the checkpoint
 * @param findings rules that are broken where the rest can be read
 * @param warnings what a reader should know
 */
public record CoreImage(
    String format,
    ByteSource source,
    Checkpoint checkpoint,
    boolean complete,
    List<Annex> annexes,
    List<Finding> findings,
    List<String> warnings)
    implements ForeignImage {
  /** Of Linux. */
  public static final String FORMAT = "elf-core";

  /** Copies the lists. */
  public CoreImage {
    annexes = List.copyOf(annexes);
    findings = List.copyOf(findings);
    warnings = List.copyOf(warnings);
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
