package org.ckimg.tools.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One document. A field whose value is absent is not written; numbers that are addresses or words
 * are hex strings.
 */
final class Json implements Closeable {
  private final PrintWriter out;
  private final JsonGenerator generator;

  /** A document for people and scripts. */
  Json(PrintWriter out) throws IOException {
    this(out, generator(new JsonFactory(), out).setPrettyPrinter(printer()));
  }

  private Json(PrintWriter out, JsonGenerator generator) {
    this.out = out;
    this.generator = generator;
  }

  /**
   * A document inside an HTML page: no character in it has a meaning there, and it is no longer
   * than about {@code mostBytes}; what did not fit is counted in its field {@code leftOut}.
   */
  static Json embedded(PrintWriter out, long mostBytes) throws IOException {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(HtmlEscapes.INSTANCE)
            .build();
    return new Json(out, new BoundedGenerator(generator(factory, out), mostBytes));
  }

  private static JsonGenerator generator(JsonFactory factory, PrintWriter out) throws IOException {
    return factory.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  private static DefaultPrettyPrinter printer() {
    Separators colon =
        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
    return new DefaultPrettyPrinter(colon).withObjectIndenter(new DefaultIndenter("  ", "\n"));
  }

  /** Something that writes fields or elements. */
  @FunctionalInterface
  interface Part {
    void write() throws IOException;
  }

  /** Something that writes one element. */
  @FunctionalInterface
  interface Element<T> {
    void write(T value) throws IOException;
  }

  void object(Part fields) throws IOException {
    generator.writeStartObject();
    fields.write();
    generator.writeEndObject();
  }

  void object(String name, Part fields) throws IOException {
    generator.writeFieldName(name);
    object(fields);
  }

  /** An array of objects; {@code fields} writes those of one. */
  <T> void objects(String name, Iterable<T> values, Element<T> fields) throws IOException {
    generator.writeArrayFieldStart(name);
    for (T value : values) {
      object(() -> fields.write(value));
    }
    generator.writeEndArray();
  }

  /** An object when there is a value, nothing otherwise. */
  <T> void object(String name, Optional<T> value, Element<T> fields) throws IOException {
    if (value.isPresent()) {
      object(name, () -> fields.write(value.get()));
    }
  }

  /** The values of an array of objects, as a source brings them. */
  @FunctionalInterface
  interface Source<T> {
    void forEach(Element<T> element) throws IOException;
  }

  /** An array of objects that are never all in memory. */
  <T> void stream(String name, Source<T> source, Element<T> fields) throws IOException {
    generator.writeArrayFieldStart(name);
    source.forEach(value -> object(() -> fields.write(value)));
    generator.writeEndArray();
  }

  void strings(String name, List<?> values) throws IOException {
    generator.writeArrayFieldStart(name);
    for (Object value : values) {
      generator.writeString(value.toString());
    }
    generator.writeEndArray();
  }

  void text(String name, Object value) throws IOException {
    generator.writeStringField(name, value.toString());
  }

  void text(String name, Optional<?> value) throws IOException {
    if (value.isPresent()) {
      text(name, value.get());
    }
  }

  void flag(String name, boolean value) throws IOException {
    generator.writeBooleanField(name, value);
  }

  void flag(String name, Optional<Boolean> value) throws IOException {
    if (value.isPresent()) {
      flag(name, value.get());
    }
  }

  void number(String name, long value) throws IOException {
    generator.writeNumberField(name, value);
  }

  void number(String name, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      number(name, value.getAsInt());
    }
  }

  void number(String name, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      number(name, value.getAsLong());
    }
  }

  /** A 32-bit id that is unsigned, such as a uid. */
  void id(String name, int value) throws IOException {
    number(name, Integer.toUnsignedLong(value));
  }

  /** An unsigned 64-bit number. */
  void unsigned(String name, long value) throws IOException {
    generator.writeNumberField(name, new BigInteger(Long.toUnsignedString(value)));
  }

  /** An array of unsigned 32-bit ids. */
  void ids(String name, List<Integer> values) throws IOException {
    generator.writeArrayFieldStart(name);
    for (int value : values) {
      generator.writeNumber(Integer.toUnsignedLong(value));
    }
    generator.writeEndArray();
  }

  void hex(String name, long value) throws IOException {
    generator.writeStringField(name, "0x" + Long.toHexString(value));
  }

  void hex(String name, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      hex(name, value.getAsLong());
    }
  }

  void hex(String name, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      hex(name, Integer.toUnsignedLong(value.getAsInt()));
    }
  }

  /** For a document whose parts come one by one. */
  void startObject() throws IOException {
    generator.writeStartObject();
  }

  void endObject() throws IOException {
    generator.writeEndObject();
  }

  void startArray(String name) throws IOException {
    generator.writeArrayFieldStart(name);
  }

  void endArray() throws IOException {
    generator.writeEndArray();
  }

  /** Ends the document with a line feed. */
  @Override
  public void close() throws IOException {
    generator.close();
    out.print('\n');
    out.flush();
  }
}
