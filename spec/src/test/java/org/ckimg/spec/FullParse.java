package org.ckimg.spec;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStruct;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.ckimg.spec.ksy.CkimgImage;

/** Asks a generated parser for everything that it can give. */
public final class FullParse {
  /** The first section is walked to, and would be parsed twice. */
  private static final Set<String> APART = Set.of("_root", "_parent", "_io", "first");

  private static final Map<Class<?>, List<Method>> GETTERS = new ConcurrentHashMap<>();

  private final CkimgImage image;
  private int values;

  /** A parse of an image, of which only the header is read. */
  public FullParse(byte[] bytes) {
    image = new CkimgImage(new ByteBufferKaitaiStream(bytes));
  }

  /** Number of values that were read. */
  public int values() {
    return values;
  }

  /** Parses everything; the sections, the directory last. */
  public List<CkimgImage.Section> sections() {
    visit(image);
    List<CkimgImage.Section> sections = new ArrayList<>();
    long end = image._io().size() - Format.FOOTER_BYTES;
    for (long at = Format.HEADER_BYTES; at < end; at += sections.getLast().span()) {
      image._io().seek(at);
      sections.add(new CkimgImage.Section(image._io(), image, image, at));
      visit(sections.getLast());
    }
    return sections;
  }

  private void visit(Object value) {
    values++;
    switch (value) {
      case null -> {}
      case List<?> list -> list.forEach(this::visit);
      case KaitaiStruct struct -> getters(struct).forEach(getter -> visit(get(struct, getter)));
      default -> {}
    }
  }

  private static List<Method> getters(KaitaiStruct struct) {
    return GETTERS.computeIfAbsent(
        struct.getClass(),
        type ->
            Stream.of(type.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .filter(m -> !Modifier.isStatic(m.getModifiers()))
                .filter(m -> m.getParameterCount() == 0 && !APART.contains(m.getName()))
                .filter(m -> !m.getName().startsWith("_raw_"))
                .sorted(Comparator.comparing(Method::getName))
                .toList());
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
