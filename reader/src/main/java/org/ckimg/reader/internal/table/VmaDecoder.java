package org.ckimg.reader.internal.table;

import java.util.EnumSet;
import java.util.Set;
import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

final class VmaDecoder {
  private static final Vma.Kind[] KINDS = Vma.Kind.values();
  private static final VmaFlag[] FLAGS = VmaFlag.values();

  private final Ids objects;
  private final Ids files;

  VmaDecoder(Ids objects, Ids files) {
    this.objects = objects;
    this.files = files;
  }

  Vma decode(Row<CkimgImage.Vma> row) {
    CkimgImage.Vma r = row.value();
    Optionals p = new Optionals(r.present());
    return new Vma(
        KINDS[r.kind() - 1],
        r.firstPage(),
        r.numPages(),
        r.protection(),
        flags(r.flags()),
        objects.optional(r.object()),
        r.objectPage(),
        files.optional(r.file()),
        r.filePage(),
        p.value(Presence.Vma.DIGEST, () -> new Digest(row.bytes(r.digest()))),
        p.value(Presence.Vma.NAME, () -> row.bytes(r.name())));
  }

  private static Set<VmaFlag> flags(long bits) {
    Set<VmaFlag> flags = EnumSet.noneOf(VmaFlag.class);
    for (VmaFlag flag : FLAGS) {
      if ((bits >> flag.ordinal() & 1) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }
}
