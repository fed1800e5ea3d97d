package org.ckimg.restorer.gather;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.proc.OpenLinks;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.proc.Segment;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

/**
 * What concerns pipes, FIFOs and System V shared memory here.
 *
 * @param maxPipeBytes capacity that anybody may ask for, pipe(7)
 * @param fifoHolders a process that has the FIFO open, by file id
 * @param segments of shared memory
 */
public record IpcFacts(
    long maxPipeBytes, Map<Integer, Integer> fifoHolders, List<Segment> segments) {
  /** Copies the collections. */
  public IpcFacts {
    fifoHolders = Map.copyOf(fifoHolders);
    segments = List.copyOf(segments);
  }

  static IpcFacts of(Checkpoint checkpoint) throws IOException {
    return new IpcFacts(
        ProcFile.setting("fs/pipe-max-size"), holders(fifos(checkpoint)), Segment.all());
  }

  private static Map<Integer, String> fifos(Checkpoint checkpoint) {
    Map<Integer, String> paths = new HashMap<>();
    for (OpenFile open : checkpoint.descriptions()) {
      boolean fifo = open.type() == FdType.FIFO && open.file().isPresent();
      if (fifo && !checkpoint.file(open.file().getAsInt()).deleted()) {
        byte[] path = checkpoint.file(open.file().getAsInt()).path().toArray();
        paths.put(open.file().getAsInt(), new String(path, StandardCharsets.ISO_8859_1));
      }
    }
    return paths;
  }

  private static Map<Integer, Integer> holders(Map<Integer, String> fifos) throws IOException {
    Map<Integer, Integer> holders = new HashMap<>();
    long own = ProcessHandle.current().pid();
    if (!fifos.isEmpty()) {
      OpenLinks links = OpenLinks.of(pid -> pid != own);
      fifos.forEach((file, path) ->
          links.holders(path).stream()
              .findFirst()
              .ifPresent(holder -> holders.put(file, holder.pid())));
    }
    return holders;
  }
}
