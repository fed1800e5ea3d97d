package org.ckimg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.MemoryFilter;
import org.ckimg.tools.text.Style;
import org.ckimg.tools.triage.Triage;
import org.ckimg.tools.triage.TriageFinding;
import org.ckimg.tools.triage.TriageReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriageTest {
  private static final int PAGE = TestProcess.PAGE;
  private static final long CODE = 0x400000;
  private static final long STACK = 0x7ffc00000000L;
  private static final int READ_EXECUTE = Vma.READ | Vma.EXECUTE;

  private final TestProcess process = new TestProcess();

  /** A thread in code of a file, with a stack. */
  @BeforeEach
  void honest() {
    int file = process.file("/bin/honest");
    process.map(CODE, PAGE, READ_EXECUTE, file, 0, null);
    process.map(STACK, PAGE, Vma.READ | Vma.WRITE);
    process.put(STACK, (byte) 1);
  }

  private static TriageReport triage(Subject subject, boolean reveal) throws IOException {
    return Triage.run(subject, Areas.of(subject.checkpoint(), MemoryFilter.ALL), reveal, _ -> {});
  }

  private List<String> rules() throws IOException {
    return triage(process.subject(), false).findings().stream()
        .filter(TriageFinding::counts)
        .map(finding -> finding.rule().id())
        .toList();
  }

  private void thread(long instruction, long stack) {
    process.thread(Map.of("rip", instruction, "rsp", stack));
  }

  @Test
  void anHonestProcessIsLeftAlone() throws IOException {
    thread(CODE, STACK + 64);
    assertEquals(List.of(), rules());
  }

  @Test
  void registersThatLeadNowhere() throws IOException {
    thread(0x1000, STACK);
    assertEquals(List.of("TR-CON-01"), rules());
  }

  @Test
  void aStackThatIsNowhere() throws IOException {
    thread(CODE, 0x1000);
    assertEquals(List.of("TR-CON-02"), rules());
  }

  @Test
  void anInstructionInDataIsOutsideCode() throws IOException {
    thread(STACK, STACK);
    assertEquals(List.of("TR-REG-01"), rules());
  }

  @Test
  void handlersThatAreNoCode() throws IOException {
    thread(CODE, STACK);
    process.action(10, CODE + 8, 0).action(11, 1, 0).action(12, 0, 0);
    assertEquals(List.of(), rules());
    process.action(15, STACK, 0);
    assertEquals(List.of("TR-SIG-01"), rules());
  }

  /** Where a virtual machine is mapped, code of no file is what one expects, and is still said. */
  @Test
  void aVirtualMachineExplainsCodeOfNoFile() throws IOException {
    long made = 0x7f0000000000L;
    process.map(made, PAGE, READ_EXECUTE | Vma.WRITE).put(made, (byte) 0xc3);
    thread(made, STACK);
    assertEquals(List.of("TR-MEM-01", "TR-REG-01", "TR-MEM-03"), rules());
    process.map(0x600000, PAGE, READ_EXECUTE, process.file("/opt/jdk/lib/libjvm.so"), 0, null);
    assertEquals(List.of(), rules());
    assertEquals(3, triage(process.subject(), false).findings().size());
  }

  @Test
  void codeThatCannotBeComparedWasWrittenTo() throws IOException {
    thread(CODE, STACK);
    process.put(CODE, (byte) 0xc3);
    assertEquals(List.of("TR-MEM-02"), rules());
    process.format("elf-core");
    assertEquals(List.of(), rules());
  }

  @Test
  void pagesInNoMapping() throws IOException {
    thread(CODE, STACK);
    process.put(0x900000, (byte) 1);
    assertEquals(List.of("TR-CON-03"), rules());
  }

  @Test
  void mappingsOverEachOther() throws IOException {
    thread(CODE, STACK);
    process.map(STACK, PAGE, Vma.READ);
    assertEquals(List.of("TR-CON-04"), rules());
  }

  @Test
  void pagesThatAreNotCounted() throws IOException {
    thread(CODE, STACK);
    process.uncounted(1);
    assertEquals(List.of("TR-CON-06"), rules());
  }

  @Test
  void anExecutableThatIsNotMapped() throws IOException {
    thread(CODE, STACK);
    process.runs(1);
    assertEquals(List.of(), rules());
    process.runs(process.file("/bin/other"));
    assertEquals(List.of("TR-EXE-02"), rules());
  }

  @ParameterizedTest
  @ValueSource(strings = {"LD_PRELOAD", "LD_AUDIT"})
  void whatTheLoaderIsToldToLoad(String variable) throws IOException {
    thread(CODE, STACK);
    process.environ(variable + "=");
    assertEquals(List.of(), rules());
    int library = process.file("/tmp/spy.so");
    process.map(0x600000, PAGE, READ_EXECUTE, library, 0, null).environ(variable + "=spy.so");
    assertEquals(List.of("TR-ENV-01"), rules());
    Map<String, String> evidence =
        triage(process.subject(), false).findings().getFirst().evidence();
    assertTrue(evidence.get("mapped").startsWith("/tmp/spy.so at "), evidence.toString());
  }

  @Test
  void descriptorsAreLookedAt() throws IOException {
    thread(CODE, STACK);
    process.descriptor(
        FdType.REGULAR, OptionalInt.of(process.file("/etc/hosts")), Optional.empty());
    process.descriptor(
        FdType.CHARACTER, OptionalInt.of(process.file("/dev/null")), Optional.empty());
    assertEquals(List.of(), rules());
    process.descriptor(
        FdType.CHARACTER, OptionalInt.of(process.file("/dev/mem")), Optional.empty());
    process.descriptor(
        FdType.REGULAR, OptionalInt.of(process.file("/etc/shadow")), Optional.empty());
    process.descriptor(
        FdType.REGULAR, OptionalInt.of(process.file("/proc/1/mem")), Optional.empty());
    process.descriptor(FdType.INET, OptionalInt.empty(), Optional.of(socket(2, 3)));
    process.descriptor(FdType.INET, OptionalInt.empty(), Optional.of(socket(2, 1)));
    process.dangling();
    assertEquals(List.of("TR-PTR-01", "TR-CON-05", "TR-NET-01", "TR-FD-01", "TR-FD-02"), rules());
  }

  private static FdState socket(int family, int kind) {
    return new FdState.Socket(
        family,
        kind,
        0,
        7,
        OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        List.of(),
        OptionalInt.empty(),
        List.of(),
        Optional.empty());
  }

  /** Made for this; the parts are put together so that nobody finds them here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKI|A2345ABCDEFGHIJKL",
        "ghp|_0123456789abcdefghijABCDEFGHIJ012345",
        "sk_|live_0123456789abcdefghijABCD",
        "AI|za0123456789abcdefghijABCDEFGHIJ01234",
        "ey|JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYW1lIn0.c2lnbmF0dXJlLW9mLW5vYm9keQ",
        "xox|b-1234567890-ABCDEFGHIJKLMNOPQRST",
      })
  void aSecretIsMaskedUnlessAskedFor(String parts) throws IOException {
    String secret = parts.replace("|", "");
    thread(CODE, STACK);
    process.put(STACK + 100, (" " + secret + " ").getBytes(StandardCharsets.US_ASCII));
    assertEquals(List.of("TR-KEY-01"), rules());
    String value = triage(process.subject(), false).findings().getFirst().evidence().get("value");
    assertFalse(value.contains(secret), value);
    assertTrue(secret.startsWith(value.replace("…", "")), value);
    assertEquals(
        secret, triage(process.subject(), true).findings().getFirst().evidence().get("value"));
  }

  @Test
  void whatOnlyLooksLikeASecretIsNone() throws IOException {
    thread(CODE, STACK);
    String[] words = {
      "xAKI|A2345ABCDEFGHIJKL",
      "AKI|A2345ABCDEFGHIJKLM",
      "-----BEGIN |PRIVATE KEY-----",
      "ey|JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYW1lIn0",
      "ey|J.eyJ.x"
    };
    for (int i = 0; i < words.length; i++) {
      process.put(
          STACK + 100 * (i + 1), words[i].replace("|", "").getBytes(StandardCharsets.US_ASCII));
    }
    assertEquals(List.of(), rules());
  }

  @Test
  void documentsFollowTheirSchema() throws IOException {
    List<String> samples = new ArrayList<>(List.of("minimal", "process", "sockets", "tree"));
    for (String sample : samples) {
      Cli.Result result = new Cli(Cli.sample(sample), Style.PLAIN).run("triage", "-", "--json");
      assertTrue(Set.of(0, 1).contains(result.code()), result.err());
      JsonNode document = new ObjectMapper().readTree(result.out());
      assertEquals(Set.of(), JsonTest.schema("ckimg.triage-1").validate(document), result.out());
      boolean found =
          document.get("findings").findValuesAsText("severity").stream()
              .anyMatch(severity -> !severity.equals("info"));
      assertEquals(found ? 1 : 0, result.code(), sample);
    }
  }

  @Test
  void sarifAndJsonAreTwoThings() {
    Cli.Result result = new Cli().run("triage", "a.ckimg", "--json", "--sarif");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("--sarif does not go with --json"), result.err());
  }
}
