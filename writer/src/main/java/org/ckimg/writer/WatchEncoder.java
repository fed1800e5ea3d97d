package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** WATCHES, by description, number and target. */
final class WatchEncoder implements TableEncoder {
  private static final int RESERVED_BYTES = 8;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int descriptions = context.checkpoint().descriptions().size();
    for (OpenFile open : context.checkpoint().descriptions()) {
      if (open.state().orElse(null) instanceof FdState.WatchList list) {
        for (FdState.Watch watch : list.watches()) {
          table
              .begin("description " + open.id() + ", " + watch)
              .reference("target", watch.target(), descriptions, Rule.WCH_02)
              .ascending(open.id(), watch.number(), watch.target().orElse(0))
              .u4(open.id())
              .u4("number", watch.number(), 0, Integer.MAX_VALUE)
              .u4("target", watch.target().orElse(0), 0, ProcessEncoder.MAX_ID)
              .u4(watch.events())
              .u8(watch.data())
              .zero(RESERVED_BYTES)
              .end();
        }
      }
    }
  }
}
