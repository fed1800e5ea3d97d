package org.ckimg.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** One PAGES section: tables and data of a block. Checksums are filled in by {@link Sealer}. */
final class Block {
  private static final int FRAME_BYTES = 1 << 18;
  private static final int ZERO = 0xffff;
  private static final int INHERITED = 0xfffe;

  private final List<Pages.Page> pages;
  private final int pageSize;
  private final List<byte[]> stored = new ArrayList<>();
  private final List<byte[]> digests = new ArrayList<>();
  private final Map<ByteBuffer, Integer> ordinals = new HashMap<>();
  private final List<Integer> slots = new ArrayList<>();
  private final Canvas meta = new Canvas();
  private final Canvas data = new Canvas();

  Block(int object, List<Pages.Page> pages, IntFunction<FrameCoder> coders, int pageSize) {
    this.pages = pages;
    this.pageSize = pageSize;
    pages.forEach(page -> slots.add(slot(page)));
    List<Frame> frames = frames(coders);
    head(object, frames);
    extents();
    data(frames);
    for (int i = 0; i < digests.size(); i++) {
      meta.bytes("digest/" + i, Arrays.copyOf(digests.get(i), 16));
    }
    for (int i = 0; i < slots.size(); i++) {
      meta.number("slot/" + i, 2, slots.get(i));
    }
  }

  Canvas meta() {
    return meta;
  }

  Canvas data() {
    return data;
  }

  private int slot(Pages.Page page) {
    if (page.kind() == Pages.Kind.INHERITED) {
      return INHERITED;
    }
    byte[] content = Arrays.copyOf(page.content(), pageSize);
    byte[] digest = Hashes.sha256(content);
    ByteBuffer key = ByteBuffer.wrap(digest);
    if (page.kind() == Pages.Kind.CANONICAL) {
      if (Arrays.equals(content, new byte[pageSize])) {
        return ZERO;
      }
      if (ordinals.containsKey(key)) {
        return ordinals.get(key);
      }
    }
    stored.add(content);
    digests.add(digest);
    ordinals.putIfAbsent(key, stored.size() - 1);
    return stored.size() - 1;
  }

  private record Frame(int codec, byte[] body) {}

  private List<Frame> frames(IntFunction<FrameCoder> coders) {
    List<Frame> frames = new ArrayList<>();
    int framePages = FRAME_BYTES / pageSize;
    for (int from = 0; from < stored.size(); from += framePages) {
      int to = Math.min(from + framePages, stored.size());
      byte[] content = new byte[(to - from) * pageSize];
      for (int i = from; i < to; i++) {
        System.arraycopy(stored.get(i), 0, content, (i - from) * pageSize, pageSize);
      }
      FrameCoder coder = coders.apply(from / framePages);
      frames.add(new Frame(coder.codec(), coder.encode(content)));
    }
    return frames;
  }

  private void head(int object, List<Frame> frames) {
    long zero = slots.stream().filter(s -> s == ZERO).count();
    long inherited = slots.stream().filter(s -> s == INHERITED).count();
    meta.number("object", 4, object);
    meta.number("num_pages", 4, pages.size());
    meta.number("first_page", 8, pages.getFirst().index());
    meta.number("last_page", 8, pages.getLast().index());
    meta.number("num_extents", 4, extentStarts().size());
    meta.number("num_stored", 4, stored.size());
    meta.number("num_frames", 4, frames.size());
    meta.number("num_zero", 4, zero);
    meta.number("num_inherited", 4, inherited);
    meta.number("num_repeated", 4, pages.size() - stored.size() - zero - inherited);
    meta.number("len_raw", 4, length(frames, true));
    meta.number("len_coded", 4, length(frames, false));
    meta.number("reserved1", 8, 0);
  }

  private static int length(List<Frame> frames, boolean raw) {
    return frames.stream().filter(f -> f.codec == 0 == raw).mapToInt(f -> f.body.length).sum();
  }

  private List<Integer> extentStarts() {
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      if (i == 0 || pages.get(i).index() != pages.get(i - 1).index() + 1) {
        starts.add(i);
      }
    }
    return starts;
  }

  private void extents() {
    List<Integer> starts = extentStarts();
    for (int i = 0; i < starts.size(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : pages.size();
      meta.number("extent/" + i + "/page", 8, pages.get(from).index());
      meta.number("extent/" + i + "/count", 4, to - from);
      meta.number("extent/" + i + "/first_slot", 4, from);
    }
  }

  /** Raw frames first, coded ones behind them; the table is in the order of the ordinals. */
  private void data(List<Frame> frames) {
    int raw = 0;
    int coded = length(frames, true);
    for (int i = 0; i < frames.size(); i++) {
      Frame frame = frames.get(i);
      String name = "frame/" + i;
      meta.number(name + "/ofs_body", 4, frame.codec == 0 ? raw : coded);
      meta.number(name + "/len_body", 4, frame.body.length);
      meta.number(name + "/crc", 4, 0);
      meta.number(name + "/codec", 1, frame.codec);
      meta.number(name + "/reserved1", 3, 0);
      meta.bytes(name + "/leaf", new byte[32]);
      if (frame.codec == 0) {
        raw += frame.body.length;
      } else {
        coded += frame.body.length;
      }
    }
    bodies(frames, true);
    bodies(frames, false);
  }

  private void bodies(List<Frame> frames, boolean raw) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).codec == 0 == raw) {
        data.bytes("data/" + i, frames.get(i).body);
      }
    }
  }
}
