package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.ProcessState;

/** LOCKS, by process, file, kind, description and start. */
final class LockEncoder implements TableEncoder {
  private static final int SHARED = 1;
  private static final int EXCLUSIVE = 2;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    List<ProcessState> processes = context.checkpoint().processes();
    for (int index = 0; index < processes.size(); index++) {
      for (FileLock lock : processes.get(index).locks()) {
        table.begin("process " + processes.get(index).pid() + ", " + lock);
        check(table, context.checkpoint(), lock);
        encode(table, index, lock);
      }
    }
  }

  private static void check(TableWriter table, Checkpoint checkpoint, FileLock lock) {
    boolean ofProcess = lock.kind() == FileLock.Kind.POSIX;
    table
        .reference("file", OptionalInt.of(lock.file()), checkpoint.files().size(), Rule.LCK_02)
        .reference("description", lock.description(), checkpoint.descriptions().size(), Rule.LCK_02)
        .require(ofProcess == lock.description().isEmpty(), Rule.LCK_02, "wrong kind of owner");
  }

  private static void encode(TableWriter table, int index, FileLock lock) throws IOException {
    int kind = lock.kind().ordinal() + 1;
    int description = lock.description().orElse(0);
    table
        .ascending(index, lock.file(), kind, description, lock.start())
        .u4(index)
        .u4("file", lock.file(), 1, ProcessEncoder.MAX_ID)
        .u4("description", description, 0, ProcessEncoder.MAX_ID)
        .u1("kind", kind, 1, FileLock.Kind.values().length)
        .u1("mode", lock.exclusive() ? EXCLUSIVE : SHARED, SHARED, EXCLUSIVE)
        .zero(2)
        .u8("start", lock.start())
        .u8("length", lock.length())
        .end();
  }
}
