package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each change of what a descriptor holds is refused by its rule. */
class SocketValidationTest {
  private static final Checkpoint FULL = Samples.full();
  private static final Optional<Bytes> TOO_LONG = Optional.of(Bytes.of(new byte[129]));
  private static final OptionalInt NONE_SUCH = OptionalInt.of(99);

  @ParameterizedTest
  @MethodSource({"sockets", "messages", "connections", "others", "terminals", "pipes"})
  void isRefused(Rule rule, Checkpoint checkpoint) {
    InvalidCheckpointException refused =
        assertThrows(InvalidCheckpointException.class, () -> Samples.write(checkpoint));
    assertEquals(rule, refused.rule(), refused.getMessage());
  }

  private static Arguments state(Rule rule, int description, FdState state) {
    List<OpenFile> all = new ArrayList<>(FULL.descriptions());
    all.set(description - 1, Samples.with(all.get(description - 1), "state", Optional.of(state)));
    return arguments(rule, Samples.with(FULL, "descriptions", all));
  }

  private static Arguments socket(Rule rule, String component, Object value) {
    FdState.Socket socket = Samples.with(SocketSamples.connection(), component, value);
    return state(rule, SocketSamples.CONNECTION, socket);
  }

  private static Arguments tcp(Rule rule, String component, Object value) {
    FdState.Tcp tcp = Samples.with(SocketSamples.tcp(), component, value);
    return socket(rule, "tcp", Optional.of(tcp));
  }

  private static Arguments pipe(Rule rule, String component, Object value) {
    PipeState pipe = Samples.with(SocketSamples.pipe(), component, value);
    return arguments(rule, Samples.with(FULL, "pipes", List.of(pipe)));
  }

  static Stream<Arguments> sockets() {
    FdState.Option option = SocketSamples.option(1, 2);
    return Stream.of(
        socket(Rule.SCK_01, "kind", 11),
        socket(Rule.SCK_01, "state", 14),
        socket(Rule.SCK_01, "shutdown", 4),
        socket(Rule.SCK_02, "family", 1),
        socket(Rule.SCK_03, "local", TOO_LONG),
        socket(Rule.SCK_03, "remote", TOO_LONG),
        socket(Rule.SCK_04, "peer", NONE_SUCH),
        socket(Rule.SCK_04, "peer", OptionalInt.of(SocketSamples.LOCAL)),
        socket(Rule.SCK_04, "node", NONE_SUCH),
        socket(Rule.SCK_04, "queue", NONE_SUCH),
        socket(Rule.SCK_04, "queue", OptionalInt.of(1)),
        socket(Rule.OPT_01, "options", List.of(SocketSamples.option(-1, 0))),
        socket(Rule.OPT_01, "options", List.of(SocketSamples.option(0, -1))),
        socket(Rule.TAB_07, "options", List.of(option, option)));
  }

  static Stream<Arguments> messages() {
    FdState.Message from = Samples.with(SocketSamples.message(4096), "sender", TOO_LONG);
    return Stream.of(
        socket(Rule.MSG_01, "messages", List.of(SocketSamples.message(-1))),
        socket(Rule.MSG_02, "messages", List.of(from)),
        socket(Rule.MSG_03, "messages", List.of()),
        socket(Rule.MSG_03, "messages", List.of(SocketSamples.message(4095))),
        socket(Rule.MSG_03, "messages", List.of(SocketSamples.message(4097))),
        socket(Rule.MSG_03, "queue", OptionalInt.empty()));
  }

  static Stream<Arguments> connections() {
    return Stream.of(
        tcp(Rule.TCP_01, "segment", 65536),
        tcp(Rule.TCP_01, "unsent", -1L),
        tcp(Rule.TCP_01, "options", 8),
        tcp(Rule.TCP_01, "sendScale", 15),
        tcp(Rule.TCP_01, "receiveScale", 15),
        socket(Rule.TCP_02, "state", FdState.Socket.LISTENING),
        socket(Rule.TCP_02, "kind", 2),
        tcp(Rule.TCP_03, "sendQueue", NONE_SUCH),
        tcp(Rule.TCP_03, "sendQueue", OptionalInt.of(1)),
        tcp(Rule.TCP_03, "unsent", 4097L),
        tcp(Rule.TCP_04, "window", Optional.of(Bytes.of(new byte[19]))));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        state(Rule.EVT_01, SocketSamples.PIDFD, SocketSamples.process(OptionalInt.of(0))),
        state(Rule.EVT_01, SocketSamples.MASTER, new FdState.Master(-1, false, false)),
        state(Rule.EVT_02, SocketSamples.PIDFD, new FdState.Master(1, false, false)),
        state(Rule.EVT_02, SocketSamples.MASTER, SocketSamples.process(OptionalInt.empty())),
        state(Rule.NTF_01, SocketSamples.INOTIFY, SocketSamples.notices(0, 1)),
        state(Rule.NTF_02, SocketSamples.INOTIFY, SocketSamples.notices(1, 99)),
        state(Rule.NTF_02, SocketSamples.MASTER, new FdState.NotifyList(List.of())));
  }

  private static Arguments terminal(
      Rule rule, OptionalInt input, List<Integer> lines, OptionalInt output) {
    Terminal terminal =
        Samples.with(
            Samples.with(
                Samples.terminal(), "input", Optional.of(new Terminal.Input(input, lines))),
            "slave",
            Optional.of(new Terminal.Slave(false, false, false, output)));
    return arguments(rule, Samples.with(FULL, "terminals", List.of(terminal)));
  }

  static Stream<Arguments> terminals() {
    OptionalInt queue = SocketSamples.pipe().queue();
    OptionalInt none = OptionalInt.empty();
    return Stream.of(
        terminal(Rule.TTY_03, NONE_SUCH, List.of(), none),
        terminal(Rule.TTY_03, OptionalInt.of(1), List.of(), none),
        terminal(Rule.TTY_03, none, List.of(), NONE_SUCH),
        terminal(Rule.TTY_03, none, List.of(), OptionalInt.of(1)),
        terminal(Rule.TTY_04, queue, List.of(4096, 1), none),
        terminal(Rule.TTY_04, queue, List.of(-1), none),
        terminal(Rule.TTY_04, none, List.of(1), queue));
  }

  @Test
  void linesAsLongAsTheInputAreTaken() {
    OptionalInt queue = SocketSamples.pipe().queue();
    Checkpoint checkpoint =
        (Checkpoint) terminal(Rule.TTY_04, queue, List.of(4095, 1, 0), queue).get()[1];
    assertDoesNotThrow(() -> Samples.write(checkpoint));
  }

  static Stream<Arguments> pipes() {
    return Stream.of(
        pipe(Rule.PIP_01, "capacity", OptionalInt.of(-1)),
        pipe(Rule.PIP_02, "file", 99),
        pipe(Rule.PIP_02, "file", 2),
        pipe(Rule.PIP_03, "queue", NONE_SUCH),
        pipe(Rule.PIP_03, "queue", OptionalInt.of(1)),
        pipe(Rule.PIP_04, "queue", OptionalInt.empty()),
        pipe(Rule.PIP_04, "packets", List.of(5, 4090)),
        pipe(Rule.PIP_04, "packets", List.of(4096, 0)),
        arguments(
            Rule.TAB_07,
            Samples.with(FULL, "pipes", List.of(SocketSamples.pipe(), SocketSamples.pipe()))));
  }
}
