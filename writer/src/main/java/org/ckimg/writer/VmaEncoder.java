package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import org.ckimg.spec.Format;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** VMAS, by process and address. */
final class VmaEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    for (int index = 0; index < processes.size(); index++) {
      long end = Long.MIN_VALUE;
      for (Vma vma : processes.get(index).vmas()) {
        String page = Long.toHexString(vma.firstPage());
        table
            .begin("process " + processes.get(index).pid() + ", page 0x" + page)
            .require(
                vma.firstPage() >= end,
                Rule.VMA_02,
                "begins before the end of the mapping before it");
        check(table, context.checkpoint(), index, vma);
        encode(table, index, vma);
        end = vma.endPage();
      }
    }
  }

  private static void check(TableWriter table, Checkpoint checkpoint, int index, Vma vma) {
    boolean hasFile = vma.file().isPresent();
    table
        .reference("object", vma.object(), checkpoint.objects().size(), Rule.VMA_03)
        .reference("file", vma.file(), checkpoint.files().size(), Rule.VMA_04)
        .require(hasFile || vma.filePage() == 0, Rule.VMA_04, "file_page without a file")
        .require(hasFile || vma.digest().isEmpty(), Rule.VMA_05, "a digest without a file");
    if (vma.object().isPresent()) {
      MemoryObject object = checkpoint.object(vma.object().getAsInt());
      int pageShift = checkpoint.host().pageShift();
      table.require(fits(object, index, vma, pageShift), Rule.VMA_03, "the object does not fit");
    } else {
      table.require(vma.objectPage() == 0, Rule.VMA_03, "object_page without an object");
    }
  }

  /** A private mapping is in its process's address space; a shared one is a part of its object. */
  private static boolean fits(MemoryObject object, int index, Vma vma, int pageShift) {
    if (!vma.shared()) {
      return ObjectEncoder.isAddressSpace(object)
          && object.owner().orElse(-1) == index
          && vma.objectPage() == vma.firstPage();
    }
    long pages = ObjectPages.pagesOf(object.length(), pageShift);
    return isMappable(object.kind())
        && vma.objectPage() <= pages
        && vma.numPages() <= pages - vma.objectPage();
  }

  private static boolean isMappable(MemoryObject.Kind kind) {
    return switch (kind) {
      case SHARED, MEMFD, SYSV, FILE -> true;
      case QUEUE, PRIVATE, PRIVATE_IN_STOP -> false;
    };
  }

  private static void encode(TableWriter table, int index, Vma vma) throws IOException {
    Bits present =
        new Bits().set(vma.digest(), Presence.Vma.DIGEST).set(vma.name(), Presence.Vma.NAME);
    table
        .u4(index)
        .u4("object", vma.object().orElse(0), 0, Format.MAX_OBJECTS)
        .u8("first_page", vma.firstPage(), 0, Format.MAX_PAGE)
        .u8("num_pages", vma.numPages(), 1, Format.MAX_PAGE + 1 - vma.firstPage())
        .u8("object_page", vma.objectPage(), 0, Format.MAX_PAGE)
        .u8("file_page", vma.filePage(), 0, Format.MAX_PAGE)
        .u8(flags(vma))
        .u4("file", vma.file().orElse(0), 0, ProcessEncoder.MAX_ID)
        .u1("protection", vma.protection(), 0, Vma.READ | Vma.WRITE | Vma.EXECUTE)
        .u1("kind", vma.kind().ordinal() + 1, 1, Vma.Kind.values().length)
        .u2("present", present.value(), 0, Presence.Vma.DIGEST | Presence.Vma.NAME)
        .blob(vma.digest().map(Digest::value))
        .blob(vma.name())
        .end();
  }

  private static long flags(Vma vma) {
    long flags = 0;
    for (VmaFlag flag : vma.flags()) {
      flags |= 1L << flag.ordinal();
    }
    return flags;
  }
}
