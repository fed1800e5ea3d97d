package org.ckimg.tools.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Strings;

/** Values as cells of a table; what is not known is a dash. */
final class Cells {
  /** What stands for a value that the source does not know. */
  static final String ABSENT = "-";

  private Cells() {}

  static String of(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : ABSENT;
  }

  static String of(OptionalInt value, IntFunction<String> form) {
    return value.isPresent() ? form.apply(value.getAsInt()) : ABSENT;
  }

  static String of(OptionalLong value, LongFunction<String> form) {
    return value.isPresent() ? form.apply(value.getAsLong()) : ABSENT;
  }

  static String of(Optional<?> value) {
    return value.map(Object::toString).orElse(ABSENT);
  }

  static String list(List<String> values) {
    return values.isEmpty() ? ABSENT : String.join(",", values);
  }

  /** The path, marked when nothing leads to it any more. */
  static String path(Optional<FileFacts> file) {
    return of(file.map(f -> f.path() + (f.deleted() ? " (deleted)" : "")));
  }

  /** Arguments as one line, else the name of the leader. */
  static String command(ProcessState process) {
    String arguments =
        process
            .cmdline()
            .map(c -> String.join(" ", Strings.split(c).stream().map(Object::toString).toList()))
            .orElse("");
    String name = View.name(process).strip();
    return !arguments.isEmpty() ? arguments : name.isEmpty() ? ABSENT : "[" + name + "]";
  }
}
