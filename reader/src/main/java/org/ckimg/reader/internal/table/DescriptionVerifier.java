package org.ckimg.reader.internal.table;

import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;

final class DescriptionVerifier extends Verifier<CkimgImage.Description> {
  DescriptionVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Description> row) throws ImageException {
    CkimgImage.Description r = row.value();
    references.description(row.index(), r.type(), r.file());
    numbered(row, SectionType.DESCRIPTIONS, Rule.DSC_02, r.id());
    boolean owner = (r.present() & Presence.Description.OWNER) != 0;
    boolean signal = (r.present() & Presence.Description.SIGNAL) != 0;
    boolean position = (r.present() & Presence.Description.POSITION) != 0;
    zeroUnless(row, position, "position", r.position());
    zeroUnless(row, owner, "owner_type, owner", r.ownerType(), r.owner());
    zeroUnless(row, signal, "number", r.number());
    reference(row, Rule.DSC_03, SectionType.FILES, "file", r.file());
    if (r.file() == 0 && FdType.values()[r.type() - 1].hasFile()) {
      broken(row, Rule.DSC_03, "description %d has no file", r.id());
    }
    if (r.state() != 0 && references.isWhole()) {
      broken(row, Rule.DSC_04, "description %d was not captured", r.id());
    }
  }
}
