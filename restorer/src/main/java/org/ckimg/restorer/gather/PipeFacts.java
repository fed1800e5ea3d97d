package org.ckimg.restorer.gather;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.proc.OpenLinks;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

/**
 * What concerns pipes and FIFOs here.
 *
 * @param maxBytes capacity that anybody may ask for, pipe(7)
 * @param holders a process that has the FIFO open, by file id
 */
public record PipeFacts(long maxBytes, Map<Integer, Integer> holders) {
  /** Copies the map. */
  public PipeFacts {
    holders = Map.copyOf(holders);
  }

  static PipeFacts of(Checkpoint checkpoint) throws IOException {
    return new PipeFacts(ProcFile.setting("fs/pipe-max-size"), holders(fifos(checkpoint)));
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
