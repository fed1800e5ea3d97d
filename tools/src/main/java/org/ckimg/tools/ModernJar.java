package org.ckimg.tools;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * What the build runs on the packed command: classes of libraries that were compiled for a virtual
 * machine before Java 6 get the class file version of today, with the stack maps that it asks for.
 * No ahead-of-time cache takes older ones, and the verifier for them is slow: they were a third of
 * the time that the command takes to start.
 */
final class ModernJar {
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
  private static final String CLASS = ".class";

  private final ClassFile classFile = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS);

  private ModernJar() {}

  /** Takes the jar, which is on the class path too and is replaced. */
  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path written = jar.resolveSibling(jar.getFileName() + ".new");
    try (JarFile from = new JarFile(jar.toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(written))) {
      new ModernJar().copy(from, to);
    }
    Files.move(written, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private void copy(JarFile from, JarOutputStream to) throws IOException {
    for (JarEntry entry : Collections.list(from.entries())) {
      byte[] content = from.getInputStream(entry).readAllBytes();
      JarEntry copy = new JarEntry(entry.getName());
      copy.setTime(entry.getTime());
      to.putNextEntry(copy);
      to.write(entry.getName().endsWith(CLASS) ? modern(content) : content);
      to.closeEntry();
    }
  }

  private byte[] modern(byte[] content) {
    ClassModel model = classFile.parse(content);
    if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) {
      return content;
    }
    ClassTransform version =
        (builder, element) ->
            builder.with(
                element instanceof ClassFileVersion
                    ? ClassFileVersion.of(ClassFile.latestMajorVersion(), 0)
                    : element);
    return classFile.transformClass(
        model, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen(version));
  }
}
