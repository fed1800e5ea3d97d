package org.ckimg.tools.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page: {@code page.html} of the resources with style, scripts and documents in their places.
 * Its policy lets run and style it only what has the digests of ours, and lets it ask nobody for
 * anything; so a name from a hostile image stays a name even where it should be taken for markup.
 */
public final class HtmlPage {
  private static final String POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s";
  private static final Pattern PLACE = Pattern.compile("%%(\\w+)%%");
  private static final List<String> STYLES = List.of("page.css", "map.css");
  private static final List<String> SCRIPTS =
      List.of(
          "elements.js",
          "model.js",
          "map.js",
          "tables.js",
          "processes.js",
          "memory.js",
          "changes.js",
          "page.js");

  /** Writes what stands in a place of the page. */
  @FunctionalInterface
  public interface Part {
    /** Writes it. */
    void write(PrintWriter out) throws IOException;
  }

  /**
   * A document in the page.
   *
   * @param id of its element
   * @param json writes it, with no character that HTML knows
   */
  public record Document(String id, Part json) {}

  private HtmlPage() {}

  /**
   * Writes a page.
   *
   * @param title any text
   */
  public static void write(String title, List<Document> documents, PrintWriter out)
      throws IOException {
    String style = all(STYLES);
    String script = all(SCRIPTS);
    String policy = POLICY.formatted(digest(style), digest(script));
    Map<String, Part> parts =
        Map.of(
            "title", page -> page.print(escaped(title)),
            "policy", page -> page.print(policy),
            "style", page -> page.print(style),
            "script", page -> page.print(script),
            "documents", page -> documents(documents, page));
    String template = resource("page.html");
    Matcher place = PLACE.matcher(template);
    int done = 0;
    while (place.find()) {
      out.print(template.substring(done, place.start()));
      parts.get(place.group(1)).write(out);
      done = place.end();
    }
    out.print(template.substring(done));
  }

  private static void documents(List<Document> documents, PrintWriter out) throws IOException {
    for (Document document : documents) {
      out.print("<script type=\"application/json\" id=\"" + document.id + "\">");
      document.json.write(out);
      out.print("</script>\n");
    }
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** As a content security policy names what may be run. */
  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String all(List<String> names) {
    return names.stream().map(HtmlPage::resource).collect(Collectors.joining("\n"));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
