package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.Timeline;

/** The document {@code ckimg.timeline/1}. */
public final class TimelineJson implements Timeline {
  private final boolean bytes;
  private final Json json;
  private boolean same = true;

  /** Starts it. */
  public TimelineJson(boolean bytes, PrintWriter out) throws IOException {
    this.bytes = bytes;
    json = new Json(out);
    json.startObject();
    json.text("schema", "ckimg.timeline/1");
    json.startArray("steps");
  }

  @Override
  public void add(Diff step) throws IOException {
    same &= step.same();
    json.object(() -> new DiffJson(json, step, bytes).fields());
  }

  @Override
  public boolean same() {
    return same;
  }

  @Override
  public void close() throws IOException {
    json.endArray();
    json.flag("same", same);
    json.endObject();
    json.close();
  }
}
