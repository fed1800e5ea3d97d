package org.ckimg.spec;

/** Numbers of FORMAT.md, version 1. Lengths and offsets are bytes. */
public final class Format {
  /** First bytes of an image, little-endian. */
  public static final long MAGIC = 0x0a1a0a0d494b438fL;

  /** First bytes of a section head. */
  public static final int SECTION_MAGIC = 0x8f534b43;

  /** First bytes of a footer: {@code CKFOOT1\n}. */
  public static final long FOOTER_MAGIC = 0x0a31544f4f464b43L;

  /** Last bytes of an image. */
  public static final long END_MAGIC = 0x0a1a0a0d454b438fL;

  public static final int MAJOR = 1;
  public static final int MINOR = 0;
  public static final int HEADER_BYTES = 128;
  public static final int SECTION_HEAD_BYTES = 64;
  public static final int TABLE_HEAD_BYTES = 16;
  public static final int BLOCK_HEAD_BYTES = 64;
  public static final int EXTENT_BYTES = 16;
  public static final int FRAME_ENTRY_BYTES = 48;
  public static final int PAGE_DIGEST_BYTES = 16;
  public static final int SLOT_BYTES = 2;
  public static final int DIRECTORY_ENTRY_BYTES = 80;
  public static final int FOOTER_BYTES = 256;

  /** Every piece of a file starts at a multiple of this. */
  public static final int ALIGNMENT = 64;

  public static final int FRAME_SHIFT = 18;
  public static final int BLOCK_SHIFT = 24;
  public static final int MAX_META_BYTES = 1 << 24;
  public static final int MAX_DATA_BYTES = 1 << 24;
  public static final int MAX_SECTIONS = 1 << 17;
  public static final int MAX_OBJECTS = 1 << 20;
  public static final int MAX_CHAIN_DEPTH = 64;
  public static final long MAX_FILE_BYTES = (1L << 54) - 1;
  public static final long MAX_PAGE = (1L << 52) - 1;

  /** Size of {@code struct sockaddr_storage}, which holds an address of any family. */
  public static final int MAX_ADDRESS_BYTES = 128;

  /** Section flag: a reader that does not know the type must refuse. */
  public static final int FLAG_CRITICAL = 1;

  /** Section flag: stays valid when other sections change. */
  public static final int FLAG_SAFE_TO_COPY = 2;

  /** Section flag: another part of this type follows. */
  public static final int FLAG_MORE = 4;

  /** Slot of a page that is all zero. */
  public static final int SLOT_ZERO = 0xffff;

  /** Slot of a page that is as in the base object. */
  public static final int SLOT_INHERITED = 0xfffe;

  public static final int CODEC_RAW = 0;
  public static final int CODEC_LZ4 = 1;
  public static final int CODEC_ZSTD = 2;

  public static final int SIGNATURE_NONE = 0;
  public static final int SIGNATURE_ED25519 = 1;

  private Format() {}

  /** The smallest multiple of {@link #ALIGNMENT} that is at least {@code value}. */
  public static long align(long value) {
    return (value + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
