package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The report of a program that changed between two images, in a browser. Everything that the
 * program could choose, from its file's name to its environment, tries to be markup.
 */
@Timeout(300)
class ReportTest {
  private static final String EVIL = "<script>alert(1)<b title>'\"&lt;";
  private static final String ESCAPE =
      "EVIL=</script><script>document.title=1</script><style>*{display:none}</style>\u202e\u0007";

  private static Path image;
  private static int pid;
  private static Browser browser;

  @BeforeAll
  static void report() throws Exception {
    Path folder = Stage.folder("report");
    Path program = Files.copy(Stage.program("changes"), folder.resolve(EVIL));
    List<String> command =
        List.of(
            "env",
            "-i",
            "HOME=/home/me",
            "LANG=C.UTF-8",
            "PATH=/usr/bin:/bin",
            ESCAPE,
            program.toString(),
            folder.toString(),
            "any",
            "any-ids");
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      Path before = victim.dump();
      Path step = Files.createFile(folder.resolve("step"));
      Await.until(victim::report, () -> Files.notExists(step));
      image = victim.dump();
      pid = victim.pid();
      Path page = folder.resolve("report.html");
      Tool.run(Account.SELF, "report", before, image, "-o", page).assertExit(0);
      browser = Browser.open(page);
    }
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    browser.value("location.hash = ''; document.activeElement.blur()");
    browser.prefer("light");
    filter("", "", "changed");
  }

  private static void filter(String words, String process, String layer) throws Exception {
    String set =
        """
        filters.words.value = '%s'; filters.pid.value = '%s'; filters.layer.value = '%s';
        filters.words.dispatchEvent(new Event('input'))
        """;
    browser.value(set.formatted(words, process, layer));
  }

  private static void awaitTrue(String expression) throws Exception {
    Await.until(() -> expression, () -> browser.value(expression).asBoolean());
  }

  private static void picture(String name, String place) throws Exception {
    browser.value("document.querySelector('%s').scrollIntoView()".formatted(place));
    browser.picture(name);
  }

  @Test
  void nothingIsAskedForAndNothingGoesWrong() throws Exception {
    assertEquals(1, browser.requests().size(), browser.requests()::toString);
    assertTrue(browser.requests().getFirst().startsWith("file:"), browser.requests()::toString);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void namesStayNames() throws Exception {
    assertTrue(browser.value("document.title").asText().startsWith("ckimg report: "));
    assertEquals(0, browser.value("document.images.length").asInt());
    assertEquals(1, browser.value("document.querySelectorAll('style').length").asInt());
    assertEquals(5, browser.value("document.scripts.length").asInt());
    String text = browser.value("document.getElementById('environment').textContent").asText();
    assertTrue(text.contains("</script><script>document.title=1</script>"), text);
    assertTrue(text.contains("\\xe2\\x80\\xae\\x07"), text);
    assertTrue(browser.value("document.body.textContent").asText().contains(EVIL));
  }

  /** The policy alone would do it too: a script of another text does not run. */
  @Test
  void noOtherScriptRuns() throws Exception {
    String inject =
        "(s => {s.textContent = 'document.title=2'; document.body.append(s); s.remove()})"
            + "(document.createElement('script'))";
    browser.value(inject);
    assertNotEquals("2", browser.value("document.title").asText());
    Await.until(
        () -> "a complaint: " + browser.complaints(),
        () -> browser.complaints().toString().contains("Content Security Policy"));
    browser.complaints().clear();
  }

  @Test
  void changesAreShown() throws Exception {
    String text = browser.value("document.getElementById('changes').textContent").asText();
    for (String change :
        List.of("umask00220027", "SIGUSR1", "beta.txt", "gamma.txt", "can be executed now")) {
      assertTrue(text.contains(change), change + " in " + text);
    }
    picture("report-changes", "figure.heat");
    assertTrue(browser.visible("figure.heat rect.fill-heat8") > 0, "pages that changed");
    assertTrue(browser.visible("figure.heat rect.fill-none") > 0, "pages that did not");
    assertTrue(text.contains("2 zeroed, 2 added"), text);
  }

  @Test
  void wordsFilterRowsAndTheMap() throws Exception {
    int all = browser.visible("#memory tbody tr");
    String cells = "document.querySelectorAll('figure[data-map] a').length";
    int drawn = browser.value(cells).asInt();
    filter("stack", "", "changed");
    assertEquals(1, browser.visible("#memory tbody tr"));
    assertEquals(1, browser.value(cells).asInt());
    assertTrue(all > 10 && drawn > 5, all + " rows, " + drawn + " mappings");
    assertTrue(browser.value("document.getElementById('shown').value").asText().contains(" of "));
    assertTrue(browser.value("location.hash").asText().contains("words=stack"));
    picture("report-filters", "#filters");
    filter("nowhere to be found", "", "changed");
    assertEquals(0, browser.visible("tbody tr"));
  }

  @Test
  void anAddressFindsItsMapping() throws Exception {
    String rsp = browser.value("inspect.processes[0].threads[0].registers.rsp").asText();
    filter(rsp, "", "changed");
    assertEquals(1, browser.visible("#memory tbody tr"));
    assertTrue(
        browser
            .value(
                "[...document.querySelectorAll('#memory tr')].filter(r => r.checkVisibility())"
                    + "[1].textContent")
            .asText()
            .contains("[stack]"));
  }

  @Test
  void filtersAndPlacesAreInTheAddress() throws Exception {
    browser.value("location.hash = '#words=sigusr1&layer=entropy'");
    awaitTrue("filters.words.value === 'sigusr1' && filters.layer.value === 'entropy'");
    assertEquals(1, browser.visible("#signals tbody tr"));
    assertEquals(0, browser.visible("#fds tbody tr"));
    browser.value("location.hash = '#pid-%d-fd-0'".formatted(pid));
    awaitTrue("document.activeElement.id === 'pid-%d-fd-0'".formatted(pid));
    assertEquals("", browser.value("filters.words.value").asText(), "what hid it is taken away");
    browser.picture("report-links");
    int broken =
        browser
            .value(
                "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a =>"
                    + " !document.getElementById(decodeURIComponent(a.hash || a.href.baseVal)"
                    + ".slice(1))).length")
            .asInt();
    assertEquals(0, broken, "links that lead nowhere");
    String twice =
        "[...document.querySelectorAll('[id]')].length - new Set("
            + "[...document.querySelectorAll('[id]')].map(e => e.id)).size";
    assertEquals(0, browser.value(twice).asInt(), "ids that are there twice");
  }

  @Test
  void everyLayerColoursTheMemory() throws Exception {
    filter("", "", "protection");
    assertTrue(browser.visible("figure[data-map] rect.fill-execute") > 0, "code");
    picture("report-protection", "#memory");
    filter("", "", "entropy");
    assertTrue(browser.visible("figure[data-map] rect[class^=fill-level]") > 0, "entropy");
    picture("report-entropy", "#memory");
    filter("", "", "content");
    assertTrue(browser.visible("svg.bar rect[class^=fill-level]") > 0, "what is stored");
  }

  @Test
  void colourFollowsThePerson() throws Exception {
    String ground = "getComputedStyle(document.body).backgroundColor";
    assertEquals("rgb(255, 255, 255)", browser.value(ground).asText());
    browser.prefer("dark");
    awaitTrue(ground + " === 'rgb(20, 24, 29)'");
    picture("report-dark", "#memory");
  }

  @Test
  void itPrints() throws Exception {
    String pdf = new String(browser.print(), StandardCharsets.ISO_8859_1);
    assertTrue(pdf.startsWith("%PDF-"), "a PDF");
    assertTrue(pdf.length() > 20_000, pdf.length() + " bytes");
    assertFalse(pdf.contains("/Count 1\n"), "several pages");
    browser.show("print");
    picture("report-print", "#memory");
    browser.show("screen");
  }

  @Test
  void keysAreEnough() throws Exception {
    browser.type("Tab");
    awaitTrue("document.activeElement.className === 'skip'");
    browser.type("Enter");
    // The browser moves the focus first, and the page again when it is told of its new address.
    awaitTrue("state.at === 'filters' && document.activeElement.id === 'filters'");
    browser.type("Tab");
    awaitTrue("document.activeElement.id === 'words'");
    browser.type("h", "e", "a", "p");
    awaitTrue("location.hash.includes('words=heap')");
  }

  @Test
  void aScreenReaderFindsItsWay() throws Exception {
    List<String> spoken = browser.spoken();
    for (String node :
        List.of(
            "search: Filters",
            "navigation: Sections",
            "region: Memory",
            "heading: Findings",
            "columnheader: Handler",
            "combobox: Colour memory by")) {
      assertTrue(
          spoken.contains(node), node + " of " + spoken.stream().distinct().limit(60).toList());
    }
    assertTrue(
        spoken.stream().anyMatch(node -> node.startsWith("image: Memory of process")),
        "the map has a name");
  }

  @Test
  void theImageItselfIsNeverOverwritten() throws Exception {
    Outcome outcome = Tool.run(Account.SELF, "report", image, "-o", image).assertExit(2);
    assertTrue(outcome.err().contains("never overwritten"), outcome.err());
  }
}
