package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Digest;

/**
 * The frame around all content: section heads, checksums, padding, directory, footer, digest tree.
 * All that it keeps of a section is the directory entry.
 */
final class Container implements SectionSink {
  private static final ByteBuffer[] NO_DATA = {};
  private static final int AT_HEAD_CRC = 60;

  private final Output output;
  private final byte[] header;
  private final int pageSize;
  private final MessageDigest sha = Hashing.sha256();
  private final byte[] sectionTag = Hashing.tag("section");
  private final ByteHeap directory = new ByteHeap();
  private int number;

  /** Writes the header. */
  Container(Output output, byte[] header, int pageSize) throws IOException {
    this.output = output;
    this.header = header;
    this.pageSize = pageSize;
    output.write(ByteBuffer.wrap(header));
  }

  @Override
  public void section(int type, int flags, int item, ByteBuffer... meta) throws IOException {
    sha.update(sectionTag);
    addEntry(write(type, flags, item, NO_DATA, meta));
  }

  /** Writes one PAGES section. */
  void pages(Block block) throws IOException {
    sha.update(sectionTag);
    int type = SectionType.PAGES.number();
    ByteBuffer entry =
        write(type, Format.FLAG_CRITICAL, block.object(), block.data(), block.meta());
    PageCounts counts = block.counts();
    entry
        .putLong(block.firstPage())
        .putInt((int) counts.total())
        .putInt((int) counts.stored())
        .putInt((int) counts.zero())
        .putInt((int) counts.inherited());
    addEntry(entry);
  }

  /** Writes directory and footer, signed where there is a signer; returns the identity. */
  Digest finish(Optional<ImageSigner> signer) throws IOException {
    long directoryOffset = output.position();
    int numSections = number;
    sha.update(Hashing.tag("root"));
    sha.update(header);
    write(SectionType.DIRECTORY.number(), Format.FLAG_CRITICAL, 0, NO_DATA, directory.view());
    Footer footer =
        Footer.of(directoryOffset, output.position() + Format.FOOTER_BYTES, numSections);
    sha.update(footer.underRoot());
    footer.setRoot(sha.digest());
    signer.ifPresent(footer::sign);
    output.write(footer.sealed());
    output.flush();
    return footer.root();
  }

  /** Adds the entry with the digest of what was hashed since the tag. */
  private void addEntry(ByteBuffer entry) {
    if (number > Format.MAX_SECTIONS) {
      throw new InvalidCheckpointException(
          Rule.FTR_02, "image", "more than " + Format.MAX_SECTIONS + " sections");
    }
    entry.put(Format.DIRECTORY_ENTRY_BYTES - Digest.LENGTH, sha.digest());
    directory.append(entry.array());
  }

  /**
   * Writes one section and hashes all of it but the data, which is under the digests of its frames.
   * Returns its directory entry up to the page counts.
   */
  private ByteBuffer write(int type, int flags, int item, ByteBuffer[] data, ByteBuffer... meta)
      throws IOException {
    long offset = output.position();
    int metaBytes = remaining(meta);
    int dataBytes = remaining(data);
    int end = Format.SECTION_HEAD_BYTES + metaBytes;
    int dataOffset = dataBytes > 0 ? alignInFile(offset, end) : 0;
    int padding = (dataBytes > 0 ? dataOffset : (int) Format.align(end)) - end;
    ByteBuffer zeros = ByteBuffer.allocate(padding);
    ByteBuffer entry = allocate(Format.DIRECTORY_ENTRY_BYTES);
    entry
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(item)
        .putLong(offset)
        .putInt(metaBytes)
        .putInt(dataBytes);
    emit(head(entry, dataOffset, crc(zeros, meta)));
    for (ByteBuffer piece : meta) {
      emit(piece);
    }
    emit(zeros);
    for (ByteBuffer piece : data) {
      output.write(piece);
    }
    emit(ByteBuffer.allocate((int) Format.align(dataBytes) - dataBytes));
    return entry;
  }

  private static int remaining(ByteBuffer... pieces) {
    int bytes = 0;
    for (ByteBuffer piece : pieces) {
      bytes += piece.remaining();
    }
    return bytes;
  }

  private int alignInFile(long offset, int end) {
    long place = offset + end + pageSize - 1 & -pageSize;
    return (int) (place - offset);
  }

  private ByteBuffer head(ByteBuffer entry, int dataOffset, int metaCrc) {
    ByteBuffer head = allocate(Format.SECTION_HEAD_BYTES);
    head.putInt(Format.SECTION_MAGIC)
        .putShort(entry.getShort(0))
        .putShort(entry.getShort(2))
        .putInt(number++)
        .putInt(entry.getInt(4))
        .putLong(entry.getLong(8))
        .putInt(entry.getInt(16))
        .putInt(entry.getInt(20))
        .putInt(dataOffset)
        .putInt(metaCrc);
    return head.putInt(AT_HEAD_CRC, crc(head.array(), AT_HEAD_CRC)).rewind();
  }

  private void emit(ByteBuffer piece) throws IOException {
    sha.update(piece.duplicate());
    output.write(piece);
  }

  private static int crc(ByteBuffer padding, ByteBuffer... meta) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer piece : meta) {
      crc.update(piece.duplicate());
    }
    crc.update(padding.duplicate());
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
