package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.util.List;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.CredsEntry;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the model has no place for is named, and the set is never restored. */
class LeftOutTest {
  private static final int LEASE = 8;

  private static List<String> leftOut(MemoryFolder set) throws IOException {
    try (ForeignImage image = CriuImages.open(set)) {
      return image.leftOut();
    }
  }

  private static byte[] image(ImageKind kind, MessageLite... entries) {
    return new SetBuilder().image("one", kind, entries).bare().bytes("one");
  }

  @Test
  void aTreeWithoutAnyOfItLeavesNothingOut() throws IOException {
    assertEquals(List.of(), leftOut(Sample.of("s11_tree").folder("img")));
  }

  /** Two processes of the sample say that they have one object. */
  @ParameterizedTest
  @CsvSource({
    "vm_id, memory",
    "files_id, descriptors",
    "fs_id, directories",
    "sighand_id, signal handlers"
  })
  void whatProcessesShare(String field, String name) throws IOException {
    MemoryFolder set = Sample.of("s11_tree").folder("img");
    ObjectIds parent = ids(set, "ids-80540.img");
    ObjectIds.Builder child = ids(set, "ids-80542.img").toBuilder();
    var descriptor = ObjectIds.getDescriptor().findFieldByName(field);
    child.setField(descriptor, parent.getField(descriptor));
    set.put("ids-80542.img", image(ImageKind.IDS, child.build()));
    assertEquals(List.of(name + " that processes share (clone(2))"), leftOut(set));
  }

  private static ObjectIds ids(MemoryFolder folder, String name) throws IOException {
    try (ImageSet set = ImageSet.of(folder)) {
      return set.demand(name, ImageKind.IDS, ObjectIds.parser()).message();
    }
  }

  @Test
  void securityLabels() throws IOException {
    ByteString label = ByteString.copyFromUtf8("system_u:system_r:x_t:s0");
    for (CredsEntry.Builder creds :
        List.of(
            CredsEntry.newBuilder().setLsmProfile(label),
            CredsEntry.newBuilder().setLsmSockcreate(label))) {
      CoreEntry core =
          CoreEntry.newBuilder()
              .setMtype(1)
              .setTc(TaskCore.newBuilder().setTaskState(1).setComm(ByteString.copyFromUtf8("x")))
              .setThreadCore(ThreadCore.newBuilder().setCreds(creds))
              .build();
      SetBuilder set = new SetBuilder().image("core-100.img", ImageKind.CORE, core);
      assertEquals(List.of("security labels"), leftOut(set.build()));
    }
  }

  @Test
  void leases() throws IOException {
    FileEntry.Builder file =
        FileEntry.newBuilder()
            .setType(FileKind.REG.number())
            .setId(1)
            .setReg(RegFile.newBuilder().setName(ByteString.copyFromUtf8("/f")).setMode(0100600));
    SetBuilder set =
        new SetBuilder()
            .open(file)
            .image(
                "filelocks.img",
                ImageKind.FILELOCKS,
                LockEntry.newBuilder()
                    .setFlag(LEASE)
                    .setType(1)
                    .setPid(SetBuilder.PID)
                    .setFd(0)
                    .setStart(0)
                    .setLen(0)
                    .build());
    assertEquals(List.of("1 leases, or locks of a kind not known"), leftOut(set.build()));
  }

  @Test
  void addressesOfOneInterface() throws IOException {
    InetSocket.Builder socket =
        InetSocket.newBuilder()
            .setFamily(10)
            .setType(2)
            .setProto(17)
            .setState(7)
            .addAllSrcAddr(List.of(0x80fe, 0, 0, 1))
            .addAllDstAddr(List.of(0, 0, 0, 0))
            .setSrcPort(9)
            .setIfname(ByteString.copyFromUtf8("eth0"));
    FileEntry.Builder file =
        FileEntry.newBuilder().setType(FileKind.INETSK.number()).setId(1).setIsk(socket);
    assertEquals(
        List.of("sockets at addresses of one network interface"),
        leftOut(new SetBuilder().open(file).build()));
  }
}
