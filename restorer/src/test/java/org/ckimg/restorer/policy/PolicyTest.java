package org.ckimg.restorer.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ckimg.restorer.policy.Policy.Answer;
import org.junit.jupiter.api.Test;

/** The intersection, held against what each of two policies grants to one question. */
class PolicyTest {
  private static final int ROUNDS = 5000;
  private static final List<String> FOLDERS =
      List.of("/", "/a", "/a/b", "/a/bc", "/a/b/c", "/ab", "/b", "/b/a");
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/b", "/a/b/x", "/a/bc", "/a/bcd", "/ab/c", "/b/a/x", "/c");

  private final Random random = new Random(11);

  private List<String> some(List<String> from) {
    return from.stream().filter(each -> random.nextInt(4) == 0).toList();
  }

  private Answer answer() {
    return Answer.values()[random.nextInt(Answer.values().length)];
  }

  private Policy policy() {
    return new Policy(
        "p" + random.nextInt(3),
        random.nextInt(4) != 0,
        new Policy.Files(
            answer(),
            some(FOLDERS),
            some(FOLDERS),
            some(FOLDERS),
            answer(),
            answer(),
            some(FOLDERS),
            some(FOLDERS)),
        new Policy.Memory(answer(), answer(), random.nextLong(1 << 20)),
        new Policy.Signals(answer(), answer(), answer(), random.nextLong(1 << 20)),
        new Policy.Sockets(answer(), answer()),
        new Policy.Identity(
            random.nextBoolean(), random.nextBoolean(), random.nextLong(), random.nextBoolean()),
        new Policy.Trust(random.nextBoolean(), some(List.of("/k/a", "/k/b", "/k/c"))));
  }

  @Test
  void theOrderDoesNotMatter() {
    for (int round = 0; round < ROUNDS; round++) {
      Policy a = policy();
      Policy b = policy();
      assertEquals(a.intersect(b), b.intersect(a));
    }
  }

  @Test
  void aPolicyAndItselfIsItself() {
    for (int round = 0; round < ROUNDS; round++) {
      Policy a = policy();
      assertEquals(a, a.intersect(a));
    }
  }

  @Test
  void nothingIsGrantedThatOneOfThemHoldsBack() {
    for (int round = 0; round < ROUNDS; round++) {
      Policy a = policy();
      Policy b = policy();
      Policy both = a.intersect(b);
      List<Boolean> granted = grants(both);
      for (int question = 0; question < granted.size(); question++) {
        boolean byEach = grants(a).get(question) && grants(b).get(question);
        assertEquals(byEach, granted.get(question), question + ": " + a + " and " + b);
      }
      assertTrue(!both.restores() || a.restores() && b.restores(), "restores");
      assertTrue(both.trust().required() || !a.trust().required() && !b.trust().required());
    }
  }

  /** What a policy says to one question after another. */
  private static List<Boolean> grants(Policy policy) {
    Stream<Boolean> files =
        Stream.of(policy.files().read(), policy.files().write(), policy.files().execute())
            .flatMap(roots -> PATHS.stream().map(path -> under(roots, path)));
    Stream<Boolean> anywhere =
        PATHS.stream().map(path -> !under(policy.files().appendOnly(), path));
    Stream<Boolean> answers =
        Stream.of(
                policy.files().drift(),
                policy.files().sharedWrite(),
                policy.files().weakEvidence(),
                policy.memory().writeAndExecute(),
                policy.memory().executeAnonymous(),
                policy.signals().allBlocked(),
                policy.signals().foreignSenders(),
                policy.signals().ownRestorers(),
                policy.sockets().internet(),
                policy.sockets().tcp())
            .flatMap(given -> Stream.of(given == Answer.ALLOW, given != Answer.REFUSE));
    Stream<Boolean> numbers =
        Stream.of(100L, 1L << 18, 1L << 19)
            .flatMap(n ->
                Stream.of(
                    n <= policy.memory().maxBytes(), n >= policy.signals().minIntervalNanos()));
    Stream<Boolean> rest =
        Stream.of(
            policy.identity().oldPid(),
            policy.identity().changeUser(),
            !policy.identity().noNewPrivileges(),
            (policy.identity().capabilities() & 1) != 0,
            policy.identity().capabilities() < 0,
            policy.files().handles().contains("/"),
            policy.files().handles().contains("/a"));
    return Stream.of(files, anywhere, answers, numbers, rest).flatMap(each -> each).toList();
  }

  private static boolean under(List<String> roots, String path) {
    return roots.stream()
        .anyMatch(root -> root.equals("/") || path.equals(root) || path.startsWith(root + "/"));
  }

  @Test
  void aRootUnderAnotherSaysNothing() {
    Policy.Files files =
        new Policy.Files(
            Answer.WARN,
            List.of("/usr/bin", "/usr", "/usrlocal", "/usr"),
            List.of(),
            List.of(),
            Answer.WARN,
            Answer.WARN,
            List.of("/b", "/a", "/b"),
            List.of("/var/log/a", "/var/log"));
    assertEquals(List.of("/usr", "/usrlocal"), files.read());
    assertEquals(List.of("/var/log"), files.appendOnly());
    assertEquals(List.of("/a", "/b"), files.handles());
  }

  @Test
  void keys() {
    assertEquals(List.of("/k/a"), trusting("/k/a").intersect(trusting()).trust().keys());
    Policy common = trusting("/k/a", "/k/b").intersect(trusting("/k/b", "/k/c"));
    assertEquals(List.of("/k/b"), common.trust().keys());
    assertTrue(common.restores());
    assertFalse(trusting("/k/a").intersect(trusting("/k/b")).restores());
  }

  private static Policy trusting(String... keys) {
    Policy base = Profile.DEFAULT.policy();
    return new Policy(
        base.name(),
        true,
        base.files(),
        base.memory(),
        base.signals(),
        base.sockets(),
        base.identity(),
        new Policy.Trust(false, List.of(keys)));
  }

  @Test
  void profilesGetNarrower() {
    Policy strict = Profile.STRICT.policy();
    Policy both = strict.intersect(Profile.DEFAULT.policy());
    assertEquals(strict.files(), both.files());
    assertEquals(strict.memory(), both.memory());
    assertEquals(strict.signals(), both.signals());
    assertEquals(strict.sockets(), both.sockets());
    assertEquals(strict.identity(), both.identity());
    assertEquals("default and strict", both.name());
    assertFalse(Profile.FORENSIC.policy().intersect(strict).restores());
  }
}
