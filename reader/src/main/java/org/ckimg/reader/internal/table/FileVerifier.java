package org.ckimg.reader.internal.table;

import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FileFacts;

final class FileVerifier extends Verifier<CkimgImage.File> {
  FileVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.File> row) throws ImageException {
    CkimgImage.File r = row.value();
    numbered(row, SectionType.FILES, Rule.FIL_02, r.id());
    zeroUnless(row, has(r, Presence.File.INODE), "device, inode", r.device(), r.inode());
    checkStatus(row, r);
    zeroUnless(row, has(r, Presence.File.FILESYSTEM), "filesystem", r.filesystem());
    zeroUnless(row, has(r, Presence.File.FILESYSTEM_ID), "filesystem_id", r.filesystemId());
    boolean handle = has(r, Presence.File.HANDLE);
    zeroUnless(row, handle, "handle_type, handle", r.handleType(), r.handle().len());
    zeroUnless(row, has(r, Presence.File.SEALS), "seals", r.seals());
    checkBuildId(row, has(r, Presence.File.BUILD_ID), r.buildId().len());
    checkContent(row, r);
  }

  private static boolean has(CkimgImage.File r, int bit) {
    return (r.present() & bit) != 0;
  }

  private void checkStatus(Row<CkimgImage.File> row, CkimgImage.File r) throws ImageException {
    zeroUnless(row, has(r, Presence.File.MODE), "mode", r.mode());
    zeroUnless(row, has(r, Presence.File.LINKS), "num_links", r.numLinks());
    zeroUnless(row, has(r, Presence.File.OWNER), "uid, gid", r.uid(), r.gid());
    zeroUnless(row, has(r, Presence.File.LENGTH), "length", r.length());
    zeroUnless(row, has(r, Presence.File.RDEV), "rdev", r.rdev());
    zeroUnless(row, has(r, Presence.File.MTIME), "mtime_nanos", r.mtimeNanos());
    zeroUnless(row, has(r, Presence.File.CTIME), "ctime_nanos", r.ctimeNanos());
    zeroUnless(row, has(r, Presence.File.BTIME), "btime_nanos", r.btimeNanos());
  }

  private void checkBuildId(Row<CkimgImage.File> row, boolean known, long bytes)
      throws ImageException {
    zeroUnless(row, known, "build_id", bytes);
    if (known && (bytes == 0 || bytes > FileFacts.MAX_BUILD_ID)) {
      broken(row, Rule.FIL_04, "a build id of %d bytes", bytes);
    }
  }

  private void checkContent(Row<CkimgImage.File> row, CkimgImage.File r) throws ImageException {
    if (r.content() == 0) {
      return;
    }
    Optional<References.ObjectFacts> object = references.object(r.content());
    boolean other = object.isPresent() && !object.get().kind().isOfFile();
    if (other || references.lacksObject(r.content())) {
      broken(row, Rule.FIL_03, "content is %d, which is no file content", r.content());
    }
  }
}
