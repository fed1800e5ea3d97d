package org.ckimg.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A small C project that takes make(1) two seconds. */
final class CProject {
  private static final int FILES = 12;
  private static final int FUNCTIONS = 60;

  private static final String MAKEFILE =
      """
      OBJECTS = main.o %s
      all: program
      \t./program > result
      program: $(OBJECTS)
      \tgcc -o $@ $(OBJECTS)
      %%.o: %%.c
      \tgcc -O2 -c -o $@ $<
      """;

  private CProject() {}

  /** Writes it into a folder; {@code make} writes {@code program} and {@code result}. */
  static void write(Path folder) throws IOException {
    String objects =
        IntStream.range(0, FILES).mapToObj("part%d.o"::formatted).collect(Collectors.joining(" "));
    Files.writeString(folder.resolve("Makefile"), MAKEFILE.formatted(objects));
    Files.writeString(folder.resolve("main.c"), mainFile());
    for (int file = 0; file < FILES; file++) {
      Files.writeString(folder.resolve("part%d.c".formatted(file)), part(file));
    }
  }

  private static String mainFile() {
    StringBuilder text = new StringBuilder("#include <stdio.h>\n");
    StringBuilder sum = new StringBuilder("0");
    for (int file = 0; file < FILES; file++) {
      text.append("int part%d(int);\n".formatted(file));
      sum.append(" + part%d(%d)".formatted(file, file + 1));
    }
    return text.append("int main(void) { return printf(\"%%d\\n\", %s) < 0; }%n".formatted(sum))
        .toString();
  }

  private static String part(int file) {
    StringBuilder text = new StringBuilder("#include <stdlib.h>\n#include <string.h>\n");
    StringBuilder sum = new StringBuilder("n");
    for (int i = 0; i < FUNCTIONS; i++) {
      text.append(
          """
          static int f%d(int n) {
            int a[64], s = 0;
            memset(a, n & %d, sizeof a);
            for (int i = 0; i < 64; i++) s += abs(a[i] * %d - (a[(i * 7) %% 64] ^ n)) %% %d;
            return s;
          }
          """
              .formatted(i, file + i, i + 3, 101 + file + i));
      sum.append(" + f%d(n + %d)".formatted(i, i));
    }
    return text.append("int part%d(int n) { return %s; }%n".formatted(file, sum)).toString();
  }
}
