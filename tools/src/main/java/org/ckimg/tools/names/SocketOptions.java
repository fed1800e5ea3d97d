package org.ckimg.tools.names;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Levels and names of setsockopt(2), {@code asm-generic/socket.h}, {@code linux/in.h}, {@code
 * linux/tcp.h}. Machines with numbers of their own have another number for the level of sockets.
 */
public final class SocketOptions {
  private static final Map<Integer, String> LEVELS =
      Map.of(
          0, "SOL_IP",
          1, "SOL_SOCKET",
          6, "SOL_TCP",
          17, "SOL_UDP",
          41, "SOL_IPV6",
          255, "SOL_RAW",
          263, "SOL_PACKET",
          270, "SOL_NETLINK");

  private static final Map<Integer, Map<Integer, String>> NAMES =
      Map.of(
          0,
          names(
              "IP_",
              "1 TOS 2 TTL 8 PKTINFO 10 MTU_DISCOVER 11 RECVERR 12 RECVTTL 13 RECVTOS 15 FREEBIND"
                  + " 19 TRANSPARENT 24 BIND_ADDRESS_NO_PORT 32 MULTICAST_IF 33 MULTICAST_TTL"
                  + " 34 MULTICAST_LOOP 49 MULTICAST_ALL"),
          1,
          names(
              "SO_",
              "1 DEBUG 2 REUSEADDR 3 TYPE 4 ERROR 5 DONTROUTE 6 BROADCAST 7 SNDBUF 8 RCVBUF"
                  + " 9 KEEPALIVE 10 OOBINLINE 11 NO_CHECK 12 PRIORITY 13 LINGER 15 REUSEPORT"
                  + " 16 PASSCRED 17 PEERCRED 18 RCVLOWAT 19 SNDLOWAT 20 RCVTIMEO 21 SNDTIMEO"
                  + " 25 BINDTODEVICE 26 ATTACH_FILTER 29 TIMESTAMP 30 ACCEPTCONN 31 PEERSEC"
                  + " 32 SNDBUFFORCE 33 RCVBUFFORCE 34 PASSSEC 35 TIMESTAMPNS 36 MARK"
                  + " 37 TIMESTAMPING 38 PROTOCOL 39 DOMAIN 40 RXQ_OVFL 41 WIFI_STATUS 42 PEEK_OFF"
                  + " 43 NOFCS 44 LOCK_FILTER 45 SELECT_ERR_QUEUE 46 BUSY_POLL"
                  + " 47 MAX_PACING_RATE 49 INCOMING_CPU 50 ATTACH_BPF 60 ZEROCOPY 61 TXTIME"
                  + " 62 BINDTOIFINDEX"),
          6,
          names(
              "TCP_",
              "1 NODELAY 2 MAXSEG 3 CORK 4 KEEPIDLE 5 KEEPINTVL 6 KEEPCNT 7 SYNCNT 8 LINGER2"
                  + " 9 DEFER_ACCEPT 10 WINDOW_CLAMP 12 QUICKACK 13 CONGESTION 16 THIN_LINEAR_TIMEOUTS"
                  + " 18 USER_TIMEOUT 23 FASTOPEN 25 NOTSENT_LOWAT"),
          41,
          names(
              "IPV6_",
              "16 UNICAST_HOPS 17 MULTICAST_IF 18 MULTICAST_HOPS 19 MULTICAST_LOOP 25 RECVERR"
                  + " 26 V6ONLY 49 RECVPKTINFO 66 RECVTCLASS 67 TCLASS 75 TRANSPARENT"
                  + " 78 FREEBIND"));

  private SocketOptions() {}

  private static Map<Integer, String> names(String prefix, String numbersAndNames) {
    return Stream.of(numbersAndNames.split("(?<=[A-Z0-9_]) (?=[0-9]+ )"))
        .map(pair -> pair.split(" "))
        .collect(
            Collectors.toUnmodifiableMap(
                pair -> Integer.valueOf(pair[0]), pair -> prefix + pair[1]));
  }

  /** Such as SOL_TCP; the number when it has no name. */
  public static String level(int level) {
    return LEVELS.getOrDefault(level, Integer.toString(level));
  }

  /** Such as TCP_NODELAY; the number when it has no name. */
  public static String name(int level, int name) {
    return NAMES.getOrDefault(level, Map.of()).getOrDefault(name, Integer.toString(name));
  }
}
