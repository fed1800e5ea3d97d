package org.ckimg.interop.criu;

import com.google.protobuf.MessageOrBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.SocketOptions;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Options of a socket as getsockopt(2) gives them. */
final class SocketOptionList {
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_BINDTODEVICE = 25;
  private static final int SO_GET_FILTER = 26;

  private final List<FdState.Option> options = new ArrayList<>();

  private SocketOptionList() {}

  static List<FdState.Option> of(SocketOptions options) {
    return new SocketOptionList().common(options).sorted();
  }

  static List<FdState.Option> of(InetSocket socket) {
    return new SocketOptionList()
        .common(socket.getOpts())
        .numbers(socket)
        .numbers(socket.getIpOpts())
        .numbers(socket.getTcpOpts())
        .sorted();
  }

  private List<FdState.Option> sorted() {
    options.sort(
        Comparator.comparingInt(FdState.Option::level).thenComparingInt(FdState.Option::name));
    return options;
  }

  private SocketOptionList common(SocketOptions o) {
    numbers(o);
    time(o.hasRcvTmoSec(), SO_RCVTIMEO, o.getRcvTmoSec(), o.getRcvTmoUsec());
    time(o.hasSndTmoSec(), SO_SNDTIMEO, o.getSndTmoSec(), o.getSndTmoUsec());
    if (o.hasBoundDev()) {
      options.add(
          new FdState.Option(SOL_SOCKET, SO_BINDTODEVICE, ThreadDecoder.bytes(o.getBoundDev())));
    }
    if (o.getFilterCount() > 0) {
      options.add(new FdState.Option(SOL_SOCKET, SO_GET_FILTER, program(o.getFilterList())));
    }
    return this;
  }

  /** {@code struct sock_filter} of linux/filter.h; CRIU has its fields from the high bits down. */
  private static Bytes program(List<Long> filter) {
    WordBuffer program = new WordBuffer(filter.size() * Long.BYTES);
    for (int i = 0; i < filter.size(); i++) {
      long step = filter.get(i);
      program
          .put16(i * Long.BYTES, (int) (step >>> 48))
          .put8(i * Long.BYTES + 2, (int) (step >>> 40))
          .put8(i * Long.BYTES + 3, (int) (step >>> 32))
          .put32(i * Long.BYTES + 4, (int) step);
    }
    return program.toBytes();
  }

  private SocketOptionList numbers(MessageOrBuilder from) {
    SocketOptionField.of(from)
        .filter(option -> option.isIn(from))
        .forEach(option -> {
          Bytes word = new WordBuffer(Integer.BYTES).put32(0, option.get(from)).toBytes();
          options.add(new FdState.Option(option.level(), option.number(), word));
        });
    return this;
  }

  private void time(boolean known, int name, long seconds, long micros) {
    if (known) {
      Bytes value =
          new WordBuffer(2 * Long.BYTES).put64(0, seconds).put64(Long.BYTES, micros).toBytes();
      options.add(new FdState.Option(SOL_SOCKET, name, value));
    }
  }
}
