package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.testkit.Numbers;

/**
 * Images of CRIU in which fields of messages are changed, under lengths that fit: what lies behind
 * the magic words and the structure of messages is what is tried.
 */
final class CriuEdits {
  private static final int WORD = 4;
  private static final int MAX_EDITS = 6;
  private static final int MAX_DEPTH = 4;
  private static final int MAX_MESSAGE = 1 << 12;
  private static final int MAX_FIELD = 40;

  private CriuEdits() {}

  /** An image of one kind with one message, which the fuzzer has made. */
  static byte[] fresh(ImageKind kind, FuzzedDataProvider data) {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    kind.family().ifPresent(family -> image.writeBytes(Numbers.of(WORD, family)));
    image.writeBytes(Numbers.of(WORD, kind.magic()));
    entry(image, data.consumeBytes(data.consumeInt(0, MAX_MESSAGE)));
    image.writeBytes(data.consumeRemainingAsBytes());
    return image.toByteArray();
  }

  /** The image with up to six changes; what is no message stays as it is. */
  static byte[] changed(byte[] image, ImageKind kind, FuzzedDataProvider data) {
    int head = kind.family().isPresent() ? 2 * WORD : WORD;
    List<byte[]> messages = new ArrayList<>();
    int end = head;
    while (end + WORD <= image.length) {
      long length = Numbers.get(image, end, WORD);
      if (length > image.length - end - WORD) {
        break;
      }
      byte[] message = Arrays.copyOfRange(image, end + WORD, end + WORD + (int) length);
      if (parsed(message).isEmpty()) {
        break;
      }
      messages.add(message);
      end += WORD + (int) length;
    }
    for (int i = messages.isEmpty() ? 0 : data.consumeInt(0, MAX_EDITS); i > 0; i--) {
      edit(messages, data);
    }
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(image, 0, head);
    messages.forEach(message -> entry(result, message));
    result.write(image, end, image.length - end);
    return result.toByteArray();
  }

  private static void entry(ByteArrayOutputStream image, byte[] message) {
    image.writeBytes(Numbers.of(WORD, message.length));
    image.writeBytes(message);
  }

  private static Optional<UnknownFieldSet> parsed(byte[] message) {
    try {
      return Optional.of(UnknownFieldSet.parseFrom(message));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Changes, doubles or removes a message. */
  private static void edit(List<byte[]> messages, FuzzedDataProvider data) {
    if (messages.isEmpty()) {
      return;
    }
    int at = data.consumeInt(0, messages.size() - 1);
    switch (data.consumeInt(0, 9)) {
      case 0 -> messages.add(at, messages.get(at));
      case 1 -> messages.remove(at);
      default ->
          messages.set(
              at, edited(parsed(messages.get(at)).orElseThrow(), data, MAX_DEPTH).toByteArray());
    }
  }

  private static UnknownFieldSet edited(
      UnknownFieldSet message, FuzzedDataProvider data, int depth) {
    List<Integer> numbers = List.copyOf(message.asMap().keySet());
    if (numbers.isEmpty() || data.consumeInt(0, 9) == 0) {
      Field added = Field.newBuilder().addVarint(data.consumeLong()).build();
      return message.toBuilder().mergeField(data.consumeInt(1, MAX_FIELD), added).build();
    }
    int number = numbers.get(data.consumeInt(0, numbers.size() - 1));
    UnknownFieldSet.Builder builder = message.toBuilder().clearField(number);
    return data.consumeInt(0, 9) == 0
        ? builder.build()
        : builder.addField(number, edited(message.getField(number), data, depth)).build();
  }

  /** One of its values is another. */
  private static Field edited(Field field, FuzzedDataProvider data, int depth) {
    int chosen = data.consumeInt(0, (1 << 16) - 1);
    Field.Builder edited = Field.newBuilder();
    List<Long> numbers = field.getVarintList();
    for (int i = 0; i < numbers.size(); i++) {
      edited.addVarint(
          i == chosen % numbers.size() ? number(numbers.get(i), data) : numbers.get(i));
    }
    field.getFixed32List().forEach(value -> edited.addFixed32((int) number(value, data)));
    field.getFixed64List().forEach(value -> edited.addFixed64(number(value, data)));
    List<ByteString> texts = field.getLengthDelimitedList();
    for (int i = 0; i < texts.size(); i++) {
      ByteString text = texts.get(i);
      edited.addLengthDelimited(i == chosen % texts.size() ? text(text, data, depth) : text);
    }
    return edited.build();
  }

  private static long number(long now, FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 6)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> -1;
      case 3 -> now + 1;
      case 4 -> now - 1;
      case 5 -> 1L << data.consumeInt(0, Long.SIZE - 1);
      default -> data.consumeLong();
    };
  }

  /** A message within a message, or bytes. */
  private static ByteString text(ByteString now, FuzzedDataProvider data, int depth) {
    Optional<UnknownFieldSet> inner = depth > 0 ? parsed(now.toByteArray()) : Optional.empty();
    return inner.isPresent() && !now.isEmpty() && data.consumeInt(0, 9) > 0
        ? edited(inner.get(), data, depth - 1).toByteString()
        : ByteString.copyFrom(data.consumeBytes(data.consumeInt(0, 2 * now.size() + 1)));
  }
}
