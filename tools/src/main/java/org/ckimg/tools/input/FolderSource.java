package org.ckimg.tools.input;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.linux.proc.Status;
import org.ckimg.restorer.ImageSource;
import org.ckimg.tools.cli.SystemRefusal;

/**
 * Whose an image is that lies in a directory. Whoever owns any of its files, or of those of the
 * sets that it continues, decides what is in it.
 */
public final class FolderSource {
  private static final String PARENT = "parent";
  private static final int REACH_OF_GROUP = 010;
  private static final int REACH_OF_OTHERS = 01;

  private final Set<Integer> owners = new TreeSet<>();
  private final Set<Path> seen = new HashSet<>();
  private int mode;

  private FolderSource() {}

  /**
   * Looks at the directory and everything below it.
   *
   * @throws SystemRefusal when it belongs to several users, besides the caller and root
   */
  public static ImageSource of(Path directory) throws IOException {
    int caller = Status.read((int) ProcessHandle.current().pid()).uids()[1];
    FolderSource folder = new FolderSource();
    folder.add(directory);
    folder.owners.removeIf(owner -> owner == 0 || owner == caller);
    if (folder.owners.size() > 1) {
      throw new SystemRefusal(
          "its files belong to users %s, and none of them may decide for another"
              .formatted(folder.owners),
          null);
    }
    OptionalInt owner = folder.owners.stream().mapToInt(Integer::intValue).findFirst();
    return new ImageSource(
        owner.isPresent() ? owner : OptionalInt.of(caller),
        OptionalInt.of(folder.mode),
        Optional.empty());
  }

  /** What others may do to a file they may only do through the folders that it is in. */
  private void add(Path directory) throws IOException {
    if (!seen.add(directory.toRealPath())) {
      return;
    }
    int folder = take(directory);
    mode |= folder & 022;
    int within = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          within |= take(entry);
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          add(entry);
        } else if (entry.getFileName().toString().equals(PARENT) && Files.isDirectory(entry)) {
          take(entry);
          add(entry.toRealPath());
        }
      }
    }
    int reach =
        ((folder & REACH_OF_GROUP) != 0 ? 070 : 0) | ((folder & REACH_OF_OTHERS) != 0 ? 07 : 0);
    mode |= within & reach;
  }

  private int take(Path path) throws IOException {
    owners.add((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }
}
