package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ProcessTruth.word;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.PipeState;
import org.ckimg.testkit.Comparison;

/** What belongs to no task: queues, locks, filters, clocks. */
final class SetTruth {
  private final Sample sample;
  private final Checkpoint checkpoint;
  private final Comparison all;

  SetTruth(Sample sample, ForeignImage image, Comparison all) {
    this.sample = sample;
    this.checkpoint = image.checkpoint();
    this.all = all;
  }

  void compare() throws IOException {
    all.at(sample.name());
    for (JsonNode pipe : sample.decoded("pipes-data")) {
      pipe(pipe);
    }
    packets();
    locks();
    JsonNode time = sample.decoded("timens-0").get(0);
    all.equal(
        "set: clocks",
        OptionalLong.of(nanos(time.get("monotonic"))),
        checkpoint.origin().orElseThrow().monotonicNanos());
    all.equal(
        "set: clocks",
        OptionalLong.of(nanos(time.get("boottime"))),
        checkpoint.origin().orElseThrow().boottimeNanos());
    filters();
  }

  private static long nanos(JsonNode time) {
    return time.get("tv_sec").asLong() * 1_000_000_000 + time.get("tv_nsec").asLong();
  }

  private static byte[] extra(JsonNode entry) {
    return Base64.getMimeDecoder().decode(entry.get("extra").asText());
  }

  private byte[] content(int object) throws IOException {
    int length = (int) checkpoint.object(object).length();
    int pages = (length + 4095) / 4096;
    byte[] bytes = new byte[pages * 4096];
    checkpoint.memory().read(object, 0, pages, MemorySegment.ofArray(bytes));
    return Arrays.copyOf(bytes, length);
  }

  private void pipe(JsonNode expected) throws IOException {
    String path = "pipe:[" + expected.get("pipe_id") + "]";
    PipeState pipe =
        checkpoint.pipes().stream()
            .filter(p -> checkpoint.file(p.file()).path().equals(Bytes.utf8(path)))
            .findFirst()
            .orElseThrow();
    all.equal("queues: capacity", OptionalInt.of(expected.get("size").asInt()), pipe.capacity());
    byte[] queued = content(pipe.queue().orElseThrow());
    all.equal("queues: bytes", Bytes.of(extra(expected)), Bytes.of(queued));
  }

  private void packets() throws IOException {
    JsonNode packets = sample.decoded("sk-queues");
    JsonNode files = sample.decoded("files");
    for (JsonNode file : files) {
      if (file.has("usk")) {
        List<JsonNode> expected =
            packets
                .valueStream()
                .filter(p -> p.get("id_for").asInt() == file.get("id").asInt())
                .toList();
        FdState.Socket socket = socket(file.get("usk").get("ino").asInt());
        all.equal(
            "queues: messages",
            expected.stream().map(p -> p.get("length").asLong()).toList(),
            socket.messages().stream().map(FdState.Message::length).toList());
        StringBuilder bytes = new StringBuilder();
        expected.forEach(
            p -> bytes.append(new String(extra(p), java.nio.charset.StandardCharsets.US_ASCII)));
        String found =
            socket.queue().isPresent()
                ? Bytes.of(content(socket.queue().getAsInt())).toString()
                : "";
        all.equal("queues: bytes", bytes.toString(), found);
      }
    }
  }

  private FdState.Socket socket(int inode) {
    return (FdState.Socket)
        checkpoint.descriptions().stream()
            .filter(d ->
                d.file().isPresent()
                    && checkpoint
                        .file(d.file().getAsInt())
                        .path()
                        .equals(Bytes.utf8("socket:[" + inode + "]")))
            .findFirst()
            .orElseThrow()
            .state()
            .orElseThrow();
  }

  private void locks() throws IOException {
    JsonNode locks = sample.decoded("filelocks");
    List<FileLock> found =
        checkpoint.processes().stream().flatMap(p -> p.locks().stream()).toList();
    all.equal("set: locks", locks.size(), found.size());
    for (JsonNode lock : locks) {
      FileLock.Kind kind =
          lock.get("flag").asInt() == 1 ? FileLock.Kind.POSIX : FileLock.Kind.FLOCK;
      boolean there =
          found.stream()
              .anyMatch(l ->
                  l.kind() == kind
                      && l.exclusive() == (lock.get("type").asInt() == 1)
                      && l.start() == word(lock.get("start"))
                      && l.length() == word(lock.get("len")));
      all.equal("set: locks", true, there);
    }
  }

  private void filters() throws IOException {
    for (JsonNode filter : sample.decoded("seccomp").get(0).path("seccomp_filters")) {
      byte[] program = Base64.getMimeDecoder().decode(filter.get("filter").asText());
      boolean used =
          checkpoint.processes().stream()
              .flatMap(p -> p.threads().stream())
              .flatMap(t -> t.filters().stream())
              .anyMatch(f -> f.program().equals(Bytes.of(program)));
      all.equal("set: filters", true, used);
    }
  }
}
