package org.ckimg.writer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Parent;

/** The first 128 bytes. */
final class Header {
  private static final int RAW = 1;
  private static final int LITTLE = 1;
  private static final int BIG = 2;
  private static final int MAX_SYSTEM = 4;
  private static final int AT_PARENT = 40;
  private static final int AT_CRC = 124;

  private Header() {}

  static byte[] of(Checkpoint checkpoint, Compression compression) {
    Host host = checkpoint.host();
    int shift = host.pageShift();
    require(shift == 12 || shift == 14 || shift == 16, Rule.HDR_04, "pageShift is " + shift);
    inRange("system", host.system(), 1, MAX_SYSTEM, Rule.HDR_05);
    inRange("machine", host.machine(), 0, 0xffff, Rule.HDR_05);
    ByteBuffer header =
        ByteBuffer.allocate(Format.HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(Format.MAGIC)
            .putShort((short) Format.MAJOR)
            .putShort((short) Format.MINOR)
            .put((byte) shift)
            .put((byte) Format.FRAME_SHIFT)
            .put((byte) Format.BLOCK_SHIFT)
            .put((byte) (host.bigEndian() ? BIG : LITTLE))
            .putShort((short) host.machine())
            .putShort((short) host.system())
            .putShort((short) depth(checkpoint.parent()))
            .putShort((short) (RAW | 1 << compression.codec().ordinal()));
    checkpoint.parent().ifPresent(p -> header.put(AT_PARENT, p.identity().value().toArray()));
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, AT_CRC);
    return header.putInt(AT_CRC, (int) crc.getValue()).array();
  }

  private static int depth(Optional<Parent> parent) {
    if (parent.isEmpty()) {
      return 0;
    }
    inRange("depth", parent.get().depth(), 1, Format.MAX_CHAIN_DEPTH, Rule.HDR_06);
    Bytes identity = parent.get().identity().value();
    boolean named = !identity.equals(Bytes.of(new byte[Digest.LENGTH]));
    require(named, Rule.HDR_11, "the parent's identity is zero");
    return parent.get().depth();
  }

  private static void inRange(String field, int value, int min, int max, Rule rule) {
    boolean holds = value >= min && value <= max;
    require(holds, rule, field + " is " + value + ", not in " + min + " to " + max);
  }

  private static void require(boolean holds, Rule rule, String otherwise) {
    if (!holds) {
      throw new InvalidCheckpointException(rule, "header", otherwise);
    }
  }
}
