package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.SeccompEntry;
import org.ckimg.interop.criu.proto.TimeNamespace;
import org.ckimg.interop.criu.write.CriuWriter;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.Comparison;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a set is written, read again as it was, and in the words of CRIU. */
class WriterTest {
  private static final int PAGE = 4096;

  /** Numbers that only have to fit each other, and what CRIU notes for itself. */
  private static final Set<String> OTHERWISE =
      Set.of(
          "id",
          "exe_file_id",
          "shmid",
          "cwd_id",
          "root_id",
          "pipe_id",
          "regf_id",
          "ino",
          "peer",
          "loginuid",
          "tc.flags",
          "seccomp_filter",
          // Of a socket that does not listen, what is left of its buffer.
          "usk.backlog",
          // Their order is the kernel's.
          "epfd.targets",
          // The tools of CRIU print rubbish for a thread of a task that has ended.
          "threads");

  static MemoryFolder write(Checkpoint checkpoint) throws IOException {
    MemoryFolder folder = new MemoryFolder();
    CriuWriter.write(checkpoint, CoreSupplement.NONE, name -> new Sink(folder, name));
    return folder;
  }

  /** A file of a folder, which is there when it was closed. */
  private static final class Sink implements WritableByteChannel {
    private final MemoryFolder folder;
    private final String name;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Sink(MemoryFolder folder, String name) {
      this.folder = folder;
      this.name = name;
    }

    @Override
    public int write(ByteBuffer from) {
      byte[] part = new byte[from.remaining()];
      from.get(part);
      bytes.writeBytes(part);
      return part.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      folder.put(name, bytes.toByteArray());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s01_counter",
        "s02_threads",
        "s03_pipe",
        "s04_tcp",
        "s05_unix",
        "s06_shm",
        "s07_deleted",
        "s08_locks",
        "s09_evfds",
        "s10_mem",
        "s11_tree"
      })
  void modelIsTheSame(String name) throws IOException {
    try (ForeignImage image = Sample.of(name).open()) {
      Checkpoint before = image.checkpoint();
      try (ForeignImage again = CriuImages.open(write(before))) {
        Checkpoint after = again.checkpoint();
        assertEquals(List.of(), again.warnings());
        assertSameModel(before, after);
      }
    }
  }

  static void assertSameModel(Checkpoint before, Checkpoint after) throws IOException {
    assertEquals(before.host(), after.host());
    assertEquals(before.processes().toString(), after.processes().toString());
    assertEquals(before.descriptions(), after.descriptions());
    assertEquals(
        before.files().stream().map(WriterTest::withoutNumber).toList(),
        after.files().stream().map(WriterTest::withoutNumber).toList());
    assertEquals(before.objects(), after.objects());
    assertEquals(before.pipes(), after.pipes());
    for (MemoryObject object : before.objects()) {
      assertSameMemory(before, after, object.id());
    }
  }

  /** What has no path has a name with a number, which is the writer's own. */
  private static String withoutNumber(FileFacts file) {
    return file.toString().replaceAll("path=(\\w+):\\[\\d+]", "path=$1");
  }

  private static void assertSameMemory(Checkpoint before, Checkpoint after, int object)
      throws IOException {
    PageRuns runs = before.memory().pages(object);
    assertEquals(runs, after.memory().pages(object));
    byte[] a = new byte[PAGE];
    byte[] b = new byte[PAGE];
    for (int run = 0; run < runs.size(); run++) {
      for (long page = runs.first(run); page < runs.end(run); page++) {
        before.memory().read(object, page, 1, MemorySegment.ofArray(a));
        after.memory().read(object, page, 1, MemorySegment.ofArray(b));
        assertEquals(0, Arrays.compare(a, b), "page " + page);
      }
    }
  }

  /** Every field of every message that CRIU wrote, beside the one that is written here. */
  @Test
  void messagesAreThoseOfCriu() throws IOException {
    Comparison all = new Comparison();
    for (String name :
        List.of(
            "s01_counter",
            "s02_threads",
            "s03_pipe",
            "s04_tcp",
            "s05_unix",
            "s07_deleted",
            "s08_locks",
            "s09_evfds",
            "s11_tree")) {
      Sample sample = Sample.of(name);
      try (ForeignImage image = sample.open();
          ImageSet theirs = ImageSet.of(sample.folder("img"));
          ImageSet ours = ImageSet.of(write(image.checkpoint()))) {
        for (String file : sample.folder("img").names()) {
          all.at(name + " " + file);
          compare(file, theirs, ours, all);
          compareOpen(file, theirs, ours, all);
        }
      }
    }
    System.out.println(all.table());
    assertEquals("", String.join("\n", all.differences()));
  }

  private record Kind(ImageKind kind, Parser<? extends Message> parser) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "core", new Kind(ImageKind.CORE, CoreEntry.parser()),
          "mm", new Kind(ImageKind.MM, MmEntry.parser()),
          "fs", new Kind(ImageKind.FS, FsEntry.parser()),
          "fdinfo", new Kind(ImageKind.FDINFO, FdinfoEntry.parser()),
          "pstree", new Kind(ImageKind.PSTREE, PstreeEntry.parser()),
          "filelocks", new Kind(ImageKind.FILELOCKS, LockEntry.parser()),
          "seccomp", new Kind(ImageKind.SECCOMP, SeccompEntry.parser()),
          "timens", new Kind(ImageKind.TIMENS, TimeNamespace.parser()));

  private static void compare(String file, ImageSet theirs, ImageSet ours, Comparison all)
      throws IOException {
    String name = file.replaceAll("(-\\d+)?[.]img", "");
    Kind kind = KINDS.get(name);
    if (kind == null) {
      return;
    }
    List<? extends Entry<? extends Message>> expected = theirs.all(file, kind.kind, kind.parser);
    List<? extends Entry<? extends Message>> found = ours.all(file, kind.kind, kind.parser);
    all.equal(name + " entries", expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      compare(name, "", expected.get(i).message(), found.get(i).message(), all);
    }
  }

  /** Files behind descriptors; their numbers and order are the writer's own. */
  private static void compareOpen(String file, ImageSet theirs, ImageSet ours, Comparison all)
      throws IOException {
    if (file.startsWith("fdinfo-")) {
      Map<Integer, FileEntry> expected = open(file, theirs);
      Map<Integer, FileEntry> found = open(file, ours);
      all.equal("open files", expected.keySet(), found.keySet());
      expected.forEach((fd, entry) -> compare("files", "", entry, found.get(fd), all));
    }
  }

  private static Map<Integer, FileEntry> open(String fdinfo, ImageSet set) throws IOException {
    Map<Integer, FileEntry> byId = new TreeMap<>();
    for (Entry<FileEntry> file : set.all("files.img", ImageKind.FILES, FileEntry.parser())) {
      byId.put(file.message().getId(), file.message());
    }
    Map<Integer, FileEntry> open = new TreeMap<>();
    for (Entry<FdinfoEntry> fd : set.all(fdinfo, ImageKind.FDINFO, FdinfoEntry.parser())) {
      open.put(fd.message().getFd(), byId.get(fd.message().getId()));
    }
    return open;
  }

  private static void compare(
      String kind, String path, Message expected, Message found, Comparison all) {
    Set<FieldDescriptor> fields = new HashSet<>(expected.getAllFields().keySet());
    fields.addAll(found.getAllFields().keySet());
    for (FieldDescriptor field : fields) {
      String name = path.isEmpty() ? field.getName() : path + "." + field.getName();
      boolean otherwise = OTHERWISE.contains(field.getName()) || OTHERWISE.contains(name);
      if (!otherwise && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        all.equal(kind + " " + name, expected.getField(field), found.getField(field));
      } else if (!otherwise && field.isRepeated()) {
        int count = expected.getRepeatedFieldCount(field);
        all.equal(kind + " " + name, count, found.getRepeatedFieldCount(field));
        for (int i = 0; i < Math.min(count, found.getRepeatedFieldCount(field)); i++) {
          Message one = (Message) expected.getRepeatedField(field, i);
          compare(kind, name, one, (Message) found.getRepeatedField(field, i), all);
        }
      } else if (!otherwise) {
        Message one = (Message) expected.getField(field);
        compare(kind, name, one, (Message) found.getField(field), all);
      }
    }
  }
}
