package org.ckimg.reader.internal.table;

import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.MemoryObject;

final class ObjectDecoder {
  private static final MemoryObject.Kind[] KINDS = MemoryObject.Kind.values();

  private ObjectDecoder() {}

  static MemoryObject decode(CkimgImage.MemoryObject r) {
    MemoryObject.Kind kind = KINDS[r.kind() - 1];
    boolean owned = kind == MemoryObject.Kind.PRIVATE || kind == MemoryObject.Kind.PRIVATE_IN_STOP;
    return new MemoryObject(
        (int) r.id(),
        kind,
        r.length(),
        owned ? OptionalInt.of((int) r.owner()) : OptionalInt.empty(),
        r.base() == 1 ? OptionalInt.of((int) r.baseObject()) : OptionalInt.empty());
  }
}
