package org.ckimg.tools.run;

import java.util.Optional;
import org.ckimg.dumper.ChangeTracker;
import org.ckimg.dumper.DumpOptions;
import org.ckimg.dumper.ParentImage;
import org.ckimg.linux.tty.HeldPty;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Bytes;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageSigner;

/**
 * How the images of a run are made.
 *
 * @param keep how many of each program are to be had at least; without it none is deleted
 * @param compression of pages
 * @param signer whose signature they get
 * @param terminal of the program, where ckimg stands behind it
 * @param tool name and version, recorded in them
 */
public record SaveOptions(
    Optional<Integer> keep,
    Compression compression,
    Optional<ImageSigner> signer,
    Optional<HeldPty> terminal,
    Bytes tool) {
  /** The same for a program on this terminal. */
  public SaveOptions on(Optional<HeldPty> held) {
    return new SaveOptions(keep, compression, signer, held, tool);
  }

  /** How many images a chain has. */
  int chainLength() {
    return Math.min(keep.orElse(Integer.MAX_VALUE), Format.MAX_CHAIN_DEPTH + 1);
  }

  DumpOptions dump(Optional<ParentImage> parent, Optional<ChangeTracker> tracker) {
    return new DumpOptions(
        false, false, false, true, false, compression, parent, tracker, signer, terminal);
  }
}
