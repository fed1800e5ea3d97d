package org.ckimg.interop.criu;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.TaskCore;

/** Puts a small set together. */
final class SetBuilder {
  static final int PID = 100;
  private final MemoryFolder folder = new MemoryFolder();
  private final ByteArrayOutputStream files = new ByteArrayOutputStream();
  private final ByteArrayOutputStream fds = new ByteArrayOutputStream();
  private int numFds;

  SetBuilder() {
    start(files, ImageKind.FILES);
    start(fds, ImageKind.FDINFO);
    image(
        "inventory.img",
        ImageKind.INVENTORY,
        Inventory.newBuilder().setImgVersion(2).setFdinfoPerId(true).build());
    image(
        "pstree.img",
        ImageKind.PSTREE,
        PstreeEntry.newBuilder().setPid(PID).setPpid(0).addThreads(PID).build());
    image(
        "core-100.img",
        ImageKind.CORE,
        CoreEntry.newBuilder()
            .setMtype(1)
            .setTc(TaskCore.newBuilder().setTaskState(1).setComm(ByteString.copyFromUtf8("small")))
            .build());
    image("ids-100.img", ImageKind.IDS, ObjectIds.newBuilder().setFilesId(7).build());
    image("mm-100.img", ImageKind.MM, MmEntry.getDefaultInstance());
    image("fs-100.img", ImageKind.FS, FsEntry.newBuilder().setUmask(022).build());
  }

  private static void start(ByteArrayOutputStream out, ImageKind kind) {
    Optional<Integer> family = kind.family();
    family.ifPresent(word -> out.writeBytes(word(word)));
    out.writeBytes(word(kind.magic()));
  }

  static byte[] word(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static void add(ByteArrayOutputStream out, MessageLite message) {
    out.writeBytes(word(message.getSerializedSize()));
    out.writeBytes(message.toByteArray());
  }

  SetBuilder image(String name, ImageKind kind, MessageLite... entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    start(out, kind);
    for (MessageLite entry : entries) {
      add(out, entry);
    }
    folder.put(name, out.toByteArray());
    return this;
  }

  /** An image of one entry, and bytes behind it. */
  SetBuilder image(String name, ImageKind kind, MessageLite entry, byte[] payload) {
    image(name, kind, entry);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(folder.bytes(name));
    out.writeBytes(payload);
    folder.put(name, out.toByteArray());
    return this;
  }

  /** A file that is not open. */
  SetBuilder file(FileEntry.Builder file) {
    add(files, file.build());
    return this;
  }

  /** A file that is open under the next number. */
  SetBuilder open(FileEntry.Builder file) {
    add(
        fds,
        FdinfoEntry.newBuilder()
            .setFd(numFds++)
            .setId(file.getId())
            .setType(file.getType())
            .build());
    return file(file);
  }

  SetBuilder raw(String name, byte[] bytes) {
    folder.put(name, bytes);
    return this;
  }

  SetBuilder parent(MemoryFolder parent) {
    folder.put("parent", parent);
    return this;
  }

  MemoryFolder build() {
    folder.put("files.img", files.toByteArray());
    folder.put("fdinfo-7.img", fds.toByteArray());
    return folder;
  }
}
