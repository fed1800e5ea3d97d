package org.ckimg.reader.internal.table;

import java.util.Arrays;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.MemoryObject;

final class ObjectVerifier extends Verifier<CkimgImage.MemoryObject> {
  private long[] previous = {};

  ObjectVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.MemoryObject> row) throws ImageException {
    CkimgImage.MemoryObject r = row.value();
    References.ObjectFacts facts =
        new References.ObjectFacts(
            MemoryObject.Kind.values()[r.kind() - 1], r.length(), r.owner(), r.base() == 1);
    references.object(row.index(), facts);
    numbered(row, SectionType.OBJECTS, Rule.OBJ_02, r.id());
    long[] key = {r.kind(), r.owner()};
    if (Arrays.compare(previous, key) > 0) {
      String text = "kind %d, owner %d stands behind kind %d, owner %d";
      broken(row, Rule.OBJ_02, text, r.kind(), r.owner(), previous[0], previous[1]);
    }
    previous = key;
    checkOwner(row, facts);
    if ((r.base() == 1) != (r.baseObject() != 0) || r.base() == 1 && !references.hasParent()) {
      String text = "base is %d, base_object %d, %s";
      String parent = references.hasParent() ? "with a parent" : "without a parent";
      broken(row, Rule.OBJ_04, text, r.base(), r.baseObject(), parent);
    }
  }

  private void checkOwner(Row<CkimgImage.MemoryObject> row, References.ObjectFacts facts)
      throws ImageException {
    boolean fits =
        facts.isAddressSpace()
            ? facts.length() == 0 && !references.lacksIndex(SectionType.PROCESSES, facts.owner())
            : facts.owner() == 0;
    if (!fits) {
      String text = "kind %s, length %d, owner %d";
      broken(row, Rule.OBJ_03, text, facts.kind(), facts.length(), facts.owner());
    }
  }
}
