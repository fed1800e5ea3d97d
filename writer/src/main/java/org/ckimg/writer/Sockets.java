package org.ckimg.writer;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;

/** Walks the sockets of a checkpoint, by description. */
final class Sockets {
  private Sockets() {}

  /** Takes one socket. */
  @FunctionalInterface
  interface Visitor {
    void visit(OpenFile open, FdState.Socket socket) throws IOException;
  }

  static void forEach(Checkpoint checkpoint, Visitor visitor) throws IOException {
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.state().orElse(null) instanceof FdState.Socket socket) {
        visitor.visit(open, socket);
      }
    }
  }

  /** Checks that an address is no longer than {@code struct sockaddr_storage}. */
  static void requireAddress(TableWriter table, String field, Optional<Bytes> address, Rule rule) {
    int length = address.map(Bytes::length).orElse(0);
    table.require(length <= Format.MAX_ADDRESS_BYTES, rule, field + " has " + length + " bytes");
  }
}
