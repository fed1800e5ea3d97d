package org.ckimg.testkit.attack;

import java.util.List;
import java.util.function.Consumer;
import org.ckimg.testkit.Image;

/**
 * A lie in the image of a real program, which stays sound by every checksum.
 *
 * @param subject whose image it is told in
 * @param name of the case
 * @param against what a restorer that believes it would do
 * @param rules what the audit must find that it does not find in the honest image, sorted
 * @param refused false when the program comes back all the same, without what the lie asks for
 * @param lie told by changing fields
 */
public record Attack(
    Subject subject,
    String name,
    String against,
    List<String> rules,
    boolean refused,
    Consumer<Image> lie) {
  /** The image with the lie. */
  public byte[] on(byte[] honest) {
    Image image = Image.of(honest);
    lie.accept(image);
    return image.bytes();
  }
}
