package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.SocketOptions;
import org.ckimg.interop.criu.proto.TcpOptions;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Options of a socket as getsockopt(2) gives them. */
final class SocketOptionList {
  private static final int SOL_IP = 0;
  private static final int SOL_SOCKET = 1;
  private static final int SOL_TCP = 6;
  private static final int SOL_IPV6 = 41;

  private final List<FdState.Option> options = new ArrayList<>();

  private SocketOptionList() {}

  static List<FdState.Option> of(SocketOptions options) {
    return new SocketOptionList().common(options).sorted();
  }

  static List<FdState.Option> of(InetSocket socket) {
    SocketOptionList list = new SocketOptionList().common(socket.getOpts());
    list.add(socket.hasV6Only(), SOL_IPV6, 26, socket.getV6Only());
    list.add(socket.getIpOpts().hasFreebind(), SOL_IP, 15, socket.getIpOpts().getFreebind());
    list.add(socket.getIpOpts().hasTtl(), SOL_IP, 2, socket.getIpOpts().getTtl());
    list.tcp(socket.getTcpOpts());
    return list.sorted();
  }

  private List<FdState.Option> sorted() {
    options.sort(
        Comparator.comparingInt(FdState.Option::level).thenComparingInt(FdState.Option::name));
    return options;
  }

  private SocketOptionList common(SocketOptions o) {
    add(o.hasSndbuf(), SOL_SOCKET, 7, o.getSndbuf());
    add(o.hasRcvbuf(), SOL_SOCKET, 8, o.getRcvbuf());
    time(o.hasRcvTmoSec(), 20, o.getRcvTmoSec(), o.getRcvTmoUsec());
    time(o.hasSndTmoSec(), 21, o.getSndTmoSec(), o.getSndTmoUsec());
    add(o.hasReuseaddr(), SOL_SOCKET, 2, o.getReuseaddr());
    add(o.hasPriority(), SOL_SOCKET, 12, o.getPriority());
    add(o.hasRcvlowat(), SOL_SOCKET, 18, o.getRcvlowat());
    add(o.hasMark(), SOL_SOCKET, 36, o.getMark());
    add(o.hasPasscred(), SOL_SOCKET, 16, o.getPasscred());
    add(o.hasPasssec(), SOL_SOCKET, 34, o.getPasssec());
    add(o.hasDontroute(), SOL_SOCKET, 5, o.getDontroute());
    add(o.hasNoCheck(), SOL_SOCKET, 11, o.getNoCheck());
    add(o.hasReuseport(), SOL_SOCKET, 15, o.getReuseport());
    add(o.hasBroadcast(), SOL_SOCKET, 6, o.getBroadcast());
    add(o.hasKeepalive(), SOL_SOCKET, 9, o.getKeepalive());
    add(o.hasOobinline(), SOL_SOCKET, 10, o.getOobinline());
    add(o.hasBufLock(), SOL_SOCKET, 72, o.getBufLock());
    if (o.hasBoundDev()) {
      options.add(new FdState.Option(SOL_SOCKET, 25, ThreadDecoder.bytes(o.getBoundDev())));
    }
    if (o.getFilterCount() > 0) {
      Bytes program =
          new WordBuffer(o.getFilterCount() * Long.BYTES).putAll64(0, o.getFilterList()).toBytes();
      options.add(new FdState.Option(SOL_SOCKET, 26, program));
    }
    return this;
  }

  private void tcp(TcpOptions o) {
    add(o.hasNodelay(), SOL_TCP, 1, o.getNodelay());
    add(o.hasCork(), SOL_TCP, 3, o.getCork());
    add(o.hasKeepidle(), SOL_TCP, 4, o.getKeepidle());
    add(o.hasKeepintvl(), SOL_TCP, 5, o.getKeepintvl());
    add(o.hasKeepcnt(), SOL_TCP, 6, o.getKeepcnt());
  }

  private void add(boolean known, int level, int name, boolean value) {
    add(known, level, name, value ? 1 : 0);
  }

  private void add(boolean known, int level, int name, int value) {
    if (known) {
      Bytes word = new WordBuffer(Integer.BYTES).put32(0, value).toBytes();
      options.add(new FdState.Option(level, name, word));
    }
  }

  private void time(boolean known, int name, long seconds, long micros) {
    if (known) {
      Bytes value =
          new WordBuffer(2 * Long.BYTES).put64(0, seconds).put64(Long.BYTES, micros).toBytes();
      options.add(new FdState.Option(SOL_SOCKET, name, value));
    }
  }
}
