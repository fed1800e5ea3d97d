package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.Signature;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.input.ImageFacts;

/** The document {@code ckimg.check/1}. */
public final class CheckJson {
  private CheckJson() {}

  /** Writes it. */
  public static void write(ChainVerdict verdict, PrintWriter out) throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> document(verdict, json));
    }
  }

  /** Writes what can be said of an image of another format, which was read. */
  public static void write(ImageFacts facts, PrintWriter out) throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> {
        json.text("schema", "ckimg.check/1");
        json.flag("sound", facts.isSound());
        json.flag("complete", facts.complete());
        json.text("format", facts.format());
        json.object(
            "signature",
            () -> {
              json.flag("present", false);
              json.flag("valid", false);
            });
        json.objects("findings", facts.findings(), finding -> finding(finding, json));
        json.objects("parents", List.<Verdict>of(), parent -> parent(parent, json));
        json.strings("warnings", facts.warnings());
      });
    }
  }

  private static void document(ChainVerdict verdict, Json json) throws IOException {
    json.text("schema", "ckimg.check/1");
    json.flag("sound", verdict.sound());
    image(verdict.image(), json);
    List<Verdict> parents = verdict.images().subList(1, verdict.images().size());
    json.objects("parents", parents, parent -> parent(parent, json));
    json.text("missingParent", verdict.missing());
  }

  private static void parent(Verdict verdict, Json json) throws IOException {
    json.flag("sound", verdict.sound());
    image(verdict, json);
  }

  private static void image(Verdict verdict, Json json) throws IOException {
    json.flag("complete", verdict.complete());
    json.text("identity", verdict.identity());
    json.object("signature", () -> signature(verdict, json));
    json.objects("findings", verdict.findings(), finding -> finding(finding, json));
  }

  private static void signature(Verdict verdict, Json json) throws IOException {
    json.flag("present", verdict.signature().present());
    json.flag("valid", verdict.signature().valid());
    Optional<Bytes> key = verdict.signature().key();
    json.text("key", key.map(bytes -> HexFormat.of().formatHex(bytes.toArray())));
    json.text("fingerprint", key.map(Signature::fingerprint));
  }

  private static void finding(Finding finding, Json json) throws IOException {
    json.text("rule", finding.rule().id());
    json.text("section", finding.section());
    json.number("offset", finding.offset());
    json.text("text", finding.text());
  }
}
