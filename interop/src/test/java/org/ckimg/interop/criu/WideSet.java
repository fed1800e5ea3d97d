package org.ckimg.interop.criu;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.PagemapEntry;
import org.ckimg.interop.criu.proto.PagemapHead;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.VmaEntry;

/**
 * Sets of one process with very much of something. Of mappings there cannot be: all of them are one
 * message, which may have 16 MiB.
 */
public final class WideSet {
  private static final int PAGE = 4096;
  private static final int FIRST_PAGE = 0x10;
  private static final int PRESENT = 4;
  private static final int ANONYMOUS = 1 | 1 << 9;
  private static final int PRIVATE = 0x22;

  /** What there is a lot of. */
  public enum Kind {
    /** Files that the process has open: each is a file, a description and a descriptor. */
    FILES,
    /** Runs of one page each in one mapping, with a hole between. */
    PAGES
  }

  private WideSet() {}

  /** Makes a folder with a set that comes to so many records of a kind. */
  public static void write(Path folder, Kind kind, int many) throws IOException {
    SetBuilder set = new SetBuilder();
    switch (kind) {
      case FILES -> files(set, many / 3);
      case PAGES -> pages(set, many);
    }
    MemoryFolder built = set.build();
    Files.createDirectory(folder);
    for (String name : built.names()) {
      Files.write(folder.resolve(name), built.bytes(name));
    }
    if (kind == Kind.PAGES) {
      try (RandomAccessFile pages =
          new RandomAccessFile(folder.resolve("pages-3.img").toFile(), "rw")) {
        pages.setLength((long) many * PAGE);
      }
    }
  }

  private static void files(SetBuilder set, int many) {
    for (int id = 1; id <= many; id++) {
      set.open(
          FileEntry.newBuilder()
              .setType(1)
              .setId(id)
              .setReg(
                  RegFile.newBuilder()
                      .setName(ByteString.copyFromUtf8("/" + id))
                      .setMode(0100644)));
    }
  }

  private static void pages(SetBuilder set, int many) {
    long end = (long) (FIRST_PAGE + 2 * many) * PAGE;
    List<MessageLite> runs = new ArrayList<>();
    runs.add(PagemapHead.newBuilder().setPagesId(3).build());
    for (int i = 0; i < many; i++) {
      runs.add(
          PagemapEntry.newBuilder()
              .setVaddr((long) (FIRST_PAGE + 2 * i) * PAGE)
              .setCompatNrPages(0)
              .setFlags(PRESENT)
              .setNrPages(1)
              .build());
    }
    set.image(
            "mm-100.img",
            ImageKind.MM,
            MmEntry.newBuilder()
                .addVmas(
                    VmaEntry.newBuilder()
                        .setStart((long) FIRST_PAGE * PAGE)
                        .setEnd(end)
                        .setStatus(ANONYMOUS)
                        .setFlags(PRIVATE)
                        .setProt(3))
                .build())
        .image("pagemap-100.img", ImageKind.PAGEMAP, runs.toArray(MessageLite[]::new));
  }
}
