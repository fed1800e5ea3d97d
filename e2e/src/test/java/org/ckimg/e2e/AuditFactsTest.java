package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.linux.proc.FdInfo.Lock;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.audit.Auditor;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.Gatherer;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What no lie in an image can bring about, because it is the host, the caller or the policy that is
 * another one: the audit is a function of values, so a single one of them is changed at a time, and
 * exactly its rule must be what is new.
 */
@Timeout(120)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditFactsTest {
  private static final int SETGID = 6;
  private static final int SETPCAP = 8;
  private static final int IPC_LOCK = 14;
  private static final int SYS_NICE = 23;
  private static final int SYS_RESOURCE = 24;
  private static final int MEMLOCK = 8;
  private static final int FIFO = 0010644;
  private static final long NOEXEC = 8;
  private static final int MAPPINGS = 66_000;

  private Hostile hostile;
  private FileChannel file;
  private ImageReader reader;
  private final Gatherer gatherer = new Gatherer();
  private Checkpoint image;
  private HostFacts host;
  private Set<String> usual;

  @BeforeAll
  void dumpAProgram() throws Exception {
    hostile = Hostile.dump(Subject.EVERY);
    file = FileChannel.open(hostile.honest());
    reader = ImageReader.open(file);
    image = reader.checkpoint();
    host = gatherer.gather(image, Hostile.OPTIONS);
    usual = said(Auditor.audit(image, host, Hostile.OPTIONS));
  }

  @AfterAll
  void end() throws Exception {
    gatherer.close();
    if (reader != null) {
      reader.close();
    }
    if (hostile != null) {
      hostile.close();
    }
  }

  private static Set<String> said(AuditReport report) {
    Set<String> said = new TreeSet<>();
    report.findings().forEach(finding -> said.add(finding.rule() + " " + finding.effect()));
    return said;
  }

  private void assertNew(
      Set<String> rules, Checkpoint image, HostFacts host, RestoreOptions options) {
    Set<String> said = said(Auditor.audit(image, host, options));
    said.removeAll(usual);
    assertEquals(new TreeSet<>(rules), said);
  }

  private void assertOnHost(Set<String> rules, HostFacts other) {
    assertNew(rules, image, other, Hostile.OPTIONS);
  }

  private HostFacts caller(String component, Object value) throws Exception {
    return Altered.with(host, "caller", Altered.with(host.caller(), component, value));
  }

  /** The caller has a right no longer, and cannot give it. */
  private HostFacts without(HostFacts of, int capability) throws Exception {
    HostFacts.Caller caller = of.caller();
    long rest = ~(1L << capability);
    caller = Altered.with(caller, "capabilities", caller.capabilities() & rest);
    return Altered.with(of, "caller", Altered.with(caller, "grantable", caller.grantable() & rest));
  }

  private static RestoreOptions options(String component, Object value) throws Exception {
    return Altered.with(Hostile.OPTIONS, component, value);
  }

  private static RestoreOptions files(String component, Object value) throws Exception {
    Policy policy = Hostile.OPTIONS.policy();
    return options(
        "policy", Altered.with(policy, "files", Altered.with(policy.files(), component, value)));
  }

  /** The program's own file is another one here. */
  private HostFacts executable(String component, Object value) throws Exception {
    int id = image.processes().getFirst().exe().orElseThrow();
    OpenedFile changed = Altered.with(host.opened(id).orElseThrow(), component, value);
    Map<Integer, FileLookup> files = new HashMap<>(host.files());
    files.put(id, new FileLookup.Found(changed, Optional.empty()));
    return Altered.with(host, "files", files);
  }

  private OpenedFile executable() {
    return host.opened(image.processes().getFirst().exe().orElseThrow()).orElseThrow();
  }

  @Test
  void anotherMachine() throws Exception {
    assertOnHost(Set.of("AU-HST-02 REFUSE"), Altered.with(host, "pageSize", 16384));
    assertOnHost(
        Set.of("AU-HST-04 REFUSE", "AU-REG-10 REFUSE"),
        Altered.with(host, "xsaveBytes", host.xsaveBytes() + 64));
    long wanted = host.room().wanted();
    assertOnHost(
        Set.of("AU-HST-06 REFUSE"),
        Altered.with(host, "room", new HostFacts.Room(wanted - 1, wanted)));
  }

  @Test
  void anotherPid() throws Exception {
    List<Integer> taken = List.of(image.processes().getFirst().pid());
    HostFacts busy = Altered.with(host, "takenTids", taken);
    assertNew(Set.of("AU-PID-01 ADJUST"), image, host, options("pid", PidMode.NEW));
    assertNew(Set.of("AU-PID-02 REFUSE"), image, busy, options("pid", PidMode.SAME));
    assertOnHost(Set.of("AU-PID-03 ADJUST"), busy);
  }

  @Test
  void anotherCaller() throws Exception {
    HostFacts elsewhere = caller("groups", List.of(4711));
    assertOnHost(Set.of(), elsewhere);
    assertOnHost(Set.of("AU-CRD-03 REFUSE", "AU-CRD-04 REFUSE"), without(elsewhere, SETGID));
    HostFacts bound = caller("securebits", 1);
    assertOnHost(Set.of(), bound);
    assertOnHost(Set.of("AU-CRD-04 REFUSE", "AU-CRD-09 ADJUST"), without(bound, SETPCAP));
    assertOnHost(Set.of("AU-CRD-09 ADJUST"), caller("bounding", 0L));
  }

  @Test
  void lessThanItHad() throws Exception {
    HostFacts poor = caller("oomScoreAdj", 1000);
    assertOnHost(Set.of("AU-PRC-03 ADJUST"), without(poor, SYS_RESOURCE));
    HostFacts late = caller("nice", 19);
    assertOnHost(Set.of("AU-CRD-04 REFUSE", "AU-PRC-06 ADJUST"), without(late, SYS_NICE));
    HostFacts tight = caller("limits", Map.of(MEMLOCK, new Limit(MEMLOCK, 0, 0)));
    Set<String> locked = Set.of("AU-CRD-04 REFUSE", "AU-MEM-16 REFUSE", "AU-PRC-02 ADJUST");
    assertOnHost(locked, without(without(tight, IPC_LOCK), SYS_RESOURCE));
  }

  @Test
  void anotherPolicy() throws Exception {
    Policy policy = Hostile.OPTIONS.policy();
    Policy.Identity nobody = Altered.with(policy.identity(), "capabilities", 0L);
    assertNew(
        Set.of("AU-CRD-08 REFUSE"),
        image,
        host,
        options("policy", Altered.with(policy, "identity", nobody)));
    Policy.Identity bound = Altered.with(policy.identity(), "noNewPrivileges", true);
    assertNew(
        Set.of("AU-CRD-10 ADJUST"),
        image,
        host,
        options("policy", Altered.with(policy, "identity", bound)));
    List<String> nowhere = List.of("/nowhere");
    assertNew(
        Set.of("AU-FIL-16 REFUSE", "AU-FIL-18 REFUSE", "AU-SCK-03 REFUSE"),
        image,
        host,
        files("write", nowhere));
    assertNew(Set.of("AU-FIL-16 REFUSE", "AU-MEM-12 REFUSE"), image, host, files("read", nowhere));
    assertNew(Set.of("AU-MEM-12 REFUSE"), image, host, files("execute", nowhere));
  }

  @Test
  void filesThatAreOnlyAddedTo() throws Exception {
    RestoreOptions logs = files("appendOnly", List.of("/var/tmp"));
    assertNew(Set.of(), image, host, logs);
    assertNew(Set.of("AU-FIL-19 REFUSE"), withoutAppend(), host, logs);
    ProcessState process = image.processes().getFirst();
    int index = 0;
    while (process.vmas().get(index).file().isEmpty()) {
      index++;
    }
    Vma mapped = process.vmas().get(index);
    Vma shared = Altered.with(mapped, "flags", Set.of(VmaFlag.SHARED, VmaFlag.MAY_WRITE));
    assertNew(
        Set.of("AU-FIL-19 REFUSE", "AU-MEM-14 REFUSE"),
        with(process, index, shared),
        host,
        files("appendOnly", List.of(image.file(mapped.file().orElseThrow()).path().toString())));
  }

  /** The program's data are open for writing anywhere. */
  private Checkpoint withoutAppend() throws Exception {
    List<OpenFile> descriptions = new ArrayList<>();
    for (OpenFile open : image.descriptions()) {
      boolean data =
          open.file().isPresent()
              && image.file(open.file().getAsInt()).path().toString().equals(Subject.DATA_FILE);
      int flags = open.flags() & ~FileCalls.O_APPEND;
      descriptions.add(data ? Altered.with(open, "flags", flags) : open);
    }
    return Altered.with(image, "descriptions", descriptions);
  }

  @Test
  void anotherProgramOnDisk() throws Exception {
    assertOnHost(Set.of("AU-FIL-15 REFUSE"), executable("executable", false));
    assertOnHost(Set.of("AU-FIL-12 REFUSE"), executable("readable", false));
    assertOnHost(
        Set.of("AU-FIL-03 REFUSE", "AU-MEM-13 REFUSE"),
        executable("status", Altered.with(executable().status(), "mode", FIFO)));
    assertOnHost(
        Set.of("AU-MEM-15 REFUSE"),
        executable("filesystem", Altered.with(executable().filesystem(), "flags", NOEXEC)));
  }

  /** A library that the program could write to; and one that nothing vouches for. */
  @Test
  void anotherLibrary() throws Exception {
    ProcessState process = image.processes().getFirst();
    int exe = process.exe().orElseThrow();
    int index = 0;
    while (process.vmas().get(index).file().orElse(exe) == exe) {
      index++;
    }
    Vma library = process.vmas().get(index);
    Vma shared = Altered.with(library, "flags", Set.of(VmaFlag.SHARED, VmaFlag.MAY_WRITE));
    assertNew(
        Set.of("AU-MEM-11 WARN", "AU-MEM-14 WARN"),
        with(process, index, Altered.with(shared, "protection", Vma.READ | Vma.WRITE)),
        host,
        Hostile.OPTIONS);
    assertNew(
        Set.of("AU-MEM-07 REFUSE"),
        with(process, index, Altered.with(library, "digest", Optional.empty())),
        host,
        Hostile.OPTIONS);
  }

  private Checkpoint with(ProcessState process, int index, Vma vma) throws Exception {
    List<Vma> vmas = new ArrayList<>(process.vmas());
    vmas.set(index, vma);
    return Altered.with(image, "processes", List.of(Altered.with(process, "vmas", vmas)));
  }

  @Test
  void whatOthersHave() throws Exception {
    var data = host.opened(image.processes().getFirst().locks().getFirst().file()).orElseThrow();
    Lock held =
        new Lock(Lock.Kind.OFD, false, 1, data.status().device(), data.status().inode(), 110, 110);
    assertOnHost(Set.of("AU-LCK-02 REFUSE"), Altered.with(host, "locks", List.of(held)));
    Lock behind =
        new Lock(Lock.Kind.OFD, true, 1, data.status().device(), data.status().inode(), 120, -1);
    assertOnHost(Set.of(), Altered.with(host, "locks", List.of(behind)));
    assertNew(Set.of("AU-FD-01 ADJUST"), image, host, options("inherit", Set.of(12)));
  }

  @Test
  void anotherImage() throws Exception {
    assertEquals(
        Set.of("AU-IMG-03 REFUSE"),
        said(Auditor.audit(Altered.with(image, "processes", List.of()), host, Hostile.OPTIONS)));
    ProcessState process = image.processes().getFirst();
    List<Vma> mappings = new ArrayList<>(process.vmas());
    Vma page = Altered.with(mappings.getLast(), "numPages", 1L);
    for (int i = 0; i < MAPPINGS; i++) {
      mappings.add(Altered.with(page, "firstPage", 0x1000L + 2L * i));
    }
    Set<String> many = Set.of("AU-MEM-02 REFUSE");
    ProcessState crowded = Altered.with(process, "vmas", mappings);
    Set<String> said =
        said(
            Auditor.audit(
                Altered.with(image, "processes", List.of(crowded)), host, Hostile.OPTIONS));
    said.retainAll(many);
    assertEquals(many, said);
  }
}
