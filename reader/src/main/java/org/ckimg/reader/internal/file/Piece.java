package org.ckimg.reader.internal.file;

import io.kaitai.struct.KaitaiStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.KsyRules;

/**
 * Bytes that one generated type parses. A constraint that does not hold becomes a finding with the
 * rule that the layout names for it.
 *
 * @param section what the bytes belong to
 * @param offset of the bytes, from the image's start
 * @param bytes from position to limit
 */
public record Piece(String section, long offset, ByteBuffer bytes) {
  /** The parsed form; empty when a constraint does not hold, which is reported. */
  public <T> Optional<T> parse(Function<KaitaiStream, T> parser, Findings findings)
      throws ImageException {
    FieldStream stream = new FieldStream(bytes);
    try {
      return Optional.of(parser.apply(stream));
    } catch (KaitaiStream.ValidationFailedError e) {
      findings.add(finding(e, stream));
      return Optional.empty();
    }
  }

  /** The runtime keeps the path to itself and puts it in front of its message. */
  private Finding finding(KaitaiStream.ValidationFailedError error, FieldStream stream) {
    String message = error.getMessage();
    KsyRules.Field field = KsyRules.at(message.substring(0, message.indexOf(": ")));
    String text = field.field() + " " + reason(error, stream.value());
    return new Finding(field.rule(), section, offset + stream.start(), text);
  }

  private static String reason(KaitaiStream.ValidationFailedError error, String value) {
    if (value.isEmpty()) {
      return error instanceof KaitaiStream.ValidationExprError
          ? "does not fit the size of what it is in"
          : "has other bytes than it must have";
    }
    if (error instanceof KaitaiStream.ValidationExprError) {
      return "is " + value + ", which does not fit";
    }
    String message = error.getMessage();
    return "is " + value + ": " + message.substring(message.lastIndexOf(": ") + 2);
  }
}
