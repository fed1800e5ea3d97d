package org.ckimg.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressTest {
  private static Host host(boolean bigEndian) {
    return new Host(
        bigEndian,
        Host.X86_64,
        1,
        12,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static String text(boolean bigEndian, String hex) {
    Bytes bytes = Bytes.of(HexFormat.of().parseHex(hex.replace("_", "")));
    return SocketAddress.text(host(bigEndian), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0200_1f90_7f000001_0000000000000000, 127.0.0.1:8080",
    "0200_0000_ffffffff, 255.255.255.255:0",
    "0a00_0050_00000000_00000000000000000000000000000001_00000000, [::1]:80",
    "0a00_0050_00000000_00000000000000000000000000000000_00000000, [::]:80",
    "0a00_ffff_00000000_fe800000000000000000000000000001_03000000, [fe80::1%3]:65535",
    "0a00_0050_00000000_20010db8000000010000000000000001_00000000, [2001:db8:0:1::1]:80",
    "0a00_0050_00000000_00010000000300040005000600070008_00000000, [1:0:3:4:5:6:7:8]:80",
    "0a00_0050_00000000_00010002000300040005000600000000_00000000, [1:2:3:4:5:6::]:80",
    "0a00_0050_00000000_00000000000000000000ffffc0000207_00000000, [::ffff:192.0.2.7]:80",
    "0100_2f746d702f7300_6a756e6b, /tmp/s",
    "0100_2f61, /a",
    "0100_00_78_00_79, @x\\x00y",
    "0100, unnamed",
    "1000_0000_3c000000_ffffffff, port 60 groups 0xffffffff",
    "1100_0806_02000000, protocol 0x0806 interface 2",
    "2800_0000_00040000_ffffffff, 4294967295:1024",
    "6300_0102, 0x63000102"
  })
  void isWrittenAsPeopleDo(String hex, String expected) {
    assertEquals(expected, text(false, hex));
  }

  @Test
  void familyHasTheByteOrderOfTheProgram() {
    assertEquals("127.0.0.1:80", text(true, "000200507f000001"));
    assertEquals("[::1%3]:80", text(true, "000a0050" + "0".repeat(39) + "100000003"));
  }

  @Test
  void shortOnesAreShownAsTheyAre() {
    String whole = "0a00005000000000" + "00".repeat(20);
    for (String family : new String[] {"0200", "0a00", "1000", "1100", "2800", "6300"}) {
      for (int length = 0; length < 8; length++) {
        String hex = (family + whole.substring(4)).substring(0, 2 * length);
        assertTrue(text(false, hex).startsWith("0x"), hex);
      }
    }
  }
}
