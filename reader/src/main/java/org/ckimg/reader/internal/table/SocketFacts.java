package org.ckimg.reader.internal.table;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdState;

/** What the tables that say more of a socket must know of it. */
final class SocketFacts {
  private final Map<Long, Socket> sockets = new LinkedHashMap<>();
  private final References references;
  private long rows;

  SocketFacts(References references) {
    this.references = references;
  }

  /**
   * One socket.
   *
   * @param description its id
   * @param queue object with what it received, 0 for none
   * @param connection true when it may have a TCP record
   * @param offset of its record
   */
  record Socket(long description, long queue, boolean connection, long offset) {}

  void add(Row<CkimgImage.Socket> row) {
    CkimgImage.Socket r = row.value();
    boolean connection = FdState.Socket.isConnection(r.family(), r.kind(), r.state());
    sockets.put(r.description(), new Socket(r.description(), r.queue(), connection, row.offset()));
    rows++;
  }

  Collection<Socket> all() {
    return sockets.values();
  }

  /** True when it is known that the description has no record. */
  boolean lack(long description) {
    return references.has(SectionType.SOCKETS, rows) && !sockets.containsKey(description);
  }

  /** True when it is known that the description has no connection. */
  boolean lackConnection(long description) {
    Socket socket = sockets.get(description);
    return socket == null ? lack(description) : !socket.connection();
  }
}
