package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.report.Bins;
import org.ckimg.tools.report.MappedLayers;
import org.ckimg.tools.triage.TriageReport;

/**
 * The documents inside a report: those of {@code inspect}, {@code triage} and {@code diff} as these
 * commands print them, but bounded, and {@code ckimg.layers/1} for its pictures.
 */
public final class ReportJson {
  private static final long MOST_INSPECT_BYTES = 2_000_000;
  private static final long MOST_TRIAGE_BYTES = 300_000;
  private static final long MOST_DIFF_BYTES = 1_000_000;
  private static final long MOST_LAYERS_BYTES = 1_000_000;

  private ReportJson() {}

  private interface Document {
    void write(Json json) throws IOException;
  }

  private static void embed(PrintWriter out, long mostBytes, Document document) throws IOException {
    try (Json json = Json.embedded(out, mostBytes)) {
      document.write(json);
    }
  }

  /** What is in an image. */
  public static void inspect(Subject subject, PrintWriter out) throws IOException {
    List<ProcessState> processes = subject.checkpoint().processes();
    embed(out, MOST_INSPECT_BYTES, json -> InspectJson.write(subject, processes, json));
  }

  /** What deserves a look. */
  public static void triage(Subject subject, TriageReport report, PrintWriter out)
      throws IOException {
    embed(out, MOST_TRIAGE_BYTES, json -> TriageJson.write(subject, report, json));
  }

  /** What changed. */
  public static void diff(Diff diff, PrintWriter out) throws IOException {
    embed(out, MOST_DIFF_BYTES, json -> DiffJson.write(diff, false, json));
  }

  /** Memory in pieces; layers in which a mapping has nothing are left out. */
  public static void layers(List<MappedLayers> processes, PrintWriter out) throws IOException {
    embed(
        out,
        MOST_LAYERS_BYTES,
        json ->
            json.object(() -> {
              json.text("schema", "ckimg.layers/1");
              json.objects("processes", processes, process -> process(json, process));
            }));
  }

  private static void process(Json json, MappedLayers process) throws IOException {
    json.number("pid", process.pid());
    json.objects("vmas", process.mappings(), bins -> bins(json, bins));
  }

  private static void bins(Json json, Bins bins) throws IOException {
    json.number("vma", bins.mapping());
    json.number("pages", bins.pages());
    json.number("pieces", bins.stored().length);
    layer(json, "stored", bins.stored());
    layer(json, "zero", bins.zero());
    layer(json, "inherited", bins.inherited());
    layer(json, "entropy", bins.entropy());
    layer(json, "changed", bins.changed());
  }

  private static void layer(Json json, String name, byte[] pieces) throws IOException {
    for (byte piece : pieces) {
      if (piece != 0) {
        json.text(name, HexFormat.of().formatHex(pieces));
        return;
      }
    }
  }
}
