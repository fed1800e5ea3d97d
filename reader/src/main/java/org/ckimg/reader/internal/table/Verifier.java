package org.ckimg.reader.internal.table;

import java.util.Arrays;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.MemoryObject;

/** Checks the records of one table by the rules that no layout can state. */
abstract class Verifier<R> implements RowVisitor<R> {
  final References references;
  private final Findings findings;
  private long[] previousKey = {};
  private long nextIndex;
  private boolean behindHole;

  Verifier(References references, Findings findings) {
    this.references = references;
    this.findings = findings;
  }

  @Override
  public final void row(Row<R> row) throws ImageException {
    behindHole = row.index() != nextIndex;
    nextIndex = row.index() + 1;
    check(row);
  }

  /** Takes one record. */
  abstract void check(Row<R> row) throws ImageException;

  /** True when the record before this one could not be read. */
  final boolean behindHole() {
    return behindHole;
  }

  /** All records were shown. */
  void end() throws ImageException {}

  final void broken(Row<R> row, Rule rule, String text, Object... args) throws ImageException {
    findings.add(rule, row.section(), row.offset(), text.formatted(args));
  }

  final void brokenTable(SectionType type, Rule rule, long offset, String text)
      throws ImageException {
    findings.add(rule, type.name(), offset, text);
  }

  /** CK-TAB-07: this key is greater than the one before. */
  final void ordered(Row<R> row, long... key) throws ImageException {
    if (Arrays.compare(previousKey, key) >= 0) {
      String text = "the record %s stands behind %s";
      broken(row, Rule.TAB_07, text, Arrays.toString(key), Arrays.toString(previousKey));
    }
    previousKey = key;
  }

  /** CK-TAB-05: without the bit, the numbers are zero. */
  final void zeroUnless(Row<R> row, boolean present, String fields, long... values)
      throws ImageException {
    if (!present && Arrays.stream(values).anyMatch(value -> value != 0)) {
      broken(row, Rule.TAB_05, "%s: marked absent and not zero", fields);
    }
  }

  /** CK-TAB-05: one bit needs another. */
  final void needs(Row<R> row, boolean bit, boolean other, String text) throws ImageException {
    if (bit && !other) {
      broken(row, Rule.TAB_05, text);
    }
  }

  /** Ids are 1, 2, 3 … when all parts of the table are there. */
  final void numbered(Row<R> row, SectionType type, Rule rule, long id) throws ImageException {
    if (references.knows(type) && id != row.index() + 1) {
      broken(row, rule, "id is %d, %d expected", id, row.index() + 1);
    }
  }

  /** A reference to a process, by index. */
  final void process(Row<R> row, Rule rule, long index) throws ImageException {
    if (references.lacksIndex(SectionType.PROCESSES, index)) {
      broken(row, rule, "there is no process %d", index);
    }
  }

  /** A reference to a process that has descriptors of its own. */
  final void processWithFiles(Row<R> row, Rule rule, long index) throws ImageException {
    process(row, rule, index);
    long of = references.process(index).map(References.ProcessFacts::filesOf).orElse(0L);
    if (of != 0) {
      broken(row, rule, "the descriptors of process %d are those of pid %d", index, of);
    }
  }

  /** A reference to bytes that wait in a pipe or socket, 0 for none. */
  final void queue(Row<R> row, Rule rule, String field, long id) throws ImageException {
    boolean other =
        references.object(id).filter(o -> o.kind() != MemoryObject.Kind.QUEUE).isPresent();
    if (id != 0 && (other || references.lacksObject(id))) {
      broken(row, rule, "%s is %d, which is no queue", field, id);
    }
  }

  /** A reference by id, 0 for none. */
  final void reference(Row<R> row, Rule rule, SectionType type, String field, long id)
      throws ImageException {
    if (references.lacksId(type, id)) {
      broken(row, rule, "%s is %d, %s has no such record", field, id, type);
    }
  }
}
