package org.ckimg.interop.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.spec.model.Bytes;

/** JSON that engines write beside the images; a part that is not of the expected kind is absent. */
final class JsonFile {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_DEPTH = 64;

  /** How Go writes a time that was never set. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
              .build());

  private JsonFile() {}

  /** Reads a file of a folder; one that cannot be read is reported, and absent. */
  static Optional<JsonNode> read(Folder folder, String name, Report report) throws IOException {
    Optional<ByteSource> found = folder.open(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (ByteSource source = found.get()) {
      return read(source, report);
    }
  }

  /** The same, of an open file. */
  static Optional<JsonNode> read(ByteSource source, Report report) throws IOException {
    if (source.length() > MAX_BYTES) {
      report.broken(ArchiveRule.JSON, source.name(), 0, "has %d bytes", source.length());
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) source.length()];
    source.read(0, ByteBuffer.wrap(bytes));
    try {
      return Optional.of(MAPPER.readTree(bytes)).filter(node -> !node.isMissingNode());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      report.broken(
          ArchiveRule.JSON,
          source.name(),
          Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset()),
          "no JSON: %s",
          Bytes.utf8(e.getOriginalMessage()));
      return Optional.empty();
    }
  }

  /** Text or a number at a JSON pointer, safe to print; empty text is none. */
  static Optional<String> text(JsonNode node, String pointer) {
    JsonNode value = node.at(pointer);
    return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
        ? Optional.of(safe(value.asText()))
        : Optional.empty();
  }

  /** A time in UTC; one that was never set, or that is no time, is absent. */
  static Optional<String> time(JsonNode node, String pointer) {
    return text(node, pointer).filter(text -> !text.equals(NEVER)).flatMap(JsonFile::utc);
  }

  private static Optional<String> utc(String time) {
    try {
      return Optional.of(OffsetDateTime.parse(time).toInstant().toString());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Text that cannot steer a terminal. */
  static String safe(String text) {
    return Bytes.utf8(text).toString();
  }
}
