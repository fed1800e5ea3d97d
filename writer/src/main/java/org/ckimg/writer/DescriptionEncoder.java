package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

/** DESCRIPTIONS, by id. */
final class DescriptionEncoder implements TableEncoder {
  private static final OpenFile.Owner NO_OWNER = new OpenFile.Owner(0, 0);
  private static final int NOT_CAPTURED = 1;
  private static final int MAX_PRESENT = 7;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Checkpoint checkpoint = context.checkpoint();
    for (OpenFile open : checkpoint.descriptions()) {
      boolean said = open.captured() || checkpoint.partial();
      table
          .begin("description " + open.id())
          .dense(open.id(), Rule.DSC_02)
          .reference("file", open.file(), checkpoint.files().size(), Rule.DSC_03)
          .require(open.file().isPresent() || !open.type().hasFile(), Rule.DSC_03, "it has no file")
          .require(said, Rule.DSC_04, "not captured, but the checkpoint is not partial");
      encode(table, open);
    }
  }

  private static void encode(TableWriter table, OpenFile open) throws IOException {
    OpenFile.Owner owner = open.owner().orElse(NO_OWNER);
    Bits present =
        new Bits()
            .set(open.position(), Presence.Description.POSITION)
            .set(open.owner(), Presence.Description.OWNER)
            .set(open.signal(), Presence.Description.SIGNAL);
    table
        .u4("id", open.id(), 1, ProcessEncoder.MAX_ID)
        .u2("type", open.type().ordinal() + 1, 1, FdType.values().length)
        .u2("present", present.value(), 0, MAX_PRESENT)
        .u4("file", open.file().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u4(open.flags())
        .u8(open.position().orElse(0))
        .u4("owner_type", owner.type(), 0, 2)
        .u4(owner.id())
        .u4("number", open.signal().orElse(0), 0, 64)
        .u4(open.captured() ? 0 : NOT_CAPTURED)
        .end();
  }
}
