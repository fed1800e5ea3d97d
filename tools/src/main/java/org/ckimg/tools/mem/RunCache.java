package org.ckimg.tools.mem;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;

/** Which pages objects have, asked once: a reader goes through all tables of an object for it. */
public final class RunCache {
  private final Memory memory;
  private final Map<Integer, PageRuns> known = new HashMap<>();

  /** Of the objects of a checkpoint. */
  public RunCache(Memory memory) {
    this.memory = memory;
  }

  /** Pages of an object, none when there is no object. */
  public PageRuns of(OptionalInt object) throws IOException {
    return object.isPresent() ? of(object.getAsInt()) : PageRuns.EMPTY;
  }

  private PageRuns of(int object) throws IOException {
    PageRuns runs = known.get(object);
    if (runs == null) {
      runs = memory.pages(object);
      known.put(object, runs);
    }
    return runs;
  }
}
