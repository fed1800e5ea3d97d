package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Container;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;

/** A set of CRIU images that is open. */
final class CriuImage implements ForeignImage {
  private final ImageSet set;
  private final ObjectTable objects;
  private final Checkpoint checkpoint;
  private final boolean complete;
  private final List<Annex> annexes;
  private final List<String> leftOut;
  private final List<String> warnings;

  CriuImage(
      ImageSet set,
      ObjectTable objects,
      Checkpoint checkpoint,
      boolean complete,
      List<Annex> annexes,
      List<String> leftOut,
      List<String> warnings) {
    this.set = set;
    this.objects = objects;
    this.checkpoint = checkpoint;
    this.complete = complete;
    this.annexes = List.copyOf(annexes);
    this.leftOut = List.copyOf(leftOut);
    this.warnings = List.copyOf(warnings);
  }

  @Override
  public String format() {
    return "criu";
  }

  @Override
  public long lengthBytes() {
    return set.lengthBytes();
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  @Override
  public PageRuns inherited(int object) {
    return objects.inherited(object);
  }

  @Override
  public Optional<Container> container() {
    return Optional.empty();
  }

  @Override
  public List<Annex> annexes() {
    return annexes;
  }

  @Override
  public List<String> leftOut() {
    return leftOut;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() throws IOException {
    set.close();
  }
}
