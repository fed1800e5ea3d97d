package org.ckimg.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Servers that nobody here wrote: they wait at a port of this host, and count the questions. */
enum Server {
  REDIS("redis", "INCR count\r\nQUIT\r\n") {
    @Override
    List<String> command(Path folder, int port) throws IOException {
      // The same program as redis-server, which goes by its name; that package starts a service.
      Path program = Requirements.program("redis-check-rdb");
      Path server = Files.createSymbolicLink(folder.resolve("redis-server"), program);
      String where = "--bind 127.0.0.1 --save  --appendonly no --port " + port;
      return List.of((server + " " + where).split(" "));
    }

    @Override
    String answer(int number) {
      return ":%d\r\n+OK\r\n".formatted(number);
    }
  },
  JVM("java-http", "GET / HTTP/1.0\r\n\r\n") {
    @Override
    List<String> command(Path folder, int port) throws IOException {
      Path source = RealProgram.resource(folder, "Answers.java");
      return List.of(
          Requirements.java().toString(), "-Xmx96m", source.toString(), Integer.toString(port));
    }

    @Override
    String answer(int number) {
      return "(?s)HTTP/1.1 200 OK\r\n.*\r\n\r\n%d [0-9a-f]{64}".formatted(number);
    }
  };

  private static final int PATIENCE_MILLIS = 60_000;

  private final String label;
  private final String question;

  Server(String label, String question) {
    this.label = label;
    this.question = question;
  }

  /** What starts it; it works in its own folder. */
  abstract List<String> command(Path folder, int port) throws IOException;

  /**
   * What it answers to the question with this number, from 1: a regular expression, or that itself.
   */
  abstract String answer(int number);

  /** Its name. */
  String label() {
    return label;
  }

  /** A port that nobody has. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Asks once, by a connection of its own; the answer. */
  String ask(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
