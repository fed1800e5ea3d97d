package org.ckimg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.PipeState;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What descriptors hold that is neither file nor event. */
class SocketsTest {
  @TempDir Path directory;

  private Checkpoint checkpoint() throws IOException {
    byte[] image = Samples.sockets().build().bytes();
    try (ImageReader reader = ImageReader.open(Images.write(directory, image))) {
      return reader.checkpoint();
    }
  }

  private static FdState.Socket socket(Checkpoint checkpoint, int description) {
    return (FdState.Socket) checkpoint.description(description).state().orElseThrow();
  }

  @Test
  void connectionIsDecoded() throws IOException {
    FdState.Socket socket = socket(checkpoint(), 2);
    assertTrue(socket.isConnection());
    assertEquals(6, socket.protocol());
    assertEquals(OptionalInt.empty(), socket.backlog());
    assertEquals(16, socket.remote().orElseThrow().length());
    assertEquals(OptionalInt.of(1), socket.queue());
    assertEquals(
        List.of(new FdState.Message(5, Optional.empty(), Optional.empty())), socket.messages());
    assertEquals(
        List.of(
            new FdState.Option(1, 25, Bytes.utf8("eth0\0")),
            new FdState.Option(6, 1, Bytes.of(new byte[] {1, 0, 0, 0}))),
        socket.options());
    FdState.Tcp tcp = socket.tcp().orElseThrow();
    assertEquals(0x80000001, tcp.receiveSequence());
    assertEquals(OptionalInt.of(2), tcp.sendQueue());
    assertEquals(3, tcp.unsent());
    assertEquals(OptionalInt.of(-16), tcp.timestamp());
    assertEquals(20, tcp.window().orElseThrow().length());
  }

  @Test
  void whatIsNotKnownIsAbsent() throws IOException {
    Checkpoint checkpoint = checkpoint();
    FdState.Socket socket = socket(checkpoint, 3);
    assertEquals(2, socket.shutdown());
    assertEquals(OptionalInt.empty(), socket.queue());
    assertEquals(List.of(), socket.messages());
    assertEquals(OptionalInt.empty(), socket.tcp().orElseThrow().timestamp());
    assertEquals(Optional.empty(), socket.tcp().orElseThrow().window());
    assertEquals(Optional.empty(), socket(checkpoint, 6).local());
    assertEquals(OptionalInt.empty(), checkpoint.file(5).seals());
  }

  @Test
  void messagesAreDecoded() throws IOException {
    FdState.Socket socket = socket(checkpoint(), 5);
    assertEquals(OptionalInt.of(6), socket.peer());
    assertEquals(
        List.of(4L, 6L, 0L), socket.messages().stream().map(FdState.Message::length).toList());
    assertTrue(socket.messages().getFirst().sender().isPresent());
    assertEquals(24, socket.messages().get(1).control().orElseThrow().length());
  }

  @Test
  void othersAreDecoded() throws IOException {
    Checkpoint checkpoint = checkpoint();
    assertEquals(
        List.of(
            new FdState.NotifyList(
                List.of(new FdState.Notify(1, 3, 0x80000100), new FdState.Notify(4, 1, 8))),
            new FdState.NotifyList(List.of()),
            new FdState.ProcessReference(OptionalInt.of(61), false),
            new FdState.ProcessReference(OptionalInt.empty(), true),
            new FdState.Master(4, true, true)),
        checkpoint.descriptions().subList(10, 15).stream()
            .map(open -> open.state().orElseThrow())
            .toList());
    assertEquals(
        List.of(
            new PipeState(2, OptionalInt.of(65536), OptionalInt.of(4), List.of(3, 8)),
            new PipeState(4, OptionalInt.empty(), OptionalInt.empty(), List.of())),
        checkpoint.pipes());
    assertEquals(OptionalInt.of(13), checkpoint.file(6).seals());
  }

  @Test
  void queuesBehindTheCutAreAbsent() throws IOException {
    Image image = Samples.sockets().build();
    byte[] cut = Corruptions.cut(image.bytes(), image.offset("OBJECTS/0/id"));
    try (ImageReader reader = ImageReader.salvage(Images.write(directory, cut))) {
      Checkpoint checkpoint = reader.checkpoint();
      assertEquals(OptionalInt.empty(), socket(checkpoint, 2).queue());
      assertEquals(1, socket(checkpoint, 2).messages().size());
      assertEquals(OptionalInt.empty(), checkpoint.pipes().getFirst().queue());
    }
  }

  @Test
  void watchesBehindTheCutAreNotCalledNone() throws IOException {
    Image image = Samples.sockets().build();
    byte[] cut = Corruptions.cut(image.bytes(), image.offset("NOTIFY/0/description"));
    try (ImageReader reader = ImageReader.salvage(Images.write(directory, cut))) {
      assertEquals(Optional.empty(), reader.checkpoint().description(11).state());
      assertEquals(Optional.empty(), reader.checkpoint().description(12).state());
    }
  }

  @Test
  void whatCannotBeReadHidesWhatFollowsFromIt() throws IOException {
    Image image = Samples.sockets().build();
    image.set("MESSAGES/1/present", 9);
    image.set("SOCKETS/0/state", 14);
    image.set("DESCRIPTIONS/15/type", 99);
    image.set("DESCRIPTIONS/16/type", 99);
    Verdict verdict = ImageVerifier.verify(Images.write(directory, image.bytes()), Depth.FULL);
    assertFalse(verdict.sound());
    assertEquals(
        List.of(Rule.DSC_01, Rule.DSC_01, Rule.SCK_01, Rule.MSG_01),
        verdict.findings().stream().map(Finding::rule).toList());
  }

  @Test
  void missingMessagesAreFoundAtTheirSocket() throws IOException {
    Image image = Samples.sockets().build();
    image.set("MESSAGES/0/length", 3);
    Verdict verdict = ImageVerifier.verify(Images.write(directory, image.bytes()), Depth.FULL);
    Finding finding = verdict.findings().getFirst();
    assertEquals(Rule.MSG_03, finding.rule());
    assertEquals("SOCKETS", finding.section());
    assertEquals(image.offset("SOCKETS/1/description"), finding.offset());
    assertEquals("description 2 has messages of 3 bytes in a queue of 5", finding.text());
  }
}
