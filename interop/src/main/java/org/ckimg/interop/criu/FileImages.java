package org.ckimg.interop.criu;

import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.MemfdInode;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.TtyInfo;
import org.ckimg.spec.MalformedImageException;

/**
 * The tables of files of a set, each by the number that other images use, in the order of the
 * image.
 *
 * @param files what is open, mapped, or a directory of a task
 * @param remaps what became of files without a path
 * @param memfds memory that has the form of a file
 * @param terminals modes of terminals
 */
record FileImages(
    Map<Integer, Entry<FileEntry>> files,
    Map<Integer, Entry<RemapPath>> remaps,
    Map<Integer, Entry<MemfdInode>> memfds,
    Map<Integer, Entry<TtyInfo>> terminals) {
  static FileImages read(ImageSet set) throws IOException {
    return new FileImages(
        table(set, "files.img", ImageKind.FILES, FileEntry.parser(), FileEntry::getId),
        table(
            set,
            "remap-fpath.img",
            ImageKind.REMAP_FPATH,
            RemapPath.parser(),
            RemapPath::getOrigId),
        table(
            set,
            "memfd.img",
            ImageKind.MEMFD,
            MemfdInode.parser(),
            inode -> (int) inode.getInodeId()),
        table(set, "tty-info.img", ImageKind.TTY_INFO, TtyInfo.parser(), TtyInfo::getId));
  }

  private static <T> Map<Integer, Entry<T>> table(
      ImageSet set, String name, ImageKind kind, Parser<T> parser, Function<T, Integer> id)
      throws IOException {
    Map<Integer, Entry<T>> table = new LinkedHashMap<>();
    for (Entry<T> entry : set.all(name, kind, parser)) {
      int number = id.apply(entry.message());
      if (table.putIfAbsent(number, entry) != null) {
        throw entry.malformed(
            CriuRule.REFERENCE, "number %s is there twice".formatted(text(number)));
      }
    }
    return table;
  }

  private static String text(int number) {
    return Integer.toUnsignedString(number);
  }

  /** The file that {@code from} refers to by number. */
  Entry<FileEntry> file(Entry<?> from, int id) throws MalformedImageException {
    return find(files, from, id, "file");
  }

  /** The memfd of a file. */
  Entry<MemfdInode> memfd(Entry<FileEntry> file) throws MalformedImageException {
    return find(memfds, file, file.message().getMemfd().getInodeId(), "memfd");
  }

  private static <T> Entry<T> find(Map<Integer, Entry<T>> table, Entry<?> from, int id, String what)
      throws MalformedImageException {
    Entry<T> found = table.get(id);
    if (found == null) {
      throw from.malformed(CriuRule.REFERENCE, "%s %s is not in the set".formatted(what, text(id)));
    }
    return found;
  }

  /** Why a file has no path, when it has none. */
  Optional<Entry<RemapPath>> remap(int file) {
    return Optional.ofNullable(remaps.get(file));
  }
}
