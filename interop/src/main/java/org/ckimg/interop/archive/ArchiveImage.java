package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Container;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;

/**
 * CRIU's images of a container, and what its engine says of it.
 *
 * @param images closed with this
 * @param lengthBytes as it is stored
 * @param cut true when the archive has no end
 * @param container that it was
 * @param report what there is to say beside
 * @param held closed with this, the last one first
 */
record ArchiveImage(
    ForeignImage images,
    long lengthBytes,
    boolean cut,
    Optional<Container> container,
    Report report,
    List<Closeable> held)
    implements ForeignImage {
  @Override
  public String format() {
    return images.format();
  }

  @Override
  public boolean complete() {
    return images.complete() && !cut;
  }

  @Override
  public Checkpoint checkpoint() {
    return images.checkpoint();
  }

  @Override
  public PageRuns inherited(int object) throws IOException {
    return images.inherited(object);
  }

  @Override
  public List<Annex> annexes() {
    List<Annex> all = new ArrayList<>(images.annexes());
    all.addAll(report.annexes());
    return all;
  }

  @Override
  public List<Finding> findings() {
    return report.findings();
  }

  @Override
  public List<String> leftOut() {
    return images.leftOut();
  }

  @Override
  public List<String> warnings() {
    List<String> all = new ArrayList<>(images.warnings());
    all.addAll(report.warnings());
    return all;
  }

  @Override
  public void close() throws IOException {
    images.close();
    for (Closeable resource : held.reversed()) {
      resource.close();
    }
  }
}
