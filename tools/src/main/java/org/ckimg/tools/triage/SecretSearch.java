package org.ckimg.tools.triage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Areas;
import org.ckimg.tools.mem.Match;
import org.ckimg.tools.mem.Needle;
import org.ckimg.tools.mem.Place;
import org.ckimg.tools.mem.Search;

/** Looks for keys and tokens in all memory that an image has. */
final class SecretSearch {
  private static final int MOST_SECRETS = 1000;
  private static final int MOST_PLACES = 8;
  private static final int SHOWN_LETTERS = 4;

  private final boolean reveal;
  private final Map<Bytes, List<Place>> places = new LinkedHashMap<>();
  private final Map<Bytes, Integer> counts = new LinkedHashMap<>();
  private boolean tooMany;

  private SecretSearch(boolean reveal) {
    this.reveal = reveal;
  }

  /**
   * Finds all; one that is in memory several times is one finding.
   *
   * @param areas of {@code subject}, all of them
   * @param reveal true to show them, false to show only how they begin
   * @param progress takes bytes that were searched
   */
  static TriageReport run(Subject subject, Areas areas, boolean reveal, LongConsumer progress)
      throws IOException {
    SecretSearch search = new SecretSearch(reveal);
    Map<String, Pattern> expressions = new LinkedHashMap<>();
    for (SecretKind kind : SecretKind.values()) {
      expressions.put(kind.letters(), kind.pattern());
    }
    Search.run(subject, Needle.Anchored.of(expressions), areas, progress, search::take);
    List<String> notes =
        search.tooMany
            ? List.of(
                "more than %d keys and tokens: the rest is not listed".formatted(MOST_SECRETS))
            : List.of();
    return new TriageReport(search.places.keySet().stream().map(search::finding).toList(), notes);
  }

  private void take(Match match) {
    if (places.size() >= MOST_SECRETS && !places.containsKey(match.bytes())) {
      tooMany = true;
      return;
    }
    List<Place> known = places.computeIfAbsent(match.bytes(), _ -> new ArrayList<>());
    counts.merge(match.bytes(), match.places().size(), Integer::sum);
    match.places().stream().limit(MOST_PLACES - known.size()).forEach(known::add);
  }

  private TriageFinding finding(Bytes secret) {
    SecretKind kind = SecretKind.of(new String(secret.toArray(), StandardCharsets.ISO_8859_1));
    List<Place> found = places.get(secret);
    Map<String, String> evidence =
        Evidence.of("value", reveal ? secret : masked(secret, kind), "bytes", secret.length());
    int number = 0;
    for (Place place : found) {
      evidence.put("place " + ++number, text(place));
    }
    int more = counts.get(secret) - found.size();
    if (more > 0) {
      evidence.put("more", more + " places");
    }
    OptionalInt pid = found.isEmpty() ? OptionalInt.empty() : found.getFirst().pid();
    return new TriageFinding(
        TriageRule.SECRET,
        TriageRule.SECRET.severity(),
        pid,
        "memory",
        "%s in %s".formatted(kind.what(), found.isEmpty() ? "memory" : found.getFirst().what()),
        evidence);
  }

  private static String text(Place place) {
    return place.address().isPresent()
        ? Evidence.hex(place.address().getAsLong()) + " " + place.what()
        : place.what();
  }

  /** What every such secret begins with, and a few letters more where it is long. */
  private static String masked(Bytes secret, SecretKind kind) {
    int shown =
        kind.letters().startsWith("-")
            ? firstLine(secret)
            : Math.min(kind.letters().length() + SHOWN_LETTERS, secret.length() / 4);
    return secret.slice(0, shown) + "…";
  }

  private static int firstLine(Bytes secret) {
    int at = 0;
    while (at < secret.length() && secret.at(at) != '\n' && secret.at(at) != '\r') {
      at++;
    }
    return at;
  }
}
