package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.interop.criu.proto.MemfdInode;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Memory that has the form of a file; its number is that of the file, as its pages' is. */
final class MemfdEncoder {
  private static final Bytes PREFIX = Bytes.utf8("/memfd:");

  private MemfdEncoder() {}

  static boolean isMemfd(Checkpoint checkpoint, FileFacts file) {
    return file.content().isPresent()
        && checkpoint.object(file.content().getAsInt()).kind() == MemoryObject.Kind.MEMFD;
  }

  /** Ids of all that are open or mapped. */
  static Set<Integer> all(Checkpoint checkpoint) {
    Set<Integer> all = new TreeSet<>();
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.type() == FdType.MEMFD) {
        all.add(open.file().orElseThrow());
      }
    }
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        if (vma.kind() == Vma.Kind.MEMFD) {
          all.add(vma.file().orElseThrow());
        }
      }
    }
    return all;
  }

  /** Of one with status, seals and content. */
  static MemfdInode encode(Checkpoint checkpoint, FileFacts file) {
    FileFacts.Owner owner = file.status().owner().orElseThrow();
    int object = file.content().orElseThrow();
    byte[] path = file.path().toArray();
    int skip = file.path().startsWith("/memfd:") ? PREFIX.length() : 0;
    return MemfdInode.newBuilder()
        .setName(ByteString.copyFrom(path, skip, path.length - skip))
        .setUid(owner.uid())
        .setGid(owner.gid())
        .setSize(checkpoint.object(object).length())
        .setShmid(object)
        .setSeals(file.seals().orElseThrow())
        .setInodeId(file.id())
        .setMode(file.mode().orElseThrow())
        .build();
  }
}
