package org.ckimg.interop.dragonfly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.core.ElfFile;
import org.ckimg.interop.core.ElfHeader;
import org.ckimg.interop.core.ProgramHeader;
import org.ckimg.interop.core.Window;
import org.ckimg.spec.model.Host;

/** Recognises and opens process checkpoints of DragonFly BSD. */
public final class DragonflyImages {
  /** A note's header with a name of 5 bytes, padded to 4 bytes; and as some builds pad it. */
  private static final int[] NOTE_HEADERS = {20, 24};

  private static final int MAX_HEADER = 24;
  private static final int MACHINE_AT = 18;
  private static final int LITTLE_64 = 0x0102;

  private DragonflyImages() {}

  /**
   * True for an ELF core of which the first note says, in its own size and version, that DragonFly
   * wrote it; other cores of x86-64 have other sizes there.
   */
  public static boolean recognise(ByteSource source) throws IOException {
    return ElfFile.isCore(source) && noteHeader(source).isPresent();
  }

  /** Bytes of a note's header, by what the first one says of itself. */
  static OptionalInt noteHeader(ByteSource source) throws IOException {
    Window window = new Window(source, ByteOrder.LITTLE_ENDIAN);
    Optional<ByteBuffer> elf = window.at(0, ElfHeader.BYTES);
    boolean fits =
        elf.isPresent()
            && elf.get().getShort(4) == LITTLE_64
            && elf.get().getShort(MACHINE_AT) == Host.X86_64;
    if (!fits) {
      return OptionalInt.empty();
    }
    long at = ElfHeader.BYTES + (elf.get().getShort(56) & 0xffffL) * ProgramHeader.BYTES;
    Optional<ByteBuffer> found = window.at(at, MAX_HEADER + NoteRecords.SIZE_AT + Long.BYTES);
    if (found.isEmpty() || found.get().getInt(8) != NoteRecords.PROCESS) {
      return OptionalInt.empty();
    }
    for (int header : NOTE_HEADERS) {
      if (isOwn(found.get(), header)) {
        return OptionalInt.of(header);
      }
    }
    return OptionalInt.empty();
  }

  /** In the place of version and size Linux has a state and flags. */
  private static boolean isOwn(ByteBuffer note, int header) {
    int version = note.getInt(header);
    return version == NoteRecords.VERSION && note.getInt(4) == NoteRecords.PROCESS_BYTES
        || version == NoteRecords.FORK_VERSION
            && note.getLong(header + NoteRecords.SIZE_AT) == note.getInt(4);
  }

  /**
   * Opens what was recognised; one that was cut within its memory is opened as far as it goes.
   *
   * @param source closed with the image, not when this fails
   * @throws org.ckimg.spec.ImageException when it is not sound
   */
  public static ForeignImage open(ByteSource source) throws IOException {
    return DragonflyImporter.read(source);
  }
}
