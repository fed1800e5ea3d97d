package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;

/** FILES, by id. */
final class FileEncoder implements TableEncoder {
  private static final FileFacts.Inode NO_INODE = new FileFacts.Inode(0, 0);
  private static final FileFacts.Owner NO_OWNER = new FileFacts.Owner(0, 0);
  private static final FileFacts.Handle NO_HANDLE = new FileFacts.Handle(0, Bytes.EMPTY);
  private static final int DELETED = 1;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    Checkpoint checkpoint = context.checkpoint();
    for (FileFacts file : checkpoint.files()) {
      table
          .begin("file " + file.id())
          .dense(file.id(), Rule.FIL_02)
          .reference("content", file.content(), checkpoint.objects().size(), Rule.FIL_03);
      if (file.content().isPresent()) {
        MemoryObject.Kind kind = checkpoint.object(file.content().getAsInt()).kind();
        table.require(kind.isOfFile(), Rule.FIL_03, "content is of kind " + kind);
      }
      int idBytes = file.buildId().map(Bytes::length).orElse(1);
      table.require(
          idBytes > 0 && idBytes <= FileFacts.MAX_BUILD_ID,
          Rule.FIL_04,
          "a build id of %d bytes".formatted(idBytes));
      encode(table, file);
    }
  }

  private static void encode(TableWriter table, FileFacts file) throws IOException {
    FileFacts.Inode inode = file.inode().orElse(NO_INODE);
    FileFacts.Status status = file.status();
    FileFacts.Owner owner = status.owner().orElse(NO_OWNER);
    FileFacts.Handle handle = file.handle().orElse(NO_HANDLE);
    table
        .u4("id", file.id(), 1, ProcessEncoder.MAX_ID)
        .u4(present(file, status))
        .blob(file.path())
        .u8(inode.device())
        .u8(inode.number())
        .u8("length", status.length().orElse(0))
        .u4("mode", status.mode().orElse(0), 0, 0xffff)
        .u4(status.links())
        .u4(owner.uid())
        .u4(owner.gid())
        .u8(status.rdev().orElse(0))
        .u8(status.mtimeNanos().orElse(0))
        .u8(status.ctimeNanos().orElse(0))
        .u8(status.btimeNanos().orElse(0))
        .u8(file.filesystem().orElse(0))
        .u4(handle.type())
        .u4(file.deleted() ? DELETED : 0)
        .blob(handle.bytes())
        .u4("content", file.content().orElse(0), 0, Format.MAX_OBJECTS)
        .zero(4)
        .u8(file.filesystemId().orElse(0))
        .u4(file.seals())
        .zero(4)
        .blob(file.buildId().orElse(Bytes.EMPTY))
        .end();
  }

  private static int present(FileFacts file, FileFacts.Status status) {
    return new Bits()
        .set(file.inode(), Presence.File.INODE)
        .set(status.mode(), Presence.File.MODE)
        .set(status.links(), Presence.File.LINKS)
        .set(status.owner(), Presence.File.OWNER)
        .set(status.length(), Presence.File.LENGTH)
        .set(status.rdev(), Presence.File.RDEV)
        .set(status.mtimeNanos(), Presence.File.MTIME)
        .set(status.ctimeNanos(), Presence.File.CTIME)
        .set(status.btimeNanos(), Presence.File.BTIME)
        .set(file.filesystem(), Presence.File.FILESYSTEM)
        .set(file.filesystemId(), Presence.File.FILESYSTEM_ID)
        .set(file.handle(), Presence.File.HANDLE)
        .set(file.seals(), Presence.File.SEALS)
        .set(file.buildId(), Presence.File.BUILD_ID)
        .value();
  }
}
