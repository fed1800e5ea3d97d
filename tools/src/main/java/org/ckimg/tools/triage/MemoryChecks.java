package org.ckimg.tools.triage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vma;

/**
 * Looks at mappings: code that no file has, code that can be written, code of files that are gone.
 */
final class MemoryChecks {
  private static final int SHOWN_BYTES = 16;
  private static final String MEMFD = "/memfd:";

  private final Scene scene;

  MemoryChecks(Scene scene) {
    this.scene = scene;
  }

  void run() throws IOException {
    for (Vma vma : scene.process().vmas()) {
      if ((vma.protection() & Vma.EXECUTE) != 0) {
        code(vma);
      }
    }
    executable();
  }

  private void code(Vma vma) throws IOException {
    boolean kernels = vma.kind() == Vma.Kind.VDSO || vma.kind() == Vma.Kind.VSYSCALL;
    Optional<FileFacts> file = scene.file(vma);
    if (kernels) {
      return;
    }
    if (vma.kind() == Vma.Kind.MEMFD || file.filter(MemoryChecks::isLost).isPresent()) {
      ofLostFile(vma, file);
    } else if (file.isEmpty()) {
      withoutFile(vma);
    }
    if ((vma.protection() & Vma.WRITE) != 0) {
      scene.add(
          TriageRule.WRITABLE_CODE,
          file.isEmpty() ? explained(TriageRule.WRITABLE_CODE) : Severity.MEDIUM,
          scene.range(vma),
          "memory that is writable and executable" + explanation(file.isEmpty()),
          Evidence.of("mapping", scene.range(vma), "what", scene.mappings().name(vma)));
    }
  }

  private void ofLostFile(Vma vma, Optional<FileFacts> file) {
    String name = file.map(f -> f.path().toString()).orElse("a memory file");
    scene.add(
        TriageRule.CODE_OF_LOST_FILE,
        scene.range(vma),
        "code of %s, which %s"
            .formatted(name, file.map(MemoryChecks::how).orElse("was only in memory")),
        Evidence.of("mapping", scene.range(vma), "file", name));
  }

  private void withoutFile(Vma vma) throws IOException {
    int shift = scene.checkpoint().host().pageShift();
    Map<String, String> evidence =
        Evidence.of("mapping", scene.range(vma), "what", scene.mappings().name(vma));
    ByteBuffer start = ByteBuffer.allocate(SHOWN_BYTES);
    int known = scene.symbols().memory().read(vma.firstPage() << shift, start);
    if (known > 0) {
      evidence.put("starts", HexFormat.ofDelimiter(" ").formatHex(start.array(), 0, known));
    }
    scene.add(
        TriageRule.CODE_WITHOUT_FILE,
        explained(TriageRule.CODE_WITHOUT_FILE),
        scene.range(vma),
        "executable memory of no file" + explanation(true),
        evidence);
  }

  private Severity explained(TriageRule rule) {
    return scene.compiler().isPresent() ? Severity.INFO : rule.severity();
  }

  private String explanation(boolean applies) {
    return scene
        .compiler()
        .filter(_ -> applies)
        .map(compiler -> ", as " + compiler + " makes it")
        .orElse("");
  }

  private static boolean isLost(FileFacts file) {
    return file.deleted() || isMemory(file);
  }

  private static boolean isMemory(FileFacts file) {
    return file.path().startsWith(MEMFD);
  }

  private static String how(FileFacts file) {
    return isMemory(file) ? "was only in memory" : "was deleted";
  }

  private void executable() {
    OptionalInt exe = scene.process().exe();
    if (exe.isEmpty() || exe.getAsInt() > scene.checkpoint().files().size()) {
      return;
    }
    FileFacts file = scene.checkpoint().file(exe.getAsInt());
    Map<String, String> evidence = Evidence.of("executable", file.path());
    if (isLost(file)) {
      scene.add(
          TriageRule.LOST_EXECUTABLE,
          "executable",
          "it runs %s, which %s".formatted(file.path(), how(file)),
          evidence);
      return;
    }
    boolean mapped =
        scene.process().vmas().stream()
            .anyMatch(vma -> scene.file(vma).filter(f -> f.path().equals(file.path())).isPresent());
    if (!mapped && !scene.process().vmas().isEmpty()) {
      scene.add(
          TriageRule.OTHER_EXECUTABLE,
          "executable",
          "it is said to run %s, of which nothing is mapped".formatted(file.path()),
          evidence);
    }
  }
}
