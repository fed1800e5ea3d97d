package org.ckimg.dumper;

import java.util.Optional;
import org.ckimg.linux.tty.HeldPty;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageSigner;

/**
 * What the caller asks for.
 *
 * @param stop true to let the program stand still until the image is complete
 * @param kill true to end the program when the image is complete
 * @param partial true to record what can be captured of a program that cannot be captured whole
 * @param tree true to dump its descendants with it
 * @param tcp true to record connections of TCP so that they can go on where they were
 * @param compression of pages
 * @param parent whose pages are not stored again
 * @param tracker that knows what changed since {@code parent}, which was this process's last dump
 * @param signer whose signature the image gets
 * @param terminal of the program, which the caller stands behind
 */
public record DumpOptions(
    boolean stop,
    boolean kill,
    boolean partial,
    boolean tree,
    boolean tcp,
    Compression compression,
    Optional<ParentImage> parent,
    Optional<ChangeTracker> tracker,
    Optional<ImageSigner> signer,
    Optional<HeldPty> terminal) {
  /** True when the program runs on while its memory is copied. */
  boolean forks() {
    return !stop && !kill;
  }
}
