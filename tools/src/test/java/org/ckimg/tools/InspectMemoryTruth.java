package org.ckimg.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.function.Function;
import org.ckimg.testkit.Comparison;

/** The mappings of a process in a document, beside what CRIU's tools say of them. */
final class InspectMemoryTruth {
  private static final long PAGE = 4096;

  private final Function<String, JsonNode> images;
  private final JsonNode truth;
  private final JsonNode process;
  private final Comparison all;

  InspectMemoryTruth(
      Function<String, JsonNode> images, JsonNode truth, JsonNode process, Comparison all) {
    this.images = images;
    this.truth = truth;
    this.process = process;
    this.all = all;
  }

  void compare() {
    JsonNode vmas = truth.get("vmas");
    all.equal("memory: mappings", truth.get("vma_count").asInt(), process.get("vmas").size());
    for (int i = 0; i < vmas.size(); i++) {
      vma(vmas.get(i), process.get("vmas").get(i));
    }
    JsonNode memory = process.get("memory");
    long shared =
        process
            .get("vmas")
            .valueStream()
            .filter(vma -> vma.get("shared").asBoolean())
            .mapToLong(vma -> vma.get("storedPages").asLong())
            .sum();
    long own = memory.get("storedPages").asLong() - shared;
    all.equal("memory: stored pages", truth.get("nr_pages").asLong(), own);
    all.equal("memory: bytes of pages", truth.get("pages_img_bytes").asLong(), own * PAGE);
  }

  private void vma(JsonNode expected, JsonNode found) {
    all.equal(
        "memory: start", InspectTruth.hex(expected.get("start")), found.get("start").asText());
    all.equal("memory: end", InspectTruth.hex(expected.get("end")), found.get("end").asText());
    int prot = expected.get("prot").asInt();
    String letters =
        ((prot & 1) != 0 ? "r" : "-")
            + ((prot & 2) != 0 ? "w" : "-")
            + ((prot & 4) != 0 ? "x" : "-");
    all.equal("memory: protection", letters, found.get("prot").asText());
    boolean shared = (expected.get("flags").asInt() & 1) != 0;
    all.equal("memory: shared", shared, found.get("shared").asBoolean());
    if (found.get("kind").asText().equals("file")) {
      all.equal("memory: offset", expected.get("pgoff").asLong(), found.get("offset").asLong());
      all.equal(
          "memory: path", fileName(expected.get("shmid").asInt()), found.get("path").asText());
    }
    if (!shared) {
      all.equal("memory: pages of each", pages(expected), found.get("storedPages").asLong());
    }
  }

  private String fileName(int id) {
    return images
        .apply("files")
        .valueStream()
        .filter(file -> file.get("id").asInt() == id)
        .map(InspectTruth::path)
        .findFirst()
        .orElseThrow();
  }

  /** Pages of the process's own pagemap within a mapping; the first entry is the head. */
  private long pages(JsonNode vma) {
    BigInteger start = vma.get("start").bigIntegerValue();
    BigInteger end = vma.get("end").bigIntegerValue();
    long pages = 0;
    for (JsonNode entry : images.apply("pagemap-" + process.get("pid"))) {
      if (entry.has("vaddr")) {
        BigInteger from = entry.get("vaddr").bigIntegerValue().max(start);
        BigInteger to =
            entry
                .get("vaddr")
                .bigIntegerValue()
                .add(BigInteger.valueOf(entry.get("nr_pages").asLong() * PAGE))
                .min(end);
        pages += to.subtract(from).max(BigInteger.ZERO).longValue() / PAGE;
      }
    }
    return pages;
  }
}
