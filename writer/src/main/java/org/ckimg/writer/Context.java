package org.ckimg.writer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;

/**
 * A checkpoint and the numbers that only the image has.
 *
 * @param checkpoint the model
 * @param credentialIds ids of different credentials, 1, 2, … in the order of their first thread
 */
record Context(Checkpoint checkpoint, Map<Credentials, Integer> credentialIds) {
  static Context of(Checkpoint checkpoint) {
    Map<Credentials, Integer> ids = new LinkedHashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (ThreadState thread : process.threads()) {
        thread.credentials().ifPresent(c -> ids.putIfAbsent(c, ids.size() + 1));
      }
    }
    return new Context(checkpoint, ids);
  }
}
