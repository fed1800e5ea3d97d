package org.ckimg.interop.criu.write;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.ckimg.interop.criu.SocketOptionField;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.IpOptions;
import org.ckimg.interop.criu.proto.SocketOptions;
import org.ckimg.interop.criu.proto.TcpOptions;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;

/** Options of sockets in the messages of CRIU. */
final class SocketOptionEncoder {
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_BINDTODEVICE = 25;
  private static final int SO_GET_FILTER = 26;

  /** Of the kernel: net.core.wmem_default and rmem_default. */
  private static final int BUFFER_BYTES = 212_992;

  /** Of the kernel: net.ipv4.tcp_wmem. */
  private static final int TCP_SEND_BYTES = 16_384;

  /** Of the kernel: net.ipv4.tcp_rmem. */
  private static final int TCP_RECEIVE_BYTES = 131_072;

  private static final int SEND_LOCKED = 1;
  private static final int RECEIVE_LOCKED = 2;

  private SocketOptionEncoder() {}

  /** True when CRIU has a place for it. */
  static boolean isKept(FdState.Option option) {
    if (SocketOptionField.of(option.level(), option.name()).isPresent()) {
      return option.value().length() == Integer.BYTES;
    }
    return option.level() == SOL_SOCKET
        && switch (option.name()) {
          case SO_RCVTIMEO, SO_SNDTIMEO -> option.value().length() == 2 * Long.BYTES;
          case SO_BINDTODEVICE -> true;
          case SO_GET_FILTER -> option.value().length() % Long.BYTES == 0;
          default -> false;
        };
  }

  /** True for a socket of which the image does not say how large its buffers are. */
  static boolean hasUsualBuffers(FdState.Socket socket) {
    return !has(socket, SocketOptionField.SNDBUF) || !has(socket, SocketOptionField.RCVBUF);
  }

  private static boolean has(FdState.Socket socket, SocketOptionField field) {
    return socket.options().stream()
        .anyMatch(option ->
            SocketOptionField.of(option.level(), option.name())
                .filter(found -> found == field)
                .isPresent());
  }

  /** Those of every family. CRIU demands sizes of buffers, and locks them unless it is told. */
  static SocketOptions common(FdState.Socket socket) {
    boolean tcp = SocketEncoder.isTcp(socket);
    SocketOptions.Builder options =
        SocketOptions.newBuilder()
            .setSndbuf(tcp ? TCP_SEND_BYTES : BUFFER_BYTES)
            .setRcvbuf(tcp ? TCP_RECEIVE_BYTES : BUFFER_BYTES)
            .setSndTmoSec(0)
            .setSndTmoUsec(0)
            .setRcvTmoSec(0)
            .setRcvTmoUsec(0);
    if (hasUsualBuffers(socket)) {
      options.setBufLock(
          (has(socket, SocketOptionField.SNDBUF) ? SEND_LOCKED : 0)
              | (has(socket, SocketOptionField.RCVBUF) ? RECEIVE_LOCKED : 0));
    }
    for (FdState.Option option : socket.options()) {
      if (isKept(option)) {
        addNumber(option, options);
        addOther(option, options);
      }
    }
    return options.build();
  }

  /** All of an internet socket. */
  static void add(FdState.Socket socket, InetSocket.Builder inet) {
    IpOptions.Builder ip = IpOptions.newBuilder();
    TcpOptions.Builder tcp = TcpOptions.newBuilder();
    for (FdState.Option option : socket.options()) {
      if (isKept(option)) {
        addNumber(option, inet);
        addNumber(option, ip);
        addNumber(option, tcp);
      }
    }
    inet.setOpts(common(socket)).setIpOpts(ip).setTcpOpts(tcp);
  }

  private static void addNumber(FdState.Option option, Message.Builder into) {
    Optional<SocketOptionField> field = SocketOptionField.of(option.level(), option.name());
    if (field.isPresent() && SocketOptionField.of(into).anyMatch(field.get()::equals)) {
      field.get().set(into, words(option.value()).getInt());
    }
  }

  private static void addOther(FdState.Option option, SocketOptions.Builder into) {
    if (option.level() != SOL_SOCKET) {
      return;
    }
    ByteBuffer value = words(option.value());
    switch (option.name()) {
      case SO_RCVTIMEO -> into.setRcvTmoSec(value.getLong()).setRcvTmoUsec(value.getLong());
      case SO_SNDTIMEO -> into.setSndTmoSec(value.getLong()).setSndTmoUsec(value.getLong());
      case SO_BINDTODEVICE -> into.setBoundDev(name(option.value()));
      case SO_GET_FILTER -> addFilter(value, into);
      default -> {}
    }
  }

  private static ByteBuffer words(Bytes value) {
    return ByteBuffer.wrap(value.toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Without the zeroes at its end. */
  private static ByteString name(Bytes value) {
    int end = value.length();
    while (end > 0 && value.at(end - 1) == 0) {
      end--;
    }
    return FileEncoder.text(value.slice(0, end));
  }

  /**
   * {@code struct sock_filter} of linux/filter.h, whose fields CRIU has from the high bits down.
   */
  private static void addFilter(ByteBuffer program, SocketOptions.Builder into) {
    while (program.hasRemaining()) {
      long code = Short.toUnsignedLong(program.getShort());
      long whenTrue = Byte.toUnsignedLong(program.get());
      long whenFalse = Byte.toUnsignedLong(program.get());
      long operand = Integer.toUnsignedLong(program.getInt());
      into.addFilter(code << 48 | whenTrue << 40 | whenFalse << 32 | operand);
    }
  }
}
