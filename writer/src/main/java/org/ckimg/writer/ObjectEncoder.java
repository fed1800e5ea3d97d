package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;

/** OBJECTS, by id, which is the order of kind and owner. */
final class ObjectEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    for (MemoryObject object : context.checkpoint().objects()) {
      table
          .begin("object " + object.id())
          .dense(object.id(), Rule.OBJ_02)
          .ascending(Rule.OBJ_02, object.kind().ordinal(), object.owner().orElse(0), object.id());
      check(table, context.checkpoint(), object);
      table
          .u4("id", object.id(), 1, Format.MAX_OBJECTS)
          .u1("kind", object.kind().ordinal() + 1, 1, MemoryObject.Kind.values().length)
          .u1("base", object.base().isPresent() ? 1 : 0, 0, 1)
          .zero(2)
          .u8("length", object.length(), 0, Format.MAX_FILE_BYTES)
          .u4("base_object", object.base().orElse(0), 0, Format.MAX_OBJECTS)
          .u4("owner", object.owner().orElse(0), 0, ProcessEncoder.MAX_ID)
          .end();
    }
  }

  private static void check(TableWriter table, Checkpoint checkpoint, MemoryObject object) {
    boolean owned =
        object.owner().isPresent()
            && object.owner().getAsInt() < checkpoint.processes().size()
            && object.length() == 0;
    boolean based =
        object.base().isEmpty() || checkpoint.parent().isPresent() && object.base().getAsInt() != 0;
    table
        .require(
            isAddressSpace(object) ? owned : object.owner().isEmpty(),
            Rule.OBJ_03,
            "owner or length of another kind")
        .require(based, Rule.OBJ_04, "a base without a parent");
  }

  static boolean isAddressSpace(MemoryObject object) {
    return switch (object.kind()) {
      case PRIVATE, PRIVATE_IN_STOP -> true;
      case SHARED, MEMFD, SYSV, QUEUE, FILE -> false;
    };
  }
}
