package org.ckimg.spec.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;

/**
 * Where an XSAVE area has its parts. That is the processor's choice: those of AMD put AVX-512 and
 * the protection keys where those of Intel have, or had, MPX. CPUID leaf 13 tells; who has only an
 * area can tell by its size and XCR0, as debuggers do.
 */
public final class XsaveLayout {
  /** Of a processor with all components. */
  public static final XsaveLayout FULL = new XsaveLayout(Map.of());

  /** Those of AMD with AVX-512. */
  private static final XsaveLayout AMD_512 =
      new XsaveLayout(
          Map.of(
              XsaveComponent.OPMASK, 832,
              XsaveComponent.ZMM_HIGH, 896,
              XsaveComponent.ZMM_16_31, 1408,
              XsaveComponent.PKRU, 2432));

  /** Those of AMD without. */
  private static final XsaveLayout AMD = new XsaveLayout(Map.of(XsaveComponent.PKRU, 832));

  /** Where an area of the kernel has XCR0, {@code struct _fpx_sw_bytes}. */
  public static final int XCR0_AT = 464;

  /** Where XSTATE_BV is: which components are in use. */
  public static final int IN_USE_AT = 512;

  /** Registers of x87 and SSE, and the header. */
  public static final int LEGACY_BYTES = 576;

  private static final long AVX512 =
      XsaveComponent.OPMASK.mask()
          | XsaveComponent.ZMM_HIGH.mask()
          | XsaveComponent.ZMM_16_31.mask();

  private final Map<XsaveComponent, Integer> moved;

  private XsaveLayout(Map<XsaveComponent, Integer> moved) {
    this.moved = moved.isEmpty() ? Map.of() : new EnumMap<>(moved);
  }

  /**
   * That of an area.
   *
   * @param xcr0 components that are enabled
   * @param bytes size of the area for them
   * @return empty when the area is too small for its components in every layout
   */
  public static Optional<XsaveLayout> of(long xcr0, int bytes) {
    if (FULL.bytes(xcr0) <= bytes) {
      return Optional.of(FULL);
    }
    XsaveLayout amd = (xcr0 & AVX512) == 0 ? AMD : AMD_512;
    return amd.bytes(xcr0) <= bytes ? Optional.of(amd) : Optional.empty();
  }

  /** That of an area of the kernel, which says by itself what is enabled. */
  public static Optional<XsaveLayout> of(Bytes area) {
    return area.length() < LEGACY_BYTES ? Optional.empty() : of(xcr0(area), area.length());
  }

  /** Components that are enabled, as an area of the kernel says it. */
  public static long xcr0(Bytes area) {
    return ByteBuffer.wrap(area.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong(XCR0_AT);
  }

  /** Where a component is, bytes. */
  public int offset(XsaveComponent component) {
    return moved.getOrDefault(component, component.offset());
  }

  /** Size of the area for these components. */
  public int bytes(long xcr0) {
    int end = LEGACY_BYTES;
    for (XsaveComponent component : XsaveComponent.values()) {
      if ((xcr0 & component.mask()) != 0) {
        end = Math.max(end, offset(component) + component.length());
      }
    }
    return end;
  }

  /**
   * The same registers in another layout.
   *
   * @param area in this layout, of the kernel
   * @param bytes size of the new area; a component that it has no room for is left out
   */
  public Bytes convert(Bytes area, XsaveLayout to, int bytes) {
    byte[] from = area.toArray();
    byte[] into = new byte[bytes];
    System.arraycopy(from, 0, into, 0, LEGACY_BYTES);
    long xcr0 = xcr0(area);
    for (XsaveComponent component : XsaveComponent.values()) {
      boolean room = to.offset(component) + component.length() <= bytes;
      if ((xcr0 & component.mask()) != 0 && room) {
        System.arraycopy(from, offset(component), into, to.offset(component), component.length());
      }
    }
    return Bytes.of(into);
  }
}
