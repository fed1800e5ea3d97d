package org.ckimg.interop.criu;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.IpOptions;
import org.ckimg.interop.criu.proto.SocketOptions;
import org.ckimg.interop.criu.proto.TcpOptions;

/**
 * Options of sockets that are one number of 32 bits, and where CRIU keeps them. Levels and numbers
 * are those of {@code asm-generic/socket.h}, {@code linux/in.h}, {@code linux/in6.h} and {@code
 * linux/tcp.h}.
 */
public enum SocketOptionField {
  REUSEADDR(1, 2, SocketOptions.getDescriptor()),
  DONTROUTE(1, 5, SocketOptions.getDescriptor()),
  BROADCAST(1, 6, SocketOptions.getDescriptor()),
  SNDBUF(1, 7, SocketOptions.getDescriptor()),
  RCVBUF(1, 8, SocketOptions.getDescriptor()),
  KEEPALIVE(1, 9, SocketOptions.getDescriptor()),
  OOBINLINE(1, 10, SocketOptions.getDescriptor()),
  NO_CHECK(1, 11, SocketOptions.getDescriptor()),
  PRIORITY(1, 12, SocketOptions.getDescriptor()),
  REUSEPORT(1, 15, SocketOptions.getDescriptor()),
  PASSCRED(1, 16, SocketOptions.getDescriptor()),
  RCVLOWAT(1, 18, SocketOptions.getDescriptor()),
  PASSSEC(1, 34, SocketOptions.getDescriptor()),
  MARK(1, 36, SocketOptions.getDescriptor()),
  BUF_LOCK(1, 72, SocketOptions.getDescriptor()),
  TOS(0, 1, IpOptions.getDescriptor()),
  TTL(0, 2, IpOptions.getDescriptor()),
  PKTINFO(0, 8, IpOptions.getDescriptor()),
  FREEBIND(0, 15, IpOptions.getDescriptor()),
  NODELAY(6, 1, TcpOptions.getDescriptor()),
  CORK(6, 3, TcpOptions.getDescriptor()),
  KEEPIDLE(6, 4, TcpOptions.getDescriptor()),
  KEEPINTVL(6, 5, TcpOptions.getDescriptor()),
  KEEPCNT(6, 6, TcpOptions.getDescriptor()),
  V6ONLY(41, 26, InetSocket.getDescriptor());

  private final int level;
  private final int number;
  private final Descriptor message;
  private final FieldDescriptor field;

  SocketOptionField(int level, int number, Descriptor message) {
    this.level = level;
    this.number = number;
    this.message = message;
    this.field = message.findFieldByName(name().toLowerCase(Locale.ROOT));
  }

  /** Those that messages like this one have. */
  public static Stream<SocketOptionField> of(MessageOrBuilder message) {
    return Stream.of(values()).filter(option -> option.message == message.getDescriptorForType());
  }

  /** The one of setsockopt(2) with these numbers; empty for one that CRIU does not keep. */
  public static Optional<SocketOptionField> of(int level, int number) {
    return Stream.of(values())
        .filter(option -> option.level == level && option.number == number)
        .findFirst();
  }

  int level() {
    return level;
  }

  int number() {
    return number;
  }

  boolean isIn(MessageOrBuilder from) {
    return from.hasField(field);
  }

  int get(MessageOrBuilder from) {
    Object value = from.getField(field);
    return value instanceof Boolean set ? set ? 1 : 0 : (int) value;
  }

  /** Sets it in a message that has it. */
  public void set(Message.Builder into, int value) {
    boolean flag = field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN;
    into.setField(field, flag ? (Object) (value != 0) : (Object) value);
  }
}
