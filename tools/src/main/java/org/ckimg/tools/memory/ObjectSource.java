package org.ckimg.tools.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** The bytes of an object that has a length; pages that it has not read as zeroes. */
public final class ObjectSource implements ByteSource {
  private final Checkpoint checkpoint;
  private final MemoryObject object;
  private final String name;
  private final PageRuns pages;
  private final byte[] page;

  /**
   * Of an object of {@code checkpoint}.
   *
   * @param name safe to print
   */
  public ObjectSource(Checkpoint checkpoint, MemoryObject object, String name) throws IOException {
    this.checkpoint = checkpoint;
    this.object = object;
    this.name = name;
    this.pages = checkpoint.memory().pages(object.id());
    this.page = new byte[checkpoint.host().pageSize()];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return object.length();
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    int wanted = Math.clamp(length() - offset, 0, into.remaining());
    for (int done = 0; done < wanted; ) {
      long at = offset + done;
      int within = (int) (at % page.length);
      int count = Math.min(wanted - done, page.length - within);
      load(at / page.length);
      into.put(page, within, count);
      done += count;
    }
    return wanted;
  }

  private void load(long index) throws IOException {
    MemorySegment into = MemorySegment.ofArray(page);
    if (pages.contains(index)) {
      checkpoint.memory().read(object.id(), index, 1, into);
    } else {
      into.fill((byte) 0);
    }
  }

  @Override
  public void close() {}
}
