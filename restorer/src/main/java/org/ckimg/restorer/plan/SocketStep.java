package org.ckimg.restorer.plan;

import java.util.List;
import java.util.OptionalInt;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.spec.model.FdState;

/** One operation on sockets; they are named by the ids of their descriptions. */
public sealed interface SocketStep {
  /** What the step does, in a few words. */
  String describe();

  /** Makes a socket by socket(2). */
  record Make(int id, FdState.Socket socket) implements SocketStep {
    @Override
    public String describe() {
      return "make socket " + id;
    }
  }

  /** Gives a socket the name that is its own. */
  record Bind(int id, FdState.Socket socket) implements SocketStep {
    @Override
    public String describe() {
      return "bind socket " + id;
    }
  }

  /** Listens. */
  record Listen(int id, int backlog) implements SocketStep {
    @Override
    public String describe() {
      return "socket %d listens".formatted(id);
    }
  }

  /**
   * Makes both ends of a connection; the end that is not in the image is closed when the other one
   * has what it sent.
   */
  record Join(SocketGraph.Connection connection) implements SocketStep {
    @Override
    public String describe() {
      return "connect sockets %s%s"
          .formatted(
              connection.ends(),
              connection.listener().isPresent()
                  ? " by socket " + connection.listener().getAsInt()
                  : "");
    }
  }

  /** Makes one end of a connection of TCP as it was; it says nothing yet. */
  record Resume(int id, FdState.Socket socket) implements SocketStep {
    @Override
    public String describe() {
      return "make socket %d with its connection".formatted(id);
    }
  }

  /** Connects to a listener, who does not accept it. */
  record Wait(int id, int listener) implements SocketStep {
    @Override
    public String describe() {
      return "socket %d waits for socket %d".formatted(id, listener);
    }
  }

  /**
   * Sends a socket what it had not read.
   *
   * @param senders who sends each message; empty for somebody who is not in the image
   * @param connected true when they need not be told where to
   */
  record Fill(int id, FdState.Socket socket, List<OptionalInt> senders, boolean connected)
      implements SocketStep {
    /** Copies the list. */
    public Fill {
      senders = List.copyOf(senders);
    }

    /** True when its bytes may be cut anywhere. */
    public boolean isStream() {
      return SocketGraph.kind(socket).filter(kind -> !kind.hasMessages()).isPresent();
    }

    @Override
    public String describe() {
      return "fill socket " + id;
    }
  }

  /** Connects a datagram socket with another one. */
  record Connect(int id, FdState.Socket socket) implements SocketStep {
    @Override
    public String describe() {
      return "connect datagram socket " + id;
    }
  }

  /** Closes the other end where it was closed, shuts down what was, and sets options. */
  record Finish(int id, FdState.Socket socket) implements SocketStep {
    @Override
    public String describe() {
      return "socket %d gets its %d options".formatted(id, socket.options().size());
    }
  }
}
