package org.ckimg.tools.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Names of images: %N command name, %P pid, %U uid, %T time, %C count, %% a percent sign.
 *
 * @param name command name; slashes in it become underscores
 * @param pid process id
 * @param uid user id
 * @param count of this dump, from 0
 */
public record Template(String name, int pid, int uid, int count) {
  /** Where an image goes when nothing else is said. */
  public static final String DEFAULT = "%N.%P.ckimg";

  /** Where several images of one program go. */
  public static final String COUNTED = "%N.%P.%C.ckimg";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * The name that a template makes.
   *
   * @throws UsageException for a letter that means nothing
   */
  public Path expand(String template, Instant now) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c != '%') {
        path.append(c);
        continue;
      }
      i++;
      path.append(value(i < template.length() ? template.charAt(i) : ' ', template, now));
    }
    return Path.of(path.toString());
  }

  private String value(char letter, String template, Instant now) {
    return switch (letter) {
      case 'N' -> name.replace('/', '_');
      case 'P' -> Integer.toString(pid);
      case 'U' -> Integer.toString(uid);
      case 'T' -> TIME.format(now);
      case 'C' -> Integer.toString(count);
      case '%' -> "%";
      default ->
          throw new UsageException("-o " + template + ": after % comes one of N, P, U, T, C, %");
    };
  }
}
