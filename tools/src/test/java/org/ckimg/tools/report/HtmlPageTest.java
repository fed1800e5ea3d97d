package org.ckimg.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
  private static final String TITLE = "</title><script>alert(1)</script>'\"&lt;$1%%script%%";

  private static String page() throws IOException {
    StringWriter page = new StringWriter();
    PrintWriter out = new PrintWriter(page);
    HtmlPage.write(TITLE, List.of(new HtmlPage.Document("a", o -> o.print("{}"))), out);
    out.flush();
    return page.toString();
  }

  private static String inside(String page, String name) {
    Matcher found =
        Pattern.compile("<%1$s>(.*?)</%1$s>".formatted(name), Pattern.DOTALL).matcher(page);
    assertTrue(found.find(), name);
    return found.group(1);
  }

  @Test
  void aTitleIsText() throws IOException {
    String escaped =
        "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&quot;&amp;lt;$1%%script%%";
    assertEquals("ckimg report: " + escaped, inside(page(), "title"));
    assertEquals(escaped, inside(page(), "h1"));
  }

  /** What is not of this digest does not run. */
  @Test
  void thePolicyNamesScriptAndStyle() throws Exception {
    String page = page();
    for (String name : List.of("script", "style")) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(inside(page, name).getBytes(StandardCharsets.UTF_8));
      String source = name + "-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
      assertTrue(page.contains(source), source);
    }
    assertTrue(page.contains("content=\"default-src 'none';"), "nothing else");
    assertFalse(page.contains("unsafe"), "no exception");
  }

  /** Our own script ends where it should, and never makes markup of text. */
  @Test
  void theScriptIsOne() throws IOException {
    String script = inside(page(), "script");
    for (String bad :
        List.of("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "<!--")) {
      assertFalse(script.contains(bad), bad);
    }
    assertTrue(script.endsWith("start();\n"), "the end of the last file");
    assertTrue(page().contains("<script type=\"application/json\" id=\"a\">{}</script>"), "data");
  }
}
