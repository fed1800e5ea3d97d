package org.ckimg.dumper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.PipeCalls;

/**
 * What was written into a pipe and not read. tee(2) copies it into a pipe of our own, with the
 * marks of packets, and takes nothing out.
 *
 * @param bytes all of it
 * @param packets lengths, when it is no stream
 * @param mixed true when packets and a stream lie in it, one behind the other
 */
record PipeContent(byte[] bytes, List<Integer> packets, boolean mixed) {
  /** More than a packet can have; so a shorter piece of a stream is its end. */
  private static final int READ_BYTES = 2 << 12;

  /** How a piece is read. */
  private enum Form {
    STREAM,
    PACKET
  }

  /** Nothing. */
  static PipeContent empty() {
    return new PipeContent(new byte[0], List.of(), false);
  }

  /**
   * Looks into a pipe.
   *
   * @param reader of the pipe
   * @param length bytes in it
   * @param packetMode true when what is written now would be packets
   */
  static PipeContent peek(int reader, int length, int capacity, boolean packetMode)
      throws IOException {
    PipeCalls.Ends own = PipeCalls.make(capacity);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(READ_BYTES);
      PipeCalls.tee(reader, own.writer());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
      List<Integer> pieces = new ArrayList<>();
      while (bytes.size() < length) {
        int n = (int) FileCalls.read(own.reader(), buffer);
        pieces.add(n);
        bytes.writeBytes(NativeBytes.bytes(buffer, n));
      }
      if (!packetMode && isStream(pieces)) {
        return new PipeContent(bytes.toByteArray(), List.of(), false);
      }
      PipeCalls.tee(reader, own.writer());
      Set<Form> forms = forms(own.reader(), pieces, buffer);
      boolean packets = forms.contains(Form.PACKET) || forms.isEmpty() && packetMode;
      return new PipeContent(bytes.toByteArray(), packets ? pieces : List.of(), forms.size() > 1);
    } finally {
      FileCalls.close(own.reader());
      FileCalls.close(own.writer());
    }
  }

  /** A reader of a stream is given all that it asks for, until nothing is left. */
  private static boolean isStream(List<Integer> pieces) {
    return pieces.size() > 1
        && pieces.subList(0, pieces.size() - 1).stream().allMatch(n -> n == READ_BYTES);
  }

  /** Of a packet only one byte can be read; the rest goes with it. Of one byte nothing is told. */
  private static Set<Form> forms(int reader, List<Integer> pieces, MemorySegment buffer)
      throws IOException {
    Set<Form> forms = EnumSet.noneOf(Form.class);
    for (int length : pieces) {
      int before = PipeCalls.bytesInside(reader);
      FileCalls.read(reader, buffer.asSlice(0, 1));
      int taken = before - PipeCalls.bytesInside(reader);
      if (length > 1) {
        forms.add(taken == length ? Form.PACKET : Form.STREAM);
      }
      if (taken < length) {
        FileCalls.read(reader, buffer.asSlice(0, length - taken));
      }
    }
    return forms;
  }
}
