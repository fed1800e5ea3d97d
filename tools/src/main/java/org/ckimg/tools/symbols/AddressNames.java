package org.ckimg.tools.symbols;

import java.io.Closeable;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** Addresses of all processes of an image in words. For one thread. */
public final class AddressNames implements Closeable {
  private final Symbolizer symbolizer;
  private final Map<ProcessState, Symbols> byProcess = new IdentityHashMap<>();

  /** Of the processes of {@code subject}. */
  public AddressNames(Subject subject) {
    symbolizer = Symbolizer.of(subject);
  }

  /** Where an address of a process points; empty when nothing is mapped there. */
  public Optional<String> of(ProcessState process, long address) throws IOException {
    return byProcess.computeIfAbsent(process, symbolizer::symbols).at(address).map(Place::toString);
  }

  @Override
  public void close() throws IOException {
    symbolizer.close();
  }
}
