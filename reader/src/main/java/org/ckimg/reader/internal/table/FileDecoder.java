package org.ckimg.reader.internal.table;

import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FileFacts;

final class FileDecoder {
  private final Ids objects;

  FileDecoder(Ids objects) {
    this.objects = objects;
  }

  FileFacts decode(Row<CkimgImage.File> row) {
    CkimgImage.File r = row.value();
    Optionals p = new Optionals(r.present());
    return new FileFacts(
        (int) r.id(),
        row.bytes(r.path()),
        p.value(Presence.File.INODE, () -> new FileFacts.Inode(r.device(), r.inode())),
        status(r, p),
        p.wide(Presence.File.FILESYSTEM, r.filesystem()),
        p.wide(Presence.File.FILESYSTEM_ID, r.filesystemId()),
        p.value(
            Presence.File.HANDLE,
            () -> new FileFacts.Handle(r.handleType(), row.bytes(r.handle()))),
        p.number(Presence.File.SEALS, r.seals()),
        (r.flags() & 1) != 0,
        objects.optional(r.content()),
        p.value(Presence.File.BUILD_ID, () -> row.bytes(r.buildId())));
  }

  private static FileFacts.Status status(CkimgImage.File r, Optionals p) {
    return new FileFacts.Status(
        p.number(Presence.File.MODE, r.mode()),
        p.number(Presence.File.LINKS, r.numLinks()),
        p.value(Presence.File.OWNER, () -> new FileFacts.Owner((int) r.uid(), (int) r.gid())),
        p.wide(Presence.File.LENGTH, r.length()),
        p.wide(Presence.File.RDEV, r.rdev()),
        p.wide(Presence.File.MTIME, r.mtimeNanos()),
        p.wide(Presence.File.CTIME, r.ctimeNanos()),
        p.wide(Presence.File.BTIME, r.btimeNanos()));
  }
}
