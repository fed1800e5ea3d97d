package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.Signer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReaderTest {
  @TempDir Path directory;

  private Checkpoint checkpoint(ImageBuilder image) throws IOException {
    try (ImageReader reader = ImageReader.open(Images.write(directory, image.build().bytes()))) {
      return reader.checkpoint();
    }
  }

  @Test
  void envelopeIsThere() throws IOException {
    Image image = Samples.signed().build();
    Path file = Files.write(directory.resolve("a"), image.bytes());
    try (ImageReader reader = ImageReader.open(file)) {
      assertTrue(reader.complete());
      assertEquals(Files.size(file), reader.lengthBytes());
      assertEquals(Optional.of(Digest.of(image.identity())), reader.identity());
      Bytes key = Bytes.of(new Signer().publicKey());
      assertEquals(Optional.of(key), reader.signature().map(Signature::key));
      assertEquals(
          List.of("SYSTEM", "PROCESSES"),
          reader.sections().stream().map(SectionInfo::name).toList());
    }
  }

  @Test
  void channelServesAsWell() throws IOException {
    Path file = Images.write(directory, Samples.oneObject().build().bytes());
    try (FileChannel channel = FileChannel.open(file);
        ImageReader reader = ImageReader.open(channel)) {
      assertEquals(1, Images.readAll(reader).objects().size());
    }
  }

  @Test
  void hostIsDecoded() throws IOException {
    Checkpoint checkpoint = checkpoint(Samples.tables());
    assertFalse(checkpoint.partial());
    assertEquals(62, checkpoint.host().machine());
    assertEquals(Optional.of(Bytes.utf8("6.1.0-test")), checkpoint.host().kernelRelease());
    assertEquals(OptionalLong.of(7), checkpoint.host().xcr0());
    assertEquals(OptionalInt.of(832), checkpoint.host().xsaveBytes());
    assertTrue(checkpoint.host().vdso().orElseThrow().symbols().isPresent());
    assertEquals(
        Optional.of(Bytes.utf8("testbed")), checkpoint.origin().flatMap(origin -> origin.host()));
  }

  @Test
  void eventsAreDecoded() throws IOException {
    List<OpenFile> descriptions = checkpoint(Samples.tables()).descriptions();
    assertEquals(Optional.empty(), descriptions.get(2).state());
    assertEquals(
        List.of(
            new FdState.Counter(3, true),
            new FdState.SignalSet(0x4002),
            new FdState.Alarm(1, true, false, 5, 90_000_000_000L, 250_000_000L),
            new FdState.WatchList(
                List.of(
                    new FdState.Watch(4, OptionalInt.of(4), 0x19, 4),
                    new FdState.Watch(9, OptionalInt.of(6), 0x8000001d, -1)))),
        descriptions.subList(3, 7).stream().map(open -> open.state().orElseThrow()).toList());
  }

  @Test
  void absentIsNotZero() throws IOException {
    Checkpoint checkpoint = checkpoint(Samples.minimal());
    assertEquals(Optional.empty(), checkpoint.host().kernelRelease());
    assertEquals(OptionalLong.empty(), checkpoint.host().xcr0());
    assertEquals(Optional.empty(), checkpoint.origin());
    assertEquals(List.of(), checkpoint.processes());
    ThreadState other = checkpoint(Samples.tables()).processes().getFirst().threads().get(1);
    assertEquals(Optional.empty(), other.pending());
    assertEquals(OptionalLong.empty(), other.blocked());
    assertEquals(Optional.empty(), other.scheduling());
  }

  @Test
  void processIsDecoded() throws IOException {
    ProcessState process = checkpoint(Samples.tables()).processes().getFirst();
    assertEquals(1000, process.pid());
    assertEquals(RunState.SLEEPING, process.state());
    assertEquals(OptionalInt.empty(), process.exitStatus());
    assertEquals(OptionalInt.of(18), process.umask());
    assertEquals(Optional.of(Bytes.utf8("demo\0--slow\0")), process.cmdline());
    assertEquals(OptionalInt.of(-500), process.attributes().oomScoreAdj());
    assertEquals(Optional.of(true), process.attributes().childSubreaper());
    assertEquals(0x608000, process.layout().orElseThrow().brk());
    assertEquals(
        Optional.of(
            List.of(
                new SignalAction(2, 1, 0, 0, 0),
                new SignalAction(10, 0x400100, 0x14000000, 0x4000, 0x400200))),
        process.actions());
    assertEquals(15, process.pending().orElseThrow().getFirst().number());
    assertEquals(
        new Timer.Interval(Timer.Kind.REAL, 1_000_000_000, 300_000_000),
        process.timers().getFirst());
    assertEquals(34, ((Timer.Posix) process.timers().get(1)).signal());
    assertEquals(new Limit(3, 8 << 20, Limit.UNLIMITED), process.limits().getFirst());
    assertEquals(
        List.of(
            new FdEntry(1, 1, false),
            new FdEntry(2, 1, false),
            new FdEntry(3, 2, true),
            new FdEntry(4, 4, false),
            new FdEntry(5, 5, false),
            new FdEntry(6, 6, false),
            new FdEntry(7, 7, true),
            new FdEntry(1000, 3, false)),
        process.fds());
    assertEquals(
        new FileLock(FileLock.Kind.FLOCK, 4, OptionalInt.of(3), true, 0, 0),
        process.locks().getFirst());
  }

  @Test
  void whatIsSharedIsRecordedOnce() throws IOException {
    Checkpoint checkpoint = checkpoint(Samples.sharing());
    List<ProcessState> processes = checkpoint.processes();
    OptionalInt first = OptionalInt.of(7);
    assertEquals(
        List.of(
            SharedWith.NOBODY,
            new SharedWith(first, first),
            new SharedWith(first, OptionalInt.empty()),
            SharedWith.NOBODY),
        processes.stream().map(ProcessState::sharedWith).toList());
    assertEquals(List.of(), processes.get(1).fds());
    FdEntry shared = new FdEntry(3, 1, false);
    FdEntry ofThread = new FdEntry(3, 1, true, OptionalInt.of(13));
    assertEquals(List.of(shared, ofThread), processes.getFirst().fds());
    assertEquals(List.of(shared), checkpoint.table(processes.get(2)));
    assertEquals(List.of(), checkpoint.table(processes.get(3)));
    assertEquals(
        List.of(
            Optional.empty(),
            Optional.of(new ThreadFs.Own(OptionalInt.of(2), OptionalInt.of(2), 077)),
            Optional.of(new ThreadFs.Of(11)),
            Optional.empty()),
        processes.getFirst().threads().stream().map(ThreadState::fs).toList());
    assertEquals(
        List.of(13),
        processes.getFirst().threads().stream()
            .filter(ThreadState::ownFiles)
            .map(ThreadState::tid)
            .toList());
    assertEquals(List.of(1, 2, 2, 2), processes.getFirst().directories().boxed().toList());
  }

  @Test
  void threadsAreDecoded() throws IOException {
    ProcessState process = checkpoint(Samples.tables()).processes().getFirst();
    ThreadState leader = process.leader();
    assertEquals(1000, leader.tid());
    assertEquals(216, leader.regset(1).orElseThrow().length());
    assertEquals(OptionalLong.of(0x2000), leader.blocked());
    assertEquals(12, leader.pending().orElseThrow().getFirst().number());
    assertEquals(-5, leader.scheduling().orElseThrow().nice());
    assertEquals(OptionalInt.of(0x4004), leader.scheduling().orElseThrow().ioPriority());
    assertEquals(List.of(27, 1000), leader.credentials().orElseThrow().groups());
    assertEquals(2, leader.credentials().orElseThrow().privileges().orElseThrow().seccompMode());
    assertEquals(2, process.threads().get(1).filters().size());
    assertEquals(
        Optional.empty(), process.threads().get(1).credentials().orElseThrow().capabilities());
  }

  @Test
  void mappingsAndFilesAreDecoded() throws IOException {
    Checkpoint checkpoint = checkpoint(Samples.tables());
    List<Vma> vmas = checkpoint.processes().getFirst().vmas();
    assertEquals(12, vmas.size());
    assertEquals(Vma.Kind.FILE, vmas.getFirst().kind());
    assertEquals(OptionalInt.of(1), vmas.getFirst().file());
    assertTrue(vmas.getFirst().digest().isPresent());
    assertEquals(Set.of(VmaFlag.DONTFORK), vmas.get(3).flags());
    assertTrue(vmas.get(4).shared());
    assertEquals(0xffffffffff600L, vmas.getLast().firstPage());
    assertEquals(Bytes.utf8("/usr/bin/demo"), checkpoint.file(1).path());
    assertEquals(OptionalInt.of(6), checkpoint.file(4).content());
    assertTrue(checkpoint.file(4).deleted());
    OpenFile log = checkpoint.description(1);
    assertEquals(FdType.REGULAR, log.type());
    assertEquals(Optional.of(new OpenFile.Owner(1, 1000)), log.owner());
    assertEquals(MemoryObject.Kind.MEMFD, checkpoint.object(3).kind());
    assertEquals(OptionalInt.of(0), checkpoint.object(7).owner());
  }

  @Test
  void unknownOptionalSectionsAreKept() throws IOException {
    Checkpoint checkpoint = checkpoint(Samples.unknownOptional());
    assertEquals(2, checkpoint.extras().size());
    assertEquals(0x30, checkpoint.extras().getFirst().type());
    assertEquals(Bytes.of((byte) 1, (byte) 2, (byte) 3), checkpoint.extras().getFirst().content());
  }

  @Test
  void unknownCriticalSectionIsRefused() throws IOException {
    Path file =
        Images.write(directory, Samples.minimal().section(0x30, 0, 1, (byte) 1).build().bytes());
    ImageException e = assertThrows(UnsupportedImageException.class, () -> ImageReader.open(file));
    assertEquals(Rule.SEC_13, e.finding().rule());
  }

  @Test
  void multiPartTablesAreJoined() throws IOException {
    List<ProcessState> processes = checkpoint(Samples.multiPart()).processes();
    assertEquals(List.of(50, 51), processes.stream().map(ProcessState::pid).toList());
    assertEquals(9 << 20, processes.get(1).environ().orElseThrow().length());
    assertEquals(51, processes.get(1).leader().tid());
  }

  @Test
  void cutFileIsRefusedAtOnce() throws IOException {
    byte[] image = Samples.oneObject().build().bytes();
    Path file = Files.write(directory.resolve("cut"), Corruptions.cut(image, image.length - 1000));
    ImageException e = assertThrows(TruncatedImageException.class, () -> ImageReader.open(file));
    assertEquals(Rule.FTR_10, e.finding().rule());
  }

  @Test
  void brokenReferenceIsRefusedByName() throws IOException {
    Image image = Samples.tables().build();
    image.set("VMAS/0/file", 99);
    Path file = Files.write(directory.resolve("broken"), image.bytes());
    try (ImageReader reader = ImageReader.open(file)) {
      ImageException e = assertThrows(ImageException.class, reader::checkpoint);
      assertEquals(Rule.VMA_04, e.finding().rule());
      assertEquals("VMAS", e.finding().section());
      assertEquals(image.offset("VMAS/0/process"), e.finding().offset());
    }
  }

  @Test
  void rangeErrorNamesTheField() throws IOException {
    Image image = Samples.tables().build();
    image.set("VMAS/1/protection", 8);
    Path file = Files.write(directory.resolve("range"), image.bytes());
    try (ImageReader reader = ImageReader.open(file)) {
      ImageException e = assertThrows(ImageException.class, reader::checkpoint);
      assertEquals(image.offset("VMAS/1/protection"), e.finding().offset());
      assertTrue(e.getMessage().contains("protection is 8"), e.getMessage());
    }
  }
}
