package org.ckimg.linux.remote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.sys.SyscallException;

/**
 * A place for calls in the target: as many at once as there is room for.
 *
 * @param pid whose memory
 * @param table address of the calls
 * @param maxCalls room for calls
 * @param out address of the output buffers
 * @param maxOut room for output, bytes
 */
record CallTable(int pid, long table, int maxCalls, long out, int maxOut) {
  /** Writes calls from {@code first} on; returns how many there was room for. */
  int write(RemoteCalls calls, int first) throws SyscallException {
    ByteBuffer bytes =
        ByteBuffer.allocate(maxCalls * Runner.CALL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int count = 0;
    int outBytes = 0;
    while (count < maxCalls && first + count < calls.size()) {
      RemoteCalls.Call call = calls.get(first + count);
      if (call.outBytes() > maxOut) {
        throw new IllegalArgumentException("an output buffer of " + call.outBytes() + " bytes");
      }
      if (outBytes + call.outBytes() > maxOut) {
        break;
      }
      bytes.position(count * Runner.CALL_BYTES);
      bytes.putLong(call.number());
      for (int i = 0; i < 6; i++) {
        bytes.putLong(call.argument(i, out + outBytes));
      }
      outBytes += call.outBytes();
      count++;
    }
    byte[] used = new byte[count * Runner.CALL_BYTES];
    bytes.get(0, used);
    TargetMemory.write(pid, table, used);
    if (outBytes > 0) {
      TargetMemory.write(pid, out, new byte[outBytes]);
    }
    return count;
  }

  /** Reads the results of {@code count} calls back. */
  void read(RemoteCalls calls, int first, int count) throws SyscallException {
    byte[] results = TargetMemory.read(pid, table, count * Runner.CALL_BYTES);
    ByteBuffer words = ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
    int outBytes = 0;
    for (int i = 0; i < count; i++) {
      outBytes += calls.get(first + i).outBytes();
    }
    byte[] written = outBytes == 0 ? new byte[0] : TargetMemory.read(pid, out, outBytes);
    int offset = 0;
    for (int i = 0; i < count; i++) {
      RemoteCalls.Call call = calls.get(first + i);
      call.done(words.getLong(i * Runner.CALL_BYTES + Runner.RESULT_OFFSET), written, offset);
      offset += call.outBytes();
    }
  }
}
