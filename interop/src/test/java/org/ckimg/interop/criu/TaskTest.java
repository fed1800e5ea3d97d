package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.proto.Aarch64Info;
import org.ckimg.interop.criu.proto.Aarch64Registers;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.interop.criu.proto.IpcKey;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.NumberedRegisters;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.PosixTimer;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.RiscvInfo;
import org.ckimg.interop.criu.proto.SeccompEntry;
import org.ckimg.interop.criu.proto.SeccompProgram;
import org.ckimg.interop.criu.proto.SharedSegment;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.interop.criu.proto.TaskTimers;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.ckimg.interop.criu.proto.VmaEntry;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.junit.jupiter.api.Test;

/** Tasks and machines that no sample has. */
class TaskTest {
  private static SetBuilder core(CoreEntry.Builder core) {
    return new SetBuilder().image("core-100.img", ImageKind.CORE, core.build());
  }

  private static CoreEntry.Builder alive(int machine) {
    return CoreEntry.newBuilder().setMtype(machine).setTc(TaskCore.newBuilder().setTaskState(1));
  }

  private static VmaEntry vma(long start, long end, int status, int flags) {
    return VmaEntry.newBuilder()
        .setStart(start)
        .setEnd(end)
        .setStatus(status)
        .setFlags(flags)
        .setShmid(5)
        .setProt(3)
        .build();
  }

  private static ImageException refused(CriuRule rule, MemoryFolder folder) {
    ImageException thrown = assertThrows(ImageException.class, () -> CriuImages.open(folder));
    assertEquals(rule, thrown.finding().rule(), thrown.getMessage());
    return thrown;
  }

  @Test
  void armRegisters() throws IOException {
    Aarch64Registers registers =
        Aarch64Registers.newBuilder()
            .addAllRegs(Collections.nCopies(31, 7L))
            .setSp(1)
            .setPc(2)
            .setPstate(3)
            .build();
    SetBuilder set =
        core(alive(3).setAarch64(Aarch64Info.newBuilder().setGpregs(registers)))
            .image(
                "mm-100.img",
                ImageKind.MM,
                MmEntry.newBuilder().addSavedAuxv(6).addSavedAuxv(65536).build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals(183, image.checkpoint().host().machine());
      assertEquals(65536, image.checkpoint().host().pageSize());
      ProcessState process = image.checkpoint().processes().getFirst();
      assertEquals(272, process.leader().regset(Regset.NT_PRSTATUS).orElseThrow().length());
    }
  }

  @Test
  void registersByName() throws IOException {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int i = 1; i <= 32; i++) {
      fields.addField(i, UnknownFieldSet.Field.newBuilder().addVarint(0x100 + i).build());
    }
    NumberedRegisters registers =
        NumberedRegisters.newBuilder().setUnknownFields(fields.build()).build();
    SetBuilder set =
        core(alive(8).setRiscv(RiscvInfo.newBuilder().setClearTidAddr(64).setGpregs(registers)));
    try (ForeignImage image = CriuImages.open(set.build())) {
      Map<String, String> row = Annexes.rows(image, "registers").getFirst();
      assertEquals("0x101", row.get("pc"));
      assertEquals("0x120", row.get("t6"));
      assertEquals(33, row.size());
    }
  }

  @Test
  void filtersAreOldestFirst() throws IOException {
    ByteString old = ByteString.copyFrom(new byte[8]);
    ByteString newer = ByteString.copyFrom(new byte[16]);
    SetBuilder set =
        core(alive(1).setThreadCore(ThreadCore.newBuilder().setSeccompMode(2).setSeccompFilter(1)))
            .image(
                "seccomp.img",
                ImageKind.SECCOMP,
                SeccompEntry.newBuilder()
                    .addFilters(SeccompProgram.newBuilder().setFilter(old))
                    .addFilters(SeccompProgram.newBuilder().setFilter(newer).setPrev(0))
                    .build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals(
          List.of(8, 16),
          image.checkpoint().processes().getFirst().leader().filters().stream()
              .map(filter -> filter.program().length())
              .toList());
    }
  }

  @Test
  void filterThatIsBeforeItselfIsRefused() {
    SetBuilder set =
        core(alive(1).setThreadCore(ThreadCore.newBuilder().setSeccompMode(2).setSeccompFilter(0)))
            .image(
                "seccomp.img",
                ImageKind.SECCOMP,
                SeccompEntry.newBuilder()
                    .addFilters(
                        SeccompProgram.newBuilder()
                            .setFilter(ByteString.copyFrom(new byte[8]))
                            .setPrev(0))
                    .build());
    refused(CriuRule.REFERENCE, set.build());
  }

  @Test
  void posixTimers() throws IOException {
    TaskCore.Builder task =
        TaskCore.newBuilder()
            .setTaskState(1)
            .setTimers(
                TaskTimers.newBuilder()
                    .addPosix(
                        PosixTimer.newBuilder()
                            .setId(2)
                            .setClock(1)
                            .setNotify(4)
                            .setSigno(34)
                            .setSival(9)
                            .setNotifyTid(100)
                            .setVsec(1)
                            .setVnsec(5)));
    try (ForeignImage image = CriuImages.open(core(alive(1).setTc(task)).build())) {
      assertEquals(
          List.of(new Timer.Posix(2, 1, 4, 34, 9, 100, OptionalInt.empty(), 0, 1_000_000_005L)),
          image.checkpoint().processes().getFirst().timers());
    }
  }

  @Test
  void segmentsAndGuards() throws IOException {
    byte[] content = new byte[5000];
    content[4999] = 1;
    SetBuilder set =
        new SetBuilder()
            .image(
                "ids-100.img",
                ImageKind.IDS,
                ObjectIds.newBuilder().setFilesId(7).setIpcNsId(3).build())
            .image(
                "ipcns-shm-3.img",
                ImageKind.IPCNS_SHM,
                SharedSegment.newBuilder()
                    .setDesc(IpcKey.newBuilder().setId(5).setKey(0xcafe))
                    .setSize(5000)
                    .build(),
                content)
            .image(
                "mm-100.img",
                ImageKind.MM,
                MmEntry.newBuilder()
                    .addVmas(vma(0x10000, 0x12000, 1 | 1 << 10, 1))
                    .addVmas(vma(0x20000, 0x24000, 1 | 1 << 9, 0x22))
                    .addVmas(vma(0x30000, 0x31000, 1 | 1 << 13, 0x21))
                    .addVmas(vma(0x21000, 0x22000, 1 << 16, 0))
                    .build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      List<Vma> vmas = image.checkpoint().processes().getFirst().vmas();
      assertEquals(
          List.of(Vma.Kind.SYSV, Vma.Kind.ANONYMOUS, Vma.Kind.OTHER),
          vmas.stream().map(Vma::kind).toList());
      assertEquals(Set.of(VmaFlag.GUARD), vmas.get(1).flags());
      assertFalse(vmas.get(0).flags().contains(VmaFlag.GUARD));
      MemoryObject segment = image.checkpoint().object(vmas.getFirst().object().orElseThrow());
      assertEquals(MemoryObject.Kind.SYSV, segment.kind());
      assertEquals(5000, segment.length());
      byte[] pages = new byte[8192];
      image.checkpoint().memory().read(segment.id(), 0, 2, MemorySegment.ofArray(pages));
      assertEquals(1, pages[4999]);
    }
  }

  @Test
  void mappingsAreChecked() {
    SetBuilder set =
        new SetBuilder()
            .image(
                "mm-100.img",
                ImageKind.MM,
                MmEntry.newBuilder()
                    .addVmas(vma(0x20000, 0x24000, 1 | 1 << 9, 0x22))
                    .addVmas(vma(0x23000, 0x25000, 1 | 1 << 9, 0x22))
                    .build());
    refused(CriuRule.VMAS, set.build());
  }

  @Test
  void otherVersionsAreNamed() {
    SetBuilder set =
        new SetBuilder()
            .image(
                "inventory.img",
                ImageKind.INVENTORY,
                Inventory.newBuilder().setImgVersion(1).build());
    ImageException thrown = refused(CriuRule.VERSION, set.build());
    assertTrue(thrown.getMessage().contains("version 1, not 2"), thrown.getMessage());
  }

  @Test
  void byteOrderIsNamed() throws IOException {
    MemoryFolder folder =
        new MemoryFolder().put("inventory.img", new byte[] {0x58, 0x31, 0x31, 0x16, 0, 0, 0, 0});
    assertTrue(CriuImages.recognise(folder));
    refused(CriuRule.VERSION, folder);
  }

  @Test
  void preDumpIsNamed() {
    MemoryFolder folder = new SetBuilder().build();
    MemoryFolder bare = new MemoryFolder(Map.of("inventory.img", folder.bytes("inventory.img")));
    assertTrue(refused(CriuRule.PRESENT, bare).getMessage().contains("a pre-dump has no tree"));
  }

  @Test
  void treesAreChecked() {
    SetBuilder set =
        new SetBuilder()
            .image(
                "pstree.img",
                ImageKind.PSTREE,
                PstreeEntry.newBuilder().setPid(100).setPpid(99).build());
    refused(CriuRule.TREE, set.build());
  }

  /** A directory that was used twice keeps images of tasks that are gone. */
  @Test
  void staleAndUnknownImagesAreListed() throws IOException {
    SetBuilder set =
        new SetBuilder()
            .image("core-55.img", ImageKind.CORE, alive(1).build())
            .image("netdev-1.img", ImageKind.NETDEV, Inventory.getDefaultInstance());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals(1, image.checkpoint().processes().size());
      assertEquals(
          List.of(
              Map.of(
                  "file",
                  "core-55.img",
                  "bytes",
                  "18",
                  "kind",
                  "core",
                  "why",
                  "no task leads to it"),
              Map.of(
                  "file",
                  "netdev-1.img",
                  "bytes",
                  "12",
                  "kind",
                  "netdev",
                  "why",
                  "not understood")),
          Annexes.rows(image, "not-understood"));
    }
  }
}
