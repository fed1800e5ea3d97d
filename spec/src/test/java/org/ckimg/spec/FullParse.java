package org.ckimg.spec;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStruct;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.spec.ksy.CkimgImage;

/** Asks a generated parser for everything that it can give. */
final class FullParse {
  /** The first section is walked to, and would be parsed twice. */
  private static final Set<String> APART = Set.of("_root", "_parent", "_io", "first");

  private final CkimgImage image;
  private int values;

  FullParse(byte[] bytes) {
    image = new CkimgImage(new ByteBufferKaitaiStream(bytes));
  }

  /** Number of values that were read. */
  int values() {
    return values;
  }

  /** Number of sections, the directory included. */
  int run() {
    visit(image);
    long end = image._io().size() - Format.FOOTER_BYTES;
    int sections = 0;
    for (long at = Format.HEADER_BYTES; at < end; sections++) {
      image._io().seek(at);
      CkimgImage.Section section = new CkimgImage.Section(image._io(), image, image, at);
      visit(section);
      at += section.span();
    }
    return sections;
  }

  private void visit(Object value) {
    values++;
    switch (value) {
      case null -> {}
      case List<?> list -> list.forEach(this::visit);
      case KaitaiStruct struct -> getters(struct.getClass()).forEach(g -> visit(get(struct, g)));
      default -> {}
    }
  }

  private static Stream<Method> getters(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
        .filter(m -> m.getParameterCount() == 0 && !APART.contains(m.getName()))
        .filter(m -> !m.getName().startsWith("_raw_"))
        .sorted(Comparator.comparing(Method::getName));
  }

  private static Object get(Object from, Method getter) {
    try {
      return getter.invoke(from);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
