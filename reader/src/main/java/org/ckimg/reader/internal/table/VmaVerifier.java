package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.VmaFlag;

final class VmaVerifier extends Verifier<CkimgImage.Vma> {
  private long process = -1;
  private long endPage;

  VmaVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Vma> row) throws ImageException {
    CkimgImage.Vma r = row.value();
    checkOrder(row, r);
    boolean digest = (r.present() & Presence.Vma.DIGEST) != 0;
    zeroUnless(row, digest, "digest", r.digest().len());
    zeroUnless(row, (r.present() & Presence.Vma.NAME) != 0, "name", r.name().len());
    checkObject(row, r);
    process(row, Rule.VMA_04, r.process());
    reference(row, Rule.VMA_04, SectionType.FILES, "file", r.file());
    if (r.file() == 0 && r.filePage() != 0) {
      broken(row, Rule.VMA_04, "file_page is %d without a file", r.filePage());
    }
    if (digest && (r.digest().len() != Digest.LENGTH || r.file() == 0)) {
      broken(row, Rule.VMA_05, "%d bytes, file %d", r.digest().len(), r.file());
    }
  }

  private void checkOrder(Row<CkimgImage.Vma> row, CkimgImage.Vma r) throws ImageException {
    if (r.process() != process) {
      ordered(row, r.process());
      process = r.process();
    } else if (r.firstPage() < endPage) {
      String text = "mapping %#x-%#x overlaps or precedes one that ends at %#x (page numbers)";
      long end = r.firstPage() + r.numPages();
      broken(row, Rule.VMA_02, text, r.firstPage(), end, endPage);
    }
    endPage = r.firstPage() + r.numPages();
  }

  private void checkObject(Row<CkimgImage.Vma> row, CkimgImage.Vma r) throws ImageException {
    if (r.object() == 0) {
      if (r.objectPage() != 0) {
        broken(row, Rule.VMA_03, "object_page is %d without an object", r.objectPage());
      }
      return;
    }
    if (references.lacksObject(r.object())) {
      broken(row, Rule.VMA_03, "there is no object %d", r.object());
      return;
    }
    Optional<References.ObjectFacts> object = references.object(r.object());
    if (object.isPresent() && !fits(r, object.get())) {
      String text = "object %d, %s, does not hold %d pages from %d for process %d";
      MemoryObject.Kind kind = object.get().kind();
      broken(row, Rule.VMA_03, text, r.object(), kind, r.numPages(), r.objectPage(), r.process());
    }
  }

  private boolean fits(CkimgImage.Vma r, References.ObjectFacts object) {
    if ((r.flags() & 1 << VmaFlag.SHARED.ordinal()) == 0) {
      return object.isAddressSpace()
          && object.owner() == r.process()
          && r.objectPage() == r.firstPage();
    }
    return switch (object.kind()) {
      case SHARED, MEMFD, SYSV, FILE ->
          r.objectPage() + r.numPages() <= references.pagesOf(object.length());
      case PRIVATE, PRIVATE_IN_STOP, QUEUE -> false;
    };
  }
}
