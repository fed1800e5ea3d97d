package org.ckimg.reader.internal.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

final class MessageVerifier extends Verifier<CkimgImage.Message> {
  private final Map<Long, Long> lengths = new HashMap<>();
  private long description;
  private long number;
  private long rows;

  MessageVerifier(References references, Findings findings) {
    super(references, findings);
  }

  @Override
  void check(Row<CkimgImage.Message> row) throws ImageException {
    CkimgImage.Message r = row.value();
    checkNumber(row, r);
    if (references.sockets().lack(r.description())) {
      broken(row, Rule.MSG_02, "description %d is no socket", r.description());
    }
    boolean sender = (r.present() & Presence.Message.SENDER) != 0;
    boolean control = (r.present() & Presence.Message.CONTROL) != 0;
    zeroUnless(row, sender, "sender", r.sender().len());
    zeroUnless(row, control, "control", r.control().len());
    if (r.sender().len() > Format.MAX_ADDRESS_BYTES) {
      broken(row, Rule.MSG_02, "sender has %d bytes", r.sender().len());
    }
    rows++;
    lengths.merge(r.description(), r.length(), MessageVerifier::sum);
  }

  private void checkNumber(Row<CkimgImage.Message> row, CkimgImage.Message r)
      throws ImageException {
    if (r.description() != description) {
      ordered(row, r.description());
      description = r.description();
      number = 0;
    }
    if (r.number() != number && !behindHole()) {
      broken(row, Rule.MSG_02, "number is %d, %d expected", r.number(), number);
    }
    number = r.number() + 1;
  }

  /** Two lengths; what is longer than any object is only known to be too long. */
  private static long sum(long a, long b) {
    return Math.min(a + b, Format.MAX_FILE_BYTES + 1);
  }

  /** A socket whose messages do not fill its queue is found where the socket is. */
  @Override
  void end() throws ImageException {
    if (!references.has(SectionType.MESSAGES, rows)) {
      return;
    }
    for (SocketFacts.Socket socket : references.sockets().all()) {
      OptionalLong queue = queueLength(socket);
      long length = lengths.getOrDefault(socket.description(), 0L);
      if (queue.isPresent() && queue.getAsLong() != length) {
        String text = "description %d has messages of %d bytes in a queue of %d";
        brokenTable(
            SectionType.SOCKETS,
            Rule.MSG_03,
            socket.offset(),
            text.formatted(socket.description(), length, queue.getAsLong()));
      }
    }
  }

  /** Empty when it cannot be known. */
  private OptionalLong queueLength(SocketFacts.Socket socket) {
    if (socket.queue() == 0) {
      return OptionalLong.of(0);
    }
    Optional<References.ObjectFacts> object = references.object(socket.queue());
    return object.isPresent() ? OptionalLong.of(object.get().length()) : OptionalLong.empty();
  }
}
