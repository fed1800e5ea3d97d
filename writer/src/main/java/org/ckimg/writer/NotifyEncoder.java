package org.ckimg.writer;

import java.io.IOException;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** NOTIFY, by description and number. */
final class NotifyEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int files = context.checkpoint().files().size();
    for (OpenFile open : context.checkpoint().descriptions()) {
      if (open.state().orElse(null) instanceof FdState.NotifyList list) {
        for (FdState.Notify watch : list.watches()) {
          encode(table, open, watch, files);
        }
      }
    }
  }

  private static void encode(TableWriter table, OpenFile open, FdState.Notify watch, int files)
      throws IOException {
    table
        .begin("description " + open.id() + ", " + watch)
        .reference("file", OptionalInt.of(watch.file()), files, Rule.NTF_02)
        .ascending(open.id(), watch.number())
        .u4(open.id())
        .u4("number", watch.number(), 1, Integer.MAX_VALUE)
        .u4("file", watch.file(), 1, ProcessEncoder.MAX_ID)
        .u4(watch.mask())
        .end();
  }
}
