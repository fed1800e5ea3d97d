package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.ImageVerifier;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.testkit.Table;
import org.ckimg.testkit.witness.Refusal;
import org.ckimg.testkit.witness.Witness;

/** Two that read one image must agree: on every value, or that there is nothing to read. */
final class Agreement {
  /**
   * What the verifier alone judges: signatures, and of pages what costs a look at all of them or at
   * the length of their object. None of it makes a page another one.
   */
  private static final Set<Rule> ONLY_VERIFIED =
      Set.of(Rule.FTR_09, Rule.PAG_12, Rule.PAG_13, Rule.PAG_15);

  /** What is said of pages by the records of their objects. */
  private static final Set<Rule> BY_RECORDS = Set.of(Rule.PAG_14, Rule.PAG_15, Rule.PAG_17);

  private Agreement() {}

  /**
   * Holds reader and verifier to the witness.
   *
   * @return true when both have read the image
   */
  static boolean withWitness(byte[] image, Path file) throws IOException {
    return withWitness(image, file, ImageVerifier.verify(file, Depth.FULL));
  }

  /** The same, with what the verifier has said of it. */
  static boolean withWitness(byte[] image, Path file, Verdict verdict) throws IOException {
    Optional<Witness> witness = witness(image, verdict);
    if (!verdict.sound()) {
      refused(file, verdict);
      return false;
    }
    try (ImageReader reader = ImageReader.open(file)) {
      compare(witness.orElseThrow(), reader);
    }
    return true;
  }

  /** What breaks a rule that the reader judges as well is not given out. */
  private static void refused(Path file, Verdict verdict) throws IOException {
    List<Finding> judged =
        verdict.findings().stream()
            .filter(finding -> !ONLY_VERIFIED.contains(finding.rule()))
            .toList();
    if (!judged.isEmpty()) {
      assertThrows(ImageException.class, () -> read(file), () -> "read, though " + judged);
    }
  }

  private static void read(Path file) throws IOException {
    try (ImageReader reader = ImageReader.open(file)) {
      Touch.all(reader.checkpoint());
    }
  }

  /**
   * The witness reads what breaks none of the rules that it judges, and nothing else: but what it
   * refuses may lie in a record, and be hidden by another rule that this record breaks; and which
   * object pages are of is another question where records of objects are not in their places.
   */
  private static Optional<Witness> witness(byte[] image, Verdict verdict) {
    List<Finding> findings = verdict.findings();
    boolean hidden = findings.stream().anyMatch(f -> Witness.isOfRecords(f.rule().id()));
    List<Finding> judged =
        findings.stream()
            .filter(f -> Witness.judges(f.rule().id()))
            .filter(f -> !hidden || !BY_RECORDS.contains(f.rule()))
            .toList();
    try {
      Witness witness = Witness.read(image);
      assertEquals(List.of(), judged, () -> "read by the witness; the verifier says " + findings);
      return Optional.of(witness);
    } catch (Refusal e) {
      assertTrue(hidden || !judged.isEmpty(), () -> refusal(e, verdict));
      return Optional.empty();
    }
  }

  private static String refusal(Refusal refusal, Verdict verdict) {
    return "the witness refuses: %s, the verifier says %s"
        .formatted(refusal.getMessage(), verdict.findings());
  }

  private static void compare(Witness witness, ImageReader reader) throws IOException {
    Checkpoint checkpoint = reader.checkpoint();
    assertEquals(witness.identity(), reader.identity().orElseThrow().toString());
    assertEquals(witness.header(12, 1), checkpoint.host().pageShift());
    assertEquals(witness.header(15, 1), checkpoint.host().bigEndian() ? 2 : 1);
    assertEquals(witness.header(16, 2), checkpoint.host().machine());
    assertEquals(witness.header(18, 2), checkpoint.host().system());
    assertEquals(
        witness.header(20, 2), checkpoint.parent().map(p -> p.depth()).orElse(0).longValue());
    List<Witness.Unknown> extras =
        checkpoint.extras().stream()
            .map(e ->
                new Witness.Unknown(
                    e.type(), e.flags(), e.item(), HexFormat.of().formatHex(e.content().toArray())))
            .toList();
    assertEquals(witness.unknown(), extras);
    ModelRows.of(checkpoint)
        .forEach((table, rows) -> assertRows(rows, expected(table, witness), table));
    for (MemoryObject object : checkpoint.objects()) {
      pages(witness.pages(object.id()), checkpoint, object.id());
    }
  }

  private static void assertRows(
      List<Map<String, Object>> model, List<Map<String, Object>> expected, Table table) {
    assertEquals(expected.size(), model.size(), table::name);
    for (int i = 0; i < expected.size(); i++) {
      int row = i;
      assertEquals(expected.get(i), model.get(i), () -> table + " " + row);
    }
  }

  /** What the image has, credentials in the place of their ids. */
  private static List<Map<String, Object>> expected(Table table, Witness witness) {
    List<Map<String, Object>> rows = new ArrayList<>();
    if (table == Table.CREDENTIALS) {
      for (Map<String, Object> thread : witness.rows(Table.THREADS)) {
        int id = (int) (long) thread.get("credentials");
        if (id != 0) {
          rows.add(changed(witness.rows(table).get(id - 1), "id"));
        }
      }
      return rows;
    }
    for (Map<String, Object> row : witness.rows(table)) {
      rows.add(table == Table.THREADS ? changed(row, "credentials") : row);
    }
    return rows;
  }

  private static Map<String, Object> changed(Map<String, Object> row, String unset) {
    Map<String, Object> copy = new HashMap<>(row);
    copy.put(unset, 0L);
    return copy;
  }

  private static void pages(
      NavigableMap<Long, Optional<byte[]>> expected, Checkpoint checkpoint, int object)
      throws IOException {
    PageRuns runs = checkpoint.memory().pages(object);
    assertEquals(expected.size(), runs.numPages());
    byte[] content = new byte[checkpoint.host().pageSize()];
    for (int run = 0; run < runs.size(); run++) {
      for (long at = runs.first(run); at < runs.end(run); at++) {
        long page = at;
        Optional<byte[]> wanted = expected.get(page);
        assertNotNull(wanted, () -> "page " + page);
        if (wanted.isPresent()) {
          checkpoint.memory().read(object, page, 1, MemorySegment.ofArray(content));
          assertTrue(Arrays.equals(wanted.get(), content), () -> "page " + page);
        }
      }
    }
  }
}
