package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.testkit.Comparison;
import org.junit.jupiter.api.Test;

/** Every sample says the same here as it does to CRIU's own tools. */
class TruthTest {
  @Test
  void samplesSayWhatTheyHold() throws IOException {
    Comparison all = new Comparison();
    for (String name : Sample.NAMES) {
      Sample sample = Sample.of(name);
      try (ForeignImage image = sample.open()) {
        compare(sample, image, all);
      }
    }
    System.out.println(all.table());
    assertEquals(List.of(), all.differences());
  }

  private static void compare(Sample sample, ForeignImage image, Comparison all)
      throws IOException {
    JsonNode processes = sample.truth().get("processes");
    Checkpoint checkpoint = image.checkpoint();
    all.at(sample.name());
    all.equal("set: processes", processes.size(), checkpoint.processes().size());
    all.equal("set: complete", true, image.complete());
    all.equal("set: page size", 4096, checkpoint.host().pageSize());
    for (JsonNode truth : processes) {
      int pid = truth.get("pid").asInt();
      all.at(sample.name() + " " + pid);
      ProcessState process =
          checkpoint.processes().stream().filter(p -> p.pid() == pid).findFirst().orElseThrow();
      new ProcessTruth(sample, truth, process, all).compare();
      new ThreadTruth(sample, truth, process, all).compare();
      new MemoryTruth(sample, truth, checkpoint, process, all).compare();
      new FileTruth(truth, checkpoint, process, all).compare();
    }
    new SetTruth(sample, image, all).compare();
    new NamespaceTruth(sample, image, all).compare();
    new NamespaceTruth(sample, image, all).compare();
  }
}
